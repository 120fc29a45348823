"""Persons of the registered households: who lives together, of what age, sex and health.

Only what stays the same for a person is decided here; what changes with the period is in
``person_states``. Codes are those of the seeds (relation, sex, health).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from twin.identity import Identities, addresses_of, phone

HEAD, SPOUSE, SON, DAUGHTER, DAUGHTER_IN_LAW = "01", "02", "03", "04", "05"
GRANDSON, GRANDDAUGHTER, FATHER, MOTHER, OTHER = "07", "08", "11", "12", "99"
SEX_OF_RELATION = {
    SON: "1",
    GRANDSON: "1",
    FATHER: "1",
    DAUGHTER: "2",
    DAUGHTER_IN_LAW: "2",
    GRANDDAUGHTER: "2",
    MOTHER: "2",
}
MALE, FEMALE = "1", "2"
HEALTHY, CHRONIC, SERIOUS, DISABLED = "1", "2", "3", "4"
LAST_BIRTH = date(2015, 10, 31)
ORDINARY, DIBAO, WUBAO = "01", "04", "06"
ETHNIC_TOWNSHIPS = ("350424207", "350481204")


@dataclass
class _Person:
    household: int
    relation: str
    sex: str
    year: int


def make_people(households: pd.DataFrame, seed: int, identities: Identities) -> pd.DataFrame:
    """One row per person of the planned households, in household order, the head first.

    Args:
        households: the plan with ``household_code``, ``size``, ``household_attribute`` and ``county_code``.
        seed: equal seeds give equal persons.
        identities: gives out names and numbers.
    """
    rng = random.Random(seed)  # noqa: S311 - a city that can be made again, no secret
    people: list[_Person] = []
    columns = zip(households["size"], households["household_attribute"], strict=True)
    for index, (size, attribute) in enumerate(columns):
        people.extend(_family(index, int(size), attribute == WUBAO, rng))
    frame = pd.DataFrame(
        {
            "household": [p.household for p in people],
            "relation": [p.relation for p in people],
            "sex": [p.sex for p in people],
            "birth": [_birthday(p.year, rng) for p in people],
        }
    )
    return _with_traits(frame, households, seed, identities)


def _birthday(year: int, rng: random.Random) -> date:
    day = date(year, 1, 1) + timedelta(days=rng.randrange(365))
    return min(day, LAST_BIRTH)


def _family(index: int, size: int, is_wubao: bool, rng: random.Random) -> list[_Person]:
    if is_wubao:
        years = [rng.randint(1929, 1947) for _ in range(size)]
        sexes = [MALE if rng.random() < 0.8 else FEMALE for _ in range(size)]
        return [_Person(index, OTHER if i else HEAD, sexes[i], years[i]) for i in range(size)]
    oldest, youngest = (1935, 1978) if size == 1 else (1946, 1985)
    head = _Person(index, HEAD, MALE if rng.random() < 0.86 else FEMALE, rng.randint(oldest, youngest))
    family = [head]
    if size > 1 and rng.random() < 0.78:
        year = min(1988, head.year + rng.randint(-3, 6))
        family.append(_Person(index, SPOUSE, FEMALE if head.sex == MALE else MALE, year))
    while len(family) < size:
        family.append(_next_member(index, family, rng))
    return family


def _next_member(index: int, family: list[_Person], rng: random.Random) -> _Person:
    head = family[0]
    count = {relation: sum(p.relation == relation for p in family) for relation in (FATHER, MOTHER, DAUGHTER_IN_LAW)}
    children = [p for p in family if p.relation in (SON, DAUGHTER)]
    sons = [p for p in children if p.sex == MALE and p.year <= 1992]
    choices = [("child", 7.0 if len(children) < 3 else 0.0)]
    can_have_parents = head.year >= 1952
    choices += [(r, 1.6 if count[r] == 0 and can_have_parents else 0.0) for r in (FATHER, MOTHER)]
    choices.append((DAUGHTER_IN_LAW, 2.5 if sons and not count[DAUGHTER_IN_LAW] else 0.0))
    choices.append(("grandchild", 3.5 if count[DAUGHTER_IN_LAW] else 0.0))
    choices.append((OTHER, 0.1 if len(children) < 3 else 0.6))
    (choice,) = rng.choices([c for c, _ in choices], [w for _, w in choices])
    if choice == "child":
        relation = SON if rng.random() < 0.54 else DAUGHTER
        year = rng.randint(head.year + 22, max(head.year + 22, min(2015, head.year + 34)))
        return _Person(index, relation, SEX_OF_RELATION[relation], year)
    if choice in (FATHER, MOTHER):
        return _Person(index, choice, SEX_OF_RELATION[choice], head.year - rng.randint(21, 29))
    if choice == DAUGHTER_IN_LAW:
        return _Person(index, choice, FEMALE, min(1993, sons[0].year + rng.randint(-2, 3)))
    if choice == "grandchild":
        relation = GRANDSON if rng.random() < 0.53 else GRANDDAUGHTER
        return _Person(index, relation, SEX_OF_RELATION[relation], rng.randint(min(2015, sons[0].year + 22), 2015))
    return _Person(index, OTHER, MALE if rng.random() < 0.5 else FEMALE, head.year + rng.randint(-6, 12))


def name_people(frame: pd.DataFrame, households: pd.DataFrame, identities: Identities) -> pd.DataFrame:
    """Give persons their household's code, an ID number and a name; their households, row by row."""
    of_household = households.iloc[frame["household"]]
    frame["household_code"] = of_household["household_code"].to_numpy()
    addresses = addresses_of(list(of_household["county_code"]))
    frame["id_number"] = [
        identities.id_number(address, birth, sex)
        for address, birth, sex in zip(addresses, frame["birth"], frame["sex"], strict=True)
    ]
    frame["name"] = identities.names(len(frame))
    return of_household


def _with_traits(frame: pd.DataFrame, households: pd.DataFrame, seed: int, identities: Identities) -> pd.DataFrame:
    rng = np.random.default_rng([seed, 3])
    count = len(frame)
    of_household = name_people(frame, households, identities)
    frame["health"] = _health(frame, rng)
    ethnic = of_household["village_code"].str[:9].isin(ETHNIC_TOWNSHIPS).to_numpy()
    minority = np.repeat(rng.random(len(households))[:, None], 1, axis=1)[frame["household"].to_numpy(), 0]
    # One ethnicity per household: She in the ethnic townships mostly, elsewhere a few.
    frame["ethnicity"] = np.where(minority < np.where(ethnic, 0.55, 0.03), "22", np.where(minority > 0.994, "99", "01"))
    frame["skilled"] = rng.random(count) < 0.07
    frame["works"] = rng.random(count) < 0.52
    frame["work_place"] = rng.choice(["1", "2", "3", "4"], count, p=[0.35, 0.25, 0.25, 0.15])
    frame["work_rate"] = rng.integers(2, 12, count)
    frame["keeps_studying"] = rng.random(count)
    frame["weakness"] = rng.random(count)
    frame["schooling"] = rng.random(count)
    frame["insured"] = (rng.random(count) < 0.97) | (frame["health"] != HEALTHY)
    first = ~frame.duplicated("household")
    frame["phone"] = pd.Series([phone(i) for i in frame["household"]]).where(first)
    frame["person_number"] = frame.groupby("household").cumcount() + 1
    frame["from_period"], frame["left_period"] = "", ""
    return frame


def _health(frame: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    age = 2016 - np.array([b.year for b in frame["birth"]])
    draw = rng.random(len(frame))
    ill = np.clip((age - 10) * 0.0065, 0.015, 0.42)
    kinds = rng.choice([CHRONIC, SERIOUS, DISABLED, "2,4", "3,4"], len(frame), p=[0.5, 0.2, 0.26, 0.03, 0.01])
    return np.where(draw < ill, kinds, HEALTHY)
