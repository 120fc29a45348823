"""Errors in the members' returns: one function per rule that is not generic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from expectations.id_number import check_digit
from twin.people import DAUGHTER, MALE, SON, SPOUSE
from twin.planted_households import couple, member_values, new_household, plain_village
from twin.planting import NOW, Ground, NoRoomError, Row

Values = dict[str, Any]
Test = Callable[[Values], bool]


def plant_members(ground: Ground) -> list[Callable[[Ground], None]]:
    """The errors of this form, to be planted one by one."""
    return [
        _too_short, _wrong_check_digit, _impossible_birth, _damaged, _foreign_address, _sex_against_id,
        _sex_against_relation, _same_sex, _unregistered, _twice_in_household, _in_two_households, _in_two_townships,
        _in_two_counties, _healthy_lost, _healthy_none, _too_many_months, _place_without_months, _works_unable,
        _school_against_age, _out_of_school, _ill_uninsured,
    ]  # fmt: skip


def _spouse_with_id(ground: Ground, rule: str, change: Callable[[str], str]) -> None:
    """A household whose spouse's ID number is ``change`` of a good one."""
    _, members = new_household(ground, rule)
    ground.set_added(members[1], id_number=change(members[1].values["id_number"]))
    ground.expect(rule, members[1], "id_number")


def _too_short(ground: Ground) -> None:
    _spouse_with_id(ground, "MB-08", lambda number: number[:-1])


def _wrong_check_digit(ground: Ground) -> None:
    _spouse_with_id(ground, "MB-09", lambda number: number[:-1] + ("1" if number[-1] != "1" else "2"))


def _impossible_birth(ground: Ground) -> None:
    def thirtieth_of_february(number: str) -> str:
        first = number[:10] + "0230" + number[14:17]
        return first + check_digit(first)

    _spouse_with_id(ground, "MB-10", thirtieth_of_february)


def _damaged(ground: Ground) -> None:
    def damaged(number: str) -> str:
        # The third digit from the end on is zero, as Excel leaves it; the check digit must not fit by chance.
        firsts = (number[:14] + f"{n}00" for n in range(1, 10))
        return next(first for first in firsts if check_digit(first) != "0") + "0"

    _spouse_with_id(ground, "MB-11", damaged)


def _foreign_address(ground: Ground) -> None:
    def nowhere(number: str) -> str:
        # Never assigned either, but left out of the list of codes that may occur.
        first = "350499" + number[6:17]
        return first + check_digit(first)

    person = _member(ground, lambda m: m["relation"] == SPOUSE)
    ground.change(person, id_number=nowhere(person.values["id_number"]))
    ground.expect("MB-12", person, "id_number")


def _member(ground: Ground, fits: Test, township: str | None = None) -> Row:
    """A person of the city, of a household nobody else uses."""
    code = ground.household(lambda _, members: any(fits(m) for m in members), township=township)
    labels = ground.labels("members", NOW, "household_code", code)
    which = next(i for i, label in enumerate(labels) if fits(ground.values("members", NOW, label)))
    return ground.row("members", NOW, code, which)


def _adult_wife(member: Values) -> bool:
    return bool(
        member["relation"] == SPOUSE
        and member["sex"] != MALE
        and 25 <= member["age"] <= 50
        and member["health"] == "1"
        and member["labour_ability"] == "1"
    )


def _sex_against_id(ground: Ground) -> None:
    person = _member(ground, lambda m: m["relation"] == DAUGHTER)
    ground.change(person, sex=MALE)
    ground.expect("MB-13", person, "sex")


def _sex_against_relation(ground: Ground) -> None:
    person = _member(ground, lambda m: m["relation"] == DAUGHTER)
    ground.change(person, relation=SON)
    ground.expect("MB-14", person, "relation")


def _same_sex(ground: Ground) -> None:
    code = ground.household(lambda _, members: members[0]["sex"] == MALE and any(_adult_wife(m) for m in members))
    labels = ground.labels("members", NOW, "household_code", code)
    which = next(i for i, label in enumerate(labels) if _adult_wife(ground.values("members", NOW, label)))
    person = ground.row("members", NOW, code, which)
    man = ground.state.identities.id_number("350497", date(1975, 2, 11), MALE)
    ground.change(person, sex=MALE, id_number=man)
    ground.expect("MB-15", person, "sex")


def _unregistered(ground: Ground) -> None:
    township = ground.room("members", NOW)
    village = plain_village(ground, township)
    code = f"{village}{ground.number('household' + village, 9001):04d}"
    row = ground.add("members", NOW, member_values(ground, code, 1, NOW, couple()[0]), "MB-16")
    ground.expect("MB-16", row, "household_code")


def _twice_in_household(ground: Ground) -> None:
    son = {"relation": SON, "sex": MALE, "birth": date(1994, 8, 9)}
    _, members = new_household(ground, "MB-17", [*couple(), son, son])
    ground.set_added(members[3], id_number=members[2].values["id_number"])
    for member in members[2:]:
        ground.expect("MB-17", member, "id_number")


def _shared(ground: Ground, rule: str, fit: Callable[[str, str], bool]) -> None:
    """Give a wife of one household the ID number of a wife of another."""
    for first, second in ground.pairs(fit):
        try:
            one = _member(ground, _adult_wife, first)
            other = _member(ground, _adult_wife, second)
        except NoRoomError:
            continue
        ground.change(other, id_number=one.values["id_number"])
        for person in (one, other):
            ground.expect(rule, person, "id_number")
        return
    raise NoRoomError("no two townships have a wife to spare")


def _in_two_households(ground: Ground) -> None:
    _shared(ground, "MB-18", lambda a, b: a == b)


def _in_two_townships(ground: Ground) -> None:
    _shared(ground, "MB-19", lambda a, b: a != b and a[:6] == b[:6])


def _in_two_counties(ground: Ground) -> None:
    _shared(ground, "MB-20", lambda a, b: a[:6] != b[:6])


def _idle_adult(member: Values) -> bool:
    return bool(
        member["health"] == "1"
        and member["labour_ability"] == "1"
        and member["school_status"] == "00"
        and 20 <= member["age"] <= 55
        and member["work_place"] is None
    )


def _healthy_lost(ground: Ground) -> None:
    person = _member(ground, _idle_adult)
    ground.change(person, labour_ability="3")
    ground.expect("MB-21", person, "labour_ability")


def _healthy_none(ground: Ground) -> None:
    person = _member(ground, _idle_adult)
    ground.change(person, labour_ability="4")
    ground.expect("MB-22", person, "labour_ability")


def _too_many_months(ground: Ground) -> None:
    persons = couple()
    persons[1].update(work_place="3", work_months=13)
    _, members = new_household(ground, "MB-23", persons)
    ground.expect("MB-23", members[1], "work_months")


def _place_without_months(ground: Ground) -> None:
    person = _member(ground, _idle_adult)
    ground.change(person, work_place="2", work_months=np.nan)
    ground.expect("MB-24", person, "work_months")
    person = _member(ground, _idle_adult)
    ground.change(person, work_months=4)
    ground.expect("MB-24", person, "work_place")


def _works_unable(ground: Ground) -> None:
    person = _member(ground, lambda m: m["health"] != "1" and m["labour_ability"] == "3" and m["age"] > 18)
    ground.change(person, work_place="1", work_months=3)
    ground.expect("MB-25", person, "labour_ability")


def _pupil(member: Values) -> bool:
    return bool(8 <= member["age"] <= 12 and member["school_status"] == "02" and member["health"] == "1")


def _school_against_age(ground: Ground) -> None:
    person = _member(ground, _pupil)
    ground.change(person, school_status="06")
    ground.expect("MB-26", person, "school_status")


def _out_of_school(ground: Ground) -> None:
    code = ground.household(lambda h, members: h["main_cause"] != "03" and any(_pupil(m) for m in members))
    labels = ground.labels("members", NOW, "household_code", code)
    which = next(i for i, label in enumerate(labels) if _pupil(ground.values("members", NOW, label)))
    person = ground.change(ground.row("members", NOW, code, which), school_status="00")
    ground.expect("MB-27", person, "school_status")


def _ill_uninsured(ground: Ground) -> None:
    person = _member(ground, lambda m: "2" in m["health"].split(",") or "3" in m["health"].split(","))
    ground.change(person, critical_illness_insurance=False)
    ground.expect("MB-28", person, "critical_illness_insurance")
