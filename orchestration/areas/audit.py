"""Look at a public file as somebody who wants to know what is not in it: which range is left for every count.

It believes nothing of how the file was made. What the file tells is read from the file, what earlier ones told from the
records, and the truth, which only the records have, says no more than what the counts that were not told add up to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from orchestration.areas.counts import CONFIRMED, read_parts, take_public_figures
from orchestration.areas.ranges import find_ranges
from orchestration.areas.system import CountKey, Edition, build_system
from orchestration.areas.told_tables import FIGURE_TABLES, SUPPRESSED, hidden_values
from orchestration.release.content import columns_of
from orchestration.release.reader_rows import relation_of

_NOTHING = 1e-6
_LEVELS = {6: "county", 9: "township"}


@dataclass(frozen=True)
class SuppressedCount:
    """A count that is not told, and between which numbers it can lie by all that is."""

    key: CountKey
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True)
class Audit:
    """What came of a look.

    Attributes:
        told: how many counts the file tells.
        suppressed: those it does not tell, the narrowest range first.
        threshold: how wide each range has to be.
        problems: what the file tells and should not.
    """

    told: int
    suppressed: tuple[SuppressedCount, ...]
    threshold: int
    problems: tuple[str, ...]

    @property
    def narrow(self) -> tuple[SuppressedCount, ...]:
        return tuple(count for count in self.suppressed if count.width < self.threshold - _NOTHING)

    @property
    def ok(self) -> bool:
        return not self.narrow and not self.problems


def audit_edition(
    connection: duckdb.DuckDBPyConnection, catalog: str, counts: Edition, before: Sequence[Edition], threshold: int
) -> Audit:
    """Find the ranges of what an attached public file does not tell.

    Args:
        connection: to which the file is attached.
        catalog: its name there.
        counts: what the record says of the file's counts.
        before: what earlier files told.
        threshold: how wide each range has to be.
    """
    told, amounts = _told_counts(connection, catalog)
    system = build_system(counts, before, read_parts(connection, catalog))
    is_told = system.is_now & np.array([key in told for key in system.keys], bool)
    suppressed = ~(system.is_known | is_told)
    ranges = find_ranges(system, suppressed, threshold)
    found = [
        SuppressedCount(key, float(low), float(high))
        for key, low, high, hides in zip(system.keys, ranges.low, ranges.high, suppressed, strict=True)
        if hides
    ]
    found.sort(key=lambda count: (count.width, count.key))
    return Audit(len(told), tuple(found), threshold, _problems(connection, catalog, counts, before, told, amounts))


def _problems(
    connection: duckdb.DuckDBPyConnection,
    catalog: str,
    counts: Edition,
    before: Sequence[Edition],
    told: set[CountKey],
    amounts: set[CountKey],
) -> tuple[str, ...]:
    kept = {key for edition in before for key, one in edition.items() if one.is_suppressed}
    hidden = {key for key, one in counts.items() if one.is_suppressed}
    return (
        *(f"{_name(key)}: told, and the record has it as suppressed" for key in sorted(told & hidden)),
        *(f"{_name(key)}: told, and an earlier edition suppressed it" for key in sorted(told & kept - hidden)),
        *(f"{_name(key)}: told, and the record does not have it" for key in sorted(told - set(counts))),
        *(f"{_name(key)}: not told, and an amount of those people is" for key in sorted(amounts - told)),
        *(f"{place}: {n} values in a column that has none" for place, n in hidden_values(connection, catalog).items()),
    )


def _name(key: CountKey) -> str:
    return f"{key.count} {key.place} {key.period}"


def _told_counts(connection: duckdb.DuckDBPyConnection, catalog: str) -> tuple[set[CountKey], set[CountKey]]:
    """The counts that any figure of a file tells, and those of people of whom it tells an amount.

    A ratio tells both its sides: with one of them the other is computed, however the ratio was rounded.
    """
    take_public_figures(connection, catalog, (*CONFIRMED, SUPPRESSED))
    shown = " union all ".join(_shown(connection, catalog, table) for table in FIGURE_TABLES)
    figures = "(select *, division_level = 'city' as is_city from public_figure)"
    connection.execute(f"create or replace temp table shown_figure as with told as {figures} {shown}")
    rows = connection.execute(
        "select numerator_count, place, period, false from shown_figure where numerator_count <> '' and"
        " (shows_numerator or shows_value) union all"
        " select denominator_count, place, period, false from shown_figure where denominator_count <> '' and"
        " (shows_denominator or shows_value) union all"
        " select follows, place, period, true from shown_figure where follows <> '' and numerator_count = '' and"
        " (shows_numerator or shows_value)"
    ).fetchall()
    told = {CountKey(count, place, period) for count, place, period, is_amount in rows if not is_amount}
    return told, {CountKey(count, place, period) for count, place, period, is_amount in rows if is_amount}


def _shown(connection: duckdb.DuckDBPyConnection, catalog: str, table: str) -> str:
    relation = relation_of(catalog, table)
    columns = {name for name, _ in columns_of(connection, relation)}

    def shows(*names: str) -> str:
        return " or ".join(f"rows.{name} is not null" for name in names if name in columns) or "false"

    return (
        f"select told.numerator_count, told.denominator_count, told.follows, told.place, told.period,"
        f" {shows('numerator')} as shows_numerator, {shows('denominator')} as shows_denominator,"
        f" {shows('value', 'display')} as shows_value"
        f" from {relation} as rows inner join told"
        f" on rows.indicator = told.indicator and rows.period = told.period and rows.{FIGURE_TABLES[table]}"
    )


def by_level(audit: Audit) -> Mapping[tuple[str, str], tuple[int, float]]:
    """(period, level) → how many counts are suppressed there, and the narrowest range among them."""
    found: dict[tuple[str, str], tuple[int, float]] = {}
    for count in audit.suppressed:
        level = (
            "city"
            if count.key.place.endswith("00") and len(count.key.place) == 6
            else _LEVELS.get(len(count.key.place), "merged")
        )
        number, width = found.get((count.key.period, level), (0, float("inf")))
        found[count.key.period, level] = (number + 1, min(width, count.width))
    return dict(sorted(found.items()))
