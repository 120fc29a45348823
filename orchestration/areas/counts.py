"""The counts of people that a release has for the public: of confirmed figures, each with its place and period.

Which of them may be told is for others to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from expectations.counted_people import LEVELS, counted_indicators
from expectations.sql_text import literal, quoted
from orchestration.areas.system import CountKey, Edition, Told

CONFIRMED = ("county-confirmed", "final")
# Figures that the public may see at all, with what they count and the place of 2017 that each is of.
_PUBLIC_FIGURES = """
    create or replace temp table public_figure as
    with places as (
        select code_2023, case when count(*) = 1 then min(code_2017) else '2023-' || code_2023 end as place
        from {catalog}.marts.dim_division_crosswalk
        where code_2023 is not null
        group by code_2023
    )
    select
        figures.indicator,
        figures.map_edition,
        figures.division_code,
        figures.division_level,
        figures.period,
        case
            when figures.map_edition = '2017' or figures.division_level = 'city' then figures.division_code
            else coalesce(places.place, '2023-' || figures.division_code)
        end as place,
        figures.numerator,
        figures.denominator,
        counted.numerator as numerator_count,
        counted.denominator as denominator_count,
        counted.follows
    from {catalog}.reports.indicator as figures
    inner join counted_indicator as counted on figures.indicator = counted.indicator
    left join places on figures.division_code = places.code_2023
    where
        figures.status in ({statuses})
        and list_position($levels, figures.division_level) between 2 and list_position($levels, counted.lowest_level)
"""
_COUNTS = """
    with counts as (
        select
            numerator_count as count,
            place,
            period,
            numerator as value,
            -- Of a few whole ones the few themselves are small.
            denominator_count <> ''
            and denominator >= $threshold
            and denominator - numerator > 0
            and denominator - numerator < $threshold as leaves_few
        from public_figure
        where numerator_count <> ''
        union all
        select denominator_count, place, period, denominator, false
        from public_figure
        where denominator_count <> ''
    )
    select
        count,
        place,
        period,
        cast(min(value) as double) as value,
        bool_or((value > 0 and value < $threshold) or coalesce(leaves_few, false)) as is_small
    from counts
    where value is not null
    group by count, place, period
    order by count, place, period
"""


def take_public_figures(
    connection: duckdb.DuckDBPyConnection, catalog: str, statuses: Sequence[str] = CONFIRMED
) -> None:
    """Make the temporary table ``public_figure``: every figure of an attached release that could be the public's.

    Args:
        connection: to which the release is attached.
        catalog: its name there.
        statuses: of the figures to take; of a public file also that of what was suppressed.
    """
    names = ("indicator", "lowest_level", "numerator", "denominator", "follows")
    counted = pa.table({name: [getattr(row, name) for row in counted_indicators()] for name in names})
    connection.register("counted_indicator", counted)
    query = _PUBLIC_FIGURES.format(catalog=quoted(catalog), statuses=", ".join(map(literal, statuses)))
    connection.execute(query, {"levels": list(LEVELS)})
    connection.unregister("counted_indicator")


def read_edition(connection: duckdb.DuckDBPyConnection, threshold: int) -> Edition:
    """The counts in ``public_figure``: small is what is below the threshold, or leaves less of its denominator."""
    rows = connection.execute(_COUNTS, {"threshold": threshold}).fetchall()
    return {CountKey(count, place, period): Told(value, is_small) for count, place, period, value, is_small in rows}


def read_parts(connection: duckdb.DuckDBPyConnection, catalog: str) -> Mapping[str, Sequence[str]]:
    """Place → the places that it is made of: of the city its counties, of what was merged what it was."""
    rows = connection.execute(
        f"select parent_code, list(division_code order by division_code) from {quoted(catalog)}.marts.dim_division"
        " where map_edition = '2017' and division_level in ('county', 'township') group by 1"
        " union all select '2023-' || code_2023, list(code_2017 order by code_2017)"
        f" from {quoted(catalog)}.marts.dim_division_crosswalk where code_2023 is not null"
        " group by code_2023 having count(*) > 1"
    ).fetchall()
    return dict(rows)
