"""Errors in the counties' decisions on villages: one planter per rule that is not generic.

All sit with the county that lists most decisions, which can lose some; what is only explained sits in villages whose
status no figure of the article counts, or leaves the status as it is.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from twin.errors_village_forms import INCOME, PROFILES, registered_in
from twin.errors_villages import ordinary_villages, residents_of
from twin.planter import Planter, by_city, planter
from twin.planting import NOW, Ground, NoRoomError, Row, Where

DECISIONS = "village_decisions"
EXIT_SHARE = 0.02


def decision_row(ground: Ground, error_id: str, *, held: bool = True, **changes: Any) -> Row:
    """A further decision of the county that lists most; without changes it breaks no rule of its own.

    A poor village that exited before the rate of exit was fixed contradicts nobody: its township lists it still.
    """
    county = _county(ground)
    if not changes:
        free: Where = lambda v: _of(county, "poor_village_recorded")(v) and ground.take("exit" + v["village_code"])  # noqa: E731 - a condition
        label = ground.find(DECISIONS, NOW, free, taking=False)
        village = ground.values(DECISIONS, NOW, label)["village_code"]
        changes = {"village_code": village, "decision_kind": "poor_village_exited", "decided_on": date(2015, 9, 1)}
    return ground.copy_row(DECISIONS, error_id, held=held, where=_of(county, "poor_village_recorded"), **changes)


def _county(ground: Ground) -> str:
    rows = ground.state.forms.get((DECISIONS, NOW))
    if rows is None:
        raise NoRoomError("no decisions")
    return str(rows["submitter_code"].value_counts().sort_index().idxmax())


def _of(county: str, kind: str) -> Where:
    return lambda v: v["submitter_code"] == county and v["decision_kind"] == kind


def _ordinary(ground: Ground) -> str:
    """An ordinary village of the county whose township states that it is no shell and not poor."""
    for township in (t for t in ground.townships() if t.startswith(_county(ground))):
        for code in ordinary_villages(ground, township):
            if ground.labels(INCOME, NOW, "household_code", code) and ground.take("village" + code):
                return code
    raise NoRoomError("no ordinary village is free")


def _on_ordinary(rule: str, column: str, kind: str, day: date, *, held: bool = False) -> Planter:
    """A decision on an ordinary village."""

    def make(ground: Ground, rule: str) -> Row:
        values = {"village_code": _ordinary(ground), "decision_kind": kind, "decided_on": day}
        return decision_row(ground, rule, held=held, **values)

    return planter(rule, make, column)


def _other_day(ground: Ground) -> None:
    row = ground.pick_row(DECISIONS, "VD-11", where=_of(_county(ground), "poor_village_recorded"))
    ground.change(row, decided_on=row.values["decided_on"] + timedelta(days=1))
    ground.expect("VD-11", row, "decided_on")


def _on_residents(ground: Ground) -> None:
    townships = (t for t in ground.state.townships if t.startswith(_county(ground)))
    units = [unit for township in townships for unit in residents_of(township)]
    if not units:
        raise NoRoomError("no residents' committee in the county")
    row = decision_row(ground, "VD-14", held=False, village_code=units[0], decided_on=date(2016, 3, 1))
    ground.expect("VD-14", row, "village_code")


def _exit_too_poor(ground: Ground) -> None:
    poor: Where = lambda v: _of(_county(ground), "poor_village_recorded")(v) and _is_too_poor(ground, v["village_code"])  # noqa: E731 - a condition
    village = ground.values(DECISIONS, NOW, ground.find(DECISIONS, NOW, poor, taking=False))["village_code"]
    exit_ = {"village_code": village, "decision_kind": "poor_village_exited", "decided_on": date(2017, 3, 1)}
    row = decision_row(ground, "VD-15", held=False, **exit_)
    ground.take("exit" + village)
    ground.expect("VD-15", row, "decision_kind")


def _is_too_poor(ground: Ground, village: str) -> bool:
    poor = sum(h["person_count"] for h in registered_in(ground, village) if h["poverty_status"] in ("0", "2", "3"))
    labels = ground.labels(PROFILES, NOW, "household_code", village)
    return bool(labels) and poor > 1.1 * EXIT_SHARE * ground.values(PROFILES, NOW, labels[0])["population"]


_TOO_LATE = ("VD-08", "decided_on", "shell_recorded", date(2017, 8, 1))
PLANTERS: tuple[Planter, ...] = (
    _exit_too_poor,
    by_city(_on_ordinary(*_TOO_LATE, held=True), _on_ordinary(*_TOO_LATE)),
    _on_ordinary("VD-09", "decision_kind", "shell_removed", date(2017, 3, 20), held=True),
    planter("VD-10", partial(decision_row, held=False, decided_on=date(2016, 5, 8)), "decision_kind"),
    _other_day,
    _on_ordinary("VD-12", "decision_kind", "shell_recorded", date(2016, 3, 1)),
    _on_ordinary("VD-13", "decision_kind", "poor_village_recorded", date(2016, 3, 1)),
    _on_residents,
)  # fmt: skip
