"""Errors in the measures: one function per rule that is not generic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from twin.households import IN_POVERTY, STABLE
from twin.planting import NOW, Ground, Row

FORM = "assistance_measures"


def plant_measures(ground: Ground) -> list[Callable[[Ground], None]]:
    """The errors of this form, to be planted one by one."""
    return [_unregistered, _ended_first, _starts_later, _negative, _no_helper, _high_gain, _unit_slip, _stable]


def measure_row(
    ground: Ground, error_id: str, *, held: bool, status: tuple[str, ...] = IN_POVERTY, **values: Any
) -> Row:
    """A further measure of a household of the city."""
    township = ground.room(FORM, NOW) if held else None
    code = ground.household(lambda h, _: h["poverty_status"] in status, township=township, shared=True)
    register = ground.values("households", NOW, ground.labels("households", NOW, "household_code", code)[0])
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
    village = row.values["village_code"]
    code = f"{village}{ground.number('household' + village, 9001):04d}"
    ground.set_added(row, household_code=code, measure_code=f"{code}101")
    ground.expect("AM-08", row, "household_code")


def _ended_first(ground: Ground) -> None:
    row = measure_row(ground, "AM-09", held=True, ended_on=date(2017, 1, 1))
    ground.let_stand(row)
    ground.expect("AM-09", row, "ended_on")


def _starts_later(ground: Ground) -> None:
    row = measure_row(ground, "AM-10", held=True, started_on=date(2017, 8, 1))
    ground.let_stand(row)
    ground.expect("AM-10", row, "started_on")


def _negative(ground: Ground) -> None:
    row = measure_row(ground, "AM-11", held=True, funds_yuan=-500.0)
    ground.expect("AM-11", row, "funds_yuan")


def _no_helper(ground: Ground) -> None:
    row = measure_row(ground, "AM-12", held=False, measure_type="pairing", helper_name=None)
    ground.expect("AM-12", row, "helper_name")


def _high_gain(ground: Ground) -> None:
    # The commonest type: in a small city too its mean hardly moves.
    row = measure_row(ground, "AM-13", held=False, measure_type="pairing", income_gain_yuan=60_000.0)
    ground.expect("AM-13", row, "income_gain_yuan")


def _unit_slip(ground: Ground) -> None:
    row = measure_row(ground, "AM-14", held=False, funds_yuan=50.0)
    ground.expect("AM-14", row, "funds_yuan")


def _stable(ground: Ground) -> None:
    row = measure_row(ground, "AM-15", held=False, status=(STABLE,))
    ground.expect("AM-15", row, "household_code")
