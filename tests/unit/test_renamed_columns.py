"""A column that was renamed since a release was sealed: asked by its name of today, of releases of before and after."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.core.settings import Settings
from orchestration.release.diff import FigureChange, compare
from orchestration.release.draft import draft_release
from orchestration.release.manifest import Release
from orchestration.release.publish import publish
from orchestration.release.renamed_columns import (
    RENAMED,
    columns_today,
    open_release,
    quote_old_names,
    relation_today,
    star,
)
from orchestration.release.triangle import read_steps
from orchestration.release.views import ensure_views, write_views

OLD, NEW = "map", "map_edition"
BEFORE, AFTER = datetime(2017, 7, 3, 8, tzinfo=UTC), datetime(2017, 7, 10, 8, tzinfo=UTC)


def sealed(settings: Settings, known_on: datetime, name: str, value: int) -> Release:
    """Publish a release that has one figure, and calls the column so."""
    path = settings.home / "built.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema reports")
        connection.execute(
            "create table reports.indicator as select 'poor_persons' as indicator, '350400' as division_code,"
            f" 'city' as division_level, '2017' as {name}, '2017-06' as period, {value}::decimal(24, 6) as value"
        )
    return publish(settings, draft_release(settings, path, known_on))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    settings.warehouse.mkdir(parents=True)
    return settings


@pytest.fixture
def pair(settings: Settings) -> tuple[Release, Release]:
    return sealed(settings, BEFORE, OLD, 28700), sealed(settings, AFTER, NEW, 28650)


def test_every_renamed_column_has_one_name_of_today() -> None:
    assert len({one.old for one in RENAMED}) == len(RENAMED)
    assert {one.old for one in RENAMED}.isdisjoint(one.new for one in RENAMED)


def test_the_views_over_all_releases_answer_by_the_name_of_today_for_each_and_show_no_other(
    settings: Settings, pair: tuple[Release, Release]
) -> None:
    with duckdb.connect(str(settings.views), read_only=True) as connection:
        rows = connection.execute(
            f"select release_id, value::int from reports.indicator where {NEW} = '2017' order by known_on"
        ).fetchall()
        known = [
            connection.execute(f"select value::int from reports.indicator_known_on('{day}') where {NEW} = '2017'")
            .fetchall()
            for day in ("2017-07-05", "2017-07-12")
        ]  # fmt: skip
        shown = {name for (name,) in connection.execute("select column_name from duckdb_columns()").fetchall()}
    assert rows == [(pair[0].release_id, 28700), (pair[1].release_id, 28650)]
    assert known == [[(28700,)], [(28650,)]]
    assert NEW in shown
    assert OLD not in shown


def test_views_that_show_a_name_of_before_are_written_anew(
    settings: Settings, pair: tuple[Release, Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr("orchestration.release.renamed_columns.RENAMED", ())
        write_views(settings)
    ensure_views(settings)
    with duckdb.connect(str(settings.views), read_only=True) as connection:
        assert len(connection.execute(f"select * from reports.indicator where {NEW} = '2017'").fetchall()) == len(pair)


def test_figures_of_before_and_after_are_compared_one_by_one(settings: Settings, pair: tuple[Release, Release]) -> None:
    assert compare(*pair).figures == (
        FigureChange("poor_persons", "350400", "city", "2017", "2017-06", 28700, 28650),
    )  # fmt: skip
    steps = read_steps(settings.views, "poor_persons", "350400", "2017")
    assert [(step.release_id, step.previous, step.value) for step in steps] == [
        (pair[0].release_id, None, 28700),
        (pair[1].release_id, 28700, 28650),
    ]


@pytest.mark.parametrize("which", [0, 1])
def test_a_sealed_file_is_read_by_the_names_of_today_and_stays_as_it_is(
    pair: tuple[Release, Release], which: int
) -> None:
    before = pair[which].database.read_bytes()
    with open_release(pair[which].database) as connection:
        assert connection.execute(f"select {NEW} from reports.indicator").fetchall() == [("2017",)]
        assert relation_today(connection, "reports.indicator") == "reports.indicator"
    assert pair[which].database.read_bytes() == before


def test_a_table_that_has_both_names_keeps_both() -> None:
    assert star(["place", OLD, NEW]) == star(["place"]) == "*"


def test_a_table_of_before_is_asked_for_what_it_has() -> None:
    assert columns_today(["place", OLD]) == ("place", NEW)
    assert star(["filename", OLD], "filename") == '* exclude ("filename") rename ("map" as "map_edition")'


def test_the_sql_of_a_build_of_before_can_be_parsed() -> None:
    text = 'select p.map, map(x), "map" from places as p where p.map = 1'
    assert quote_old_names(text) == 'select p."map", map(x), "map" from places as p where p."map" = 1'
