"""Births and deaths between the periods, recorded as such in the members' return.

Equal numbers of both within each group of households, so that the city's totals stay what the plan says.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

from twin.identity import Identities
from twin.people import (
    DAUGHTER,
    DAUGHTER_IN_LAW,
    GRANDDAUGHTER,
    GRANDSON,
    HEAD,
    HEALTHY,
    MALE,
    SON,
    SPOUSE,
    name_people,
)
from twin.person_states import ages, last_day

YEARLY_SHARE = 0.012


def add_natural_change(
    people: pd.DataFrame, households: pd.DataFrame, periods: tuple[str, ...], seed: int, identities: Identities
) -> pd.DataFrame:
    """Let some old persons die and some children be born in every period after the first.

    Args:
        people: from ``make_people``; ``left_period`` is set in place.
        households: with ``exit_year``, ``size``, ``is_fixed`` (no change), ``household_code``, ``county_code``.
        periods: all periods, ascending.
        seed: equal seeds give equal changes.
        identities: gives out the newborns' names and numbers.

    Returns:
        The people with the newborn appended.
    """
    rng = np.random.default_rng([seed, 4])
    group = households["exit_year"].to_numpy()
    is_fixed = households["is_fixed"].to_numpy()
    touched: set[int] = set()
    newborn: list[dict[str, object]] = []
    for before, period in pairwise(periods):
        mothers = mothers_of(people, last_day(period))
        frail = _frail(people, last_day(period))
        for exit_year in np.unique(group):
            able = np.flatnonzero((group == exit_year) & ~is_fixed & (households["size"] < 7).to_numpy())
            births = [h for h in rng.permutation(able) if h in mothers and h not in touched]
            deaths = [h for h in rng.permutation(able) if h in frail and h not in touched and h not in births[:1]]
            count = min(len(births), len(deaths), round(YEARLY_SHARE * len(able) * _years(before, period)))
            born = births[:count]
            died = [h for h in deaths if h not in set(born)][:count]
            born = born[: len(died)]
            touched.update(born, died)
            people.loc[[frail[h] for h in died], "left_period"] = period
            newborn.extend(child_of(households, h, mothers[h], before, period, rng) for h in born)
    return with_newcomers(people, newborn, households, identities)


def _years(before: str, period: str) -> float:
    return (last_day(period) - last_day(before)).days / 365


def mothers_of(people: pd.DataFrame, day: date) -> dict[int, str]:
    """Household → relation of the woman who may have a child."""
    age = ages(people["birth"], day)
    women = people[
        (people["sex"] != MALE) & people["relation"].isin([HEAD, SPOUSE, DAUGHTER_IN_LAW]) & (age > 20) & (age < 40)
    ]
    return dict(zip(women["household"], women["relation"], strict=True))


def _frail(people: pd.DataFrame, day: date) -> dict[int, int]:
    """Household → index of an old healthy person who is not the head: no cause of poverty depends on them."""
    age = ages(people["birth"], day)
    old = people[
        (age > 68) & (people["relation"] != HEAD) & (people["health"] == HEALTHY) & (people["left_period"] == "")
    ]
    return dict(zip(old["household"], old.index, strict=True))


def child_of(
    households: pd.DataFrame, household: int, mother: str, before: str, period: str, rng: np.random.Generator
) -> dict[str, object]:
    """A child born to a household between two periods, as ``with_newcomers`` asks for it."""
    sex = MALE if rng.random() < 0.52 else "2"
    span = (last_day(period) - last_day(before)).days
    birth = last_day(before) + timedelta(days=int(rng.integers(1, span)))
    grandchild = mother == DAUGHTER_IN_LAW
    relation = (GRANDSON if grandchild else SON) if sex == MALE else (GRANDDAUGHTER if grandchild else DAUGHTER)
    return {"household": household, "relation": relation, "sex": sex, "birth": birth, "from_period": period}


def with_newcomers(
    people: pd.DataFrame, newcomers: list[dict[str, object]], households: pd.DataFrame, identities: Identities
) -> pd.DataFrame:
    """The people with healthy ones more, each given by household, relation, sex, birth and first period."""
    if not newcomers:
        return people
    frame = pd.DataFrame(newcomers)
    name_people(frame, households, identities)
    head = people[people["person_number"] == 1].set_index("household")
    last = people.groupby("household")["person_number"].max()
    frame["ethnicity"] = head["ethnicity"].reindex(frame["household"]).to_numpy()
    frame["person_number"] = last.reindex(frame["household"]).to_numpy() + 1
    traits: dict[str, object] = {
        "health": HEALTHY, "skilled": False, "works": False, "work_place": "1", "work_rate": 2, "phone": None,
        "keeps_studying": 0.5, "weakness": 0.5, "schooling": 0.5, "insured": True, "left_period": "",
    }  # fmt: skip
    for name, value in traits.items():
        frame[name] = pd.Series([value] * len(frame), dtype=object)
    together = pd.concat([people, frame[people.columns]], ignore_index=True)
    return together.sort_values(["household", "person_number"], kind="stable").reset_index(drop=True)
