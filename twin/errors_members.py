"""Errors in the members' returns: one planter per rule that is not generic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import product

import numpy as np

from expectations.id_number import check_digit
from twin.people import DAUGHTER, MALE, SON, SPOUSE
from twin.planted_households import couple, member_values, new_household, plain_village, unused_code
from twin.planter import Maker, Planter, Values, planter
from twin.planting import NOW, Ground, NoRoomError, Row, Where


def _spouse(ground: Ground, rule: str) -> Row:
    """The spouse of a further household."""
    return new_household(ground, rule)[1][1]


def with_id(rule: str, make: Maker, change: Callable[[str], str]) -> Planter:
    """A planter of an ID number that is ``change`` of a good one."""
    return planter(rule, make, "id_number", lambda values: {"id_number": change(values["id_number"])})


def other_check_digit(number: str) -> str:
    """The number with a check digit that does not fit."""
    return number[:-1] + ("1" if number[-1] != "1" else "2")


def thirtieth_of_february(number: str) -> str:
    """The number of somebody born on a day that is none."""
    first = number[:10] + "0230" + number[14:17]
    return first + check_digit(first)


def _damaged(number: str) -> str:
    # The third digit from the end on is zero, as Excel leaves it; the check digit must not fit by chance.
    firsts = (number[:14] + f"{n}00" for n in range(1, 10))
    return next(first for first in firsts if check_digit(first) != "0") + "0"


def _from_nowhere(number: str) -> str:
    # Never assigned either, but left out of the list of codes that may occur.
    first = "350499" + number[6:17]
    return first + check_digit(first)


HomeTest = Callable[[Values, list[Values]], bool]
"""Whether a household will do, by its register and its members."""


def _member(ground: Ground, fits: Where, home: HomeTest = lambda _h, _m: True, township: str | None = None) -> Row:
    """A person of the city, of a household nobody else uses."""
    code = ground.household(lambda h, members: home(h, members) and any(map(fits, members)), township=township)
    labels = ground.labels("members", NOW, "household_code", code)
    which = next(i for i, label in enumerate(labels) if fits(ground.values("members", NOW, label)))
    return ground.row("members", NOW, code, which)


def _one(fits: Where, home: HomeTest = lambda _h, _m: True) -> Maker:
    return lambda ground, _: _member(ground, fits, home)


def _adult_wife(member: Values) -> bool:
    return bool(
        member["relation"] == SPOUSE
        and member["sex"] != MALE
        and 25 <= member["age"] <= 50
        and member["health"] == "1"
        and member["labour_ability"] == "1"
    )


def _same_sex(ground: Ground) -> None:
    person = _member(ground, _adult_wife, lambda _, members: members[0]["sex"] == MALE)
    man = ground.state.identities.id_number("350497", date(1975, 2, 11), MALE)
    ground.change(person, sex=MALE, id_number=man)
    ground.expect("MB-15", person, "sex")


def _unregistered(ground: Ground) -> None:
    township = ground.room("members", NOW)
    village = plain_village(ground, township)
    code = unused_code(ground, village)
    row = ground.add("members", NOW, member_values(ground, code, 1, NOW, couple()[0]), "MB-16")
    ground.expect("MB-16", row, "household_code")


def _twice_in_household(ground: Ground) -> None:
    son = {"relation": SON, "sex": MALE, "birth": date(1994, 8, 9)}
    _, members = new_household(ground, "MB-17", [*couple(), son, son])
    ground.change(members[3], id_number=members[2].values["id_number"])
    ground.expect_each("MB-17", members[2:], "id_number")


def _shared(ground: Ground, rule: str, fit: Callable[[str, str], bool]) -> None:
    """Give a wife of one household the ID number of a wife of another."""
    for first, second in product(ground.townships(), repeat=2):
        if not fit(first, second):
            continue
        try:
            one = _member(ground, _adult_wife, township=first)
            other = _member(ground, _adult_wife, township=second)
        except NoRoomError:
            continue
        ground.change(other, id_number=one.values["id_number"])
        ground.expect_each(rule, (one, other), "id_number")
        return
    raise NoRoomError("no two townships have a wife to spare")


def _idle_adult(member: Values) -> bool:
    return bool(
        member["health"] == "1"
        and member["labour_ability"] == "1"
        and member["school_status"] == "00"
        and 20 <= member["age"] <= 55
        and member["work_place"] is None
    )


def _works_too_long(ground: Ground, rule: str) -> Row:
    persons = couple()
    persons[1].update(work_place="3", work_months=13)
    return new_household(ground, rule, persons)[1][1]


def _cannot_work(member: Values) -> bool:
    return bool(member["health"] != "1" and member["labour_ability"] == "3" and member["age"] > 18)


def _pupil(member: Values) -> bool:
    return bool(8 <= member["age"] <= 12 and member["school_status"] == "02" and member["health"] == "1")


def _ill(member: Values) -> bool:
    return not {"2", "3"}.isdisjoint(member["health"].split(","))


_daughter = _one(lambda member: member["relation"] == DAUGHTER)
_adult = _one(_idle_adult)
PLANTERS: tuple[Planter, ...] = (
    with_id("MB-08", _spouse, lambda number: number[:-1]),
    with_id("MB-09", _spouse, other_check_digit),
    with_id("MB-10", _spouse, thirtieth_of_february),
    with_id("MB-11", _spouse, _damaged),
    with_id("MB-12", _one(lambda member: member["relation"] == SPOUSE), _from_nowhere),
    planter("MB-13", _daughter, "sex", sex=MALE),
    planter("MB-14", _daughter, "relation", relation=SON),
    _same_sex, _unregistered, _twice_in_household,
    partial(_shared, rule="MB-18", fit=lambda a, b: a == b),
    partial(_shared, rule="MB-19", fit=lambda a, b: a != b and a[:6] == b[:6]),
    partial(_shared, rule="MB-20", fit=lambda a, b: a[:6] != b[:6]),
    planter("MB-21", _adult, "labour_ability", labour_ability="3"),
    planter("MB-22", _adult, "labour_ability", labour_ability="4"),
    planter("MB-23", _works_too_long, "work_months"),
    planter("MB-24", _adult, "work_months", work_place="2", work_months=np.nan),
    planter("MB-24", _adult, "work_place", work_months=4),
    planter("MB-25", _one(_cannot_work), "labour_ability", work_place="1", work_months=3),
    planter("MB-26", _one(_pupil), "school_status", school_status="06"),
    planter("MB-27", _one(_pupil, lambda home, _: home["main_cause"] != "03"), "school_status", school_status="00"),
    planter("MB-28", _one(_ill), "critical_illness_insurance", critical_illness_insurance=False),
)  # fmt: skip
