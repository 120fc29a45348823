"""Errors in the measures: one planter per rule that is not generic."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from twin.households import IN_POVERTY, STABLE
from twin.planted_households import unused_code
from twin.planter import Planter, planter
from twin.planting import NOW, Ground, Row

FORM = "assistance_measures"


def measure_row(
    ground: Ground, error_id: str, *, held: bool, status: tuple[str, ...] = IN_POVERTY, **values: Any
) -> Row:
    """A further measure of a household of the city."""
    township = ground.room(FORM, NOW) if held else None
    code = ground.household(lambda h, _: h["poverty_status"] in status, township=township, shared=True)
    register = ground.about("households", NOW, code)
    base = {
        "village_code": code[:12], "household_code": code, "head_name": register["head_name"],
        "helper_name": ground.state.identities.names(1)[0],
        "measure_code": f"{code}{ground.number('measure', 101):03d}",
        "measure_type": "orders", "started_on": date(2017, 2, 1), "ended_on": None, "funds_yuan": 1_000.0,
        "income_gain_yuan": 800.0, "content": None,
    }  # fmt: skip
    return ground.add(FORM, NOW, {**base, **values}, error_id, held=held)


def _unregistered(ground: Ground) -> None:
    row = measure_row(ground, "AM-08", held=True)
    code = unused_code(ground, str(row.values["village_code"]))
    ground.change(row, household_code=code, measure_code=f"{code}101")
    ground.expect("AM-08", row, "household_code")


_held_measure, _further_measure = partial(measure_row, held=True), partial(measure_row, held=False)
PLANTERS: tuple[Planter, ...] = (
    _unregistered,
    planter("AM-09", _held_measure, "ended_on", accepted=True, ended_on=date(2017, 1, 1)),
    planter("AM-10", _held_measure, "started_on", accepted=True, started_on=date(2017, 8, 1)),
    planter("AM-11", _held_measure, "funds_yuan", funds_yuan=-500.0),
    planter("AM-12", _further_measure, "helper_name", measure_type="pairing", helper_name=None),
    # The commonest type: in a small city too its mean hardly moves.
    planter("AM-13", _further_measure, "income_gain_yuan", measure_type="pairing", income_gain_yuan=60_000.0),
    planter("AM-14", _further_measure, "funds_yuan", funds_yuan=50.0),
    planter("AM-15", partial(_further_measure, status=(STABLE,)), "household_code"),
)  # fmt: skip
