"""The formulas of low and high that the oracle goes by, each end worked out by hand from decision 0010."""

from __future__ import annotations

import pytest

from twin.oracle.areas import is_in, parts_of
from twin.oracle.span_formulas import NEVER_RETURNED, NO_PEERS, WHOLE, WORST_CASE, Open, Peers, Range, Silent, range_of

SILENT = Silent(numerator=8, denominator=10, most=34, is_never=False)
NEVER = Silent(numerator=0, denominator=0, most=None, is_never=True)
ROWS = Peers(row_low=1, row_middle=5, row_high=9, unit_middle=2, unit_high=3, mean_low=1, mean_high=6)


@pytest.mark.parametrize(
    ("kind", "sides", "left", "peers", "expected"),
    [
        ("count", (20, None), Open(()), Peers(), (20, 20, WHOLE)),
        # Of 20 the silent area brings 8; one row is carried, one asked about, two are held: 12 - 2 to 12 + 34 + 3.
        ("count", (20, None), Open((SILENT,), 2, 1, 1), Peers(), (10, 49, WORST_CASE)),
        ("count", (20, None), Open((NEVER,), 2, 1, 1), Peers(), (18, None, NEVER_RETURNED)),
        # 100 - 8 - 9 for the carried row - 7 that the asked one brings; 92 + (34 + 3) * 9 + 5.
        ("amount", (100, None), Open((SILENT,), 2, 1, 1, 7), ROWS, (76, 430, WORST_CASE)),
        ("amount", (100, None), Open((), 0, 1), Peers(), (0, None, NO_PEERS)),
        ("amount", (100, None), Open((), 0, 0, 1, 100), Peers(), (0, None, NO_PEERS)),
        # 12 of 30 are settled: 10 of 66 at least, (12 + 34 + 4) of 66 at most.
        ("share", (20, 40), Open((SILENT,), 2, 1, 1), Peers(), (10 / 66, 50 / 66, WORST_CASE)),
        ("share", (20, 40), Open((NEVER,)), Peers(), (0, 1, WORST_CASE)),
        # 92 by 30: without the carried row 83, of 38 * 3 units more with a mean of 1 to 6; 26 stay at least.
        ("mean", (100, 40), Open((SILENT,), 2, 1, 1), ROWS, (197 / 144, (92 + 684) / 140, WORST_CASE)),
        ("mean", (100, 40), Open((NEVER,)), ROWS, (1, 6, WORST_CASE)),
        ("mean", (100, 40), Open((), 1), Peers(), (None, None, NO_PEERS)),
        # The value is always within.
        ("mean", (400, 40), Open((NEVER,)), ROWS, (1, 10, WORST_CASE)),
    ],
)
def test_an_end_is_what_the_decision_says(
    kind: str, sides: tuple[float, float | None], left: Open, peers: Peers, expected: Range
) -> None:
    low, high, basis = range_of(kind, *sides, left, peers)
    assert (low, high) == (pytest.approx(expected[0]), pytest.approx(expected[1]))
    assert basis == expected[2]


def test_a_county_of_a_later_map_is_made_of_two_and_a_township_lies_in_its_own() -> None:
    assert parts_of("350404", "2023", "county") == ("350402", "350403")
    assert is_in("350402001", "350402")
    assert not is_in("350402001", "350403")
    assert is_in("350402001", "350400")
