"""Births, deaths and marriages of a half-year; who leaves is listed once more with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from twin.life import Course
from twin.natural_change import child_of, mothers_of, with_newcomers
from twin.people import DAUGHTER, DAUGHTER_IN_LAW, FEMALE, HEAD, SON, SPOUSE
from twin.person_states import ages, last_day, person_states

BORN, MARRIED_IN, DIED, MARRIED_OUT = "born", "married_in", "died", "married_out"
MARRYING, OLD = (21, 36), 62
LARGEST = 7
# A head may die where the wife or husband takes over and nobody else's relation to the head changes its name.
_PLAIN_FAMILY = {HEAD, SPOUSE, SON, DAUGHTER}


def change_persons(course: Course, able: np.ndarray) -> None:
    """Births, deaths and marriages of households that stay, each household living one of them at most."""
    rng = course.chance("persons")
    mothers = mothers_of(course.present(), last_day(course.period))
    small = course.sizes()[: len(able)] < LARGEST
    born = course.choose(BORN, able & small & _is_in(mothers, able))
    newcomers = [{**child_of(course.households, h, mothers[h], course.last, course.period, rng), "came_as": BORN}
                 for h in born]  # fmt: skip
    sons = _bachelors(course)
    newcomers += [
        {"household": h, "relation": DAUGHTER_IN_LAW, "sex": FEMALE, "birth": _near(sons[h], rng),
         "from_period": course.period, "came_as": MARRIED_IN}
        for h in course.choose(MARRIED_IN, able & small & _is_in(sons, able))
    ]  # fmt: skip
    for kind, who in ((MARRIED_OUT, _brides(course)), (DIED, _frail(course))):
        _leave(course, [who[household] for household in course.choose(kind, able & _is_in(who, able))], kind)
    newcomers = [{**one, "left_as": ""} for one in newcomers]
    course.people = with_newcomers(course.people, newcomers, course.households, course.identities)


def leavers(people: pd.DataFrame, period: str) -> pd.DataFrame:
    """The ``members`` rows of those who left within the period, with the reason; index as ``people``."""
    gone = people[(people["left_period"] == period) & (people["left_as"] != "")]
    rows = person_states(gone.assign(left_period=""), period)
    return rows.assign(membership_change=gone["left_as"].astype(object))


def _is_in(found: Mapping[int, object], able: np.ndarray) -> np.ndarray:
    return np.isin(np.arange(len(able)), list(found))


def _bachelors(course: Course) -> dict[int, date]:
    """Household → birthday of the only grown son of a house without a daughter-in-law."""
    people = course.present()
    age = ages(people["birth"], last_day(course.last))
    sons = people[(people["relation"] == SON) & (age >= MARRYING[0]) & (age <= MARRYING[1])]
    wives = set(people.loc[people["relation"] == DAUGHTER_IN_LAW, "household"])
    single = sons[~sons["household"].isin(wives) & ~sons.duplicated("household", keep=False)]
    return dict(zip(single["household"], single["birth"], strict=True))


def _near(birth: date, rng: np.random.Generator) -> date:
    """A birthday near another, of somebody of age."""
    return min(birth, date(1995, 6, 1)) + timedelta(days=int(rng.integers(-700, 700)))


def _brides(course: Course) -> dict[int, int]:
    """Household → a grown daughter."""
    people = course.present()
    age = ages(people["birth"], last_day(course.last))
    grown = people[(people["relation"] == DAUGHTER) & (age >= MARRYING[0]) & (age <= MARRYING[1])]
    return dict(zip(grown["household"], grown.index, strict=True))


def _frail(course: Course) -> dict[int, int]:
    """Household → an old person: no head, or one whose wife or husband takes over."""
    people = course.present()
    old = people[ages(people["birth"], last_day(course.last)) >= OLD]
    is_plain = people["relation"].isin(_PLAIN_FAMILY)
    led_on = set(people.loc[people["relation"] == SPOUSE, "household"]) - set(people.loc[~is_plain, "household"])
    dying = old[(old["relation"] != HEAD) | old["household"].isin(led_on)]
    return dict(zip(dying["household"], dying.index, strict=True))


def _leave(course: Course, persons: list[int], kind: str) -> None:
    """Let persons leave; where a head does, wife or husband is the head from then on."""
    people = course.people
    people.loc[persons, "left_period"], people.loc[persons, "left_as"] = course.period, kind
    led = set(people.loc[persons, "household"][people.loc[persons, "relation"] == HEAD])
    heirs = people["household"].isin(led) & (people["relation"] == SPOUSE) & (people["left_period"] == "")
    people.loc[heirs, "relation"] = HEAD
