"""Errors in the funds' returns: one planter per rule that is not generic."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from twin.planter import Planter, planter
from twin.planting import NOW, YEAR_END, Ground, NoRoomError, Row

FORM = "guarantee_funds"


def fund_row(ground: Ground, error_id: str, *, held: bool, **values: Any) -> Row:
    """A further fund in a place that has one, so that places with a fund stay the same."""
    township = ground.room(FORM, NOW, int(held), lambda t: bool(_village_funds(ground, t)))
    of_village = _village_funds(ground, township)
    model = of_village[ground.number("fund" + township, 0) % len(of_village)]
    place = str(model["village_code"])
    base = {
        "fund_code": f"{place}{ground.number('fund' + place, 2):02d}", "founded_on": date(2016, 5, 4), "bank": "rcc",
        "fund_level": "village", "village_code": place, "fund_name": model["fund_name"],
        "guaranteed_outstanding_yuan": 100_000.0, "cumulative_guaranteed_yuan": 150_000.0,
        "fund_amount_yuan": 200_000.0, "compensated_yuan": 0.0, "leverage_multiple": 5.0,
    }  # fmt: skip
    return ground.add(FORM, NOW, {**base, **values}, error_id, held=held)


def _village_funds(ground: Ground, township: str) -> list[dict[str, Any]]:
    funds = [ground.values(FORM, NOW, label) for label in ground.labels(FORM, NOW, "township", township)]
    return [fund for fund in funds if fund["fund_level"] == "village"]


def _fallen(ground: Ground) -> None:
    for township in ground.townships():
        before = {
            ground.values(FORM, YEAR_END, label)["fund_code"]: ground.values(FORM, YEAR_END, label)
            for label in ground.labels(FORM, YEAR_END, "township", township)
        }
        for label in ground.labels(FORM, NOW, "township", township):
            fund = ground.values(FORM, NOW, label)
            old = before.get(fund["fund_code"])
            lower = float(old["cumulative_guaranteed_yuan"]) - 1_000 if old else -1.0
            if lower > float(fund["guaranteed_outstanding_yuan"]):
                row = ground.tagged(FORM, NOW, label, "GF-13")
                ground.change(row, cumulative_guaranteed_yuan=lower)
                ground.expect("GF-13", row, "cumulative_guaranteed_yuan")
                return
    raise NoRoomError("no fund has a cumulative figure that can fall")


_held_fund, _further_fund = partial(fund_row, held=True), partial(fund_row, held=False)
PLANTERS: tuple[Planter, ...] = (
    planter("GF-08", _held_fund, "village_code", village_code=None),
    planter("GF-09", _held_fund, "founded_on", accepted=True, founded_on=date(2017, 9, 1)),
    planter("GF-10", _further_fund, "guaranteed_outstanding_yuan", guaranteed_outstanding_yuan=1_200_000.0,
            cumulative_guaranteed_yuan=1_300_000.0),
    planter("GF-11", _held_fund, "cumulative_guaranteed_yuan", accepted=True, cumulative_guaranteed_yuan=60_000.0),
    planter("GF-12", _held_fund, "compensated_yuan", accepted=True, compensated_yuan=170_000.0),
    _fallen,
    planter("GF-14", _further_fund, "fund_amount_yuan", fund_amount_yuan=3_000.0, guaranteed_outstanding_yuan=0.0,
            cumulative_guaranteed_yuan=0.0),
)  # fmt: skip
