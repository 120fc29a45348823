"""Builds shared by the tests of the dbt project: one small city, built once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt.accepted import TOWNSHIP, VILLAGE, AcceptedArea, build

NEIGHBOUR = "350426101"
NEIGHBOUR_VILLAGE = "350426101201"
PERIODS = ("2015-12", "2016-12", "2017-06")


def small_city(warehouse: Path) -> AcceptedArea:
    """Two townships: one returns everything, the other falls silent in 2017-06."""
    area = AcceptedArea(warehouse)
    for period in PERIODS:
        _home_township(area, period)
        _decisions(area, period)
    for period in PERIODS[:2]:
        area.add_household(1, persons=4, village=NEIGHBOUR_VILLAGE, period=period, submitter=NEIGHBOUR, main_cause="09")
        for form in ("households", "members"):
            area.submit(form, period, NEIGHBOUR)
    return area


def _home_township(area: AcceptedArea, period: str) -> None:
    exited: dict[str, Any] = {} if period == "2015-12" else {"poverty_status": "1", "exit_year": 2016}
    area.add_household(1, persons=3, period=period, main_cause="01", other_causes="07,09")
    area.add_household(2, persons=2, period=period, main_cause="02", helper_name_given=False)
    area.add_household(3, persons=5, period=period, **exited)
    if period != "2017-06":
        year = int(period[:4])
        area.add("household_income", period, household_code=f"{VILLAGE}0001", income_year=year, person_count=3,
                 net_income_yuan=Decimal("9000"))  # fmt: skip
    area.add("assistance_measures", period, household_code=f"{VILLAGE}0001", measure_code=f"{VILLAGE}0001001")
    _loans_and_villages(area, period)
    for form, rows in area.rows.items():
        if any(row["period"] == period for row in rows):
            area.submit(form, period, rows_held=0)
    area.quality["submissions"][-1] |= {
        "rows_read": 3,
        "rows_held": 1,
        "rows_held_new": 1,
        "rows_accepted": 2,
        "rows_in_force": 3,
        "rows_held_in_force": 1,
    }


def _loans_and_villages(area: AcceptedArea, period: str) -> None:
    area.add("guarantee_funds", period, fund_code=f"{TOWNSHIP}01", village_code=None)
    area.add("guarantee_loans", period, household_code=f"{VILLAGE}0001", contract_number="DB-350426202-00001")
    area.add("guarantee_loans", period, household_code=f"{VILLAGE}0001", contract_number="DB-350426202-00002",
             principal_yuan=Decimal("20000"), balance_yuan=Decimal("20000"), repaid_yuan=Decimal("0"),
             overdue_yuan=Decimal("4000"), term_months=36)  # fmt: skip
    area.add("guarantee_loans", period, household_code=f"{VILLAGE}0002", contract_number="DB-350426202-00003",
             released_on=date(2013, 12, 31), principal_yuan=Decimal("777"))  # fmt: skip
    area.add("village_income", period, recorded_shell=period != "2017-06")
    area.add("village_income", period, village_code="350426202201", registered_poor_village=False)


def _decisions(area: AcceptedArea, period: str) -> None:
    county = TOWNSHIP[:6]
    area.add("village_decisions", period, county, decision_number="1", decided_on=date(2015, 6, 1))
    if period == "2017-06":
        area.add("village_decisions", period, county, decision_number="2", decision_kind="shell_removed",
                 decided_on=date(2017, 3, 1))  # fmt: skip
    area.submit("village_decisions", period, county)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The small city, built with the unit tests of the models."""
    with build(small_city(tmp_path_factory.mktemp("city"))) as connection:
        yield connection


@pytest.fixture(scope="session")
def empty_build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse nobody has sent anything to."""
    area = AcceptedArea(tmp_path_factory.mktemp("empty"))
    with build(area, "--exclude-resource-type", "unit_test") as connection:
        yield connection
