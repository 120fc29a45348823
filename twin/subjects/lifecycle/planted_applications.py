"""Errors in the applications of the three steps: one planter per rule that is not generic."""

from __future__ import annotations

from datetime import date, timedelta

from twin.planter import Planter, Values, copied, matching, planter
from twin.planting import NOW, Ground

FORM, FIRST = "identification", "2015-12"
# Household numbers of a village that nobody has.
NOBODY = "8888"


def unregistered(values: Values) -> Values:
    """A household that no register has."""
    return {"household_code": values["village_code"] + NOBODY}


def _applied_twice(ground: Ground) -> None:
    values = ground.values(FORM, NOW, ground.find(FORM, NOW, matching(outcome="rejected"), taking=False))
    itself = matching(application_code=values["application_code"])
    same = {name: values[name] for name in ("applicant_name", "applicant_id_number")}
    second = ground.copy_row(FORM, "ID-14", held=False, where=itself, **same)
    first = ground.pick_row(FORM, "ID-14", where=itself)
    ground.expect_each("ID-14", (first, second), "applicant_id_number")


_is_approved = matching(outcome="approved")
_approved = copied(FORM, period=FIRST, where=_is_approved)
_held_approved = copied(FORM, period=FIRST, where=_is_approved, held=True)
APPLICATION_PLANTERS: tuple[Planter, ...] = (
    planter("ID-08", _approved, "village_notice_from",
            lambda v: {"village_notice_from": v["group_notice_to"] - timedelta(days=2)}),
    planter("ID-09", copied(FORM, where=matching(outcome="pending")), "village_notice_from",
            village_notice_from=date(2017, 7, 3), village_notice_to=date(2017, 7, 9)),
    planter("ID-10", _held_approved, "township_notice_from", township_notice_from=None),
    planter("ID-11", copied(FORM, held=True, where=matching(outcome="rejected")), "rejected_at", rejected_at=None),
    planter("ID-12", _approved, "household_code", unregistered),
    planter("ID-13", _held_approved, "application_code",
            lambda v: {"application_code": f"{v['application_code'][:12]}2011{v['application_code'][16:]}"}),
    _applied_twice,
    planter("ID-16", _approved, "objection_count", objection_count=2),
    planter("ID-17", copied(FORM, where=matching(rejected_at="village_selection")), "group_notice_from",
            lambda v: {"group_notice_from": v["village_selected_on"] + timedelta(days=2)}),
)  # fmt: skip
