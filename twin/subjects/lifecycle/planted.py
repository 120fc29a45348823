"""Errors in the forms of a household's life: one planter per rule that is not generic.

Those of applications are in ``planted_applications``.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from expectations.id_number import check_digit
from twin.households import ENJOYING, IN_POVERTY
from twin.planter import Planter, Values, by_city, copied, matching, picked, planter
from twin.planting import FIRST_COPY, NOW, YEAR_END, Ground, NoRoomError, Row
from twin.subjects.lifecycle.decisions import decision_number
from twin.subjects.lifecycle.planted_applications import APPLICATION_PLANTERS, FIRST, NOBODY, unregistered

REVIEWS, CHANGES, DECISIONS = "exit_reviews", "household_changes", "household_decisions"


def _fresh_application(values: Values, number: int) -> Values:
    """Another application of another person; the ID number's sequence is one that nobody is given."""
    serial = number - FIRST_COPY
    born = date(1950, 1, 1) + timedelta(days=serial // 300)
    first = f"{'350496'}{born:%Y%m%d}{201 + 2 * (serial % 300):03d}"
    code = values["application_code"][:16] + f"{number:04d}"
    return {"application_code": code, "applicant_id_number": first + check_digit(first)}


def _fresh_review(values: Values, number: int) -> Values:
    """An earlier review of the same household in the same year."""
    return {"reviewed_on": date(values["review_year"], 1, 2) + timedelta(days=(number - FIRST_COPY) % 90)}


def _fresh_change(values: Values, number: int) -> Values:
    return {"change_code": values["change_code"][:16] + f"{number:04d}"}


def _fresh_decision(values: Values, number: int) -> Values:
    """Another decision of the same county about the same household, on a day on which it decides nothing else."""
    year = values["decided_on"].year
    day = date(year, 1, 2) + timedelta(days=(number - FIRST_COPY) % 70)
    return {"decision_number": decision_number(values["submitter_code"], year, number), "decided_on": day}


FRESH_KEYS = {
    "identification": _fresh_application,
    REVIEWS: _fresh_review,
    CHANGES: _fresh_change,
    DECISIONS: _fresh_decision,
}


# --- exit reviews -----------------------------------------------------------------------------------------


def _shifted(values: Values, days: timedelta) -> Values:
    """The days of a review, so much later."""
    dated = (name for name in values if name.endswith("_on") or name.startswith("notice_"))
    return {name: values[name] + days for name in dated if values[name] is not None}


def _exit_poor(ground: Ground, rule: str) -> Row:
    """A review of a household of the national standard."""
    register = ground.state.forms["households", YEAR_END]
    national = set(register.loc[register["identification_standard"] == "01", "household_code"])
    return copied(REVIEWS, period=YEAR_END, where=lambda v: v["household_code"] in national)(ground, rule)


def _exit_in_first_year(ground: Ground) -> None:
    if FIRST not in ground.state.periods:
        raise NoRoomError(f"households {FIRST}: not sent")
    register = ground.state.forms["households", FIRST]
    first_year = set(register.loc[register["identified_on"].astype(str).str[:4] == "2014", "household_code"])

    def wanted(values: Values) -> bool:
        return values["review_year"] == 2015 and values["household_code"] in first_year

    row = ground.copy_row(REVIEWS, "ER-12", held=False, period=FIRST, where=wanted, review_year=2014)
    days = [name for name in row.values if name.endswith("_on") or name.startswith("notice_")]
    ground.change(row, **{name: row.values[name].replace(year=2014) for name in days})
    ground.expect("ER-12", row, "review_year")


def _exit_not_registered(ground: Ground) -> None:
    """A review proposes the exit of a household that the register still has in poverty."""

    def wanted(register: Values, _: list[Values]) -> bool:
        # No line is known for the provincial standard, so that the income says nothing.
        return register["poverty_status"] in IN_POVERTY and register["identification_standard"] == "02"

    for township in ground.senders(REVIEWS, YEAR_END):
        try:
            code = ground.household(wanted, YEAR_END, township)
        except NoRoomError:
            continue
        income = ground.about("household_income", YEAR_END, code)
        changes = {"household_code": code, "village_code": code[:12], "head_name": income["head_name"]}
        row = ground.copy_row(
            REVIEWS, "ER-16", held=False, period=YEAR_END,
            income_per_head_yuan=income["net_income_per_head_yuan"], **changes,
        )  # fmt: skip
        ground.expect("ER-16", row, "proposed_status")
        return
    raise NoRoomError("no household of the provincial standard is free")


# --- splits and moves -------------------------------------------------------------------------------------

_is_split = matching(change_kind="split")
_split, _held_split = copied(CHANGES, where=_is_split), copied(CHANGES, where=_is_split, held=True)
_ended = copied(CHANGES, where=matching(change_kind="ended"))


def _numbered(values: Values, village: str, year: int | str) -> Values:
    """The entry's number under another village or year."""
    return {"change_code": f"{village}{year}{values['change_code'][16:]}"}


def _free_household(ground: Ground, form: str) -> str:
    """A household of a township that sent the form, which no row of the form is about."""

    def is_unnamed(register: Values, _: list[Values]) -> bool:
        return not ground.labels(form, NOW, "household_code", register["household_code"])

    for township in ground.senders(form, NOW):
        try:
            return ground.household(is_unnamed, township=township)
        except NoRoomError:
            continue
    raise NoRoomError("no household is free")


def _ended_but_registered(ground: Ground) -> None:
    code = _free_household(ground, CHANGES)
    row = ground.copy_row(
        CHANGES, "HC-11", held=False, household_code=code, village_code=code[:12], change_kind="ended",
        other_household_code=None, changed_on=date(2015, 12, 7),
    )  # fmt: skip
    ground.change(row, **_numbered(row.values, code[:12], 2015))
    ground.expect("HC-11", row, "household_code")


def _split_from_unknown(ground: Ground) -> None:
    code = _free_household(ground, CHANGES)
    row = _split(ground, "HC-12")
    place = {"household_code": code, "village_code": code[:12], "other_household_code": code[:12] + NOBODY}
    ground.change(row, **place, **_numbered(row.values, code[:12], row.values["change_code"][12:16]))
    ground.expect("HC-12", row, "other_household_code")


# --- decisions --------------------------------------------------------------------------------------------


def _other_township(ground: Ground) -> None:
    row = ground.copy_row(DECISIONS, "HD-09", held=True)
    own = row.values["township_code"]
    other = next((t for t in ground.state.townships if t[:6] == own[:6] and t != own), None)
    if other is None:
        # The copy stays where it is, and is nothing but another decision.
        ground.change(row, held=False)
        raise NoRoomError("the county has one township only")
    ground.change(row, township_code=other)
    ground.expect("HD-09", row, "village_code")


def _decision_about(ground: Ground, rule: str, code: str, **changes: Any) -> Row:
    about = {"household_code": code, "village_code": code[:12], "township_code": code[:9]}
    where = matching(submitter_code=code[:6])
    return ground.copy_row(DECISIONS, rule, held=False, where=where, **about, **changes)


def _out_of_2016(register: Values, _: list[Values]) -> bool:
    return bool(register["poverty_status"] == ENJOYING and register["exit_year"] == 2016)


def _illegal_decision(ground: Ground, rule: str) -> Row:
    return _decision_about(ground, rule, ground.household(_out_of_2016), decision_kind="pre_exit")


def _exit_in_year_of_return(ground: Ground, rule: str) -> Row:
    code = ground.household(_out_of_2016)
    _decision_about(ground, rule, code, decision_kind="return", decided_on=date(2017, 2, 1))
    return _decision_about(ground, rule, code, decision_kind="exit", decided_on=date(2017, 5, 9))


def _decided_twice(ground: Ground) -> None:
    label = ground.find(DECISIONS, NOW, matching(decision_kind="pre_exit"), taking=False)
    values = ground.values(DECISIONS, NOW, label)
    itself = matching(household_code=values["household_code"], decision_number=values["decision_number"])
    second = ground.copy_row(DECISIONS, "HD-13", held=False, where=itself, decided_on=values["decided_on"])
    first = ground.pick_row(DECISIONS, "HD-13", where=itself)
    ground.expect_each("HD-13", (first, second), "decided_on")


PLANTERS: tuple[Planter, ...] = (
    *APPLICATION_PLANTERS,
    planter("ER-08", copied(REVIEWS), "notice_to", lambda v: {"notice_to": v["notice_from"] - timedelta(days=1)}),
    planter("ER-09", copied(REVIEWS), "household_code", unregistered),
    planter("ER-10", copied(REVIEWS), "housing_secured", proposed_status=ENJOYING, housing_secured=False),
    planter("ER-11", _exit_poor, "income_per_head_yuan", income_per_head_yuan=2_900.0,
            also=("income_per_head_yuan", "ER-15", "the income return states more")),
    _exit_in_first_year,
    planter("ER-13", copied(REVIEWS), "announced_on", proposed_status=ENJOYING, announced_on=None),
    # It was one rule with that of a review to come.
    by_city(planter("ER-14", copied(REVIEWS, held=True), "reviewed_on", reviewed_on=date(2016, 11, 3)),
            planter("ER-17", copied(REVIEWS), "reviewed_on", reviewed_on=date(2016, 11, 3))),
    planter("ER-15", picked(REVIEWS, period=YEAR_END), "income_per_head_yuan",
            lambda v: {"income_per_head_yuan": float(v["income_per_head_yuan"]) + 500}),
    _exit_not_registered,
    planter("HC-08", _held_split, "other_household_code", other_household_code=None),
    planter("HC-09", _split, "changed_on", lambda v: _numbered(v, v["change_code"][:12], 2017),
            changed_on=date(2017, 7, 3)),
    planter("HC-10", _held_split, "persons_moved", persons_moved=0),
    _ended_but_registered, _split_from_unknown,
    planter("HC-13", picked(CHANGES, where=_is_split), "change_code",
            lambda v: {"changed_on": v["changed_on"] + timedelta(days=3)}),
    planter("HD-08", copied(DECISIONS), "decided_on", decided_on=date(2017, 7, 5)),
    _other_township,
    planter("HD-10", copied(DECISIONS), "household_code", unregistered),
    planter("HD-11", _illegal_decision, "decision_kind"),
    planter("HD-12", _exit_in_year_of_return, "decided_on"),
    _decided_twice,
    planter("ER-14", copied(REVIEWS), "reviewed_on", still=False,
            computed=lambda v: _shifted(v, date(2017, 7, 5) - v["reviewed_on"])),
    # Of a household that ended before the register's first return: the entry counts, and moves no figure of a period.
    planter("HC-14", _ended, "changed_on", still=False,
            computed=lambda v: _numbered(v, v["change_code"][:12], v["changed_on"].year - 1)),
    planter("HC-91", _ended, "persons_moved", still=False, persons_moved=21),
)  # fmt: skip
