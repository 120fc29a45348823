"""Rates of exit assessments: what samples say, and what they say of those they were drawn from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from twin.duties import CITY
from twin.oracle.answers import answered, townships
from twin.oracle.book import Book, end_of
from twin.oracle.persons import persons
from twin.oracle.sides import MAPS, division_of
from twin.places import seed

THIRD_PARTY = "third_party"
# Rate → what of the sample has it, and of whom it was asked.
RATES = {
    "missed_rate": ("missed_persons", "surveyed_unregistered_persons"),
    "wrong_exit_rate": ("wrongly_exited_persons", "surveyed_exited_persons"),
    "satisfaction_rate": ("satisfied_households", "asked_households"),
    "recognition_rate": ("recognising_households", "asked_households"),
}
POPULATION_FORMS = (("village_profiles", False), ("households", False), ("members", False))
Told = tuple[str, str, str, str, float | None, float | None]
"""Indicator, map, level, division, numerator, denominator (none for a plain figure)."""


@dataclass(frozen=True)
class People:
    """Those a survey's rates are applied to: poor, exited and registered persons, and all inhabitants."""

    poor: float
    exited: float
    registered: float
    inhabitants: float


def survey_figures(book: Book, period: str) -> Iterator[Told]:
    """Every rate of the city and its counties on both maps; the sides are empty where nobody surveyed."""
    surveys = _standing(book, period)
    for edition in MAPS:
        for division, level, parts in _divisions(edition):
            found = [surveys.get(division)] if division in surveys else [surveys.get(part) for part in parts]
            known = [survey for survey in found if survey is not None]
            complete = len(known) == len(found)
            for indicator, columns in RATES.items():
                sides = [[float(s[c]) if _is_number(s.get(c)) else None for s in known] for c in columns]
                sums = [sum(v for v in side if v is not None) for side in sides]
                is_told = complete and not any(v is None for side in sides for v in side)
                yield indicator, edition, level, division, *((sums[0], sums[1]) if is_told else (None, None))
            asked = sum(float(s[RATES[r][1]]) for s in known for r in ("missed_rate", "wrong_exit_rate"))
            yield "surveyed_persons", edition, level, division, asked if complete else None, None
            units = [division] if division in surveys else parts
            yield "comprehensive_poverty_rate", edition, level, division, *_comprehensive(book, period, surveys, units)


def _standing(book: Book, period: str) -> dict[str, pd.Series]:
    """Division → the latest survey of its year, a third party's before an inspection's, if it was made by then."""
    rows = book.of_years("surveys", period)
    of_year = rows["survey_year"].map(lambda year: str(year)[:4]) == period[:4]
    rows = rows[of_year].assign(is_third=rows["surveyor_kind"] == THIRD_PARTY)
    last = rows.sort_values(["is_third", "surveyed_on", "survey_code"]).drop_duplicates("division_code", keep="last")
    made = last[last["surveyed_on"].map(lambda day: str(day)[:10]) <= f"{end_of(period)}"]
    return {row["division_code"]: row for _, row in made.iterrows()}


def _divisions(edition: str) -> list[tuple[str, str, list[str]]]:
    """The city and its counties on a map, each with its level and the counties of 2017 that it is made of."""
    divisions = seed("division_2017")
    counties = [str(code) for code in divisions[divisions["level"] == "county"]["code"]]
    made: dict[str, list[str]] = {}
    for code in counties:
        made.setdefault(str(division_of(code, edition, "county")), []).append(code)
    return [(CITY, "city", counties), *((code, "county", parts) for code, parts in made.items())]


def _comprehensive(
    book: Book, period: str, surveys: dict[str, pd.Series], units: list[str]
) -> tuple[float | None, float | None]:
    """Poor persons and those the samples' rates add, over the inhabitants of villages with a profile."""
    numerator = denominator = 0.0
    for unit in units:
        survey, people = surveys.get(unit), _people(book, period, unit)
        if survey is None or people is None:
            return None, None
        missed, wrong = (float(survey[RATES[r][0]]) / float(survey[RATES[r][1]]) for r in _EXTRAPOLATED)
        numerator += people.poor + missed * (people.inhabitants - people.registered) + wrong * people.exited
        denominator += people.inhabitants
    return numerator, denominator


_EXTRAPOLATED = ("missed_rate", "wrong_exit_rate")


def _people(book: Book, period: str, unit: str) -> People | None:
    """The persons of a county or the city, in villages with a profile whose registers are known."""
    told = {one for one in townships() if answered(book, POPULATION_FORMS, one, period)}
    profiles = book.state("village_profiles", period)
    inside = profiles["village_code"].str[:9].isin(told) & ((unit == CITY) | (profiles["village_code"].str[:6] == unit))
    profiles = profiles[inside]
    if profiles.empty:
        return None
    rows = persons(book, period)
    rows = rows[rows["village_code"].isin(profiles["village_code"])]
    return People(
        poor=rows.loc[rows["is_poor"], "person"].nunique(),
        exited=rows.loc[rows["has_left"], "person"].nunique(),
        registered=rows["person"].nunique(),
        inhabitants=float(pd.to_numeric(profiles["rural_registered_population"]).sum()),
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and value == value
