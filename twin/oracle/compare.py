"""Published figures beside the oracle's: how many were compared, and each that differs."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from twin.oracle.figures import NOT_EVALUATED, NOT_RETURNED
from twin.oracle.span_formulas import WORST_CASE

KEY = ["indicator", "map_edition", "division_level", "division_code", "period"]
SIDES = ("numerator", "denominator", "value")
ENDS = ("low", "high")
# The sixth decimal is published; large amounts are compared as exactly as a float tells.
NEAR, RELATIVE = 1.5e-6, 1e-11


@dataclass(frozen=True)
class Comparison:
    """The figures compared, and those that differ: ``KEY``, then each side of both, and the status of both."""

    compared: int
    differing: pd.DataFrame
    indicators: tuple[str, ...]

    def by_indicator(self) -> pd.Series:
        """How many figures of each indicator differ."""
        return self.differing.groupby("indicator").size().sort_values(ascending=False)


def compare(published: pd.DataFrame, expected: pd.DataFrame) -> Comparison:
    """Hold the published figures against the expected ones, of the indicators that are expected.

    Args:
        published: rows of ``reports.indicator``.
        expected: rows of ``expected_figures``.
    """
    indicators = tuple(sorted(expected["indicator"].unique()))
    theirs = published[published["indicator"].isin(indicators)]
    both = theirs.merge(expected, on=KEY, how="outer", suffixes=("_published", "_expected"))
    for name in SIDES:
        for whose in ("published", "expected"):
            both[f"{name}_{whose}"] = pd.to_numeric(both[f"{name}_{whose}"])
    wrong = pd.Series(data=False, index=both.index)
    for name in SIDES:
        wrong |= _differs(_filled(both, name, "published"), _filled(both, name, "expected"))
    for status in (NOT_RETURNED, NOT_EVALUATED):
        said = (both["status_published"] == status) != (both["status_expected"] == status)
        wrong |= said & (both["division_level"] != "village")
    told = both["value_published"].notna() | both["value_expected"].notna() | both["status_expected"].notna()
    shown = [*KEY, *(f"{name}_{whose}" for name in (*SIDES, "status") for whose in ("published", "expected"))]
    return Comparison(int(told.sum()), both.loc[wrong, shown].reset_index(drop=True), indicators)


def compare_spans(published: pd.DataFrame, expected: pd.DataFrame) -> Comparison:
    """Hold low, high and what they rest on against the expected ones, of city, counties and townships.

    The narrower range is not compared: where there is one, the wide one is the worst case.

    Args:
        published: rows of ``reports.indicator``.
        expected: rows of ``spans.expected_spans``.
    """
    theirs = published.loc[published["span_basis"].notna(), [*KEY, *ENDS, "span_basis"]]
    theirs = theirs.replace({"span_basis": {"transitions": WORST_CASE}})
    both = theirs.merge(expected, on=KEY, how="outer", suffixes=("_published", "_expected"))
    wrong = both["span_basis_published"] != both["span_basis_expected"]
    for name in ENDS:
        wrong |= _differs(*(pd.to_numeric(both[f"{name}_{whose}"]) for whose in ("published", "expected")))
    return Comparison(len(both), both[wrong].reset_index(drop=True), tuple(sorted(both["indicator"].unique())))


def _filled(both: pd.DataFrame, name: str, whose: str) -> pd.Series:
    """One side; a village without a row has nothing, and a figure without a value has no sides that bind."""
    valued = both[f"value_{whose}"].notna()
    found = both[f"{name}_{whose}"].where(valued)
    plain = both["denominator_published"].isna() & both["denominator_expected"].isna()
    nothing = plain & (both["division_level"] == "village") & ~valued & (name != "denominator")
    return found.mask(nothing, 0)


def _differs(left: pd.Series, right: pd.Series) -> pd.Series:
    near = (left - right).abs() <= NEAR + RELATIVE * right.abs()
    return ~(near | (left.isna() & right.isna()))
