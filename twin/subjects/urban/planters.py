"""Errors in the urban returns: one function per rule that is not generic, and the columns of the generic ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from expectations.id_number import check_digit
from twin.subjects.urban.homes import (
    APPLICATIONS,
    APPLIED,
    FEMALE,
    HOUSEHOLDS,
    MALE,
    MEASURES,
    MEMBERS,
    NOW,
    new_home,
)
from twin.subjects.urban.rows import FIRST_COPY, application, own_number, pending

if TYPE_CHECKING:
    from twin.planting import Ground

# Form → rule number → the column that is broken.
BROKEN: dict[str, dict[str, str]] = {
    HOUSEHOLDS: {
        "01": "has_dibao", "02": "identified_on", "03": "housing", "04": "community_code", "05": "head_id_number",
        "06": "urban_household_code", "07": "person_count",
    },
    MEMBERS: {
        "01": "sex", "02": "urban_household_code", "03": "health", "05": "id_number", "06": "member_code",
    },
    APPLICATIONS: {
        "01": "applied_on", "02": "community_reviewed_on", "03": "outcome", "04": "community_code",
        "05": "applicant_id_number", "06": "application_code", "07": "round",
    },
    MEASURES: {
        "01": "started_on", "02": "ended_on", "03": "measure_type", "05": "measure_code", "06": "measure_code",
        "07": "funds_yuan",
    },
}  # fmt: skip


def _copy(form: str, rule: str, column: str, *, held: bool, **changes: Any) -> Callable[[Ground], None]:
    """A planter that changes cells of one copy; found in ``column``."""

    def plant(ground: Ground) -> None:
        ground.expect(rule, ground.copy_row(form, rule, held=held, **changes), column)

    plant.__name__ = rule
    return plant


# --- households ---------------------------------------------------------------------------------------


def _foreign_code(ground: Ground) -> None:
    street = ground.values(HOUSEHOLDS, NOW, ground.find(HOUSEHOLDS, NOW, lambda _: True, taking=False))
    code = f"{street['submitter_code']}999{ground.number('foreign', FIRST_COPY):04d}"
    ground.expect("UH-08", new_home(ground, "UH-08", held=True, code=code).register, "urban_household_code")


def _identified_later(ground: Ground) -> None:
    home = new_home(ground, "UH-09", held=False, identified_on=date(2017, 7, 5))
    ground.expect("UH-09", home.register, "identified_on")


def _miscounted(ground: Ground) -> None:
    ground.expect("UH-11", new_home(ground, "UH-11", held=False, person_count=3).register, "person_count")


def _empty(ground: Ground) -> None:
    ground.expect("UH-12", new_home(ground, "UH-12", held=True, listed=False).register, "urban_household_code")


def _two_heads(ground: Ground) -> None:
    home = new_home(ground, "UH-13", held=False, spouse={"relation": "01"})
    ground.expect("UH-13", home.register, "urban_household_code")


def _another_head(ground: Ground) -> None:
    home = new_home(ground, "UH-14", held=False, head_id_number=own_number(1, 970))
    ground.expect("UH-14", home.register, "head_id_number")


def _head_of_two(ground: Ground) -> None:
    one = ground.pick_row(HOUSEHOLDS, "UH-15", where=lambda row: row["status"] == "in_programme")
    other = ground.copy_row(HOUSEHOLDS, "UH-15", held=False, head_id_number=one.values["head_id_number"],
                            where=lambda row: row["submitter_code"] == one.values["submitter_code"])  # fmt: skip
    for row in (one, other):
        ground.expect("UH-15", row, "head_id_number")


def _nobody_ill(ground: Ground) -> None:
    ground.expect("UH-16", new_home(ground, "UH-16", held=False, category="illness").register, "category")


def _never_applied(ground: Ground) -> None:
    home = new_home(ground, "UH-18", held=False)
    ground.withdraw([home.application])
    ground.expect("UH-18", home.register, "urban_household_code")


# --- members ------------------------------------------------------------------------------------------


def _with_id(rule: str, change: Callable[[str], str]) -> Callable[[Ground], None]:
    def plant(ground: Ground) -> None:
        row = ground.copy_row(MEMBERS, rule, held=True)
        ground.set_added(row, id_number=change(row.values["id_number"]))
        ground.expect(rule, row, "id_number")

    plant.__name__ = rule
    return plant


def _thirtieth_of_february(number: str) -> str:
    first = f"{number[:10]}0230{number[14:17]}"
    return first + check_digit(first)


def _of_another_household(ground: Ground) -> None:
    row = ground.copy_row(MEMBERS, "UM-12", held=True)
    ground.set_added(row, member_code=f"{row.values['urban_household_code'][:12]}9998{row.values['member_code'][16:]}")
    ground.expect("UM-12", row, "member_code")


def _unregistered(ground: Ground) -> None:
    row = ground.copy_row(MEMBERS, "UM-13", held=True)
    code = f"{row.values['urban_household_code'][:12]}9999"
    ground.set_added(row, urban_household_code=code, member_code=f"{code}001")
    ground.expect("UM-13", row, "urban_household_code")


def _twice_in_household(ground: Ground) -> None:
    rows = [ground.copy_row(MEMBERS, "UM-14", held=True, id_number=own_number(2, 970)) for _ in range(2)]
    for row in rows:
        ground.expect("UM-14", row, "id_number")


def _in_two_households(ground: Ground) -> None:
    copy = ground.copy_row(MEMBERS, "UM-15", held=False)
    other = ground.pick_row(
        MEMBERS, "UM-15",
        where=lambda row: (
            row["sex"] == MALE and row["urban_household_code"] != copy.values["urban_household_code"]
        ),
    )  # fmt: skip
    ground.set_added(copy, id_number=other.values["id_number"])
    for row in (copy, other):
        ground.expect("UM-15", row, "id_number")


def _rural_too(ground: Ground) -> None:
    rural = ground.members(NOW, ground.household())[0]
    spouse = {"id_number": rural["id_number"], "sex": rural["sex"], "relation": "99"}
    home = new_home(ground, "UM-16", held=False, spouse=spouse)
    ground.expect("UM-16", home.members[1], "id_number")


# --- applications -------------------------------------------------------------------------------------


def _of_another_community(ground: Ground) -> None:
    row = ground.copy_row(APPLICATIONS, "UI-08", held=True)
    code = row.values["application_code"]
    ground.set_added(row, application_code=f"{code[:9]}999{code[12:]}")
    ground.expect("UI-08", row, "application_code")


def _approved(rule: str, column: str, *, held: bool, **changes: Any) -> Callable[[Ground], None]:
    """A planter that changes cells of the approved application of a new household."""

    def plant(ground: Ground) -> None:
        row = new_home(ground, rule, held=False).application
        ground.set_added(row, held=held, **changes)
        ground.expect(rule, row, column)

    plant.__name__ = rule
    return plant


def _names_a_household(ground: Ground) -> None:
    home = ground.values(HOUSEHOLDS, NOW, ground.find(HOUSEHOLDS, NOW, lambda _: True, taking=False))
    row = ground.copy_row(APPLICATIONS, "UI-15", held=True, urban_household_code=home["urban_household_code"])
    ground.expect("UI-15", row, "urban_household_code")


def _approved_unregistered(ground: Ground) -> None:
    row = ground.copy_row(APPLICATIONS, "UI-16", held=False, **application(APPLIED))
    ground.set_added(row, urban_household_code=f"{row.values['community_code']}9999")
    ground.expect("UI-16", row, "urban_household_code")


def _approved_twice(ground: Ground) -> None:
    one = new_home(ground, "UI-17", held=False).application
    code = one.values["urban_household_code"]
    other = ground.copy_row(APPLICATIONS, "UI-17", held=False, urban_household_code=code, **application(APPLIED),
                            where=lambda row: row["submitter_code"] == one.values["submitter_code"])  # fmt: skip
    for row in (one, other):
        ground.expect("UI-17", row, "urban_household_code")


# --- measures -----------------------------------------------------------------------------------------


def _measure_of_another(ground: Ground) -> None:
    row = ground.copy_row(MEASURES, "UA-08", held=True)
    code = row.values["measure_code"]
    ground.set_added(row, measure_code=f"{code[:12]}9998{code[16:]}")
    ground.expect("UA-08", row, "measure_code")


def _measure_unregistered(ground: Ground) -> None:
    row = ground.copy_row(MEASURES, "UA-09", held=True)
    code = f"{row.values['urban_household_code'][:12]}9999"
    ground.set_added(row, urban_household_code=code, measure_code=f"{code}001")
    ground.expect("UA-09", row, "urban_household_code")


def _measure_of_new(rule: str, kind: str, **register: Any) -> Callable[[Ground], None]:
    """A planter of a measure that does not fit a new household."""

    def plant(ground: Ground) -> None:
        home = new_home(ground, rule, held=False, **register).register.values
        code = home["urban_household_code"]
        values = {
            "submitter_code": home["submitter_code"], "urban_household_code": code, "measure_code": f"{code}001",
            "measure_type": kind, "started_on": home["identified_on"], "ended_on": None, "funds_yuan": 500.0,
            "helper_name": None,
        }  # fmt: skip
        ground.expect(rule, ground.add(MEASURES, NOW, values, f"{rule}:{code}", held=False), "measure_type")

    plant.__name__ = rule
    return plant


def _not_in_the_still_city(plant: Callable[[Ground], None]) -> Callable[[Ground], None]:
    """A planter that came after the still city."""

    def plant_now(ground: Ground) -> None:
        if not ground.is_still:
            plant(ground)

    plant_now.__name__ = plant.__name__
    return plant_now


def _large_family(ground: Ground) -> None:
    ground.expect("UH-91", new_home(ground, "UH-91", held=False, person_count=21).register, "person_count")


PLANTERS: tuple[Callable[[Ground], None], ...] = (
    _foreign_code,
    _identified_later,
    _copy(HOUSEHOLDS, "UH-10", "identified_on", held=False, identified_on=date(2017, 4, 20)),
    _miscounted, _empty, _two_heads, _another_head, _head_of_two, _nobody_ill,
    _copy(HOUSEHOLDS, "UH-17", "left_on", held=False, left_on=None),
    _never_applied,
    _copy(HOUSEHOLDS, "UH-20", "monthly_income_per_head_yuan", held=False, monthly_income_per_head_yuan=0.65),
    _with_id("UM-08", lambda number: number[:-1]),
    _with_id("UM-09", lambda number: number[:-1] + ("1" if number[-1] != "1" else "2")),
    _with_id("UM-10", _thirtieth_of_february),
    _copy(MEMBERS, "UM-11", "sex", held=False, sex=FEMALE),
    _of_another_household, _unregistered, _twice_in_household, _in_two_households, _rural_too,
    _copy(MEMBERS, "UM-17", "labour_ability", held=False, labour_ability="4"),
    _of_another_community,
    _copy(APPLICATIONS, "UI-09", "community_reviewed_on", held=False, community_reviewed_on=date(2017, 5, 4)),
    _copy(APPLICATIONS, "UI-10", "applied_on", held=False, **pending(date(2017, 7, 10))),
    _approved("UI-12", "district_notice_to", held=True, district_notice_to=None),
    _copy(APPLICATIONS, "UI-13", "rejected_at", held=True, rejected_at=None),
    _copy(APPLICATIONS, "UI-14", "community_notice_from", held=False, community_notice_from=date(2017, 5, 16)),
    _names_a_household, _approved_unregistered, _approved_twice,
    _approved("UI-18", "district_notice_to", held=False, district_notice_to=date(2017, 6, 20)),
    _measure_of_another, _measure_unregistered,
    _copy(MEASURES, "UA-10", "ended_on", held=False, ended_on=date(2017, 5, 3)),
    _copy(MEASURES, "UA-11", "started_on", held=False, started_on=date(2017, 7, 5), ended_on=date(2017, 7, 20)),
    _copy(MEASURES, "UA-12", "started_on", held=False, started_on=date(2017, 5, 3)),
    _measure_of_new("UA-13", "disability"),
    _copy(MEASURES, "UA-14", "helper_name", held=False, measure_type="pairing", helper_name=None),
    _measure_of_new("UA-15", "safety_net", has_dibao=False),
    _copy(MEASURES, "UA-16", "funds_yuan", held=False, funds_yuan=0.5),
    _copy(MEASURES, "UA-17", "ended_on", held=False, ended_on=None),
    _not_in_the_still_city(_copy(APPLICATIONS, "UI-91", "round", held=False, round=10)),
    _not_in_the_still_city(_large_family),
)  # fmt: skip
