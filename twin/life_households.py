"""How households change in a half-year: exits and falls back, entries, removals, splits, mergers and moves."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from twin.households import CANDIDATE, ENJOYING, POOR, add_traits, first_traits
from twin.identity import bank_account, phone
from twin.life import ENDED, ENTRY, EXIT, MERGE, MOVE, NO_CANDIDATE, REMOVAL, RETURN, SPLIT, Course
from twin.people import (
    DAUGHTER,
    DAUGHTER_IN_LAW,
    GRANDDAUGHTER,
    GRANDSON,
    HEAD,
    ORDINARY,
    OTHER,
    SON,
    SPOUSE,
    make_people,
)
from twin.person_states import ages, last_day, person_states

# Of whoever lives alone, the young do not die out; a household takes others in while there is room.
ALONE_FROM, SMALL, LARGEST = 65, 2, 5
SET_UP_FROM = 22
LAND = ("farmland_area_mu", "forest_area_mu")
# A new household's relations, by those in the household that it came from.
_NOW = {SON: HEAD, DAUGHTER_IN_LAW: SPOUSE, GRANDSON: SON, GRANDDAUGHTER: DAUGHTER}


def leave_poverty(course: Course, status: np.ndarray, able: np.ndarray) -> None:
    """Candidates of June whose exit the county decides in December; the register dates them by their year."""
    candidates = status == CANDIDATE
    chosen = course.choose(EXIT, able & candidates, candidates)
    course.households.loc[chosen, "exit_year"] = int(course.period[:4])
    for household in chosen:
        course.note(EXIT, household, date(int(course.period[:4]), 12, 1))


def fall_back(course: Course, status: np.ndarray, able: np.ndarray) -> None:
    """Households that had left poverty and are in it again."""
    chosen = course.choose(RETURN, able & (status == ENJOYING))
    course.households.loc[chosen, "exit_year"] = 0
    course.households.loc[chosen, "fell_back"] = True
    for household in chosen:
        course.note(RETURN, household, course.day(RETURN, household))


def take_off(course: Course, able: np.ndarray) -> None:
    """Households that should never have been in the register, and those of which nobody is left."""
    people = course.present()
    alone = people[~people.duplicated("household", keep=False)]
    old = alone.loc[ages(alone["birth"], last_day(course.period)) >= ALONE_FROM, "household"]
    for kind, who in ((ENDED, able & np.isin(np.arange(len(able)), old)), (REMOVAL, able)):
        chosen = course.choose(kind, who)
        course.households.loc[chosen, "is_gone"] = True
        for household in chosen:
            course.note(kind, household, course.day(kind, household))


def split_off(course: Course, able: np.ndarray) -> None:
    """Grown sons who set up households of their own, with wife and children if they have any."""
    families, sizes = _young_families(course, able), course.sizes()
    land = {name: course.households[name].to_numpy(dtype=float, copy=True) for name in LAND}
    persons: list[int] = []
    homes: list[int] = []
    for household in course.choose(SPLIT, np.isin(np.arange(len(able)), list(families))):
        family = families[household]
        parts = {name: round(area[household] * len(family) / sizes[household], 1) for name, area in land.items()}
        new = course.another(household, course.village(household), size=len(family), **parts)
        for name, part in parts.items():
            land[name][household] = round(land[name][household] - part, 1)
        persons, homes = persons + family, homes + [new] * len(family)
        day = course.day(SPLIT, household)
        course.note(SPLIT, new, day, other_household_code=course.code(household), persons=len(family))
    for name, area in land.items():
        course.households[name] = area
    course.settle()
    people = course.people
    people.loc[persons, "household"] = homes
    people.loc[persons, "household_code"] = [course.code(home) for home in homes]
    people.loc[persons, "relation"] = people.loc[persons, "relation"].map(_NOW)
    people.loc[persons, "person_number"] = people.loc[persons].groupby("household").cumcount() + 1


def _young_families(course: Course, able: np.ndarray) -> dict[int, list[int]]:
    """Household → the rows of its one grown son, his wife and their children; his parents stay behind."""
    people = course.present()
    people = people[people["relation"].isin(_NOW) & people["household"].isin(np.flatnonzero(able))]
    grown = ages(people["birth"], last_day(course.last)) >= SET_UP_FROM
    found: dict[int, dict[str, list[int]]] = {}
    for row, household, relation, is_grown in zip(
        people.index, people["household"], people["relation"], grown, strict=True
    ):
        kind = "son" if relation == SON and is_grown else relation
        found.setdefault(int(household), {}).setdefault(kind, []).append(int(row))
    return {
        household: [*there["son"], *(n for r in (DAUGHTER_IN_LAW, GRANDSON, GRANDDAUGHTER) for n in there.get(r, []))]
        for household, there in found.items()
        if len(there.get("son", [])) == 1 and len(there.get(DAUGHTER_IN_LAW, [])) <= 1
    }


def merge(course: Course, able: np.ndarray) -> None:
    """Persons who lived alone or in twos and are taken into a household of their village."""
    sizes, villages = course.sizes()[: len(able)], course.households["village_code"].to_numpy()[: len(able)]
    takes: dict[str, list[int]] = {}
    for host in np.flatnonzero(able & (sizes > SMALL) & (sizes <= LARGEST)).tolist():
        takes.setdefault(villages[host], []).append(host)
    small = able & (sizes <= SMALL) & np.isin(villages, list(takes))
    into: dict[int, int] = {}
    for household in course.choose(MERGE, small):
        other = next((h for h in takes[villages[household]] if h not in course.touched), None)
        if other is None:
            continue
        course.touched.add(other)
        into[household] = other
        day = course.day(MERGE, household)
        course.note(MERGE, household, day, other_household_code=course.code(other), persons=int(sizes[household]))
    moved = _moved(course, into)
    last = course.people.groupby("household")["person_number"].max()
    moved["person_number"] = moved["household"].map(last) + moved.groupby("household").cumcount() + 1
    moved["relation"], moved["came_as"], moved["from_period"], moved["phone"] = OTHER, "moved_in", course.period, None
    course.people = pd.concat([course.people, moved], ignore_index=True)


def move(course: Course, able: np.ndarray) -> None:
    """Households that leave their village for another of the township, where they get a code of that village."""
    villages = course.households[["village_code", "township_code"]].drop_duplicates()
    inside = {str(t): sorted(rows["village_code"]) for t, rows in villages.groupby("township_code")}
    townships, sizes = course.households["township_code"].to_numpy(), course.sizes()
    has_other = np.array([len(inside[t]) > 1 for t in townships[: len(able)]])
    into: dict[int, int] = {}
    for household in course.choose(MOVE, able & has_other):
        own = course.village(household)
        others = [v for v in inside[townships[household]] if v != own]
        into[household] = course.another(household, others[int(own[-3:]) % len(others)])
        cells = {"other_household_code": course.code(into[household]), "persons": int(sizes[household])}
        course.note(MOVE, household, course.day(MOVE, household), **cells)
    course.settle()
    course.people = pd.concat([course.people, _moved(course, into)], ignore_index=True)


def _moved(course: Course, into: dict[int, int]) -> pd.DataFrame:
    """The persons of some households once more, as members of others; their own rows go with their household."""
    course.households.loc[list(into), "is_gone"] = True
    present = course.present()
    moved = present[present["household"].isin(into)].copy()
    moved["household"] = moved["household"].map(into)
    moved["household_code"] = [course.code(household) for household in moved["household"]]
    return moved


def enter(course: Course, applications: pd.DataFrame) -> None:
    """Households newly identified: some whose application ran in June, others who applied since.

    Args:
        course: the half-year.
        applications: those that ran in June and are approved now: code, village, name, ID number, day of recognition.
    """
    known = len(course.households)
    everybody = np.ones(known, dtype=bool)
    chosen = course.choose(ENTRY, everybody & ~course.households["is_gone"].to_numpy())
    villages = course.households["village_code"].iloc[chosen].tolist()
    days = [_month(course.day(ENTRY, household)) for household in chosen]
    course.touched.difference_update(chosen)
    frame = pd.DataFrame(
        {
            "village_code": [*applications["village_code"], *villages],
            "identified_on": [*applications["identified_on"], *days],
            "application_code": [*applications["application_code"], *[None] * len(villages)],
            "size": [1] * len(applications) + [1 + n % 4 for n in range(len(villages))],
        }
    )
    new, people = _newcomers(course, frame.assign(county_code=frame["village_code"].str[:6]), applications)
    course.households = pd.concat([course.households, new], ignore_index=True)
    course.people = pd.concat([course.people, people], ignore_index=True)
    course.touched.update(range(known, len(course.households)))
    entered = zip(new["identified_on"].tolist(), new["application_code"].tolist(), strict=True)
    for household, (day, code) in enumerate(entered, known):
        course.note(ENTRY, household, day, application_code=code)


def _month(day: date) -> date:
    # Entries are decided within their month, and what is asked for before takes weeks.
    return date(day.year, max(day.month, 9), 1)


def _newcomers(course: Course, frame: pd.DataFrame, applications: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The new households with their persons, numbered after those that there are."""
    known, stream = len(course.households), course.seed + int(course.period.replace("-", ""))
    frame = frame.reset_index(drop=True).assign(exit_year=0)
    days = frame["identified_on"]
    frame["number"] = [course.next_number(village) for village in frame["village_code"]]
    frame["household_code"] = frame["village_code"] + frame["number"].map("{:04d}".format)
    frame["township_code"] = frame["village_code"].str[:9]
    first_traits(frame, stream)
    frame["household_attribute"], frame["is_fixed"], frame["identification_standard"] = ORDINARY, False, "01"
    frame["identified_on"] = days
    people = make_people(frame, stream, course.identities)
    for index, (name, number) in enumerate(zip(applications["name"], applications["id_number"], strict=True)):
        head = people.index[people["household"] == index][0]
        people.loc[head, ["name", "id_number", "sex"]] = name, number, "1"
        people.at[head, "birth"] = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    add_traits(frame, {course.period: person_states(people, course.period)}, stream, course.identities)
    frame["candidate"] = NO_CANDIDATE
    serials = range(known, known + len(frame))
    frame["phone"], frame["bank_account"] = [phone(i) for i in serials], [bank_account(i) for i in serials]
    people["household"] += known
    people["phone"], people["came_as"], people["left_as"] = None, "born", ""
    return frame.assign(is_gone=False, fell_back=False), people


def is_plainly_poor(households: pd.DataFrame, status: np.ndarray) -> np.ndarray:
    """Poor, ordinary and no candidate: what only they live keeps their status."""
    return np.asarray((status == POOR) & (households["household_attribute"] == ORDINARY).to_numpy())
