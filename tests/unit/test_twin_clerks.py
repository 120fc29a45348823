"""Clerks of the arriving city: natural findings, habits, rounding, slips and leftovers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from tests.nights import SMALL_SCALE, SMALL_TOWNSHIPS
from twin.answer_key import NATURAL
from twin.arriving_city import ArrivingCity, arriving_city
from twin.natural import name_naturals
from twin.next_period import NEXT
from twin.plant import Planted
from twin.planting import Finding

TOWNSHIP = "350423100"
VILLAGE = f"{TOWNSHIP}201"


@pytest.fixture(scope="module")
def arriving() -> ArrivingCity:
    return arriving_city(SMALL_SCALE, SMALL_TOWNSHIPS)


# --- natural findings --------------------------------------------------------------------------------


def paid(arriving: ArrivingCity, period: str, **changes: object) -> Planted:
    """The city with one distribution, of which a household got its part, and nothing else natural."""
    day = date(int(period[:4]), 3, 20)
    household = {
        "submitter_code": TOWNSHIP, "distribution_code": "D1", "beneficiary_kind": "household",
        "beneficiary_code": f"{VILLAGE}0001", "due_yuan": 600.0, "paid_yuan": 600.0, "paid_on": day, **changes,
    }  # fmt: skip
    pool = {**household, "beneficiary_kind": "pool", "beneficiary_code": "D101", "paid_yuan": 600.0, "paid_on": day}
    declared = pd.DataFrame([{"submitter_code": TOWNSHIP, "distribution_code": "D1", "declared_on": day}])
    income = {"household_code": f"{VILLAGE}0001", "income_year": int(period[:4]), "asset_dividend_yuan": 600.0}
    forms = {
        ("dividends", period): pd.DataFrame([pool, household], dtype=object),
        ("distributions", period): declared,
        ("household_income", period): pd.DataFrame([income]),
    }
    return replace(arriving.planted, state=replace(arriving.planted.state, forms=forms), findings=())


def told(planted: Planted, *, silent: bool = False) -> list[tuple[str, str]]:
    found = name_naturals(planted, lambda _sender, _period: not silent).findings
    assert all(one.part == NATURAL for one in found)
    return [(one.rule_code, one.tag) for one in found]


def test_a_dividend_that_is_among_the_incomes_of_its_year_is_no_natural_finding(arriving: ArrivingCity) -> None:
    assert told(paid(arriving, NEXT)) == []


def test_a_dividend_of_a_year_without_one_among_the_incomes_is_natural(arriving: ArrivingCity) -> None:
    planted = paid(arriving, NEXT)
    planted.state.forms["household_income", NEXT]["asset_dividend_yuan"] = 0.0
    assert told(planted) == [("DV-14", "natural:dividends:1")]
    assert told(planted, silent=True) == []


@pytest.mark.parametrize(("period", "found"), [("2017-06", []), (NEXT, [("DV-12", "natural:dividends:1")])])
def test_money_that_waits_longer_than_allowed_is_natural(
    arriving: ArrivingCity, period: str, found: list[tuple[str, str]]
) -> None:
    waiting = paid(arriving, period, beneficiary_kind="village", paid_yuan=0.0, paid_on=None)
    rows = waiting.state.forms["dividends", period]
    rows.loc[0, "paid_yuan"] = 0.0
    rows.loc[0, "paid_on"], rows.loc[0, "due_yuan"] = None, 0.0
    assert told(waiting) == found


def test_what_an_error_touched_is_the_errors_business(arriving: ArrivingCity) -> None:
    planted = paid(arriving, NEXT, tag="DV-14:planted", held=False)
    planted.state.forms["household_income", NEXT]["asset_dividend_yuan"] = 0.0
    planted = replace(planted, findings=(Finding("DV-14", "DV-14", "dividends", NEXT, "x", "paid_yuan", "planted"),))
    assert name_naturals(planted, lambda _sender, _period: True).findings == planted.findings


def test_natural_findings_of_the_city_stand_on_rows_that_no_error_touched(arriving: ArrivingCity) -> None:
    natural = [one for one in arriving.planted.findings if one.part == NATURAL]
    errors = {(one.form, one.period, one.tag) for one in arriving.planted.findings if one.part != NATURAL}
    assert natural
    assert not errors & {(one.form, one.period, one.tag) for one in natural}
    assert {one.period for one in natural} == {NEXT}
