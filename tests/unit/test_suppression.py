"""Small counts cannot be told closer than the threshold, by whatever adds up: tried on many small cities."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.counted_people import LEVELS, count_sums, counted_indicators
from expectations.seed_rows import read_seed_rows
from orchestration.areas.ranges import find_ranges
from orchestration.areas.suppress import suppress
from orchestration.areas.system import CountKey, Edition, Told, build_system
from orchestration.core.settings import CHECKOUT

THRESHOLD = 5
PARTS = {"350400": ["350402", "350403"], "350402": ["350402001", "350402002", "350402003"],
         "350403": ["350403001", "350403002"], "2023-350404": ["350402", "350403"]}  # fmt: skip
TOWNSHIPS = [*PARTS["350402"], *PARTS["350403"]]
PERIODS = ("2015-12", "2016-12")
LABOUR = [f"poor_persons_labour_{n}" for n in range(1, 6)]


def edition(townships: dict[tuple[str, str, str], int]) -> Edition:
    """Counts of townships with those of the places above; small is what is below the threshold."""
    found = dict(townships)
    for place in ("350402", "350403", "350400", "2023-350404"):
        for count, period in {(count, period) for count, _, period in townships}:
            found[count, place, period] = sum(found[count, part, period] for part in PARTS[place])
    return {CountKey(*key): Told(float(value), 0 < value < THRESHOLD) for key, value in found.items()}


def with_totals(parts: dict[tuple[str, str, str], int]) -> Edition:
    """The classes of labour in townships, with the poor persons that they are parts of."""
    totals = {
        ("poor_persons_counted_once", place, period): sum(parts[count, place, period] for count in LABOUR)
        for place in TOWNSHIPS
        for period in PERIODS
    }
    return edition(parts | totals)


def widths(now: Edition, before: Iterable[Edition] = ()) -> tuple[Edition, dict[CountKey, float]]:
    """The edition with what is suppressed in it, and the widths of the ranges of that."""
    system = build_system(now, list(before), PARTS)
    chosen = suppress(system, THRESHOLD)
    hidden = {system.keys[n] for n in np.flatnonzero(chosen.suppressed | system.was_suppressed)}
    audited = find_ranges(system, chosen.suppressed, THRESHOLD)
    told = {key: Told(one.value, one.is_small, key in hidden) for key, one in now.items()}
    return told, {system.keys[n]: float(audited.widths[n]) for n in np.flatnonzero(chosen.suppressed)}


keys = st.fixed_dictionaries(
    {
        (count, place, period): st.one_of(st.integers(0, 9), st.integers(0, 200))
        for count in LABOUR
        for place in TOWNSHIPS
        for period in PERIODS
    }
)


@settings(max_examples=25, deadline=None)
@given(keys)
def test_every_suppressed_count_may_lie_in_a_range_as_wide_as_the_threshold(parts: dict) -> None:
    now = with_totals(parts)
    told, found = widths(now)
    assert {key for key, one in now.items() if one.is_small} <= set(found)
    assert all(width >= THRESHOLD - 1e-6 for width in found.values())
    assert {key: one.value for key, one in told.items()} == {key: one.value for key, one in now.items()}


@settings(max_examples=15, deadline=None)
@given(keys, keys, st.sampled_from(TOWNSHIPS))
def test_a_second_edition_tells_nothing_that_the_first_did_not(first: dict, second: dict, corrected: str) -> None:
    """One township's counts are corrected: what was suppressed stays so, and no difference tells it."""
    told, _ = widths(with_totals(first))
    changed = {key: (second if key[1] == corrected else first)[key] for key in first}
    later, found = widths(with_totals(changed), [told])
    assert {key for key, one in told.items() if one.is_suppressed} <= {
        k for k, one in later.items() if one.is_suppressed
    }
    assert all(width >= THRESHOLD - 1e-6 for width in found.values())


def test_a_count_beside_a_small_one_is_told_again_and_the_range_closes() -> None:
    counts = {("poor_persons", place, "2016-12"): 20 + n for n, place in enumerate(TOWNSHIPS)}
    now = edition(counts | {("poor_persons", "350402001", "2016-12"): 2})
    system = build_system(now, [], PARTS)
    chosen = suppress(system, THRESHOLD)
    assert chosen.narrow == ()
    beside = next(n for n in np.flatnonzero(chosen.suppressed) if not system.is_small[n])
    leaked = chosen.suppressed.copy()
    leaked[beside] = False
    ranges = find_ranges(system, leaked, THRESHOLD)
    small = system.keys.index(CountKey("poor_persons", "350402001", "2016-12"))
    assert (ranges.low[small], ranges.high[small]) == (2, 2)


def test_two_small_counts_do_not_hide_each_other() -> None:
    """One and two of a known three: either is from none to three, which is closer than five."""
    counts = {("poor_persons", place, "2016-12"): 20 for place in TOWNSHIPS}
    few = {("poor_persons", "350402001", "2016-12"): 1, ("poor_persons", "350402002", "2016-12"): 2}
    told, found = widths(edition(counts | few))
    assert len([key for key, one in told.items() if one.is_suppressed and len(key.place) == 9]) > 2
    assert min(found.values()) >= THRESHOLD


def test_a_flow_is_not_told_by_two_stocks() -> None:
    """Who exited in the year is the difference of those who have at its end and at the end of the one before."""
    counts = {}
    for n, place in enumerate(TOWNSHIPS):
        counts |= {("exited_persons", place, "2015-12"): 100 + n, ("exited_persons", place, "2016-12"): 120 + 2 * n}
        counts |= {("exits_persons", place, period): 20 + n for period in PERIODS}
    small = {("exits_persons", "350402001", "2016-12"): 3, ("exited_persons", "350402001", "2016-12"): 103}
    told, _ = widths(edition(counts | small))
    stocks = [told[CountKey("exited_persons", "350402001", period)].is_suppressed for period in PERIODS]
    assert any(stocks)


def test_nobody_is_told() -> None:
    told, _ = widths(edition({("poor_persons", place, "2016-12"): 0 for place in TOWNSHIPS}))
    assert not any(one.is_suppressed for one in told.values())


def test_what_was_told_before_hides_nothing() -> None:
    """A township falls to three: those beside it that an earlier edition told of do not count as hidden."""
    counts = {("poor_persons", place, "2016-12"): 20 + n for n, place in enumerate(TOWNSHIPS)}
    told, _ = widths(edition(counts))
    later, found = widths(edition(counts | {("poor_persons", "350402001", "2016-12"): 3}), [told])
    hidden = {key.place for key, one in later.items() if one.is_suppressed}
    assert {"350402001", "350402", "350400"} <= hidden
    assert not hidden & {"350402002", "350402003", "350403"}
    assert min(found.values()) >= THRESHOLD


def test_every_indicator_says_what_it_counts() -> None:
    """An indicator that has no line would not be the public's; one that is gone should have none."""
    defined = {row["indicator"] for row in read_seed_rows(CHECKOUT / "dbt_project/seeds/indicator_definition.csv")}
    assert [row.indicator for row in counted_indicators()] == [
        row["indicator"] for row in read_seed_rows(CHECKOUT / "dbt_project/seeds/indicator_definition.csv")
    ]
    assert len(defined) == len(counted_indicators())
    assert {row.lowest_level for row in counted_indicators()} <= set(LEVELS)


def test_a_plain_count_of_people_is_a_count() -> None:
    definitions = read_seed_rows(CHECKOUT / "dbt_project/seeds/indicator_definition.csv")
    people = {row["indicator"] for row in definitions if row["unit"] in ("persons", "households", "applications")}
    assert people == {row.indicator for row in counted_indicators() if row.indicator in people and row.numerator}


def test_sums_and_amounts_name_counts_that_are_there() -> None:
    counts = {name for row in counted_indicators() for name in (row.numerator, row.denominator)} - {""}
    assert {term.count for terms in count_sums().values() for term in terms} <= counts
    assert {row.follows for row in counted_indicators()} - {""} <= counts


@pytest.mark.parametrize("name", sorted(count_sums()))
def test_a_sum_has_both_sides(name: str) -> None:
    assert {term.sign for term in count_sums()[name]} == {1, -1}
