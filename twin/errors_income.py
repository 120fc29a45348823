"""Errors in the incomes of a year: one planter per rule that is not generic."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from twin.errors_households import plain_income
from twin.people import DIBAO, ORDINARY
from twin.planted_households import plain_village, unused_code
from twin.planter import Maker, Planter, Values, planter
from twin.planting import YEAR_END, Ground, Row

IncomeTest = Callable[[Values, Values], bool]
FORM = "household_income"
PARTS = ("wage_income_yuan", "business_income_yuan", "property_income_yuan", "transfer_income_yuan")


def income_row(
    ground: Ground, _: str, *, held: bool = False, room: bool = False, fits: IncomeTest = lambda _r, _i: True
) -> Row:
    """The income row of a household in poverty for which ``fits(register, income)`` holds.

    ``room``: in a township that could lose it. The still city has it there, from when its rule held rows.
    """
    township = ground.room(FORM, YEAR_END) if held or room else None

    def wanted(register: Values, _: list[Values]) -> bool:
        income = ground.about(FORM, YEAR_END, register["household_code"])
        return register["poverty_status"] == "0" and fits(register, income)

    row = ground.row(FORM, YEAR_END, ground.household(wanted, YEAR_END, township))
    return ground.change(row, held=True) if held else row


def _ordinary(register: Values, income: Values) -> bool:
    return bool(register["household_attribute"] == ORDINARY and income["business_expense_yuan"] > 0)


def _with_sums(values: Values, **parts: float) -> Values:
    """Parts of an income, with every identity closing."""
    changed = {**values, **parts}
    total = round(sum(float(changed[name]) for name in PARTS), 2)
    net = round(total - float(changed["business_expense_yuan"]), 2)
    per_head = round(net / int(changed["person_count"]) + 1e-9, 2)
    return {**parts, "total_income_yuan": total, "net_income_yuan": net, "net_income_per_head_yuan": per_head}


def _raised(amount: float, *names: str) -> Callable[[Values], Values]:
    """Amounts that are higher than they were, those per head by each person's part."""

    def raised(values: Values) -> Values:
        persons = int(values["person_count"])
        return {
            name: round(float(values[name]) + (amount / persons if "per_head" in name else amount), 2) for name in names
        }

    return raised


def _more(values: Values, name: str, amount: float) -> Values:
    """A transfer that is paid, in sums that close."""
    return _with_sums(values, **{name: amount}, transfer_income_yuan=float(values["transfer_income_yuan"]) + amount)


def _dibao(register: Values, income: Values) -> bool:
    return bool(register["household_attribute"] == DIBAO and income["business_expense_yuan"] > 0)


def _has_wages(register: Values, income: Values) -> bool:
    return _ordinary(register, income) and income["wage_income_yuan"] > 0


def _has_more(register: Values, income: Values) -> bool:
    left = float(income["total_income_yuan"]) - float(income["business_income_yuan"]) - 300
    return _ordinary(register, income) and left > float(income["business_expense_yuan"])


def _unregistered(ground: Ground) -> None:
    township = ground.room(FORM, YEAR_END)
    village = plain_village(ground, township)
    code = unused_code(ground, village)
    name = ground.state.identities.names(1)[0]
    known = {"village_code": village, "household_code": code, "head_name": name, "person_count": 2}
    row = ground.add(FORM, YEAR_END, plain_income(known, 2016, 2_500), "HI-16")
    ground.expect("HI-16", row, "household_code")


def _idle(ground: Ground, rule: str) -> Row:
    """The income of a household nobody of which works."""

    def idle(register: Values, income: Values) -> bool:
        code = register["household_code"]
        return _ordinary(register, income) and all(m["work_place"] is None for m in ground.members(YEAR_END, code))

    return income_row(ground, rule, fits=idle)


def _in_ten_thousands(values: Values) -> Values:
    nothing = dict.fromkeys((name for name in values if name.endswith("_yuan")), 0.0)
    amounts = {"business_income_yuan": 1.8, "business_expense_yuan": 0.4, "transfer_income_yuan": 0.3}
    return {**nothing, **_with_sums(values | nothing, **amounts, other_transfer_yuan=0.3)}


_NET = ("net_income_yuan", "net_income_per_head_yuan")
_spare_income, _ordinary_income = partial(income_row, room=True), partial(income_row, fits=_ordinary)
_dibao_income: Maker = partial(income_row, fits=_dibao)
PLANTERS: tuple[Planter, ...] = (
    planter("HI-08", _spare_income, "total_income_yuan", _raised(500, "total_income_yuan", *_NET)),
    # Not a whole hundred: it must close neither with nor without the pension.
    planter("HI-09", _spare_income, "transfer_income_yuan", _raised(333, "other_transfer_yuan")),
    planter("HI-10", _spare_income, "property_income_yuan", _raised(77, "other_property_yuan")),
    planter("HI-11", _spare_income, "net_income_yuan", _raised(600, *_NET)),
    planter("HI-12", _spare_income, "net_income_per_head_yuan",
            lambda v: {"net_income_per_head_yuan": round(float(v["net_income_per_head_yuan"]) + 50, 2)}),
    planter("HI-13", _ordinary_income, "net_income_per_head_yuan",
            lambda v: _with_sums(v, business_expense_yuan=float(v["total_income_yuan"]) + 100)),
    planter("HI-14", _ordinary_income, "business_expense_yuan", lambda v: _with_sums(v, business_expense_yuan=0.0)),
    planter("HI-15", partial(income_row, fits=_has_wages), "wage_income_yuan",
            lambda v: _with_sums(v, wage_income_yuan=150.0)),
    _unregistered,
    planter("HI-17", partial(income_row, held=True), "income_year", income_year=2015),
    planter("HI-18", _ordinary_income, "dibao_yuan", lambda v: _more(v, "dibao_yuan", 240.0)),
    planter("HI-19", _dibao_income, "dibao_yuan", lambda v: _with_sums(
        v, dibao_yuan=0.0, transfer_income_yuan=float(v["transfer_income_yuan"]) - float(v["dibao_yuan"]))),
    planter("HI-20", _dibao_income, "wubao_yuan", lambda v: _more(v, "wubao_yuan", 300.0)),
    planter("HI-21", _spare_income, "person_count",
            lambda v: _with_sums(v, person_count=int(v["person_count"]) + 1)),
    planter("HI-22", _idle, "wage_income_yuan", lambda v: _with_sums(v, wage_income_yuan=2_000.0)),
    planter("HI-23", _ordinary_income, "total_income_yuan", _in_ten_thousands),
    planter("HI-24", partial(income_row, held=True, fits=_has_more), "business_income_yuan",
            lambda v: _with_sums(v, business_income_yuan=-200.0)),
    planter("HI-91", income_row, "person_count", still=False, person_count=21),
)  # fmt: skip
