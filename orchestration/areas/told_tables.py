"""What the public's tables say of a release: confirmed figures, without those that were suppressed.

Which counts are suppressed is decided elsewhere (``suppress``); here it becomes rows, and rows become counts again for
whoever wants to see what a file tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
import pyarrow as pa

from expectations.reader_roles import sight_of
from expectations.sql_text import literal
from orchestration.areas.system import KEY_NAMES, Edition
from orchestration.release.content import columns_of
from orchestration.release.reader_rows import hiding, relation_of

# Table → how its rows are those of ``told_figure``.
FIGURE_TABLES = {
    "reports.indicator": "map_edition = told.map_edition and rows.division_code = told.division_code",
    "reports.figure": "map_edition = told.map_edition and rows.division_code = told.division_code",
    "reports.indicator_additive": "map_edition = told.map_edition and rows.division_code = told.division_code",
    "reports.county_figure": "county_code = told.division_code and told.map_edition = '2017'",
    "reports.city_figure": "indicator = told.indicator and told.map_edition = '2017' and told.is_city",
}
SUPPRESSED = "suppressed"
# A ratio is told with both its sides or not at all, and an amount only where it is told of how many it is.
_TOLD_FIGURES = """
    create or replace temp table told_figure as
    with hidden as (
        select
            figures.*,
            figures.follows <> '' and followed.count is null as hides_amount,
            coalesce(numerators.is_suppressed, false) or hides_amount as hides_numerator,
            coalesce(denominators.is_suppressed, false)
            or (hides_amount and figures.denominator_count = '') as hides_denominator
        from public_figure as figures
        left join public_count as numerators
            on figures.numerator_count = numerators.count
            and figures.place = numerators.place and figures.period = numerators.period
        left join public_count as denominators
            on figures.denominator_count = denominators.count
            and figures.place = denominators.place and figures.period = denominators.period
        left join public_count as followed
            on figures.follows = followed.count
            and figures.place = followed.place and figures.period = followed.period
            and not followed.is_suppressed
    )
    select
        indicator,
        map_edition,
        division_code,
        period,
        place,
        division_level = 'city' as is_city,
        hides_numerator,
        hides_denominator,
        hides_numerator or (hides_denominator and denominator is not null) as hides_value
    from hidden
"""


def mark_told(connection: duckdb.DuckDBPyConnection, counts: Edition) -> None:
    """Make the temporary table ``told_figure`` of ``public_figure``: what of each figure is hidden."""
    columns = {name: pa.array([getattr(key, name) for key in counts], pa.string()) for name in KEY_NAMES}
    columns["is_suppressed"] = pa.array([told.is_suppressed for told in counts.values()], pa.bool_())
    connection.register("public_count", pa.table(columns))
    connection.execute(_TOLD_FIGURES)
    connection.unregister("public_count")


def told_queries(connection: duckdb.DuckDBPyConnection, catalog: str, tables: Iterable[str]) -> dict[str, str]:
    """Table → the query for what is told of it, for the tables of an attached release whose rows are chosen."""
    present = set(tables)
    found = {table: _figure_query(connection, catalog, table) for table in FIGURE_TABLES if table in present}
    if "marts.dim_indicator" in present:
        found["marts.dim_indicator"] = (
            "select rows.* replace (told.first_period as first_period, told.latest_period as latest_period)"
            f" from {relation_of(catalog, 'marts.dim_indicator')} as rows inner join (select indicator,"
            " min(period) as first_period, max(period) as latest_period from told_figure where not hides_value"
            " group by indicator) as told on rows.indicator = told.indicator"
        )
    if "marts.dim_period" in present:
        relation = relation_of(catalog, "marts.dim_period")
        columns = [name for name, _ in columns_of(connection, relation)]
        found["marts.dim_period"] = (
            f"select {hiding(columns, _hidden('marts.dim_period'))} from {relation}"
            " where period in (select period from told_figure)"
        )
    return found


def _figure_query(connection: duckdb.DuckDBPyConnection, catalog: str, table: str) -> str:
    relation = relation_of(catalog, table)
    columns = [name for name, _ in columns_of(connection, relation)]
    word = _suppressed_name(connection, catalog)
    replaced = {
        "value": "case when not told.hides_value then rows.value end",
        "display": "case when not told.hides_value then rows.display end",
        "numerator": "case when not told.hides_numerator then rows.numerator end",
        "denominator": "case when not told.hides_denominator then rows.denominator end",
        "status": f"case when told.hides_value then {literal(SUPPRESSED)} else rows.status end",
        "status_name": f"case when told.hides_value then {word} else rows.status_name end",
    }
    replaced |= {name: f"case when false then rows.{name} end" for name in _hidden(table)}
    told = ", ".join(f"{text} as {name}" for name, text in replaced.items() if name in columns)
    return (
        f"select rows.* replace ({told}) from {relation} as rows inner join told_figure as told"
        f" on rows.indicator = told.indicator and rows.period = told.period and rows.{FIGURE_TABLES[table]}"
    )


def _hidden(table: str) -> tuple[str, ...]:
    sight = sight_of("public", table)
    return sight.hidden_columns if sight else ()


def _suppressed_name(connection: duckdb.DuckDBPyConnection, catalog: str) -> str:
    """The word for it, as the release has it."""
    row = connection.execute(
        f"select max(code_name) from {relation_of(catalog, 'marts.dim_code')}"
        " where code_list = 'figure_status' and code = ?",
        [SUPPRESSED],
    ).fetchone()
    name = row[0] if row else None
    return literal(name) if name else "null"


def hidden_values(connection: duckdb.DuckDBPyConnection, catalog: str) -> Mapping[str, int]:
    """``table.column`` → how many values it has, of the columns of an attached public file that must have none."""
    found = {}
    for table in FIGURE_TABLES:
        relation = relation_of(catalog, table)
        present = {name for name, _ in columns_of(connection, relation)}
        for name in present.intersection(_hidden(table)):
            row = connection.execute(f"select count({name}) from {relation}").fetchone()
            if row and row[0]:
                found[f"{table}.{name}"] = row[0]
    return found
