"""Errors in the incomes of a year: one function per rule that is not generic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twin.errors_households import plain_income
from twin.people import DIBAO, ORDINARY
from twin.planted_households import plain_village
from twin.planting import YEAR_END, Ground, Row

Values = dict[str, Any]
FORM = "household_income"
PARTS = ("wage_income_yuan", "business_income_yuan", "property_income_yuan", "transfer_income_yuan")


def plant_income(ground: Ground) -> list[Callable[[Ground], None]]:
    """The errors of this form, to be planted one by one."""
    return [
        _total, _transfer, _property, _net, _per_head, _nothing_left, _no_expense, _tiny_wage, _unregistered,
        _other_year, _ordinary_dibao, _dibao_without, _dibao_and_wubao, _other_persons, _nobody_works,
        _ten_thousands, _negative, _many_persons,
    ]  # fmt: skip


def income_row(
    ground: Ground, fits: Callable[[Values, Values], bool] = lambda _r, _i: True, *, held: bool, room: bool = False
) -> Row:
    """The income row of a household in poverty for which ``fits(register, income)`` holds.

    ``room``: in a township that could lose it. The still city has it there, from when its rule held rows.
    """
    township = ground.room(FORM, YEAR_END) if held or room else None

    def wanted(register: Values, _: list[Values]) -> bool:
        labels = ground.labels(FORM, YEAR_END, "household_code", register["household_code"])
        return register["poverty_status"] == "0" and fits(register, ground.values(FORM, YEAR_END, labels[0]))

    row = ground.row(FORM, YEAR_END, ground.household(wanted, YEAR_END, township))
    return ground.change(row, held=True) if held else row


def _ordinary(register: Values, income: Values) -> bool:
    return bool(register["household_attribute"] == ORDINARY and income["business_expense_yuan"] > 0)


def rebalance(ground: Ground, row: Row, **values: float) -> None:
    """Change parts of an income so that every identity still closes."""
    changed = {**row.values, **values}
    total = round(sum(float(changed[name]) for name in PARTS), 2)
    net = round(total - float(changed["business_expense_yuan"]), 2)
    per_head = round(net / int(changed["person_count"]) + 1e-9, 2)
    ground.change(row, **values, total_income_yuan=total, net_income_yuan=net, net_income_per_head_yuan=per_head)


def _raised(row: Row, amount: float, *names: str) -> dict[str, float]:
    persons = int(row.values["person_count"])
    return {
        name: round(float(row.values[name]) + (amount / persons if "per_head" in name else amount), 2) for name in names
    }


def _total(ground: Ground) -> None:
    row = income_row(ground, held=False, room=True)
    raised = _raised(row, 500, "total_income_yuan", "net_income_yuan", "net_income_per_head_yuan")
    ground.change(row, **raised)
    ground.expect("HI-08", row, "total_income_yuan")


def _transfer(ground: Ground) -> None:
    # Not a whole hundred: it must close neither with nor without the pension.
    row = income_row(ground, held=False, room=True)
    ground.change(row, **_raised(row, 333, "other_transfer_yuan"))
    ground.expect("HI-09", row, "transfer_income_yuan")


def _property(ground: Ground) -> None:
    row = income_row(ground, held=False, room=True)
    ground.change(row, **_raised(row, 77, "other_property_yuan"))
    ground.expect("HI-10", row, "property_income_yuan")


def _net(ground: Ground) -> None:
    row = income_row(ground, held=False, room=True)
    ground.change(row, **_raised(row, 600, "net_income_yuan", "net_income_per_head_yuan"))
    ground.expect("HI-11", row, "net_income_yuan")


def _per_head(ground: Ground) -> None:
    row = income_row(ground, held=False, room=True)
    per_head = float(row.values["net_income_per_head_yuan"])
    ground.change(row, net_income_per_head_yuan=round(per_head + 50, 2))
    ground.expect("HI-12", row, "net_income_per_head_yuan")


def _nothing_left(ground: Ground) -> None:
    row = income_row(ground, _ordinary, held=False)
    rebalance(ground, row, business_expense_yuan=float(row.values["total_income_yuan"]) + 100)
    ground.expect("HI-13", row, "net_income_per_head_yuan")


def _no_expense(ground: Ground) -> None:
    row = income_row(ground, _ordinary, held=False)
    rebalance(ground, row, business_expense_yuan=0.0)
    ground.expect("HI-14", row, "business_expense_yuan")


def _tiny_wage(ground: Ground) -> None:
    row = income_row(ground, lambda r, i: _ordinary(r, i) and i["wage_income_yuan"] > 0, held=False)
    rebalance(ground, row, wage_income_yuan=150.0)
    ground.expect("HI-15", row, "wage_income_yuan")


def _unregistered(ground: Ground) -> None:
    township = ground.room(FORM, YEAR_END)
    village = plain_village(ground, township)
    code = f"{village}{ground.number('household' + village, 9001):04d}"
    name = ground.state.identities.names(1)[0]
    known = {"village_code": village, "household_code": code, "head_name": name, "person_count": 2}
    row = ground.add(FORM, YEAR_END, plain_income(Row(FORM, YEAR_END, "", known, township), 2016, 2_500), "HI-16")
    ground.expect("HI-16", row, "household_code")


def _other_year(ground: Ground) -> None:
    row = income_row(ground, held=True)
    ground.change(row, income_year=2015)
    ground.expect("HI-17", row, "income_year")


def _ordinary_dibao(ground: Ground) -> None:
    row = income_row(ground, _ordinary, held=False)
    rebalance(ground, row, dibao_yuan=240.0, transfer_income_yuan=float(row.values["transfer_income_yuan"]) + 240)
    ground.expect("HI-18", row, "dibao_yuan")


def _dibao(register: Values, income: Values) -> bool:
    return bool(register["household_attribute"] == DIBAO and income["business_expense_yuan"] > 0)


def _dibao_without(ground: Ground) -> None:
    row = income_row(ground, _dibao, held=False)
    rest = float(row.values["transfer_income_yuan"]) - float(row.values["dibao_yuan"])
    rebalance(ground, row, dibao_yuan=0.0, transfer_income_yuan=rest)
    ground.expect("HI-19", row, "dibao_yuan")


def _dibao_and_wubao(ground: Ground) -> None:
    row = income_row(ground, _dibao, held=False)
    rebalance(ground, row, wubao_yuan=300.0, transfer_income_yuan=float(row.values["transfer_income_yuan"]) + 300)
    ground.expect("HI-20", row, "wubao_yuan")


def _other_persons(ground: Ground) -> None:
    row = income_row(ground, held=False, room=True)
    rebalance(ground, row, person_count=int(row.values["person_count"]) + 1)
    ground.expect("HI-21", row, "person_count")


def _nobody_works(ground: Ground) -> None:
    def idle(register: Values, income: Values) -> bool:
        code = register["household_code"]
        return _ordinary(register, income) and all(m["work_place"] is None for m in ground.members(YEAR_END, code))

    row = income_row(ground, idle, held=False)
    rebalance(ground, row, wage_income_yuan=2_000.0)
    ground.expect("HI-22", row, "wage_income_yuan")


def _ten_thousands(ground: Ground) -> None:
    row = income_row(ground, _ordinary, held=False)
    items = [name for name in row.values if name.endswith("_yuan")]
    ground.change(row, **dict.fromkeys(items, 0.0))
    rebalance(
        ground,
        row,
        business_income_yuan=1.8,
        business_expense_yuan=0.4,
        transfer_income_yuan=0.3,
        other_transfer_yuan=0.3,
    )
    ground.expect("HI-23", row, "total_income_yuan")


def _negative(ground: Ground) -> None:
    def has_more(register: Values, income: Values) -> bool:
        left = float(income["total_income_yuan"]) - float(income["business_income_yuan"]) - 300
        return _ordinary(register, income) and left > float(income["business_expense_yuan"])

    row = income_row(ground, has_more, held=True)
    rebalance(ground, row, business_income_yuan=-200.0)
    ground.expect("HI-24", row, "business_income_yuan")


def _many_persons(ground: Ground) -> None:
    if ground.is_still:
        return
    row = income_row(ground, held=False)
    ground.change(row, person_count=21)
    ground.expect("HI-91", row, "person_count")
