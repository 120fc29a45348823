"""A release of a few townships whose counts a test chooses: what the files by role are tried on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration.core.settings import Settings
from orchestration.release.draft import draft_release
from orchestration.release.manifest import Release
from orchestration.release.publish import publish

CITY = "350400"
# Two counties that are one on the later map, and one that is recoded; a township of 2017 → its code of 2023.
TOWNSHIPS = {
    "350402001": "350404001",
    "350402002": "350404002",
    "350402003": "350404003",
    "350403001": "350404011",
    "350403002": "350404012",
    "350403003": "350404012",
    "350427100": "350405100",
    "350427101": "350405101",
    "350427102": "350405102",
    "350427103": "350405103",
}
LATER_COUNTY = {"350402": "350404", "350403": "350404", "350427": "350405"}
Counts = Mapping[tuple[str, str], tuple[int, int, int]]  # (township, period) → poor, exited, with a guaranteed loan
_YUAN_A_LOAN = 30000


def publish_city(
    settings: Settings,
    known_on: datetime,
    counts: Counts,
    statuses: Mapping[str, str],
    unconfirmed: tuple[str, ...] = (),
) -> Release:
    """Publish a release that has these counts, each period's figures of that status but for some indicators."""
    built = settings.home / "built.duckdb"
    built.unlink(missing_ok=True)
    with duckdb.connect(str(built)) as connection:
        for schema in ("marts", "reports", "quality"):
            connection.execute(f"create schema {schema}")
        _write_places(connection)
        _write_words(connection, {period for _, period in counts})
        _write_figures(connection, counts, statuses, unconfirmed)
        _write_subjects(connection)
    return publish(settings, draft_release(settings, built, known_on))


def _places() -> dict[tuple[str, str], set[str]]:
    """(map, place) → the townships of 2017 in it."""
    found: dict[tuple[str, str], set[str]] = {}
    for township, later in TOWNSHIPS.items():
        county = township[:6]
        for edition, codes in (("2017", (township, county)), ("2023", (later, LATER_COUNTY[county]))):
            for code in (*codes, CITY):
                found.setdefault((edition, code), set()).add(township)
    return found


def _level(code: str) -> str:
    return "city" if code == CITY else "county" if len(code) == 6 else "township"


def _parent(code: str) -> str | None:
    return None if code == CITY else CITY if len(code) == 6 else code[:6]


def _county(code: str) -> str | None:
    return None if code == CITY else code[:6]


def _write_places(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table marts.dim_division (map_edition varchar, division_code varchar, division_level varchar,"
        " parent_code varchar, county_code varchar)"
    )
    places = [(edition, code, _level(code), _parent(code), _county(code)) for edition, code in _places()]
    _insert(connection, "marts.dim_division", places)
    connection.execute(
        "create table marts.dim_place as select division_code, division_level, county_code, division_code as sort_order"
        " from marts.dim_division where map_edition = '2017'"
    )
    connection.execute(
        "create table marts.dim_division_crosswalk (code_2017 varchar, division_level varchar, county_code varchar,"
        " code_2023 varchar)"
    )
    rows = [(code, "township", code[:6], later) for code, later in TOWNSHIPS.items()]
    rows += [(code, "county", code, later) for code, later in LATER_COUNTY.items()]
    _insert(connection, "marts.dim_division_crosswalk", rows)


def _write_words(connection: duckdb.DuckDBPyConnection, periods: set[str]) -> None:
    connection.execute("create table marts.dim_period (period varchar, is_closed boolean)")
    _insert(connection, "marts.dim_period", [(period, True) for period in sorted(periods)])
    connection.execute(
        "create table marts.dim_code as"
        " select 'figure_status' as code_list, 'suppressed' as code, '不公布' as code_name"
    )


def _write_figures(
    connection: duckdb.DuckDBPyConnection, counts: Counts, statuses: Mapping[str, str], unconfirmed: tuple[str, ...]
) -> None:
    connection.execute(
        "create table reports.indicator (indicator varchar, division_code varchar, county_code varchar,"
        " division_level varchar, map_edition varchar, period varchar, value decimal(24, 6), numerator decimal(24, 6),"
        " denominator decimal(24, 6), coverage decimal(24, 6), rows_questioned bigint, low decimal(24, 6),"
        " high decimal(24, 6), status varchar)"
    )
    rows = []
    for (edition, place), townships in _places().items():
        for period, status in statuses.items():
            found = [counts[township, period] for township in sorted(townships) if (township, period) in counts]
            poor, exited, loans = (sum(numbers) for numbers in zip(*found, strict=True))
            figures = {
                "poor_persons": (poor, None),
                "exited_persons": (exited, None),
                "registered_persons": (poor + exited, None),
                "exit_rate": (exited, poor + exited),
                "guaranteed_households": (loans, None),
                "guarantee_loan_amount": (loans * _YUAN_A_LOAN, None),
                "rows_held": (3, None),
            }
            for indicator, (top, bottom) in figures.items():
                value = top if bottom is None else top / bottom if bottom else None
                place_of = (place, _county(place), _level(place), edition, period)
                own = "provisional" if indicator in unconfirmed else status
                rows.append((indicator, *place_of, value, top, bottom, 1, 2, top, top, own))
    _insert(connection, "reports.indicator", rows)
    for table, condition in (
        ("figure", "true"),
        ("city_figure", "division_level = 'city' and map_edition = '2017'"),
        ("county_figure", "division_level = 'county' and map_edition = '2017'"),
    ):
        left_out = ", division_code, division_level, map_edition" if table != "figure" else ""
        left_out += ", county_code" if table == "city_figure" else ""
        connection.execute(
            f"create table reports.{table} as select * exclude (period{left_out}), period, value || ' 人' as display,"
            f" '已确认' as status_name from reports.indicator where {condition}"
        )
    connection.execute(
        "create table reports.indicator_additive as select indicator, map_edition, division_level, division_code,"
        " county_code, period, value, status from reports.indicator where division_level = 'township'"
    )
    connection.execute(
        "create table marts.dim_indicator as"
        " select indicator, min(period) as first_period, max(period) as latest_period"
        " from reports.indicator group by indicator"
    )


def _write_subjects(connection: duckdb.DuckDBPyConnection) -> None:
    """Persons, and what is of no county."""
    connection.execute(
        "create table marts.fct_person_status as select code_2017 || '1' as person_key, county_code"
        " from marts.dim_division_crosswalk"
    )
    connection.execute("create table marts.fct_base_fostering (enterprise_code varchar, county_code varchar)")
    connection.execute("insert into marts.fct_base_fostering values ('E1', '350402'), ('E2', '350427')")
    connection.execute(
        "create table marts.dim_enterprise as select distinct enterprise_code from marts.fct_base_fostering"
    )
    connection.execute("create table quality.rule_result as select '2016-12' as period, 'HH-01' as rule_code")
    connection.execute(
        "create table reports.need_measure as select '2017' as map_edition, 'county' as division_level,"
        " '350402' as division_code, '350402' as county_code, 3 as households"
    )


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple]) -> None:
    places = ", ".join(f"({', '.join('?' * len(row))})" for row in rows)
    connection.execute(f"insert into {table} values {places}", [value for row in rows for value in row])


def change(path: Path, statement: str) -> None:
    """Change a sealed file, as whoever plants a fault would."""
    path.parent.chmod(0o755)
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute(statement)
