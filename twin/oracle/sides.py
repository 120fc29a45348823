"""From rows at places to a figure of every division: the two maps, the levels, sums and distinct counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pandas as pd

from twin.duties import CITY
from twin.places import seed

MAPS = ("2017", "2023")
LEVELS = ("city", "county", "township", "village")


@dataclass(frozen=True)
class Figure:
    """An indicator before it is rolled up.

    Attributes:
        indicator: its key.
        numerator: rows with ``place`` (a village's, township's, county's or the city's code) and ``amount``; with a
            column ``key`` what it names counts once in every division.
        denominator: the same, or none for a plain figure.
        is_told: whether it rests on returns of forms, so that what did not come leaves a division out.
        knows: of which townships what the figure compares with is known; of the others it is not evaluated.
        asked: the townships that a ratio is asked of, where that is not all: a share of nothing is no figure.
    """

    indicator: str
    numerator: pd.DataFrame
    denominator: pd.DataFrame | None = None
    is_told: bool = True
    knows: Callable[[str], bool] | None = None
    asked: frozenset[str] | None = None


def side(
    rows: pd.DataFrame, place: str | pd.Series, amount: str | None = None, key: str | pd.Series | None = None
) -> pd.DataFrame:
    """Rows as one side of a figure: where they are, how much they count (else one each), as what they count once."""
    frame = pd.DataFrame({"place": rows[place] if isinstance(place, str) else place})
    frame["amount"] = 1 if amount is None else pd.to_numeric(rows[amount])
    if key is not None:
        frame["key"] = rows[key] if isinstance(key, str) else key
    return frame[frame["amount"].notna()].reset_index(drop=True)


@cache
def _successors() -> tuple[dict[str, str], dict[str, str]]:
    """Codes of 2023 by code of 2017, of counties and of townships; what is gone has none."""
    divisions = seed("division_2017")
    told = dict(zip(divisions["code"], divisions["code_2023"], strict=True))
    levels = dict(zip(divisions["code"], divisions["level"], strict=True))
    return (
        {code: new for code, new in told.items() if levels[code] == "county"},
        {code: new for code, new in told.items() if levels[code] == "township" and new},
    )


@cache
def division_of(place: str, edition: str, level: str) -> str | None:
    """The division of a level in which a place lies on a map, if it has one."""
    if level == "city":
        return CITY
    if place == CITY:
        return None
    counties, townships = _successors()
    if level == "county":
        return place[:6] if edition == "2017" else counties[place[:6]]
    if level == "township" and len(place) >= 9:
        return place[:9] if edition == "2017" else townships.get(place[:9])
    return place if level == "village" and len(place) == 12 and edition == "2017" else None


def roll_up(rows: pd.DataFrame, counts: Callable[[str], bool]) -> dict[tuple[str, str], dict[str, float]]:
    """(map, level) → division → amount, of the places that count; what has a key counts once in a division."""
    places, amounts = rows["place"].tolist(), rows["amount"].tolist()
    keys = rows["key"].tolist() if "key" in rows.columns else range(len(rows))
    by_place: dict[str, dict[object, float]] = {}
    for place, amount, key in zip(places, amounts, keys, strict=True):
        by_place.setdefault(place, {}).setdefault(key, float(amount))
    counted = {place: found for place, found in by_place.items() if counts(place)}
    return {(edition, level): _divisions(counted, edition, level) for edition, level in views()}


def _divisions(by_place: dict[str, dict[object, float]], edition: str, level: str) -> dict[str, float]:
    """Division → amount of the different keys of its places."""
    found: dict[str, dict[object, float]] = {}
    for place, amounts in by_place.items():
        division = division_of(place, edition, level)
        if division is not None:
            found.setdefault(division, {}).update(amounts)
    return {division: sum(amounts.values()) for division, amounts in found.items()}


def views() -> list[tuple[str, str]]:
    """Every map with its levels; villages have no later codes."""
    return [(edition, level) for edition in MAPS for level in LEVELS if edition == "2017" or level != "village"]
