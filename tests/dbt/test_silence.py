"""Who says that there is nothing has 0; who says nothing has no figure, and is in neither side of anybody's ratio."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt.accepted import TOWNSHIP, AcceptedArea, build
from tests.dbt.conftest import NEIGHBOUR

pytestmark = pytest.mark.timeout(900)

COUNTY, CITY = TOWNSHIP[:6], "350400"


def _figure(connection: duckdb.DuckDBPyConnection, name: str, division: str, period: str = "2017-06") -> Any:
    return connection.execute(
        "select value, numerator, denominator, status, coverage, low, high from reports.indicator"
        " where indicator = ? and division_code = ? and period = ? and map_edition = '2017'",
        [name, division, period],
    ).fetchone()


def test_a_township_silent_on_measures_is_in_neither_side_of_their_coverage(city: duckdb.DuckDBPyConnection) -> None:
    # The neighbour's poor household of 2016-12 is carried; measures it never returned.
    assert _figure(city, "poor_households", NEIGHBOUR)[0] == 1
    for name in ("assistance_coverage", "assistance_coverage_pairing", "need_answered_share", "household_loan_rate"):
        assert _figure(city, name, NEIGHBOUR) == (None, None, None, "not returned", 0, None, None), name
    for division in (COUNTY, CITY):
        value, numerator, denominator, status, coverage, *_ = _figure(city, "assistance_coverage", division)
        assert (value, numerator, denominator, status) == (Decimal("0.5"), 1, 2, "provisional")
        assert 0 < coverage < 1


def test_what_was_due_and_never_came_says_so_on_every_level(city: duckdb.DuckDBPyConnection) -> None:
    nobody = (None, None, None, "not returned", 0, None, None)
    assert [_figure(city, "fostering_area", division) for division in (NEIGHBOUR, COUNTY, CITY)] == [nobody] * 3
    assert _figure(city, "funds", NEIGHBOUR) == nobody
    assert _figure(city, "net_income_per_head", TOWNSHIP) is None  # a year's form is not due in June
    levels = city.execute("select distinct division_level from reports.indicator where status = 'not returned'")
    assert {level for (level,) in levels.fetchall()} == {"city", "county", "township"}


def test_what_nobody_returned_is_summed_as_nothing_not_as_zero(city: duckdb.DuckDBPyConnection) -> None:
    summed = "select sum(value) from reports.indicator_additive where indicator = ? and map_edition = '2017'"
    assert city.execute(summed, ["fostering_area"]).fetchone() == (None,)
    assert city.execute(f"{summed} and period = '2017-06'", ["funds"]).fetchone() == (1,)


def test_nothing_to_report_is_zero_at_the_township_and_above(tmp_path: Path) -> None:
    area = AcceptedArea(tmp_path)
    area.add_household(1, persons=2)
    nothing: dict[str, Any] = {"mode": "nothing", "status": "nothing", "verdict": "nothing", "rows_read": 0}
    area.add("guarantee_funds", "2016-12", fund_code=f"{TOWNSHIP}01", village_code=None)
    for form in ("guarantee_funds", "guarantee_loans", "assistance_measures"):
        area.submit(form, "2017-06", **nothing)
    with build(area, "--exclude-resource-type", "unit_test") as made:
        for division in (TOWNSHIP, COUNTY, CITY):
            for name in ("funds", "fund_amount", "guarantee_loan_amount", "guaranteed_households"):
                value, numerator, denominator, status, *_ = _figure(made, name, division)
                assert (value, numerator, denominator, status) == (0, 0, None, "provisional"), name
            # Both are of the household that is registered.
            assert _figure(made, "assistance_coverage", division)[:3] == (0, 0, 1)
            assert _figure(made, "household_loan_rate", division)[:3] == (0, 0, 1)
            assert _figure(made, "leverage", division) is None  # a ratio of nothing
        assert _figure(made, "funds", TOWNSHIP, "2016-12")[0] == 1
        assert _figure(made, "funds", NEIGHBOUR)[3] == "not returned"
