"""Errors in the applications of the three steps: one function per rule that is not generic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from twin.planting import NOW, Ground, Row, Where

Values = dict[str, Any]
FIRST = "2015-12"
# Household numbers of a village that nobody has.
NOBODY = "8888"


def matching(**wanted: Any) -> Where:
    """Whether a row has these values."""
    return lambda values: all(values[name] == value for name, value in wanted.items())


def _approved(ground: Ground, rule: str, *, held: bool, **changes: Any) -> Row:
    return ground.copy_row(
        "identification", rule, held=held, period=FIRST, where=matching(outcome="approved"), **changes
    )  # fmt: skip


def _application_order(ground: Ground) -> None:
    row = _approved(ground, "ID-08", held=False)
    ground.set_added(row, village_notice_from=row.values["group_notice_to"] - timedelta(days=2))
    ground.expect("ID-08", row, "village_notice_from")


def _application_to_come(ground: Ground) -> None:
    after: Values = {"village_notice_from": date(2017, 7, 3), "village_notice_to": date(2017, 7, 9)}
    row = ground.copy_row("identification", "ID-09", held=False, where=matching(outcome="pending"), **after)
    ground.expect("ID-09", row, "village_notice_from")


def _approved_unpublished(ground: Ground) -> None:
    row = _approved(ground, "ID-10", held=True, township_notice_from=None)
    ground.expect("ID-10", row, "township_notice_from")


def _refused_nowhere(ground: Ground) -> None:
    row = ground.copy_row("identification", "ID-11", held=True, where=matching(outcome="rejected"), rejected_at=None)
    ground.expect("ID-11", row, "rejected_at")


def _approved_unregistered(ground: Ground) -> None:
    row = _approved(ground, "ID-12", held=False)
    ground.set_added(row, household_code=row.values["village_code"] + NOBODY)
    ground.expect("ID-12", row, "household_code")


def _application_code(ground: Ground) -> None:
    row = _approved(ground, "ID-13", held=True)
    code = row.values["application_code"]
    ground.set_added(row, application_code=code[:12] + "2011" + code[16:])
    ground.expect("ID-13", row, "application_code")


def _applied_twice(ground: Ground) -> None:
    label = ground.find("identification", NOW, matching(outcome="rejected"), taking=False)
    values = ground.values("identification", NOW, label)
    itself = matching(application_code=values["application_code"])
    same = {name: values[name] for name in ("applicant_name", "applicant_id_number")}
    second = ground.copy_row("identification", "ID-14", held=False, where=itself, **same)
    for row in (ground.pick_row("identification", "ID-14", where=itself), second):
        ground.expect("ID-14", row, "applicant_id_number")


def _objected(ground: Ground) -> None:
    row = _approved(ground, "ID-16", held=False, objection_count=2)
    ground.expect("ID-16", row, "objection_count")


def _went_on_refused(ground: Ground) -> None:
    where = matching(rejected_at="village_selection")
    row = ground.copy_row("identification", "ID-17", held=False, where=where)
    ground.set_added(row, group_notice_from=row.values["village_selected_on"] + timedelta(days=2))
    ground.expect("ID-17", row, "group_notice_from")


APPLICATION_PLANTERS: tuple[Callable[[Ground], None], ...] = (
    _application_order,
    _application_to_come,
    _approved_unpublished,
    _refused_nowhere,
    _approved_unregistered,
    _application_code,
    _applied_twice,
    _objected,
    _went_on_refused,
)
