"""Which figures count people, and which counts add up to which: ``contracts/counted_people.csv``, ``count_sums.csv``.

An indicator that is not in the list is not for the public: a new one stays closed until somebody says what it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from expectations.model import CONTRACTS_DIR
from expectations.seed_rows import read_seed_rows

COUNTS_FILE, SUMS_FILE = CONTRACTS_DIR / "counted_people.csv", CONTRACTS_DIR / "count_sums.csv"
LEVELS = ("none", "city", "county", "township")


@dataclass(frozen=True)
class CountedIndicator:
    """What an indicator counts.

    Attributes:
        lowest_level: the lowest level of places that the public may see it for, or ``none``.
        numerator: the count of people that its numerator is, or nothing; equal counts have one name.
        denominator: the same of its denominator.
        follows: the count of those whom an amount comes from: it is not told where that one is not.
    """

    indicator: str
    lowest_level: str
    numerator: str
    denominator: str
    follows: str


@dataclass(frozen=True)
class Term:
    """A count in a sum.

    Attributes:
        sign: 1 or -1.
        period: ``same``, ``last december``, or a period.
    """

    count: str
    sign: int
    period: str


@cache
def counted_indicators() -> tuple[CountedIndicator, ...]:
    """What each indicator counts."""
    return tuple(CountedIndicator(**row) for row in read_seed_rows(COUNTS_FILE))


@cache
def count_sums() -> dict[str, tuple[Term, ...]]:
    """Sums of counts that are zero in every place, or nearly so: name of the sum → its terms."""
    found: dict[str, tuple[Term, ...]] = {}
    for row in read_seed_rows(SUMS_FILE):
        term = Term(row["count"], -1 if row["sign"] == "-" else 1, row["period"])
        found[row["sum"]] = (*found.get(row["sum"], ()), term)
    return found


@cache
def counts_within() -> frozenset[tuple[str, str]]:
    """Pairs of counts: of a ratio, that of its numerator, which is a part of that of its denominator."""
    return frozenset(
        (counted.numerator, counted.denominator)
        for counted in counted_indicators()
        if counted.numerator and counted.denominator
    )
