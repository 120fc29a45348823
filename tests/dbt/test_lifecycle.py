"""The life of a household in the models: steps, recorded status, what flows in and out, what stands behind an exit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.dbt.accepted import TOWNSHIP, VILLAGE, AcceptedArea, build
from tests.dbt.conftest import NEIGHBOUR, NEIGHBOUR_VILLAGE, PERIODS

pytestmark = pytest.mark.timeout(900)

COUNTY = "350426"
MODELS = (
    "+stock_flow +stock_flow_residual +status_difference +exit_without_evidence +illegal_status_step "
    "+int_article_lifecycle +int_indicator_lifecycle +dim_household +stock_flow_closes"
)
EXITED: dict[str, Any] = {"poverty_status": "1", "exit_year": 2016}


def _application(area: AcceptedArea, number: int, code: str | None, **values: Any) -> None:
    whole = {
        "application_code": f"{VILLAGE}2014{number:04d}", "round": "2014", "household_code": code,
        "applied_on": date(2014, 3, 3), "group_selected_on": date(2014, 3, 10), "group_selected": True,
        "village_selected_on": date(2014, 3, 18), "village_selected": True, "group_notice_from": date(2014, 3, 20),
        "group_notice_to": date(2014, 3, 26), "village_notice_from": date(2014, 3, 28),
        "village_notice_to": date(2014, 4, 3), "township_notice_from": date(2014, 4, 8),
        "township_notice_to": date(2014, 4, 14), "outcome": "approved",
    }  # fmt: skip
    area.add("identification", "2015-12", **(whole | values))


def _decision(area: AcceptedArea, period: str, code: str, kind: str, day: date) -> None:
    area.add("household_decisions", period, COUNTY, household_code=code, decision_kind=kind, decided_on=day,
             decision_number=f"{kind} {day}", deciding_office="county_office", township_code=code[:9],
             village_code=code[:12])  # fmt: skip


def _review(area: AcceptedArea, code: str, **values: Any) -> None:
    secured = dict.fromkeys(
        [f"{want}_secured" for want in ("food", "clothing", "education", "medical", "housing")], True
    )
    whole = {
        "household_code": code, "review_year": 2016, "reviewed_on": date(2016, 11, 5), "household_agreed": True,
        "village_consented_on": date(2016, 11, 12), "notice_from": date(2016, 11, 15), "proposed_status": "1",
        "notice_to": date(2016, 11, 22), "announced_on": date(2016, 12, 1), "income_per_head_yuan": Decimal("4000"),
    }  # fmt: skip
    area.add("exit_reviews", "2016-12", **(whole | secured | values))


def _village(area: AcceptedArea) -> None:
    """Ten households over three periods; numbers 7 and 8, and one person of 5, come without a word."""
    for period in PERIODS:
        later, last = period != "2015-12", period == "2017-06"
        area.add_household(1, persons=3, period=period)
        area.add_household(2, persons=2, period=period, **(EXITED if later else {}))
        area.add_household(3, persons=4, period=period, **(EXITED if later else {}))
        area.add_household(4, persons=4 if later else 5, period=period)
        area.add_household(5, persons=3 if last else 2, period=period)
        area.add_household(6, persons=1, period=period, **({"poverty_status": "3"} if last else EXITED))
        if not last:
            area.add_household(7, persons=2, period=period)
        else:
            area.add_household(8, persons=2, period=period)
            area.add_household(9, persons=2, period=period, identified_on=date(2017, 3, 1))
        if later:
            area.add_household(10, persons=1, period=period, identified_on=date(2016, 6, 1))
    area.add("household_changes", "2016-12", change_code=f"{VILLAGE}20160001", household_code=f"{VILLAGE}0010",
             other_household_code=f"{VILLAGE}0004", change_kind="split", changed_on=date(2016, 6, 3),
             persons_moved=1)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    area = AcceptedArea(tmp_path_factory.mktemp("lifecycle"))
    _village(area)
    _application(area, 1, f"{VILLAGE}0001")
    _application(area, 2, None, outcome="rejected", rejected_at="village_selection", group_notice_from=None,
                 village_notice_from=None, township_notice_from=None, village_selected=False)  # fmt: skip
    for code in (f"{VILLAGE}{number:04d}" for number in (1, 2, 3)):
        _decision(area, "2015-12", code, "entry", date(2014, 4, 25))
    _decision(area, "2016-12", f"{VILLAGE}0002", "exit", date(2016, 12, 20))
    _decision(area, "2017-06", f"{VILLAGE}0002", "pre_exit", date(2017, 5, 22))
    _review(area, f"{VILLAGE}0002")
    _review(area, f"{VILLAGE}0003", housing_secured=False, income_per_head_yuan=Decimal("2952"))
    area.add_household(1, persons=1, village=NEIGHBOUR_VILLAGE, period="2015-12", submitter=NEIGHBOUR)
    # Tests that ask for tables beyond those selected are left out; that the flow closes is asked.
    options = ("--indirect-selection", "buildable", "--exclude-resource-type", "unit_test")
    with build(area, "--select", MODELS, *options) as connection:
        yield connection


def _flow(made: duckdb.DuckDBPyConnection, population: str, period: str, place: str, columns: str) -> Any:
    return made.execute(
        f"select {columns} from reports.stock_flow where population = ? and period = ? and division_code = ?",
        [population, period, place],
    ).fetchone()


def test_what_opened_and_what_flowed_give_what_closes_on_every_level(made: duckdb.DuckDBPyConnection) -> None:
    for place in (VILLAGE, TOWNSHIP):
        poor = (
            "opening_persons, exited_persons, split_merge_persons, natural_persons, residual_persons, closing_persons"
        )
        assert _flow(made, "poor", "2016-12", place, poor) == (18, 6, 0, 0, 0, 12)
    assert _flow(made, "poor", "2016-12", "350400", "opening_persons, closing_persons") == (19, 13)
    flowed = "entered_households, returned_households, split_merge_households, residual_households, closing_households"
    assert _flow(made, "registered", "2016-12", VILLAGE, flowed) == (0, 0, 1, 0, 8)
    assert _flow(made, "poor", "2017-06", VILLAGE, flowed) == (1, 1, 0, 0, 7)


def test_the_person_and_the_households_nobody_told_of_are_named(made: duckdb.DuckDBPyConnection) -> None:
    named = made.execute(
        "select household_code, person_code, households, persons from reports.stock_flow_residual "
        "where period = '2017-06' and population = 'registered' order by 1"
    ).fetchall()
    assert named == [
        (f"{VILLAGE}0005", f"{VILLAGE}0005003", 0, 1),
        (f"{VILLAGE}0007", None, -1, -2),
        (f"{VILLAGE}0008", None, 1, 2),
    ]
    assert made.execute("select count(*) from reports.stock_flow_residual where period = '2016-12'").fetchone() == (0,)


def test_the_countys_status_stands_beside_the_townships_and_differences_are_listed(
    made: duckdb.DuckDBPyConnection,
) -> None:
    differences = made.execute(
        "select period, household_code, status_proposed, status_recorded from quality.status_difference order by 1, 2"
    ).fetchall()
    assert differences == [
        ("2016-12", f"{VILLAGE}0003", "1", "0"),
        ("2017-06", f"{VILLAGE}0002", "1", "2"),
        ("2017-06", f"{VILLAGE}0003", "1", "0"),
    ]
    steps = made.execute("select household_code, status_before, status_after from quality.illegal_status_step")
    assert steps.fetchall() == [(f"{VILLAGE}0002", "1", "2")]
    undecided = made.execute(
        "select count(*) from marts.fct_poverty_status where household_code = ? and status_recorded is null",
        [f"{VILLAGE}0004"],
    )
    assert undecided.fetchone() == (3,)


def test_exits_without_evidence_say_what_is_missing(made: duckdb.DuckDBPyConnection) -> None:
    rows = made.execute(
        "select household_code, no_review, income_not_above_line, guarantee_missing, no_decision "
        "from quality.exit_without_evidence where period = '2016-12' order by 1"
    ).fetchall()
    assert rows == [
        (f"{VILLAGE}0003", False, True, True, True),
        (f"{VILLAGE}0006", True, None, None, True),
    ]


def test_recognition_is_one_application_two_selections_and_three_notices(made: duckdb.DuckDBPyConnection) -> None:
    assert made.execute("select fact, computed from intermediate.int_article_lifecycle").fetchall() == [
        ("rural_steps", 3)
    ]
    refused = made.execute(
        "select step, level, outcome from marts.fct_identification_step "
        "where application_code like '%0002' order by 1, 2"
    ).fetchall()
    assert refused == [
        ("application", "household", "passed"),
        ("selection", "group", "passed"),
        ("selection", "village", "rejected"),
    ]


def test_returns_are_measured_against_those_who_were_out(made: duckdb.DuckDBPyConnection) -> None:
    row = made.execute(
        "select numerator, denominator from intermediate.int_indicator_lifecycle where indicator = 'return_rate' "
        "and division_code = ? and period = '2017-06' and map_edition = '2017'",
        [TOWNSHIP],
    ).fetchone()
    assert row == (1, 7)


def test_a_household_that_split_leads_to_the_one_it_comes_from(made: duckdb.DuckDBPyConnection) -> None:
    origins = made.execute(
        "select household_code, origin_household_code from marts.dim_household "
        "where household_code <> origin_household_code"
    ).fetchall()
    assert origins == [(f"{VILLAGE}0010", f"{VILLAGE}0004")]
