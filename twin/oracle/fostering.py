"""Base fostering: contracts of the year, and what they gained."""

from __future__ import annotations

from collections.abc import Iterator

from twin.oracle.book import Book, first_claims
from twin.oracle.sides import Figure, side


def fostering_figures(book: Book, period: str) -> Iterator[Figure]:
    """A gain of a year is carried within that year only: of the state the last return of the year stands."""
    rows = first_claims(book.of_year("base_fostering", period), "contract_number")
    households = side(rows, "village_code", key="household_code")
    gain = side(rows, "village_code", "realised_gain_yuan")
    yield Figure("fostering_enterprises", side(rows, "village_code", key="enterprise_code"))
    yield Figure("fostering_households", households)
    yield Figure("fostering_area", side(rows, "village_code", "area_mu"))
    yield Figure("fostering_gain", gain)
    yield Figure("fostering_expected_gain", side(rows, "village_code", "expected_gain_yuan"))
    yield Figure("fostering_gain_per_household", gain, households)
