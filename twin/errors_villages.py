"""Errors in the villages' returns: one function per rule that is not generic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twin.places import code_kind, read_places
from twin.plan import COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE
from twin.planting import NOW, YEAR_END, Ground, NoRoomError, Row

FORM = "village_income"
FIRST = "2015-12"
ITEMS = (
    "operating_income_yuan", "contract_income_yuan", "investment_income_yuan", "subsidy_income_yuan",
    "other_income_yuan",
)  # fmt: skip


def plant_villages(ground: Ground) -> list[Callable[[Ground], None]]:
    """The errors of this form, to be planted one by one."""
    return [_total, _negative, _shell_flag, _unit_slip, _poor_flag, _left_shell]


def village_row(ground: Ground, *, held: bool) -> Row:
    """A row that may be wrong: a residents' committee's of its own if it is held, else an ordinary village's."""
    if held:
        able = [t for t in ground.townships() if ground.count(FORM, NOW, t)]
        for township, unit in ((t, unit) for t in able for unit in residents_of(t)):
            if ground.take("village" + unit):
                return _of_residents(ground, township, unit)
    return _of_village(ground, held=held)


def residents_of(township: str) -> list[str]:
    """Residents' committees of a township, which the city's villages do not include."""
    units = read_places().villages
    inside = (units["township_code"] == township) & (units["kind"] == code_kind("residents"))
    return [str(code) for code in units.loc[inside, "code"]]


def _of_residents(ground: Ground, township: str, unit: str) -> Row:
    """The return of a residents' committee."""
    ground.burden(FORM, NOW, township)
    values = {
        "village_code": unit, "registered_poor_village": False,
        "operating_income_yuan": 52_000.0, "contract_income_yuan": 8_000.0, "investment_income_yuan": 0.0,
        "subsidy_income_yuan": 20_000.0, "other_income_yuan": 1_000.0, "total_income_yuan": 81_000.0,
        "recorded_shell": False,
    }  # fmt: skip
    return ground.add(FORM, NOW, values, f"{FORM}:{unit}")


def ordinary_villages(ground: Ground, township: str) -> list[str]:
    """Villages of a township that no figure of the article hangs on: neither poor nor shell, in no story."""
    villages = ground.state.villages
    told = villages["is_poor_village"] | villages["is_shell_2016"] | villages["is_shell_2017"]
    inside = villages.loc[(villages["township_code"] == township) & ~told, "code"]
    return [code for code in inside if code not in (COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE)]


def _of_village(ground: Ground, *, held: bool) -> Row:
    """The row of an ordinary village that nobody else uses."""
    for township in [ground.room(FORM, NOW)] if held else ground.townships():
        for code in ordinary_villages(ground, township):
            labels = ground.labels(FORM, NOW, "household_code", code)
            if labels and ground.take("village" + code):
                row = ground.tagged(FORM, NOW, labels[0], f"{FORM}:{code}")
                return ground.change(row, held=True) if held else row
    raise NoRoomError("no ordinary village is free")


def settle(ground: Ground, row: Row, **values: Any) -> None:
    """Change items of a village's income so that the total still closes."""
    changed = {**row.values, **values}
    ground.set_any(row, **values, total_income_yuan=sum(float(changed[name]) for name in ITEMS))


def _total(ground: Ground) -> None:
    row = village_row(ground, held=ground.is_still)  # what is asked about stands: it has to be of a village that counts
    ground.set_any(row, total_income_yuan=float(row.values["total_income_yuan"]) + 1_000)
    ground.expect("VI-08", row, "total_income_yuan")


def _negative(ground: Ground) -> None:
    row = village_row(ground, held=True)
    settle(ground, row, other_income_yuan=-500.0)
    ground.expect("VI-09", row, "other_income_yuan")


def _shell_flag(ground: Ground) -> None:
    row = village_row(ground, held=False)
    ground.change(row, recorded_shell=True)
    ground.expect("VI-10", row, "recorded_shell")


def _unit_slip(ground: Ground) -> None:
    row = village_row(ground, held=False)
    settle(ground, row, operating_income_yuan=60_000_000.0)
    ground.expect("VI-11", row, "total_income_yuan")


def _earlier(ground: Ground, row: Row, period: str) -> Row | None:
    labels = ground.labels(FORM, period, "household_code", row.values["village_code"])
    return ground.tagged(FORM, period, labels[0], f"{row.tag}:{period}") if labels else None


def _poor_flag(ground: Ground) -> None:
    row = village_row(ground, held=False)
    for period in (FIRST, YEAR_END):
        before = _earlier(ground, row, period)
        if before is not None:
            ground.change(before, registered_poor_village=True)
    ground.expect("VI-14", row, "registered_poor_village")


def _left_shell(ground: Ground) -> None:
    row = village_row(ground, held=False)
    before = _earlier(ground, row, YEAR_END)
    if before is None:
        raise NoRoomError("no earlier return")
    scant = {"contract_income_yuan": 0.0, "investment_income_yuan": 0.0}
    settle(ground, before, operating_income_yuan=8_000.0, **scant)
    ground.change(before, recorded_shell=True)
    # Half a year's amount is compared as if it were a year's.
    settle(ground, row, operating_income_yuan=3_000.0, **scant)
    ground.expect("VI-15", row, "recorded_shell")
    ground.expect("VI-15", row, "recorded_shell", rule="VI-16", note="no project serves an ordinary village")
