"""Errors in the urban returns: one planter per rule that is not generic, and what makes a copy another row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from twin.errors_members import other_check_digit, thirtieth_of_february, with_id
from twin.planter import Maker, Planter, Values, any_row, copied, planter
from twin.planting import FIRST_COPY, NOW, Ground, Row
from twin.subjects.urban.homes import (
    APPLICATIONS,
    APPLIED,
    FEMALE,
    HOUSEHOLDS,
    MALE,
    MEASURES,
    MEMBERS,
    new_home,
)
from twin.subjects.urban.rows import AT_HOME, LEFT_ON, application, own_number, pending, refused


def _another_household(row: Values, number: int) -> Values:
    return {
        "urban_household_code": f"{row['community_code']}{number:04d}", "head_id_number": own_number(number, 900),
        "status": "left", "left_on": LEFT_ON,
    }  # fmt: skip


def _another_member(row: Values, number: int) -> Values:
    return {
        "member_code": f"{row['urban_household_code']}{number - FIRST_COPY + 500:03d}",
        "id_number": own_number(number, 910), "relation": "99", "sex": MALE, "health": "1", "labour_ability": "1",
        "school_status": AT_HOME,
    }  # fmt: skip


def _another_application(row: Values, number: int) -> Values:
    code = f"{row['community_code']}2017{number - FIRST_COPY + 500:03d}"
    return {"application_code": code, "applicant_id_number": own_number(number, 920), **refused(date(2017, 5, 8))}


def _another_measure(row: Values, number: int) -> Values:
    code = f"{row['urban_household_code']}{number - FIRST_COPY + 500:03d}"
    return {"measure_code": code, "measure_type": "housing", "funds_yuan": 300.0, "ended_on": LEFT_ON}


FRESH_KEYS = {
    HOUSEHOLDS: _another_household,
    MEMBERS: _another_member,
    APPLICATIONS: _another_application,
    MEASURES: _another_measure,
}


# --- households ---------------------------------------------------------------------------------------


def _home(**changes: Any) -> Maker:
    """The register's row of a further household (``homes.new_home``)."""
    return lambda ground, rule: new_home(ground, rule, **{"held": False, **changes}).register


def _any_home(ground: Ground) -> Values:
    return ground.values(HOUSEHOLDS, NOW, ground.find(HOUSEHOLDS, NOW, any_row, taking=False))


def _foreign_code(ground: Ground, rule: str) -> Row:
    code = f"{_any_home(ground)['submitter_code']}999{ground.number('foreign', FIRST_COPY):04d}"
    return new_home(ground, rule, held=True, code=code).register


def _head_of_two(ground: Ground) -> None:
    one = ground.pick_row(HOUSEHOLDS, "UH-15", where=lambda row: row["status"] == "in_programme")
    other = ground.copy_row(HOUSEHOLDS, "UH-15", held=False, head_id_number=one.values["head_id_number"],
                            where=lambda row: row["submitter_code"] == one.values["submitter_code"])  # fmt: skip
    ground.expect_each("UH-15", (one, other), "head_id_number")


def _never_applied(ground: Ground, rule: str) -> Row:
    home = new_home(ground, rule, held=False)
    ground.withdraw(home.application)
    return home.register


# --- members ------------------------------------------------------------------------------------------


def _twice_in_household(ground: Ground) -> None:
    rows = [ground.copy_row(MEMBERS, "UM-14", held=True, id_number=own_number(2, 970)) for _ in range(2)]
    ground.expect_each("UM-14", rows, "id_number")


def _in_two_households(ground: Ground) -> None:
    copy = ground.copy_row(MEMBERS, "UM-15", held=False)
    own = copy.values["urban_household_code"]
    other = ground.pick_row(
        MEMBERS, "UM-15", where=lambda row: row["sex"] == MALE and row["urban_household_code"] != own
    )
    ground.change(copy, id_number=other.values["id_number"])
    ground.expect_each("UM-15", (copy, other), "id_number")


def _rural_too(ground: Ground, rule: str) -> Row:
    rural = ground.members(NOW, ground.household())[0]
    spouse = {"id_number": rural["id_number"], "sex": rural["sex"], "relation": "99"}
    return new_home(ground, rule, held=False, spouse=spouse).members[1]


# --- applications -------------------------------------------------------------------------------------


def _approved(ground: Ground, rule: str) -> Row:
    """The approved application of a further household."""
    return new_home(ground, rule, held=False).application


def _names_a_household(ground: Ground) -> None:
    code = _any_home(ground)["urban_household_code"]
    row = ground.copy_row(APPLICATIONS, "UI-15", held=True, urban_household_code=code)
    ground.expect("UI-15", row, "urban_household_code")


def _approved_twice(ground: Ground) -> None:
    one = _approved(ground, "UI-17")
    code = one.values["urban_household_code"]
    other = ground.copy_row(APPLICATIONS, "UI-17", held=False, urban_household_code=code, **application(APPLIED),
                            where=lambda row: row["submitter_code"] == one.values["submitter_code"])  # fmt: skip
    ground.expect_each("UI-17", (one, other), "urban_household_code")


# --- measures -----------------------------------------------------------------------------------------


def _measure_of_new(kind: str, **register: Any) -> Maker:
    """A measure that does not fit a further household."""

    def make(ground: Ground, rule: str) -> Row:
        home = new_home(ground, rule, held=False, **register).register.values
        code = home["urban_household_code"]
        values = {
            "submitter_code": home["submitter_code"], "urban_household_code": code, "measure_code": f"{code}001",
            "measure_type": kind, "started_on": home["identified_on"], "ended_on": None, "funds_yuan": 500.0,
            "helper_name": None,
        }  # fmt: skip
        return ground.add(MEASURES, NOW, values, f"{rule}:{code}", held=False)

    return make


def _unregistered(column: str) -> Callable[[Values], Values]:
    """Cells of a household that the register does not have, and of a code under it."""

    def cells(values: Values) -> Values:
        code = f"{values['urban_household_code'][:12]}9999"
        return {"urban_household_code": code, column: f"{code}001"}

    return cells


def _of_another_household(column: str) -> Callable[[Values], Values]:
    return lambda values: {column: f"{values['urban_household_code'][:12]}9998{values[column][16:]}"}


_copied_home, _copied_member = copied(HOUSEHOLDS), copied(MEMBERS)
_held_member, _held_measure = copied(MEMBERS, held=True), copied(MEASURES, held=True)
_copied_application, _held_application = copied(APPLICATIONS), copied(APPLICATIONS, held=True)
_copied_measure = copied(MEASURES)
PLANTERS: tuple[Planter, ...] = (
    planter("UH-08", _foreign_code, "urban_household_code"),
    planter("UH-09", _home(), "identified_on", identified_on=date(2017, 7, 5)),
    planter("UH-10", _copied_home, "identified_on", identified_on=date(2017, 4, 20)),
    planter("UH-11", _home(), "person_count", person_count=3),
    planter("UH-12", _home(held=True, listed=False), "urban_household_code"),
    planter("UH-13", _home(spouse={"relation": "01"}), "urban_household_code"),
    planter("UH-14", _home(head_id_number=own_number(1, 970)), "head_id_number"),
    _head_of_two,
    planter("UH-16", _home(), "category", category="illness"),
    planter("UH-17", _copied_home, "left_on", left_on=None),
    planter("UH-18", _never_applied, "urban_household_code"),
    planter("UH-20", _copied_home, "monthly_income_per_head_yuan", monthly_income_per_head_yuan=0.65),
    with_id("UM-08", _held_member, lambda number: number[:-1]),
    with_id("UM-09", _held_member, other_check_digit),
    with_id("UM-10", _held_member, thirtieth_of_february),
    planter("UM-11", _copied_member, "sex", sex=FEMALE),
    planter("UM-12", _held_member, "member_code", _of_another_household("member_code")),
    planter("UM-13", _held_member, "urban_household_code", _unregistered("member_code")),
    _twice_in_household, _in_two_households,
    planter("UM-16", _rural_too, "id_number"),
    planter("UM-17", _copied_member, "labour_ability", labour_ability="4"),
    planter("UI-08", _held_application, "application_code",
            lambda v: {"application_code": f"{v['application_code'][:9]}999{v['application_code'][12:]}"}),
    planter("UI-09", _copied_application, "community_reviewed_on", community_reviewed_on=date(2017, 5, 4)),
    planter("UI-10", _copied_application, "applied_on", **pending(date(2017, 7, 10))),
    planter("UI-12", _approved, "district_notice_to", held=True, district_notice_to=None),
    planter("UI-13", _held_application, "rejected_at", rejected_at=None),
    planter("UI-14", _copied_application, "community_notice_from", community_notice_from=date(2017, 5, 16)),
    _names_a_household,
    planter("UI-16", copied(APPLICATIONS, **application(APPLIED)), "urban_household_code",
            lambda v: {"urban_household_code": f"{v['community_code']}9999"}),
    _approved_twice,
    planter("UI-18", _approved, "district_notice_to", district_notice_to=date(2017, 6, 20)),
    planter("UA-08", _held_measure, "measure_code", _of_another_household("measure_code")),
    planter("UA-09", _held_measure, "urban_household_code", _unregistered("measure_code")),
    planter("UA-10", _copied_measure, "ended_on", ended_on=date(2017, 5, 3)),
    planter("UA-11", _copied_measure, "started_on", started_on=date(2017, 7, 5), ended_on=date(2017, 7, 20)),
    planter("UA-12", _copied_measure, "started_on", started_on=date(2017, 5, 3)),
    planter("UA-13", _measure_of_new("disability"), "measure_type"),
    planter("UA-14", _copied_measure, "helper_name", measure_type="pairing", helper_name=None),
    planter("UA-15", _measure_of_new("safety_net", has_dibao=False), "measure_type"),
    planter("UA-16", _copied_measure, "funds_yuan", funds_yuan=0.5),
    planter("UA-17", _copied_measure, "ended_on", ended_on=None),
    planter("UI-91", _copied_application, "round", still=False, round=10),
    planter("UH-91", _home(), "person_count", still=False, person_count=21),
)  # fmt: skip
