"""Errors in the forms of a household's life: one function per rule that is not generic.

Those of applications are in ``planted_applications``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from expectations.id_number import check_digit
from twin.households import ENJOYING, IN_POVERTY
from twin.planting import FIRST_COPY, NOW, YEAR_END, Ground, NoRoomError, Row
from twin.subjects.lifecycle.decisions import decision_number
from twin.subjects.lifecycle.planted_applications import APPLICATION_PLANTERS, FIRST, NOBODY, Values, matching

BROKEN: dict[str, dict[str, str]] = {
    "identification": {
        "01": "applied_on", "02": "village_selected_on", "03": "outcome", "04": "village_code",
        "05": "applicant_id_number", "06": "application_code", "07": "objection_count",
    },
    "exit_reviews": {
        "01": "income_per_head_yuan", "02": "announced_on", "03": "proposed_status", "04": "village_code",
        "05": "household_code", "06": "household_code", "07": "review_year",
    },
    "household_changes": {
        "01": "changed_on", "02": "persons_moved", "03": "change_kind", "04": "village_code", "05": "household_code",
        "06": "change_code", "07": "persons_moved",
    },
    "household_decisions": {
        "01": "decided_on", "02": "decided_on", "03": "decision_kind", "04": "township_code", "05": "household_code",
        "06": "decision_number",
    },
}  # fmt: skip


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
    "exit_reviews": _fresh_review,
    "household_changes": _fresh_change,
    "household_decisions": _fresh_decision,
}


# --- exit reviews -----------------------------------------------------------------------------------------


def _review_order(ground: Ground) -> None:
    row = ground.copy_row("exit_reviews", "ER-08", held=False)
    ground.set_added(row, notice_to=row.values["notice_from"] - timedelta(days=1))
    ground.expect("ER-08", row, "notice_to")


def _reviewed_unregistered(ground: Ground) -> None:
    row = ground.copy_row("exit_reviews", "ER-09", held=False)
    ground.set_added(row, household_code=row.values["village_code"] + NOBODY)
    ground.expect("ER-09", row, "household_code")


def _exit_unsafe(ground: Ground) -> None:
    row = ground.copy_row("exit_reviews", "ER-10", held=False, proposed_status=ENJOYING, housing_secured=False)
    ground.expect("ER-10", row, "housing_secured")


def _codes(ground: Ground, period: str, standard: str) -> set[str]:
    register = ground.state.forms["households", period]
    return set(register.loc[register["identification_standard"] == standard, "household_code"])


def _exit_poor(ground: Ground) -> None:
    national = _codes(ground, YEAR_END, "01")
    row = ground.copy_row(
        "exit_reviews", "ER-11", held=False, period=YEAR_END, where=lambda v: v["household_code"] in national,
        income_per_head_yuan=2_900.0,
    )  # fmt: skip
    ground.expect("ER-11", row, "income_per_head_yuan")
    note = "the income return states more"
    ground.expect("ER-11", row, "income_per_head_yuan", rule="ER-15", note=note)


def _exit_in_first_year(ground: Ground) -> None:
    if FIRST not in ground.state.periods:
        raise NoRoomError(f"households {FIRST}: not sent")
    register = ground.state.forms["households", FIRST]
    first_year = set(register.loc[register["identified_on"].astype(str).str[:4] == "2014", "household_code"])

    def wanted(values: Values) -> bool:
        return values["review_year"] == 2015 and values["household_code"] in first_year

    row = ground.copy_row("exit_reviews", "ER-12", held=False, period=FIRST, where=wanted, review_year=2014)
    days = [name for name in row.values if name.endswith("_on") or name.startswith("notice_")]
    ground.set_added(row, **{name: row.values[name].replace(year=2014) for name in days})
    ground.expect("ER-12", row, "review_year")


def _exit_unannounced(ground: Ground) -> None:
    row = ground.copy_row("exit_reviews", "ER-13", held=False, proposed_status=ENJOYING, announced_on=None)
    ground.expect("ER-13", row, "announced_on")


def _review_of_another_year(ground: Ground) -> None:
    rule = "ER-14" if ground.is_still else "ER-17"  # it was one rule with that of a review to come
    row = ground.copy_row("exit_reviews", rule, held=ground.is_still, reviewed_on=date(2016, 11, 3))
    ground.expect(rule, row, "reviewed_on")


def _review_to_come(ground: Ground) -> None:
    if ground.is_still:
        return
    row = ground.copy_row("exit_reviews", "ER-14", held=False)
    later = date(2017, 7, 5) - row.values["reviewed_on"]
    days = [name for name in row.values if name.endswith("_on") or name.startswith("notice_")]
    ground.set_added(row, **{name: row.values[name] + later for name in days if row.values[name] is not None})
    ground.expect("ER-14", row, "reviewed_on")


def _other_income(ground: Ground) -> None:
    row = ground.pick_row("exit_reviews", "ER-15", period=YEAR_END)
    ground.change(row, income_per_head_yuan=float(row.values["income_per_head_yuan"]) + 500)
    ground.expect("ER-15", row, "income_per_head_yuan")


def _exit_not_registered(ground: Ground) -> None:
    """A review proposes the exit of a household that the register still has in poverty."""

    def wanted(register: Values, _: list[Values]) -> bool:
        # No line is known for the provincial standard, so that the income says nothing.
        return register["poverty_status"] in IN_POVERTY and register["identification_standard"] == "02"

    for township in ground.senders("exit_reviews", YEAR_END):
        try:
            code = ground.household(wanted, YEAR_END, township)
        except NoRoomError:
            continue
        income = ground.values(
            "household_income", YEAR_END, ground.labels("household_income", YEAR_END, "household_code", code)[0]
        )
        changes = {"household_code": code, "village_code": code[:12], "head_name": income["head_name"]}
        row = ground.copy_row(
            "exit_reviews", "ER-16", held=False, period=YEAR_END,
            income_per_head_yuan=income["net_income_per_head_yuan"], **changes,
        )  # fmt: skip
        ground.expect("ER-16", row, "proposed_status")
        return
    raise NoRoomError("no household of the provincial standard is free")


# --- splits and moves -------------------------------------------------------------------------------------


def _split(ground: Ground, rule: str, *, held: bool, **changes: Any) -> Row:
    return ground.copy_row("household_changes", rule, held=held, where=matching(change_kind="split"), **changes)


def _split_from_nobody(ground: Ground) -> None:
    row = _split(ground, "HC-08", held=True, other_household_code=None)
    ground.expect("HC-08", row, "other_household_code")


def _change_to_come(ground: Ground) -> None:
    row = _split(ground, "HC-09", held=False, changed_on=date(2017, 7, 3))
    code = row.values["change_code"]
    ground.set_added(row, change_code=code[:12] + "2017" + code[16:])
    ground.expect("HC-09", row, "changed_on")


def _change_of_another_year(ground: Ground) -> None:
    if ground.is_still:
        return
    # Of a household that ended before the register's first return: the entry counts, and moves no figure of a period.
    row = ground.copy_row("household_changes", "HC-14", held=False, where=matching(change_kind="ended"))
    code = row.values["change_code"]
    ground.set_added(row, change_code=code[:12] + str(row.values["changed_on"].year - 1) + code[16:])
    ground.expect("HC-14", row, "changed_on")


def _large_family_ended(ground: Ground) -> None:
    if ground.is_still:
        return
    row = ground.copy_row("household_changes", "HC-91", held=False, where=matching(change_kind="ended"))
    ground.set_added(row, persons_moved=21)
    ground.expect("HC-91", row, "persons_moved")


def _split_of_nobody(ground: Ground) -> None:
    row = _split(ground, "HC-10", held=True, persons_moved=0)
    ground.expect("HC-10", row, "persons_moved")


def _free_household(ground: Ground, form: str) -> str:
    """A household of a township that sent the form, of which no row of the form tells."""

    def is_untold(register: Values, _: list[Values]) -> bool:
        return not ground.labels(form, NOW, "household_code", register["household_code"])

    for township in ground.senders(form, NOW):
        try:
            return ground.household(is_untold, township=township)
        except NoRoomError:
            continue
    raise NoRoomError("no household is free")


def _ended_but_registered(ground: Ground) -> None:
    code = _free_household(ground, "household_changes")
    row = ground.copy_row(
        "household_changes", "HC-11", held=False, household_code=code, village_code=code[:12], change_kind="ended",
        other_household_code=None, changed_on=date(2015, 12, 7),
    )  # fmt: skip
    ground.set_added(row, change_code=code[:12] + "2015" + row.values["change_code"][16:])
    ground.expect("HC-11", row, "household_code")


def _split_from_unknown(ground: Ground) -> None:
    code = _free_household(ground, "household_changes")
    nobody = code[:12] + NOBODY
    row = _split(
        ground, "HC-12", held=False, household_code=code, village_code=code[:12], other_household_code=nobody
    )  # fmt: skip
    ground.set_added(row, change_code=code[:12] + row.values["change_code"][12:])
    ground.expect("HC-12", row, "other_household_code")


def _rewritten_entry(ground: Ground) -> None:
    row = ground.pick_row("household_changes", "HC-13", where=matching(change_kind="split"))
    ground.change(row, changed_on=row.values["changed_on"] + timedelta(days=3))
    ground.expect("HC-13", row, "change_code")


# --- decisions --------------------------------------------------------------------------------------------


def _decision_to_come(ground: Ground) -> None:
    row = ground.copy_row("household_decisions", "HD-08", held=False, decided_on=date(2017, 7, 5))
    ground.expect("HD-08", row, "decided_on")


def _other_township(ground: Ground) -> None:
    row = ground.copy_row("household_decisions", "HD-09", held=True)
    own = row.values["township_code"]
    other = next((t for t in ground.state.townships if t[:6] == own[:6] and t != own), None)
    if other is None:
        # The copy stays where it is, and is nothing but another decision.
        ground.set_added(row, held=False)
        raise NoRoomError("the county has one township only")
    ground.set_added(row, township_code=other)
    ground.expect("HD-09", row, "village_code")


def _decided_unregistered(ground: Ground) -> None:
    row = ground.copy_row("household_decisions", "HD-10", held=False)
    ground.set_added(row, household_code=row.values["village_code"] + NOBODY)
    ground.expect("HD-10", row, "household_code")


def _about(code: str) -> Values:
    return {"household_code": code, "village_code": code[:12], "township_code": code[:9]}


def _decision_about(ground: Ground, rule: str, code: str, **changes: Any) -> Row:
    where = matching(submitter_code=code[:6])
    return ground.copy_row("household_decisions", rule, held=False, where=where, **_about(code), **changes)


def _out_of_2016(register: Values, _: list[Values]) -> bool:
    return bool(register["poverty_status"] == ENJOYING and register["exit_year"] == 2016)


def _illegal_decision(ground: Ground) -> None:
    code = ground.household(_out_of_2016)
    row = _decision_about(ground, "HD-11", code, decision_kind="pre_exit")
    ground.expect("HD-11", row, "decision_kind")


def _exit_in_year_of_return(ground: Ground) -> None:
    code = ground.household(_out_of_2016)
    _decision_about(ground, "HD-12", code, decision_kind="return", decided_on=date(2017, 2, 1))
    row = _decision_about(ground, "HD-12", code, decision_kind="exit", decided_on=date(2017, 5, 9))
    ground.expect("HD-12", row, "decided_on")


def _decided_twice(ground: Ground) -> None:
    label = ground.find("household_decisions", NOW, matching(decision_kind="pre_exit"), taking=False)
    values = ground.values("household_decisions", NOW, label)
    itself = matching(household_code=values["household_code"], decision_number=values["decision_number"])
    second = ground.copy_row(
        "household_decisions", "HD-13", held=False, where=itself, decided_on=values["decided_on"]
    )  # fmt: skip
    for row in (ground.pick_row("household_decisions", "HD-13", where=itself), second):
        ground.expect("HD-13", row, "decided_on")


PLANTERS: tuple[Callable[[Ground], None], ...] = (
    *APPLICATION_PLANTERS,
    _review_order, _reviewed_unregistered,
    _exit_unsafe, _exit_poor, _exit_in_first_year,
    _exit_unannounced, _review_of_another_year, _other_income,
    _exit_not_registered, _split_from_nobody, _change_to_come, _split_of_nobody, _ended_but_registered,
    _split_from_unknown, _rewritten_entry, _decision_to_come, _other_township, _decided_unregistered,
    _illegal_decision, _exit_in_year_of_return, _decided_twice,
    _review_to_come, _change_of_another_year, _large_family_ended,
)  # fmt: skip
