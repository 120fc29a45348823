"""A county's file: the tables of a release with the rows of its own area, and nothing of another's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from expectations.sql_text import literal
from orchestration.core.settings import Settings
from orchestration.release.content import STORAGE, columns_of
from orchestration.release.derived_folder import COUNTIES_NAME, FOR_THE_GROUP, make_derived_folder
from orchestration.release.manifest import Release, ReleaseError
from orchestration.release.reader_rows import present_tables, relation_of, role_queries, write_tables

COUNTY_NAME, COUNTY_ROLE = "county.duckdb", "county"
_CATALOG = "release"


def list_counties(release: Release) -> tuple[str, ...]:
    """The codes of the counties of 2017, in the order of the release's places."""
    with duckdb.connect(str(release.database), read_only=True) as connection:
        rows = connection.execute(
            "select division_code from marts.dim_place where division_level = 'county' order by sort_order"
        ).fetchall()
    return tuple(code for (code,) in rows)


def write_county_file(release: Release, county: str, target: Path) -> None:
    """Write what a county sees of a release into a file.

    Raises:
        ReleaseError: a row of another area would be in it.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(release.database))} as {_CATALOG} (read_only)")
        queries = role_queries(connection, _CATALOG, COUNTY_ROLE, county)
        write_tables(connection, _CATALOG, queries, target, STORAGE)
    foreign = foreign_rows(target, county, release)
    if foreign:
        raise ReleaseError(f"{target}: holds rows of other areas: {', '.join(foreign)}; the file is not to be used.")


def make_county_folder(
    settings: Settings, release: Release, county: str, also: Callable[[Path], None] | None = None
) -> Path:
    """Make ``counties/<code>`` beside a release: the county's file, readable by the group alone.

    Args:
        settings: the home.
        release: a sealed release.
        county: its code of 2017.
        also: makes more of the file in the same folder, which it is given: a site, for instance.
    """

    def write(folder: Path) -> None:
        write_county_file(release, county, folder / COUNTY_NAME)
        if also is not None:
            also(folder)

    return make_derived_folder(settings, release, f"{COUNTIES_NAME}/{county}", write, FOR_THE_GROUP)


def foreign_rows(database: Path, county: str, release: Release) -> tuple[str, ...]:
    """The tables of a file that hold rows of no or another county, each with how many.

    Of the later map a row is a county's own where all that its code stands for was in it, as the release tells.
    """
    found = []
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(release.database))} as {_CATALOG} (read_only)")
        connection.execute(f"attach {literal(str(database))} as written (read_only)")
        own = _later_codes(connection, county)
        for table in present_tables(connection, "written"):
            relation = relation_of("written", table)
            columns = {name for name, _ in columns_of(connection, relation)}
            if "county_code" not in columns:
                continue
            is_own = "county_code is not distinct from $county"
            if {"map_edition", "division_code"} <= columns:
                is_own = "case when map_edition = '2017' then county_code = $county else division_code in $own end"
            row = connection.execute(
                f"select count(*) from {relation} where ({is_own}) is not true",
                {"county": county, **({"own": own} if "$own" in is_own else {})},
            ).fetchone()
            if row and row[0]:
                found.append(f"{table} ({row[0]})")
    return tuple(found)


def _later_codes(connection: duckdb.DuckDBPyConnection, county: str) -> list[str]:
    rows = connection.execute(
        f"select code_2023 from {_CATALOG}.marts.dim_division_crosswalk where code_2023 is not null"
        " group by code_2023 having count(*) = count(*) filter (where county_code = ?)",
        [county],
    ).fetchall()
    return [code for (code,) in rows]
