"""The urban programme: what its facts, indicators, steps and the article's figures make of accepted rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt.accepted import PROJECT, AcceptedArea, build

pytestmark = pytest.mark.timeout(900)

STREET, COMMUNITY = "350402001", "350402001001"
PERSON = {
    "relation": "01", "sex": "1", "school_status": "00", "health": "1", "labour_ability": "1", "person_age_years": 40,
}  # fmt: skip
WHOLE = {
    "applied_on": date(2017, 5, 10), "community_reviewed_on": date(2017, 5, 12), "community_passed": True,
    "community_notice_from": date(2017, 5, 13), "community_notice_to": date(2017, 5, 20),
    "street_reviewed_on": date(2017, 5, 22), "street_passed": True, "district_notice_from": date(2017, 5, 23),
    "district_notice_to": date(2017, 5, 30), "outcome": "approved",
}  # fmt: skip


def _household(area: AcceptedArea, number: int, category: str, persons: int = 1, **values: Any) -> str:
    code = f"{COMMUNITY}{number:04d}"
    common = {
        "community_code": COMMUNITY, "status": "in_programme", "identified_on": date(2017, 6, 1), "has_dibao": False,
        "housing": "owned", "person_count": persons, "monthly_income_per_head_yuan": Decimal("600"),
    }  # fmt: skip
    area.add("urban_households", "2017-06", STREET, urban_household_code=code, category=category, **common | values)
    for member in range(1, persons + 1):
        area.add("urban_members", "2017-06", STREET, urban_household_code=code, member_code=f"{code}{member:03d}",
                 person_token=f"urban-{code}{member}", **PERSON)  # fmt: skip
    return code


def _measure(area: AcceptedArea, household: str, number: int, kind: str, funds: int) -> None:
    area.add("urban_assistance", "2017-06", STREET, urban_household_code=household, funds_yuan=Decimal(funds),
             measure_code=f"{household}{number:03d}", measure_type=kind, started_on=date(2017, 6, 5))  # fmt: skip


def urban_city(warehouse: Path) -> AcceptedArea:
    """Three households of one community, one of them gone; one person is in the rural register too."""
    area = AcceptedArea(warehouse)
    area.add_household(1, persons=2)
    first = _household(area, 1, "illness", persons=2)
    second = _household(area, 2, "schooling")
    left = _household(area, 3, "disability", status="left", left_on=date(2017, 6, 20))
    area.rows["urban_members"][0]["person_token"] = area.rows["members"][0]["person_token"]
    _measure(area, first, 1, "medical", 300)
    _measure(area, first, 2, "pairing", 0)
    _measure(area, left, 1, "employment", 900)
    _measure(area, f"{COMMUNITY}0009", 1, "housing", 100)
    codes = {first: "001", second: "002", left: "003"}
    for household, number in codes.items():
        area.add("urban_applications", "2017-06", STREET, application_code=f"{COMMUNITY}2017{number}", round=1,
                 community_code=COMMUNITY, urban_household_code=household, **WHOLE)  # fmt: skip
    not_come_to = (
        "urban_household_code", "community_notice_from", "community_notice_to", "street_reviewed_on", "street_passed",
        "district_notice_from", "district_notice_to",
    )  # fmt: skip
    refused: dict[str, Any] = {"outcome": "rejected", "rejected_at": "community", "community_passed": False}
    refused |= dict.fromkeys(not_come_to)
    area.add("urban_applications", "2017-06", STREET, application_code=f"{COMMUNITY}2017004", round=1,
             community_code=COMMUNITY, applied_on=date(2017, 5, 11), community_reviewed_on=date(2017, 5, 12),
             **refused)  # fmt: skip
    return area


SELECT = (
    "--select", "+article_2017", "+indicator", "+person_in_both_programmes", "+urban_record_without_household",
    "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test",
)  # fmt: skip


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with build(urban_city(tmp_path_factory.mktemp("urban")), *SELECT) as connection:
        yield connection


def _value(connection: duckdb.DuckDBPyConnection, name: str, division: str) -> Any:
    row = connection.execute(
        "select value from reports.indicator where indicator = ? and division_code = ? and period = '2017-06' "
        "and map_edition = '2017'",
        [name, division],
    ).fetchone()
    return None if row is None else row[0]


def test_the_articles_kinds_are_those_with_records(city: duckdb.DuckDBPyConnection) -> None:
    rows = dict(city.execute("select fact, computed from reports.article_2017 where form like 'urban%'").fetchall())
    assert rows == {"urban_steps": 3, "urban_categories": 3, "urban_measures": 3}


@pytest.mark.parametrize("division", ["350400", "350402", STREET, COMMUNITY])
def test_indicators_count_who_is_in_the_programme_on_every_level(
    city: duckdb.DuckDBPyConnection, division: str
) -> None:
    values = {
        "urban_households": 2,
        "urban_persons": 3,
        "urban_households_category_illness": 1,
        "urban_households_category_disability": 0,
        "urban_assistance_coverage": Decimal("0.5"),
        "urban_assistance_coverage_medical": Decimal("0.5"),
        "urban_assistance_coverage_employment": 0,
        "urban_assistance_funds": 300,
        "urban_applications_approved_share": Decimal("0.75"),
    }
    assert {name: _value(city, name, division) for name in values} == values


def test_who_stands_in_both_programmes_is_listed_by_code(city: duckdb.DuckDBPyConnection) -> None:
    rows = city.execute("select member_code, person_code from quality.person_in_both_programmes").fetchall()
    assert rows == [(f"{COMMUNITY}0001001", "3504262022030001001")]


def test_a_measure_of_no_accepted_household_is_listed_and_not_counted(city: duckdb.DuckDBPyConnection) -> None:
    listed = city.execute("select form, record_key from quality.urban_record_without_household").fetchall()
    assert listed == [("urban_assistance", f"{COMMUNITY}0009001")]
    kinds = city.execute("select measure_type from marts.fct_urban_assistance order by 1").fetchall()
    assert kinds == [("employment",), ("medical",), ("pairing",)]


def test_nothing_is_said_where_nothing_was_returned(tmp_path: Path) -> None:
    area = AcceptedArea(tmp_path)
    area.add_household(1)
    with build(area, *SELECT) as made:
        facts = made.execute("select computed from reports.article_2017 where form like 'urban%'").fetchall()
        indicators = made.execute(
            "select distinct status, value, coverage from reports.indicator where indicator like 'urban%'"
        ).fetchall()
    assert facts == [(None,)] * 3
    assert indicators == [("not returned", None, 0)]


def test_the_duty_to_return_follows_where_and_when_the_programme_is_open() -> None:
    def rows(name: str) -> list[dict[str, str]]:
        with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    opened = {row["county_code"]: row["valid_from"] for row in rows("urban_programme_area") if row["valid_from"]}
    owed = {(row["area_code"][:6], row["valid_from"]) for row in rows("submitter_form") if row["form"][:6] == "urban_"}
    assert owed == set(opened.items()) == {("350402", "2017-05-01"), ("350403", "2017-05-01")}
