"""What the models make of a small city: figures, states, both maps, and what is missing or empty."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt.accepted import PROJECT, TOWNSHIP, VILLAGE, AcceptedArea, build
from tests.dbt.conftest import NEIGHBOUR, NEIGHBOUR_VILLAGE, small_city

pytestmark = pytest.mark.timeout(900)

MODELS_ONLY = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def _article(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    return dict(connection.execute("select fact, computed from reports.article_2017").fetchall())


def facts_read() -> set[str]:
    with (PROJECT / "seeds" / "article_reading.csv").open(encoding="utf-8", newline="") as file:
        return {row["fact"] for row in csv.DictReader(file)}


def _indicator(
    connection: duckdb.DuckDBPyConnection, name: str, division: str, period: str, map_edition: str = "2017"
) -> Any:
    row = connection.execute(
        "select value from reports.indicator"
        " where indicator = ? and division_code = ? and period = ? and map_edition = ?",
        [name, division, period, map_edition],
    ).fetchone()
    return None if row is None else row[0]


def test_facts_of_the_article_come_out_of_the_returns(city: duckdb.DuckDBPyConnection) -> None:
    computed = _article(city)
    expected = {
        "persons_in_poverty": 14,
        "rural_causes": 2,
        "rural_shortages": 1,
        "rural_measures": 1,
        "guarantee_funds": 1,
        "guarantee_loans_amount": 50000,
        "guarantee_loans_households": 1,
        "guarantee_amount_per_household": 50000,
        # The city returned no products.
        "guarantee_loan_cap": None,
        "guarantee_term_cap": None,
        "first_township_fund": 350426202,
        "first_village_fund": None,
        "loan_example_xintian": 30000,
        "loan_example_xintian_area": 8,
        "shell_villages_baseline": 1,
        "shell_villages_remaining": 0,
        "shell_villages_removed_rate": 1,
        # A guaranteed loan is one of the five projects; nobody is asked for it twice.
        "five_projects": 1,
    }
    assert {fact: computed[fact] for fact in expected} == expected
    assert {fact for fact in computed if computed[fact] is not None} <= set(expected), "nobody returned these forms"


def test_case_facts_of_one_household_are_not_public(city: duckdb.DuckDBPyConnection) -> None:
    rows = city.execute("select fact from reports.article_2017 where not is_public order by fact").fetchall()
    assert rows == [("loan_example_xintian",), ("loan_example_xintian_area",)]


def test_a_township_that_falls_silent_keeps_its_last_state_and_lowers_coverage(city: duckdb.DuckDBPyConnection) -> None:
    assert _indicator(city, "registered_persons", "350426", "2017-06") == 14
    assert _indicator(city, "registered_persons", NEIGHBOUR, "2017-06") == 4
    carried = city.execute(
        "select distinct carried_from from marts.fct_person_status where period = '2017-06' and submitter_code = ?",
        [NEIGHBOUR],
    ).fetchall()
    assert carried == [("2016-12",)]
    coverage = city.execute(
        "select coverage, status from reports.indicator where indicator = 'registered_persons'"
        " and map_edition = '2017' and division_code = ? and period = '2017-06'",
        [NEIGHBOUR],
    ).fetchone()
    assert coverage == (0, "provisional")


def test_exits_count_against_the_registered(city: duckdb.DuckDBPyConnection) -> None:
    assert _indicator(city, "exit_rate", TOWNSHIP, "2016-12") == Decimal("0.5")
    transitions = city.execute(
        "select period, transition from marts.fct_poverty_status where household_code = ? order by period",
        [f"{VILLAGE}0003"],
    ).fetchall()
    assert transitions == [("2015-12", "first seen"), ("2016-12", "exited"), ("2017-06", "unchanged")]


def test_rates_have_their_numerator_and_denominator(city: duckdb.DuckDBPyConnection) -> None:
    assert _indicator(city, "pairing_rate", VILLAGE, "2017-06") == Decimal("0.5")
    assert _indicator(city, "assistance_coverage", TOWNSHIP, "2017-06") == Decimal("0.5")
    assert _indicator(city, "assistance_coverage_venture", TOWNSHIP, "2017-06") == 0
    assert _indicator(city, "overdue_rate", TOWNSHIP, "2017-06") == Decimal("0.1")
    assert _indicator(city, "net_income_per_head", TOWNSHIP, "2016-12") == 3000
    assert _indicator(city, "leverage", "350426", "2017-06") == 2
    assert _indicator(city, "operating_income_share", "350400", "2017-06") == Decimal("0.25")
    assert _indicator(city, "poor_households_cause_02", "350400", "2017-06") == 1


def test_figures_stand_on_both_maps(city: duckdb.DuckDBPyConnection) -> None:
    assert _indicator(city, "poor_persons", "350400", "2017-06", "2023") == 9
    levels = city.execute("select distinct division_level from reports.indicator where map_edition = '2023' order by 1")
    assert levels.fetchall() == [("city",), ("county",), ("township",)]


def test_rows_held_stand_beside_the_figures(city: duckdb.DuckDBPyConnection) -> None:
    held = city.execute(
        "select rows_held, status from reports.indicator where indicator = 'shell_villages' and map_edition = '2017' "
        "and division_code = ? and period = '2017-06'",
        [TOWNSHIP],
    ).fetchone()
    assert held == (1, "provisional")
    assert _indicator(city, "rows_held", TOWNSHIP, "2017-06") == 1


def test_every_fact_row_leads_to_the_cell_it_came_from(city: duckdb.DuckDBPyConnection) -> None:
    facts = city.execute(
        "select table_name from information_schema.tables where table_schema = 'marts' and table_name like 'fct_%'"
    ).fetchall()
    for (fact,) in facts:
        columns = {row[0] for row in city.execute(f"describe marts.{fact}").fetchall()}
        assert "submission_id" in columns, fact
        if fact != "fct_submission":
            assert {"sheet", "row_number"} <= columns, fact


def test_an_empty_warehouse_has_every_fact_of_the_article_and_no_figure(empty_build: duckdb.DuckDBPyConnection) -> None:
    computed = _article(empty_build)
    assert len(computed) == len(facts_read())
    assert set(computed.values()) == {None}
    assert empty_build.execute("select count(*) from reports.indicator").fetchone() == (0,)


def test_an_earlier_day_shows_what_was_known_then(tmp_path: Path) -> None:
    area = small_city(tmp_path)
    variables = "{known_on: '2017-07-04 00:00:00'}"
    with build(area, "--select", "+int_article_computed", *MODELS_ONLY, variables=variables) as connection:  # fmt: skip
        rows = connection.execute("select distinct period from marts.fct_person_status order by 1").fetchall()
        computed = dict(connection.execute("select fact, computed from intermediate.int_article_computed").fetchall())
    assert rows == [("2015-12",), ("2016-12",)]
    assert computed["persons_in_poverty"] == 14
    assert computed["guarantee_loans_amount"] is None


def test_two_submitters_with_one_household_are_counted_once_and_listed(tmp_path: Path) -> None:
    area = AcceptedArea(tmp_path)
    code = area.add_household(1, persons=2)
    area.add("households", submitter=NEIGHBOUR, household_code=code, village_code=NEIGHBOUR_VILLAGE)
    area.add("members", submitter=NEIGHBOUR, household_code=code, village_code=NEIGHBOUR_VILLAGE,
             person_code=f"{NEIGHBOUR_VILLAGE}0009001", person_token="other")  # fmt: skip
    with build(area, "--select", "+contested_claim +fct_poverty_status", *MODELS_ONLY) as made:
        households = made.execute("select submitter_code, member_count from marts.fct_poverty_status").fetchall()
        claims = made.execute(
            "select submitter_code, is_counted from quality.contested_claim where form = 'households' order by 1"
        ).fetchall()
    assert households == [(TOWNSHIP, 2)]
    assert claims == [(NEIGHBOUR, False), (TOWNSHIP, True)]


def test_a_return_of_nothing_empties_what_was_carried(tmp_path: Path) -> None:
    area = AcceptedArea(tmp_path)
    area.add("guarantee_funds", "2016-12", fund_code=f"{TOWNSHIP}01", village_code=None)
    area.submit("guarantee_funds", "2017-06", mode="nothing", status="nothing", verdict="nothing", rows_read=0)
    with build(area, "--select", "+fct_guarantee_fund", *MODELS_ONLY) as connection:
        periods = connection.execute("select period from marts.fct_guarantee_fund").fetchall()
    assert periods == [("2016-12",)]
