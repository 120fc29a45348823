"""Households of the register: how many, poor by cause, paired, unsafe."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from twin.oracle.book import Book, first_claims
from twin.oracle.sides import Figure, side
from twin.places import seed

POOR, EXITED = ("0", "2", "3"), ("1", "4")


def register(book: Book, period: str) -> pd.DataFrame:
    """The register of a period: every household once, with ``is_poor`` and ``has_left``."""
    return first_claims(claims(book, period), "household_code")


def claims(book: Book, period: str) -> pd.DataFrame:
    """The same with a row for each township that returns the household."""
    rows = book.state("households", period)
    rows["is_poor"] = rows["poverty_status"].isin(POOR)
    rows["has_left"] = rows["poverty_status"].isin(EXITED)
    return rows


def household_figures(book: Book, period: str) -> Iterator[Figure]:
    """Households as they stand at a period's end."""
    rows = register(book, period)
    poor = rows[rows["is_poor"]]
    everyone, every_poor = side(rows, "village_code"), side(poor, "village_code")
    yield Figure("registered_households", everyone)
    yield Figure("poor_households", every_poor)
    helped = poor["helper_name"].map(is_filled)
    yield Figure("pairing_rate", side(poor[helped], "village_code"), every_poor)
    yield Figure("unsafe_housing_households", side(rows[rows["dangerous_housing"].eq(True)], "village_code"))
    yield Figure("unsafe_water_households", side(rows[rows["safe_water"].eq(False)], "village_code"))
    for cause in seed("code_poverty_cause")["code"]:
        found = side(poor[poor["main_cause"] == cause], "village_code")
        yield Figure(f"poor_households_cause_{cause}", found)
        yield Figure(f"poor_households_cause_share_{cause}", found, every_poor)
    listed = poor["other_causes"].map(parts)
    for cause in seed("code_other_cause")["code"]:
        found = side(poor[listed.map(lambda causes, cause=cause: cause in causes)], "village_code")
        yield Figure(f"poor_households_other_cause_share_{cause}", found, every_poor)


def is_filled(value: object) -> bool:
    """Whether a cell holds anything."""
    return value is not None and value == value and str(value).strip() != ""


def parts(value: object) -> tuple[str, ...]:
    """The codes of a cell that may hold several."""
    if not is_filled(value):
        return ()
    listed = value if isinstance(value, list | tuple | set) else str(value).replace(",", "|").split("|")
    return tuple(str(one).strip() for one in listed)
