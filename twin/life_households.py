"""How households change in a half-year: exits and falls back, entries, removals, splits, mergers and moves."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from twin.households import CANDIDATE, ENJOYING, POOR, add_traits, first_traits
from twin.identity import bank_account, phone
from twin.life import ENDED, ENTRY, EXIT, MERGE, MOVE, REMOVAL, RETURN, SPLIT, Course
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
ALONE_FROM, LARGEST = 65, 5
SET_UP_FROM = 22
# A new household's relations, by those in the household that it came from.
_NOW = {SON: HEAD, DAUGHTER_IN_LAW: SPOUSE, GRANDSON: SON, GRANDDAUGHTER: DAUGHTER}
# Nobody who comes anew is a candidate for exit, nor has the helper of one who is out.
NO_CANDIDATE = 1.0


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
    youngest = course.present().groupby("household")["birth"].max().reindex(range(len(able)))
    old = ages(youngest, last_day(course.period)) >= ALONE_FROM
    for kind, who in ((ENDED, able & (course.sizes()[: len(able)] == 1) & old), (REMOVAL, able)):
        for household in course.choose(kind, who):
            course.households.loc[household, "is_gone"] = True
            course.note(kind, household, course.day(kind, household))


def split_off(course: Course, able: np.ndarray) -> None:
    """Grown sons who set up households of their own, with wife and children if they have any."""
    families = _young_families(course)
    who = able & np.isin(np.arange(len(able)), list(families))
    for household in course.choose(SPLIT, who):
        persons = families[household]
        new = _another(course, household, str(course.households["village_code"].iat[household]))
        people = course.people
        part = len(persons) / course.sizes()[household]
        for name in ("farmland_area_mu", "forest_area_mu"):
            whole = float(course.households[name].to_numpy()[household])
            course.households.loc[new, name] = round(whole * part, 1)
            course.households.loc[household, name] = round(whole - round(whole * part, 1), 1)
        course.households.loc[new, "size"] = len(persons)
        people.loc[persons, ["household", "household_code"]] = new, course.code(new)
        people.loc[persons, "relation"] = people.loc[persons, "relation"].map(_NOW)
        people.loc[persons, "person_number"] = range(1, len(persons) + 1)
        day = course.day(SPLIT, household)
        course.note(SPLIT, new, day, other_household_code=course.code(household), persons=len(persons))


def _young_families(course: Course) -> dict[int, list[int]]:
    """Household → the rows of its one grown son, his wife and their children; his parents stay behind."""
    people = course.present()
    people = people.assign(grown=ages(people["birth"], last_day(course.last)) >= SET_UP_FROM)
    found: dict[int, list[int]] = {}
    for household, rows in people[people["relation"].isin(_NOW)].groupby("household"):
        sons = [i for i in rows.index if rows.at[i, "relation"] == SON and rows.at[i, "grown"]]
        wives = [i for i in rows.index if rows.at[i, "relation"] == DAUGHTER_IN_LAW]
        if len(sons) == 1 and len(wives) <= 1:
            children = [i for i in rows.index if rows.at[i, "relation"] in (GRANDSON, GRANDDAUGHTER)]
            found[int(str(household))] = [sons[0], *wives, *children]
    return found


def merge(course: Course, able: np.ndarray) -> None:
    """Persons who lived alone or in twos and are taken into a household of their village."""
    sizes = course.sizes()[: len(able)]
    villages = course.households["village_code"].to_numpy()
    open_to = able & (sizes > 2) & (sizes <= LARGEST)
    takes = {v: list(np.flatnonzero(open_to & (villages[: len(able)] == v))) for v in np.unique(villages)}
    alone = able & (sizes <= 2) & np.array([bool(takes[v]) for v in villages[: len(able)]])
    for household in course.choose(MERGE, alone):
        neighbours = [h for h in takes[villages[household]] if h not in course.touched]
        if not neighbours:
            continue
        other = int(neighbours[0])
        course.touched.add(other)
        course.households.loc[household, "is_gone"] = True
        _join(course, household, other)
        code = course.code(other)
        day = course.day(MERGE, household)
        course.note(MERGE, household, day, other_household_code=code, persons=int(sizes[household]))


def _join(course: Course, household: int, other: int) -> None:
    """The persons of a household once more, as members of another; their own rows go with their household."""
    moved = course.present()
    moved = moved[moved["household"] == household].copy()
    last = int(course.people.loc[course.people["household"] == other, "person_number"].max())
    moved["household"], moved["household_code"] = other, course.code(other)
    moved["person_number"] = range(last + 1, last + 1 + len(moved))
    moved["relation"], moved["came_as"], moved["from_period"], moved["phone"] = OTHER, "moved_in", course.period, None
    course.people = pd.concat([course.people, moved], ignore_index=True)


def move(course: Course, able: np.ndarray) -> None:
    """Households that leave their village for another of the township, where they get a code of that village."""
    villages = course.households[["village_code", "township_code"]].drop_duplicates()
    inside = {t: sorted(rows["village_code"]) for t, rows in villages.groupby("township_code")}
    townships = course.households["township_code"].to_numpy()
    has_other = np.array([len(inside[t]) > 1 for t in townships[: len(able)]])
    for household in course.choose(MOVE, able & has_other):
        own = str(course.households["village_code"].iat[household])
        others = [v for v in inside[townships[household]] if v != own]
        new = _another(course, household, others[int(own[-3:]) % len(others)])
        moved = course.present()
        moved = moved[moved["household"] == household].copy()
        moved["household"], moved["household_code"] = new, course.code(new)
        course.people = pd.concat([course.people, moved], ignore_index=True)
        course.households.loc[household, "is_gone"] = True
        day = course.day(MOVE, household)
        course.note(MOVE, household, day, other_household_code=course.code(new), persons=len(moved))


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
    told = zip(new["identified_on"].tolist(), new["application_code"].tolist(), strict=True)
    for household, (day, code) in enumerate(told, known):
        course.note(ENTRY, household, day, application_code=code)


def _month(day: date) -> date:
    # Entries are decided within their month, and what is asked for before takes weeks.
    return date(day.year, max(day.month, 9), 1)


def _newcomers(course: Course, frame: pd.DataFrame, applications: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The new households with their persons, numbered after those that there are."""
    known, stream = len(course.households), course.seed + int(course.period.replace("-", ""))
    frame = frame.reset_index(drop=True).assign(exit_year=0)
    days = frame["identified_on"]
    frame["number"] = _numbers(course.households, frame["village_code"])
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


def _numbers(households: pd.DataFrame, villages: pd.Series) -> pd.Series:
    """The next numbers of the villages' households."""
    last = households.groupby("village_code")["number"].max().reindex(villages).fillna(0).astype(int)
    return pd.Series(last.to_numpy() + villages.groupby(villages).cumcount().to_numpy() + 1, index=villages.index)


def _another(course: Course, household: int, village: str) -> int:
    """A household like one that there is, under a new code of a village; its place in the frame."""
    new = len(course.households)
    row: dict[Hashable, Any] = course.households.iloc[household].to_dict()
    number = _numbers(course.households, pd.Series([village])).tolist()[0]
    row |= {
        "village_code": village, "number": number, "household_code": f"{village}{number:04d}", "phone": phone(new),
        "bank_account": bank_account(new), "candidate": NO_CANDIDATE, "is_gone": False,
    }  # fmt: skip
    course.households = pd.concat([course.households, pd.DataFrame([row])], ignore_index=True)
    course.touched.add(new)
    return new


def is_plainly_poor(households: pd.DataFrame, status: np.ndarray) -> np.ndarray:
    """Poor, ordinary and no candidate: what only they live keeps their status."""
    return np.asarray((status == POOR) & (households["household_attribute"] == ORDINARY).to_numpy())
