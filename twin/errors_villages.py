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
    return [_total, _negative, _shell_flag, _unit_slip, _more_households, _few_people, _poor_flag, _left_shell]


def village_row(ground: Ground, *, held: bool, least_persons: int = 0) -> Row:
    """A row that may be wrong: a residents' committee's of its own if it is held, else an ordinary village's."""
    if held:
        able = [t for t in ground.townships() if ground.count(FORM, NOW, t)]
        for township, unit in ((t, unit) for t in able for unit in _residents(t)):
            if ground.take("village" + unit):
                return _of_residents(ground, township, unit)
    return _of_village(ground, held=held, least_persons=least_persons)


def _residents(township: str) -> list[str]:
    units = read_places().villages
    inside = (units["township_code"] == township) & (units["kind"] == code_kind("residents"))
    return [str(code) for code in units.loc[inside, "code"]]


def _of_residents(ground: Ground, township: str, unit: str) -> Row:
    """The return of a residents' committee, which the city's villages do not include."""
    ground.burden(FORM, NOW, township)
    values = {
        "village_code": unit, "registered_poor_village": False, "household_count": 420, "population": 1_500,
        "operating_income_yuan": 52_000.0, "contract_income_yuan": 8_000.0, "investment_income_yuan": 0.0,
        "subsidy_income_yuan": 20_000.0, "other_income_yuan": 1_000.0, "total_income_yuan": 81_000.0,
        "recorded_shell": False,
    }  # fmt: skip
    return ground.add(FORM, NOW, values, f"{FORM}:{unit}")


def _of_village(ground: Ground, *, held: bool, least_persons: int) -> Row:
    """The row of a village that no figure hangs on: neither poor nor shell, in no story."""
    for township in [ground.room(FORM, NOW)] if held else ground.townships():
        for label in ground.labels(FORM, NOW, "township", township):
            village = ground.values(FORM, NOW, label)
            code = village["village_code"]
            persons = sum(len(ground.labels("members", NOW, "household_code", h)) for h in _households(ground, code))
            story = code in (COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE)
            before = ground.labels(FORM, YEAR_END, "household_code", code)
            was_shell = before and ground.values(FORM, YEAR_END, before[0])["recorded_shell"]
            if village["registered_poor_village"] or village["recorded_shell"] or was_shell or story:
                continue
            if persons >= least_persons and ground.take("village" + code):
                row = ground.tagged(FORM, NOW, label, f"{FORM}:{code}")
                return ground.change(row, held=True) if held else row
    raise NoRoomError("no ordinary village is free")


def _households(ground: Ground, village: str) -> list[str]:
    labels = ground.labels("households", NOW, "township", village[:9])
    codes = [ground.values("households", NOW, label)["household_code"] for label in labels]
    return [code for code in codes if code.startswith(village)]


def settle(ground: Ground, row: Row, **values: Any) -> None:
    """Change items of a village's income so that the total still closes."""
    changed = {**row.values, **values}
    ground.set_any(row, **values, total_income_yuan=sum(float(changed[name]) for name in ITEMS))


def _total(ground: Ground) -> None:
    row = village_row(ground, held=True)
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


def _more_households(ground: Ground) -> None:
    row = village_row(ground, held=True)
    ground.set_any(row, household_count=int(row.values["population"]) + 10)
    ground.expect("VI-12", row, "household_count")


def _few_people(ground: Ground) -> None:
    row = village_row(ground, held=False, least_persons=6)
    ground.change(row, population=4, household_count=2)
    ground.expect("VI-13", row, "population")


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
