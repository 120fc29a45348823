"""Releases made from a hand-built build file: what is copied, when nothing is published, what stays whole.

What dbt puts into the tables is not tested here.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.release.departure import remove_departed
from orchestration.release.draft import draft_release
from orchestration.release.manifest import Release, ReleaseError, current_id, list_releases, read_release
from orchestration.release.publish import publish, remove_old
from orchestration.release.reproduction import made_of
from orchestration.release.verify import verify
from orchestration.transform import definitions
from tests.children import KILLED, exit_code_of

KNOWN_ON = datetime(2017, 7, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    settings.warehouse.mkdir(parents=True)
    return settings


def make_build(path: Path, rows: list[tuple[str, str | None, float]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for schema in ("marts", "reports", "quality"):
            connection.execute(f"create schema {schema}")
        connection.execute("create table marts.fct_fund (fund_code varchar, place varchar, amount decimal(18, 2))")
        connection.executemany("insert into marts.fct_fund values (?, ?, ?)", rows)
        connection.execute("comment on table marts.fct_fund is 'one row per fund; it''s public'")
        connection.execute("comment on column marts.fct_fund.amount is 'yuan'")
        connection.execute("create table reports.total as select sum(amount) as amount from marts.fct_fund")
        connection.execute("create table quality.rule_result as select 'GF-01' as rule_code, 0 as rows_failed")
    return path


def release_of(settings: Settings, built: Path, known_on: datetime, checks_held: tuple[str, ...] = ()) -> Release:
    return publish(settings, draft_release(settings, built, known_on, checks_held))


ROWS: list[tuple[str, str | None, float]] = [("350402100", "A", 10.5), ("350402101", None, 20), ("350402102", "", 1)]


def test_a_release_that_another_program_makes_again_is_not_made_every_night(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = make_build(tmp_path / "release.duckdb", ROWS)
    first = release_of(settings, built, KNOWN_ON)
    before = (first.path / "manifest.json").read_bytes()
    monkeypatch.setitem(definitions.LOGIC, "logic/checking", 99)
    assert made_of(first).definitions_hash != definitions.definitions_hash(settings)
    again = release_of(settings, built, KNOWN_ON)
    assert (again.release_id, again.is_new) == (first.release_id, False)
    assert made_of(again).definitions_hash == definitions.definitions_hash(settings)
    assert (first.path / "manifest.json").read_bytes() == before
    assert verify(settings).ok


def test_a_release_carries_marts_reports_and_quality_with_their_comments_and_nothing_else(
    settings: Settings, tmp_path: Path
) -> None:
    release = release_of(settings, make_build(tmp_path / "release.duckdb", ROWS), KNOWN_ON, ("unique_fct_fund",))
    with duckdb.connect(str(settings.current / "sanming.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables order by 1"
        ).fetchall()
        comments = connection.execute("select comment from duckdb_tables() where table_name = 'fct_fund'").fetchall()
        uncommented = connection.execute(
            "select column_name from duckdb_columns() where table_name = 'release_info' and comment is null"
        ).fetchall()
        told = connection.execute("select release_id, data_origin from quality.release_info").fetchall()
        total = connection.execute("select amount from reports.total").fetchall()
    assert [t for (t,) in tables] == ["marts.fct_fund", "quality.release_info", "quality.rule_result", "reports.total"]
    assert comments == [("one row per fund; it's public",)]
    assert uncommented == []
    assert told == [(release.release_id, "synthetic")]
    assert [float(amount) for (amount,) in total] == [31.5]
    assert release.manifest.checks_held == ("unique_fct_fund",)
    assert not list(release.path.glob("*.wal"))


@pytest.mark.parametrize("relation", ["table staging.stg_fund", "view marts.some_funds", "table main.scratch"])
def test_a_file_that_holds_more_than_a_release_is_refused(settings: Settings, tmp_path: Path, relation: str) -> None:
    built = make_build(tmp_path / "release.duckdb", ROWS)
    with duckdb.connect(str(built)) as connection:
        connection.execute("create schema staging")
        connection.execute(f"create {relation} as select 1 as x")
    with pytest.raises(ReleaseError, match=relation.split()[1]):
        release_of(settings, built, KNOWN_ON)
    assert not settings.current.exists()
    assert not list(settings.releases.iterdir())


def test_the_same_content_in_another_order_is_not_published_again(settings: Settings, tmp_path: Path) -> None:
    first = release_of(settings, make_build(tmp_path / "a.duckdb", ROWS), KNOWN_ON)
    second = release_of(settings, make_build(tmp_path / "b.duckdb", ROWS[::-1]), KNOWN_ON)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.release_id == second.release_id
    assert len(list_releases(settings)) == 1


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([*ROWS[:2], ("350402102", None, 1)], id="an empty text became a null"),
        pytest.param([*ROWS, ROWS[0]], id="a row came twice"),
        pytest.param([("350402100A", "", 10.5), *ROWS[1:]], id="a letter moved to the next column"),
    ],
)
def test_a_changed_value_makes_another_release(settings: Settings, tmp_path: Path, rows: list) -> None:
    first = release_of(settings, make_build(tmp_path / "a.duckdb", ROWS), KNOWN_ON)
    second = release_of(settings, make_build(tmp_path / "b.duckdb", rows), KNOWN_ON)
    assert first.release_id != second.release_id
    assert read_release(settings).release_id == second.release_id


def test_verify_finds_a_value_changed_after_sealing(settings: Settings, tmp_path: Path) -> None:
    release = release_of(settings, make_build(tmp_path / "a.duckdb", ROWS), KNOWN_ON)
    assert verify(settings).ok
    release.database.chmod(0o644)
    with duckdb.connect(str(release.database)) as connection:
        connection.execute("update marts.fct_fund set amount = 11 where amount = 10.5")
    (release.path / "parquet" / "quality" / "rule_result.parquet").unlink()
    problems = verify(settings, release.release_id).problems
    assert len(problems) == 2
    assert "marts.fct_fund" in problems[0]
    assert "rule_result.parquet: missing" in problems[1]


def test_a_killed_publish_leaves_current_whole_and_the_next_one_completes(settings: Settings, tmp_path: Path) -> None:
    first = release_of(settings, make_build(tmp_path / "a.duckdb", ROWS), KNOWN_ON)
    changed = make_build(tmp_path / "b.duckdb", ROWS[:2])
    dying = replace(settings, failpoint="release.before_current")
    assert exit_code_of(release_of, dying, changed, KNOWN_ON) == KILLED
    assert read_release(settings).release_id == first.release_id
    second = release_of(settings, changed, KNOWN_ON)
    assert second.is_new
    assert read_release(settings).release_id == second.release_id
    assert verify(settings).ok


def test_killed_while_an_old_release_is_removed_nothing_half_stands_among_the_others(
    settings: Settings, tmp_path: Path
) -> None:
    few = replace(settings, keep_releases=1)
    first = release_of(few, make_build(tmp_path / "a.duckdb", ROWS), KNOWN_ON)
    changed = make_build(tmp_path / "b.duckdb", ROWS[:2])
    release_of(few, changed, KNOWN_ON)
    dying = replace(few, failpoint="release.before_removal")
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        assert exit_code_of(remove_departed, dying) == KILLED
        assert len(list_releases(few)) == 1
        assert verify(few).ok
        assert not (few.releases / first.release_id).exists()
        release_of(few, changed, KNOWN_ON)
    assert [path.name for path in few.releases.iterdir()] == [read_release(few).release_id]


def test_a_release_that_left_the_kept_ones_stays_under_its_readers_for_a_day(
    settings: Settings, tmp_path: Path
) -> None:
    few, ends = replace(settings, keep_releases=1), clock.now() + timedelta(days=1)
    first = release_of(few, make_build(tmp_path / "a.duckdb", ROWS), KNOWN_ON)
    second = release_of(few, make_build(tmp_path / "b.duckdb", ROWS[:2]), KNOWN_ON)
    assert [release.release_id for release in list_releases(few)] == [second.release_id]
    with pytest.raises(ReleaseError, match="no such release"):
        read_release(few, first.release_id)
    remove_old(few)
    with duckdb.connect(str(first.database), read_only=True) as reader:
        assert reader.execute("select count(*) from marts.fct_fund").fetchone() == (3,)
        with clock.at(ends + timedelta(minutes=5)):
            remove_old(few)
        assert not first.path.exists()
        assert read_release(few).release_id == second.release_id


def test_a_release_that_left_and_is_made_again_is_kept_again(settings: Settings, tmp_path: Path) -> None:
    few = replace(settings, keep_releases=1)
    first = release_of(few, make_build(tmp_path / "a.duckdb", ROWS), KNOWN_ON)
    release_of(few, make_build(tmp_path / "b.duckdb", ROWS[:2]), KNOWN_ON)
    again = release_of(few, make_build(tmp_path / "a.duckdb", ROWS), KNOWN_ON)
    assert (again.release_id, again.is_current) == (first.release_id, True)
    with clock.at(clock.now() + timedelta(days=2)):
        remove_old(few)
    assert [path.name for path in few.releases.iterdir()] == [first.release_id]


def test_leftovers_of_a_killed_night_are_swept(settings: Settings, tmp_path: Path) -> None:
    leftover = settings.releases / ".tmp-123"
    leftover.mkdir(parents=True)
    (leftover / "sanming.duckdb").write_bytes(b"half")
    release_of(settings, make_build(tmp_path / "a.duckdb", ROWS), KNOWN_ON)
    assert not leftover.exists()
    assert len(list_releases(settings)) == 1


def test_deleted_releases_are_no_release_and_can_be_published_anew(settings: Settings, tmp_path: Path) -> None:
    first = release_of(settings, make_build(tmp_path / "a.duckdb", ROWS), KNOWN_ON)
    shutil.rmtree(settings.releases)
    assert current_id(settings) is None
    again = release_of(settings, make_build(tmp_path / "b.duckdb", ROWS), KNOWN_ON)
    assert again.release_id == first.release_id
    assert current_id(settings) == first.release_id


def test_synthetic_and_real_releases_never_share_a_home(settings: Settings, tmp_path: Path) -> None:
    build = make_build(tmp_path / "a.duckdb", ROWS)
    release_of(settings, build, KNOWN_ON)
    with pytest.raises(ReleaseError, match="never mixes them"):
        release_of(replace(settings, data_origin="real"), build, KNOWN_ON)


def test_old_releases_go_and_the_current_one_stays(settings: Settings, tmp_path: Path) -> None:
    few = replace(settings, keep_releases=2)
    for day in range(1, 5):
        release_of(few, make_build(tmp_path / "a.duckdb", ROWS[: day - 1] + ROWS[:1]), KNOWN_ON.replace(day=day))
    kept = list_releases(few)
    assert [release.manifest.known_on.day for release in kept] == [3, 4]
    assert [release.is_current for release in kept] == [False, True]


def test_a_build_without_any_table_is_refused_and_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    with pytest.raises(ReleaseError, match="no table"):
        release_of(settings, empty, KNOWN_ON)
    assert not list(settings.releases.iterdir())


def test_the_manifest_says_which_checks_contracts_and_columns_stand_behind_a_release(
    settings: Settings, tmp_path: Path
) -> None:
    release = release_of(settings, make_build(tmp_path / "a.duckdb", ROWS), KNOWN_ON)
    manifest = json.loads((release.path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["contract_versions"]["guarantee_loans"]
    (fund,) = [table for table in manifest["tables"] if table["name"] == "marts.fct_fund"]
    assert fund["rows"] == 3
    assert fund["columns"][2] == ["amount", "DECIMAL(18,2)"]
