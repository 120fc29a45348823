"""Counties, townships and the city: which lies in which, and what a division of a later map is made of."""

from __future__ import annotations

from functools import cache

from twin.duties import CITY
from twin.oracle.sides import division_of
from twin.places import seed

_LEVELS = {6: "county", 9: "township"}


def level_of(code: str) -> str:
    """City, county or township, by the code of a map of 2017."""
    return "city" if code == CITY else _LEVELS[len(code)]


def is_in(code: str, area: str) -> bool:
    """Whether a place lies in an area, or is that area itself."""
    return area == CITY or code.startswith(area)


@cache
def divisions() -> tuple[str, ...]:
    """The city, its counties and its townships on the map of 2017."""
    rows = seed("division_2017")
    return tuple(rows.loc[rows["level"].isin(["city", *_LEVELS.values()]), "code"])


@cache
def parts_of(code: str, edition: str, level: str) -> tuple[str, ...]:
    """The divisions of 2017 of the same level that a division of a map is made of."""
    return tuple(one for one in divisions() if level_of(one) == level and division_of(one, edition, level) == code)
