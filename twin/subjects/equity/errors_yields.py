"""Errors about distributions and dividends."""

from __future__ import annotations

from datetime import date
from typing import Any

from twin.households import IN_POVERTY
from twin.planting import NOW, YEAR_END, Ground, Row
from twin.subjects.equity.errors import held, in_both_periods
from twin.subjects.equity.fresh import Fresh, Wish, distribution, dividend, found

THIS = Wish(agreement=True, year=2016)
PAID_OUT = Wish(agreement=True, year=2016, payments=True)


def distribution_row(ground: Ground, error_id: str) -> Row:
    """A distribution that may be held."""
    return held(ground, _declared(found(ground, error_id, THIS)))


def _declared(made: Fresh) -> Row:
    assert made.distribution is not None  # wished for
    return made.distribution


def _changed(ground: Ground, error_id: str, column: str, **values: Any) -> None:
    """A distribution that is accepted, with cells changed."""
    row = _declared(found(ground, error_id, THIS))
    ground.set_added(row, **values)
    ground.expect(error_id, row, column)


def _of_nothing(ground: Ground) -> None:
    made = found(ground, "DI-08", Wish())
    row = distribution(ground, "DI-08", f"{made.code[:12]}99", NOW, 2016)
    ground.expect("DI-08", held(ground, row), "cooperative_code")


def _declared_later(ground: Ground) -> None:
    row = held(ground, distribution_row(ground, "DI-09"), declared_on=date(2017, 9, 1))
    ground.let_stand(row)
    ground.expect("DI-09", row, "declared_on")


def _other_year(ground: Ground) -> None:
    row = held(ground, distribution_row(ground, "DI-10"), distribution_year=2015)
    ground.expect("DI-10", row, "distribution_code")


def _not_by_capital(ground: Ground) -> None:
    parts = {"fund_part_yield_yuan": 2_900.0, "households_part_yuan": 1_740.0, "village_part_yuan": 1_160.0}
    _changed(ground, "DI-11", "fund_part_yield_yuan", **parts)


def _parts_not_whole(ground: Ground) -> None:
    row = held(ground, distribution_row(ground, "DI-12"), village_part_yuan=1_200.01)
    ground.let_stand(row)
    ground.expect("DI-12", row, "households_part_yuan")


def _not_agreed(ground: Ground) -> None:
    _changed(ground, "DI-13", "households_part_yuan", households_part_yuan=1_500.0, village_part_yuan=1_500.0)


def _no_agreement(ground: Ground) -> None:
    made = found(ground, "DI-14", THIS)
    assert made.agreement is not None  # wished for
    ground.set_added(made.agreement, valid_from=date(2017, 4, 1))
    ground.expect("DI-14", _declared(made), "declared_on")


def _restated(ground: Ground) -> None:
    before, now = in_both_periods(ground, "DI-15", Wish(agreement=True, year=2015))
    parts = {"fund_part_yield_yuan": 2_400.0, "households_part_yuan": 1_440.0, "village_part_yuan": 960.0}
    ground.set_added(_declared(before), total_yield_yuan=4_040.0, **parts)
    ground.expect("DI-15", _declared(now), "total_yield_yuan")


def _dues_not_whole(ground: Ground) -> None:
    made = found(ground, "DI-16", PAID_OUT)
    ground.set_added(made.dividends["holder"], due_yuan=2_049.99, paid_yuan=2_049.99)
    ground.expect("DI-16", _declared(made), "total_yield_yuan")


# --- dividends ------------------------------------------------------------------------------------


def dividend_row(ground: Ground, error_id: str) -> Row:
    """A holder that is due nothing, in a row that may be held."""
    made = found(ground, error_id, PAID_OUT)
    return held(ground, dividend(ground, error_id, made.code, 2016, "holder", f"{made.code}05", NOW))


def _undeclared(ground: Ground) -> None:
    row = dividend_row(ground, "DV-08")
    code = f"{row.values['distribution_code'][:14]}2014"
    ground.expect("DV-08", held(ground, row, distribution_code=code), "distribution_code")


def _overpaid(ground: Ground) -> None:
    row = found(ground, "DV-09", PAID_OUT).dividends["holder"]
    ground.set_added(row, paid_yuan=2_100.0)
    ground.expect("DV-09", row, "paid_yuan")


def _no_day(ground: Ground) -> None:
    row = held(ground, found(ground, "DV-10", PAID_OUT).dividends["holder"], paid_on=None)
    ground.expect("DV-10", row, "paid_on")


def _paid_first(ground: Ground) -> None:
    row = held(ground, found(ground, "DV-11", PAID_OUT).dividends["holder"], paid_on=date(2017, 3, 1))
    ground.let_stand(row)
    ground.expect("DV-11", row, "paid_on")


def _paid_later(ground: Ground) -> None:
    if ground.is_still:
        return
    row = held(ground, found(ground, "DV-17", PAID_OUT).dividends["holder"], paid_on=date(2017, 8, 1))
    ground.let_stand(row)
    ground.expect("DV-17", row, "paid_on")


def _unpaid(ground: Ground) -> None:
    made = found(ground, "DV-12", Wish(agreement=True, year=2015, payments=True))
    ground.expect("DV-12", made.dividends["pool"], "paid_yuan")


def _other_part(ground: Ground) -> None:
    row = found(ground, "DV-13", PAID_OUT).dividends["pool"]
    ground.set_added(row, due_yuan=1_799.99)
    ground.expect("DV-13", row, "due_yuan")


def _no_income(ground: Ground) -> None:
    def without(register: dict[str, Any]) -> bool:
        labels = ground.labels("household_income", YEAR_END, "household_code", register["household_code"])
        income = ground.values("household_income", YEAR_END, labels[0]) if labels else {"held": True}
        poor = register["poverty_status"] in IN_POVERTY
        return poor and not income.get("held") and income["asset_dividend_yuan"] == 0

    wish = Wish(households=1, holdings=True, agreement=True, year=2015, payments=True, fits=without)
    ground.expect("DV-14", found(ground, "DV-14", wish).dividends["household"], "paid_yuan")


def _fen_not_paid(ground: Ground) -> None:
    made = found(ground, "DV-15", Wish(households=1, holdings=True, agreement=True, year=2016, payments=True))
    ground.set_added(made.dividends["household"], paid_yuan=499.99)
    ground.expect("DV-15", made.dividends["pool"], "paid_yuan")


def _stranger_helped(ground: Ground) -> None:
    made = found(ground, "DV-16", Wish(households=1, holdings=True, agreement=True, year=2016, payments=True))
    village = made.code[:12]
    stranger = f"{village}{ground.number('household' + village, 9001):04d}"
    row = held(ground, made.dividends["household"], beneficiary_code=stranger)
    ground.expect("DV-16", row, "beneficiary_code")


PLANTERS = (
    _no_income, _restated, _of_nothing, _declared_later, _other_year, _not_by_capital, _parts_not_whole, _not_agreed,
    _no_agreement, _dues_not_whole, _undeclared, _overpaid, _no_day, _paid_first, _unpaid, _other_part,
    _fen_not_paid, _stranger_helped, _paid_later,
)  # fmt: skip
