"""A county's file holds its own area and nothing of another's; every role says of every table what it sees."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from expectations.published_tables import published_tables
from expectations.reader_roles import ROLES, load_sights, sight_of, tables_of
from orchestration.areas.county_file import COUNTY_NAME, foreign_rows, list_counties, make_county_folder
from orchestration.areas.make import make_areas
from orchestration.core.settings import Settings
from orchestration.release.derived_folder import derived_problems
from orchestration.release.draft import draft_release
from orchestration.release.manifest import Release, ReleaseError
from orchestration.release.publish import publish
from orchestration.release.verify import verify
from tests.public_city import TOWNSHIPS, change, publish_city

KNOWN_ON = datetime(2017, 1, 20, 2, 0, tzinfo=UTC)
COUNTS = {(code, "2016-12"): (40 + n, 90 + n, 2) for n, code in enumerate(TOWNSHIPS)}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    settings.warehouse.mkdir(parents=True)
    return settings


@pytest.fixture
def release(settings: Settings) -> Release:
    return publish_city(settings, KNOWN_ON, COUNTS, {"2016-12": "county-confirmed"})


def test_a_county_sees_its_own_area_exactly(settings: Settings, release: Release) -> None:
    folder = make_county_folder(settings, release, "350402")
    with duckdb.connect(str(folder / COUNTY_NAME), read_only=True) as connection:
        places = connection.execute("select distinct map_edition, division_code from reports.indicator order by all")
        assert places.fetchall() == [
            ("2017", "350402"), ("2017", "350402001"), ("2017", "350402002"), ("2017", "350402003"),
            ("2023", "350404001"), ("2023", "350404002"), ("2023", "350404003"),
        ]  # fmt: skip
        poor = (
            "select value from reports.indicator where indicator = 'poor_persons' and map_edition = '2017' order by 1"
        )
        assert [int(value) for (value,) in connection.execute(poor).fetchall()] == [40, 41, 42, 123]
        assert connection.execute("select * from marts.dim_enterprise").fetchall() == [("E1",)]
        assert connection.execute("select count(*) from quality.rule_result").fetchone() == (0,)
        assert connection.execute("select count(*) from marts.fct_person_status").fetchone() == (4,)


def test_a_county_that_was_renamed_alone_keeps_its_later_figures(settings: Settings, release: Release) -> None:
    folder = make_county_folder(settings, release, "350427")
    with duckdb.connect(str(folder / COUNTY_NAME), read_only=True) as connection:
        later = "select distinct county_code from reports.indicator where map_edition = '2023'"
        assert connection.execute(later).fetchall() == [("350405",)]


def test_a_planted_row_of_another_county_is_found(settings: Settings, release: Release) -> None:
    database = make_county_folder(settings, release, "350402") / COUNTY_NAME
    assert foreign_rows(database, "350402", release) == ()
    change(database, "insert into marts.fct_person_status values ('x', '350403'), ('y', null)")
    change(database, "update reports.figure set division_code = '350404' where map_edition = '2023'")
    found = foreign_rows(database, "350402", release)
    assert [text.split(" ")[0] for text in found] == ["marts.fct_person_status", "reports.figure"]
    assert found[0] == "marts.fct_person_status (2)"


def test_the_files_lie_beside_the_release_for_the_group_alone(settings: Settings, release: Release) -> None:
    made = make_areas(settings, release)
    assert list(made.counties) == list(list_counties(release)) == ["350402", "350403", "350427"]
    for folder in made.counties.values():
        assert derived_problems(folder) == []
        assert stat.S_IMODE(folder.stat().st_mode) == 0o750
        assert stat.S_IMODE((folder / COUNTY_NAME).stat().st_mode) == 0o440
    assert made.public is not None
    assert stat.S_IMODE(made.public.database.stat().st_mode) == 0o444
    assert verify(settings).ok


def test_more_can_be_made_of_a_file_in_its_folder(settings: Settings, release: Release) -> None:
    made = make_areas(settings, release, lambda folder: (folder / "index.html").touch())
    folders = [*made.counties.values(), *([made.public.folder] if made.public else [])]
    assert len(folders) == 4
    assert all((folder / "index.html").is_file() and derived_problems(folder) == [] for folder in folders)


def test_the_public_is_told_of_what_readers_see_alone(settings: Settings, release: Release) -> None:
    later = publish_city(settings, KNOWN_ON.replace(day=21), COUNTS, {"2016-12": "final"})
    assert make_areas(settings, later).public is not None
    assert make_areas(settings, release.model_copy(update={"is_current": False})).public is None


def test_a_table_of_which_nobody_says_what_a_county_sees_is_refused(settings: Settings, tmp_path: Path) -> None:
    built = tmp_path / "built.duckdb"
    with duckdb.connect(str(built)) as connection:
        connection.execute("create schema reports")
        connection.execute("create table reports.total as select 7 as amount")
    release = publish(settings, draft_release(settings, built, KNOWN_ON))
    with pytest.raises(ReleaseError, match=r"reports\.total: has no county"):
        make_county_folder(settings, release, "350402")
    with pytest.raises(ReleaseError, match=r"has no reports\.figure"):
        make_areas(settings, release)
    assert not (release.path / "counties").exists()


def test_every_table_has_rows_for_a_county() -> None:
    for table in published_tables():
        sight = sight_of("county", table.qualified)
        assert sight is not None
        assert sight.rows != "own county" or "county_code" in table.types, table.qualified


def test_the_public_has_the_tables_of_the_open_edition() -> None:
    assert tables_of("public") == tables_of("open")


def test_roles_name_tables_and_columns_that_are_there() -> None:
    columns = {table.qualified: set(table.types) for table in published_tables()}
    for (role, table), sight in load_sights().items():
        assert role in ROLES
        assert table in {"*", "quality.release_info", *columns}
        assert set(sight.hidden_columns) <= columns.get(table, set())


def test_what_the_public_is_told_says_nothing_of_rows_or_persons_behind_it() -> None:
    """A new column of a table of figures is either hidden or named here as harmless."""
    harmless = set(
        "indicator name indicator_name theme theme_name division_code division_name full_name division_level level_name"
        " township_code township_name county_code county_name map_edition period period_end period_name value display"
        " unit unit_name numerator denominator numerator_name denominator_name status status_name basis basis_name"
        " additivity additivity_name definition_version indicator_order place_order data_origin".split()
    )
    for table in published_tables():
        sight = sight_of("public", table.qualified)
        if sight is not None and sight.rows == "told" and table.qualified.startswith("reports."):
            assert set(table.types) - harmless - set(sight.hidden_columns) == set(), table.qualified
