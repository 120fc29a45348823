"""The files by role of a city that a night has read, as if all it returned had been confirmed."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from expectations.reader_roles import tables_of
from orchestration.areas.county_file import COUNTY_NAME, foreign_rows, list_counties
from orchestration.areas.public_file import PUBLIC_NAME, audit_public
from orchestration.cli.main import main
from orchestration.core.settings import Settings
from orchestration.release.draft import draft_release
from orchestration.release.manifest import read_release
from orchestration.release.privacy import look_for_persons
from orchestration.release.publish import publish
from orchestration.release.reader_rows import present_tables
from tests.nights import home_settings
from tests.public_city import change

pytestmark = pytest.mark.slow
KNOWN_ON = datetime(2017, 8, 1, 2, 0, tzinfo=UTC)
FIGURE_TABLES = ("indicator", "figure", "city_figure", "county_figure", "indicator_additive")


@pytest.fixture(scope="module")
def settings(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with the small city's release, in which whatever was told is confirmed."""
    settings = home_settings(tmp_path_factory.mktemp("areas") / "home")
    settings.warehouse.mkdir(parents=True)
    built = settings.home / "built.duckdb"
    shutil.copyfile(small_home / "warehouse" / "current" / "sanming.duckdb", built)
    with duckdb.connect(str(built)) as connection:
        connection.execute("drop table quality.release_info")
        for table in FIGURE_TABLES:
            connection.execute(f"update reports.{table} set status = 'final' where status = 'provisional'")
    publish(settings, draft_release(settings, built, KNOWN_ON))
    return settings


def ask(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["release", *arguments], env={"SANMING_HOME": str(settings.home)})


@pytest.fixture(scope="module")
def made(settings: Settings) -> Path:
    """The public's file, made by the command with those of the counties."""
    found = ask(settings, "areas")
    assert found.exit_code == 0, found.output
    return settings.public / "current" / PUBLIC_NAME


def test_every_count_that_the_public_is_not_told_may_be_anything(settings: Settings, made: Path) -> None:
    found = audit_public(settings)
    assert found.ok
    assert len(found.suppressed) > 100
    assert found.suppressed[0].width >= settings.least_people
    told = ask(settings, "audit")
    assert told.exit_code == 0
    assert f"{len(found.suppressed):,} not; 0 of them can be told closer than 5, 0 problems" in told.output


def test_each_file_has_its_pages_beside_it_with_the_rights_of_the_file(settings: Settings, made: Path) -> None:
    release = read_release(settings)
    counties = list_counties(release)
    assert {folder.name for folder in (release.path / "counties").iterdir()} == set(counties)
    for county in counties:
        folder = release.path / "counties" / county
        assert {path.name for path in folder.iterdir()} == {COUNTY_NAME, "site", "manifest.json"}
        assert (folder / "site" / "index.html").stat().st_mode & 0o777 == 0o440
    assert (made.parent / "site" / "index.html").stat().st_mode & 0o777 == 0o444


def test_the_audit_command_ends_with_1_where_a_count_beside_a_small_one_is_told(
    settings: Settings, made: Path, tmp_path: Path
) -> None:
    kept = tmp_path / PUBLIC_NAME
    shutil.copyfile(made, kept)
    change(
        made.resolve(),
        "update reports.county_figure set value = 7"
        " where status = 'suppressed' and indicator = 'poor_households_cause_04'",
    )
    try:
        found = ask(settings, "audit")
    finally:
        shutil.copyfile(kept, made.resolve())
    assert found.exit_code == 1
    assert "told, and the record has it as suppressed" in found.output


def test_the_public_has_no_person_household_or_village(made: Path) -> None:
    with duckdb.connect(str(made), read_only=True) as connection:
        assert set(present_tables(connection, made.stem)) == set(tables_of("public"))
        assert look_for_persons(connection, made.stem) == ()
        levels = (
            "select distinct division_level from reports.indicator union select division_level from marts.dim_place"
        )
        assert set(connection.execute(levels).fetchall()) == {("city",), ("county",), ("township",)}
        for table in present_tables(connection, made.stem):
            if table.startswith("marts.fct_") or table == "reports.need_measure":
                assert connection.execute(f"select count(*) from {table}").fetchone() == (0,), table


def test_what_the_public_is_told_is_what_the_release_says(settings: Settings, made: Path) -> None:
    with duckdb.connect(str(made), read_only=True) as connection:
        connection.execute(f"attach '{read_release(settings).database}' as whole (read_only)")
        columns = "indicator, map_edition, division_code, period, value, numerator, denominator"
        differing = connection.execute(
            f"select count(*) from (select {columns} from reports.indicator where status <> 'suppressed'"
            f" except select {columns} from whole.reports.indicator)"
        ).fetchone()
    assert differing == (0,)


def test_no_county_has_a_row_of_another_and_every_row_is_some_county_s(settings: Settings, made: Path) -> None:
    release = read_release(settings)
    counted = {"reports.figure": 0, "marts.fct_person_status": 0, "marts.fct_submission": 0}
    folders = sorted((release.path / "counties").iterdir())
    assert len(folders) == 12
    for folder in folders:
        assert foreign_rows(folder / COUNTY_NAME, folder.name, release) == ()
        with duckdb.connect(str(folder / COUNTY_NAME), read_only=True) as connection:
            for table in counted:
                map_of_2017 = "map_edition = '2017'" if table == "reports.figure" else "true"
                row = connection.execute(f"select count(*) from {table} where {map_of_2017}").fetchone()
                counted[table] += row[0] if row else 0
    with duckdb.connect(str(release.database), read_only=True) as connection:
        for table, rows in counted.items():
            map_of_2017 = "map_edition = '2017'" if table == "reports.figure" else "true"
            whole = f"select count(*) from {table} where county_code is not null and {map_of_2017}"
            assert connection.execute(whole).fetchone() == (rows,), table
