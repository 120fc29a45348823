"""Errors in the funds' returns: one function per rule that is not generic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from twin.planting import NOW, YEAR_END, Ground, NoRoomError, Row

FORM = "guarantee_funds"


def plant_funds(ground: Ground) -> list[Callable[[Ground], None]]:
    """The errors of this form, to be planted one by one."""
    return [_no_village, _founded_later, _over_leverage, _less_than_outstanding, _over_compensated, _fallen, _unit_slip]


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


def _no_village(ground: Ground) -> None:
    row = fund_row(ground, "GF-08", held=True, village_code=None)
    ground.expect("GF-08", row, "village_code")


def _founded_later(ground: Ground) -> None:
    row = fund_row(ground, "GF-09", held=True, founded_on=date(2017, 9, 1))
    ground.let_stand(row)
    ground.expect("GF-09", row, "founded_on")


def _over_leverage(ground: Ground) -> None:
    high = {"guaranteed_outstanding_yuan": 1_200_000.0, "cumulative_guaranteed_yuan": 1_300_000.0}
    row = fund_row(ground, "GF-10", held=False, **high)
    ground.expect("GF-10", row, "guaranteed_outstanding_yuan")


def _less_than_outstanding(ground: Ground) -> None:
    row = fund_row(ground, "GF-11", held=True, cumulative_guaranteed_yuan=60_000.0)
    ground.let_stand(row)
    ground.expect("GF-11", row, "cumulative_guaranteed_yuan")


def _over_compensated(ground: Ground) -> None:
    row = fund_row(ground, "GF-12", held=True, compensated_yuan=170_000.0)
    ground.let_stand(row)
    ground.expect("GF-12", row, "compensated_yuan")


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


def _unit_slip(ground: Ground) -> None:
    nothing = {"guaranteed_outstanding_yuan": 0.0, "cumulative_guaranteed_yuan": 0.0}
    row = fund_row(ground, "GF-14", held=False, fund_amount_yuan=3_000.0, **nothing)
    ground.expect("GF-14", row, "fund_amount_yuan")
