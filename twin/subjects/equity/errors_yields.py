"""Errors about distributions and dividends."""

from __future__ import annotations

from datetime import date

from twin.households import IN_POVERTY
from twin.planted_households import unused_code
from twin.planter import Maker, Planter, Values, planter
from twin.planting import NOW, YEAR_END, Ground, Row
from twin.subjects.equity.errors import held, in_both_periods, part
from twin.subjects.equity.fresh import Fresh, Wish, distribution, dividend, found

THIS = Wish(agreement=True, year=2016)
PAID_OUT = Wish(agreement=True, year=2016, payments=True)
PAID_TO_ONE = Wish(households=1, holdings=True, agreement=True, year=2016, payments=True)


def _declared(made: Fresh) -> Row:
    assert made.distribution is not None  # wished for
    return made.distribution


_accepted_row, distribution_row = part(THIS, _declared), part(THIS, _declared, spare=True)


def _of_nothing(ground: Ground, rule: str) -> Row:
    made = found(ground, rule, Wish())
    return held(ground, distribution(ground, rule, f"{made.code[:12]}99", NOW, 2016))


def _no_agreement(ground: Ground, rule: str) -> Row:
    made = found(ground, rule, THIS)
    assert made.agreement is not None  # wished for
    ground.change(made.agreement, valid_from=date(2017, 4, 1))
    return _declared(made)


def _restated(ground: Ground, rule: str) -> Row:
    before, now = in_both_periods(ground, rule, Wish(agreement=True, year=2015))
    parts = {"fund_part_yield_yuan": 2_400.0, "households_part_yuan": 1_440.0, "village_part_yuan": 960.0}
    ground.change(_declared(before), total_yield_yuan=4_040.0, **parts)
    return _declared(now)


def _dues_not_whole(ground: Ground, rule: str) -> Row:
    made = found(ground, rule, PAID_OUT)
    ground.change(made.dividends["holder"], due_yuan=2_049.99, paid_yuan=2_049.99)
    return _declared(made)


# --- dividends ------------------------------------------------------------------------------------


def dividend_row(ground: Ground, error_id: str) -> Row:
    """A holder that is due nothing, in a row that may be held."""
    made = found(ground, error_id, PAID_OUT)
    return held(ground, dividend(ground, error_id, made.code, 2016, "holder", f"{made.code}05", NOW))


def _paid_to(kind: str, wish: Wish = PAID_OUT, *, spare: bool = False) -> Maker:
    return part(wish, lambda made: made.dividends[kind], spare=spare)


def _no_income(ground: Ground, rule: str) -> Row:
    """A payment to a poor household whose income tells of none."""

    def without(register: Values) -> bool:
        labels = ground.labels("household_income", YEAR_END, "household_code", register["household_code"])
        income = ground.values("household_income", YEAR_END, labels[0]) if labels else {"held": True}
        poor = register["poverty_status"] in IN_POVERTY
        return poor and not income.get("held") and income["asset_dividend_yuan"] == 0

    wish = Wish(households=1, holdings=True, agreement=True, year=2015, payments=True, fits=without)
    return found(ground, rule, wish).dividends["household"]


def _fen_not_paid(ground: Ground, rule: str) -> Row:
    made = found(ground, rule, PAID_TO_ONE)
    ground.change(made.dividends["household"], paid_yuan=499.99)
    return made.dividends["pool"]


def _stranger_helped(ground: Ground) -> None:
    made = found(ground, "DV-16", PAID_TO_ONE)
    code = unused_code(ground, made.code[:12])
    row = held(ground, made.dividends["household"])
    ground.change(row, beneficiary_code=code)
    ground.expect("DV-16", row, "beneficiary_code")


_to_holder = _paid_to("holder", spare=True)
PLANTERS: tuple[Planter, ...] = (
    planter("DV-14", _no_income, "paid_yuan"),
    planter("DI-15", _restated, "total_yield_yuan"),
    planter("DI-08", _of_nothing, "cooperative_code"),
    planter("DI-09", distribution_row, "declared_on", accepted=True, declared_on=date(2017, 9, 1)),
    planter("DI-10", distribution_row, "distribution_code", distribution_year=2015),
    planter("DI-11", _accepted_row, "fund_part_yield_yuan", fund_part_yield_yuan=2_900.0, households_part_yuan=1_740.0,
            village_part_yuan=1_160.0),
    planter("DI-12", distribution_row, "households_part_yuan", accepted=True, village_part_yuan=1_200.01),
    planter("DI-13", _accepted_row, "households_part_yuan", households_part_yuan=1_500.0, village_part_yuan=1_500.0),
    planter("DI-14", _no_agreement, "declared_on"),
    planter("DI-16", _dues_not_whole, "total_yield_yuan"),
    planter("DV-08", dividend_row, "distribution_code",
            lambda v: {"distribution_code": f"{v['distribution_code'][:14]}2014"}),
    planter("DV-09", _paid_to("holder"), "paid_yuan", paid_yuan=2_100.0),
    planter("DV-10", _to_holder, "paid_on", paid_on=None),
    planter("DV-11", _to_holder, "paid_on", accepted=True, paid_on=date(2017, 3, 1)),
    planter("DV-12", _paid_to("pool", Wish(agreement=True, year=2015, payments=True)), "paid_yuan"),
    planter("DV-13", _paid_to("pool"), "due_yuan", due_yuan=1_799.99),
    planter("DV-15", _fen_not_paid, "paid_yuan"),
    _stranger_helped,
    planter("DV-17", _to_holder, "paid_on", still=False, accepted=True, paid_on=date(2017, 8, 1)),
)  # fmt: skip
