"""Errors in the villages' returns: one planter per rule that is not generic."""

from __future__ import annotations

from functools import partial
from typing import Any

from twin.places import code_kind, read_places
from twin.plan import COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE
from twin.planter import Planter, Values, by_city, planter
from twin.planting import NOW, YEAR_END, Ground, NoRoomError, Row

FORM = "village_income"
FIRST = "2015-12"
ITEMS = (
    "operating_income_yuan", "contract_income_yuan", "investment_income_yuan", "subsidy_income_yuan",
    "other_income_yuan",
)  # fmt: skip


def village_row(ground: Ground, _: str, *, held: bool) -> Row:
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
    followed = villages["is_poor_village"] | villages["is_shell_2016"] | villages["is_shell_2017"]
    inside = villages.loc[(villages["township_code"] == township) & ~followed, "code"]
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


def _with_total(values: Values, **items: Any) -> Values:
    """Items of a village's income, with the total closing."""
    changed = {**values, **items}
    return {**items, "total_income_yuan": sum(float(changed[name]) for name in ITEMS)}


def _earlier(ground: Ground, row: Row, period: str) -> Row | None:
    labels = ground.labels(FORM, period, "household_code", row.values["village_code"])
    return ground.tagged(FORM, period, labels[0], f"{row.tag}:{period}") if labels else None


def _once_poor(ground: Ground, rule: str) -> Row:
    """The row of an ordinary village whose earlier returns say that it was registered as poor."""
    row = village_row(ground, rule, held=False)
    for period in (FIRST, YEAR_END):
        before = _earlier(ground, row, period)
        if before is not None:
            ground.change(before, registered_poor_village=True)
    return row


def _left_shell(ground: Ground, rule: str) -> Row:
    """The row of an ordinary village that was a shell half a year before, and still earns as little."""
    row = village_row(ground, rule, held=False)
    before = _earlier(ground, row, YEAR_END)
    if before is None:
        raise NoRoomError("no earlier return")
    scant = {"contract_income_yuan": 0.0, "investment_income_yuan": 0.0}
    was = _with_total(before.values, operating_income_yuan=8_000.0, **scant)
    ground.change(before, **was, recorded_shell=True)
    # Half a year's amount is compared as if it were a year's.
    return ground.change(row, **_with_total(row.values, operating_income_yuan=3_000.0, **scant))


def _more_total(values: Values) -> Values:
    return {"total_income_yuan": float(values["total_income_yuan"]) + 1_000}


_held_village, _village = partial(village_row, held=True), partial(village_row, held=False)
PLANTERS: tuple[Planter, ...] = (
    # What is asked about stands: it has to be of a village that counts.
    by_city(planter("VI-08", _held_village, "total_income_yuan", _more_total),
            planter("VI-08", _village, "total_income_yuan", _more_total)),
    planter("VI-09", _held_village, "other_income_yuan", lambda v: _with_total(v, other_income_yuan=-500.0)),
    planter("VI-10", _village, "recorded_shell", recorded_shell=True),
    planter("VI-11", _village, "total_income_yuan", lambda v: _with_total(v, operating_income_yuan=60_000_000.0)),
    planter("VI-14", _once_poor, "registered_poor_village"),
    planter("VI-15", _left_shell, "recorded_shell",
            also=("recorded_shell", "VI-16", "no project serves an ordinary village")),
)  # fmt: skip
