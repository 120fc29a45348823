"""What a questioned row does to a figure, held against a build in which the row is gone or another stands in its place.

Three counties return the same kinds of rows, and one row of each form is asked about in each. Then everything is built
once more: in the first county without these rows, in the second with what their keys returned the period before, in the
third with the median of the other rows, all worked out here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import pytest

from tests.dbt.accepted import AcceptedArea, build

pytestmark = pytest.mark.timeout(900)

WITHOUT, BEFORE, MEDIAN = "350426202", "350427101", "350429101"
TOWNSHIPS = (WITHOUT, BEFORE, MEDIAN)
ROWS = 12  # of each form in each county: enough to be each other's peers
FUNDS = 3  # too few, so that the city's are
MODELS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


@dataclass(frozen=True)
class Asked:
    """A form, the column that is asked about, its value, and what the row's columns are made of."""

    form: str
    column: str
    value: Any
    columns: tuple[str, ...]
    period: str = "2017-06"
    before: str = "2016-12"
    rows: int = ROWS


ASKED = (
    Asked("village_income", "total_income_yuan", Decimal(60_000_000), ("operating_income_yuan", "total_income_yuan")),
    Asked("village_profiles", "rural_registered_population", 7, ("rural_registered_population",)),
    Asked("village_projects", "allocated_yuan", Decimal(9_000_000), ("allocated_yuan",)),
    Asked("base_fostering", "area_mu", Decimal(4000), ("area_mu",)),
    Asked("insurance_policies", "insured_persons", 100_000, ("insured_persons",)),
    Asked("household_income", "dibao_yuan", Decimal(70_000), ("dibao_yuan",), period="2016-12", before="2015-12"),
    Asked("guarantee_funds", "guaranteed_outstanding_yuan", Decimal(90_000_000),
          ("guaranteed_outstanding_yuan", "fund_amount_yuan"), rows=FUNDS),
)  # fmt: skip
HOUSEHOLDS = Asked("households", "safe_water", False, ("safe_water",))


def keys(form: str, township: str, number: int) -> dict[str, Any]:
    """What the row of a number is known by, and where it belongs."""
    village = f"{township}{200 + number}"
    household = f"{village}{1:04d}"
    return {
        "village_income": {"village_code": village},
        "village_profiles": {"village_code": village},
        "village_projects": {"village_code": village, "project_code": f"CZ-{township}-{number:03d}"},
        "base_fostering": {"village_code": village, "household_code": household,
                           "contract_number": f"TY-{township}-{number:05d}"},
        "insurance_policies": {"township_code": township, "policy_number": f"BX-{township}-{number:05d}",
                               "insurance_line": "accident", "started_on": date(2014, 1, 1),
                               "ended_on": date(2018, 1, 1)},
        "household_income": {"village_code": village, "household_code": household},
        "guarantee_funds": {"village_code": None, "fund_code": f"{township}{number:02d}"},
    }[form]  # fmt: skip


def amount(asked: Asked, column: str, period: str, number: int) -> Any:
    """What a row says that nobody asks about: no two rows of a form and no two periods the same."""
    kind = type(asked.value)
    return kind(1000 * (1 + asked.columns.index(column)) + 70 * number + (9 if period == asked.before else 0))


def three_counties(warehouse: Path, *, replaced: bool) -> AcceptedArea:
    """The returns of the counties; in each form row 1 is asked about, or is gone or replaced."""
    area = AcceptedArea(warehouse)
    for township in TOWNSHIPS:
        for number in range(1, ROWS + 1):
            village = f"{township}{200 + number}"
            for period in ("2015-12", "2016-12", "2017-06"):
                _household(area, township, village, period, number, replaced=replaced)
        for asked in ASKED:
            for period in (asked.before, asked.period):
                for number in range(1, asked.rows + 1):
                    _row(area, asked, township, period, number, replaced=replaced)
    return area


def _household(area: AcceptedArea, township: str, village: str, period: str, number: int, *, replaced: bool) -> None:
    """A poor household of each village; the first village has another one of no persons, said to drink unsafe water."""
    poor = {"village": village, "submitter": township, "period": period}
    area.add_household(1, persons=3 if number == 1 else 1, **poor)
    is_asked = number == 1 and period == HOUSEHOLDS.period
    if number > 1 or (is_asked and replaced and township == WITHOUT):
        return
    area.add_household(2, persons=0, poverty_status="1", safe_water=replaced or not is_asked, **poor)
    if is_asked and not replaced:
        _ask(area, HOUSEHOLDS, township, period)


def _row(area: AcceptedArea, asked: Asked, township: str, period: str, number: int, *, replaced: bool) -> None:
    is_asked = number == 1 and period == asked.period
    if is_asked and replaced and township == WITHOUT:
        return
    values = {column: amount(asked, column, period, number) for column in asked.columns}
    if is_asked and not replaced:
        values[asked.column] = asked.value
    elif is_asked and township == BEFORE:
        values = {column: amount(asked, column, asked.before, number) for column in asked.columns}
    elif is_asked:
        # Every county says the same in its other rows, so the city's median is the county's.
        others = range(2, asked.rows + 1)
        values = {
            column: type(asked.value)(median([amount(asked, column, period, other) for other in others]))
            for column in asked.columns
        }
    more: dict[str, Any] = {}
    if asked.form == "village_income":
        more = {"contract_income_yuan": Decimal(0), "investment_income_yuan": Decimal(0)}
    if asked.form == "household_income":
        more = {"income_year": int(period[:4])}
    area.add(asked.form, period, township, **keys(asked.form, township, number), **values, **more)
    if is_asked and not replaced:
        _ask(area, asked, township, period)


def _ask(area: AcceptedArea, asked: Asked, township: str, period: str) -> None:
    row = next(row for row in reversed(area.rows[asked.form]) if row["period"] == period)
    address = {name: row[name] for name in ("submission_id", "submitter_code", "period", "sheet", "row_number")}
    area.quality["findings"].append(
        address | {"finding_id": f"{asked.form} {township}", "form": asked.form, "rule_code": "XX-01",
                   "severity": "explain", "holds": None, "column_name": asked.column, "is_replaced": False}
    )  # fmt: skip


@pytest.fixture(scope="module")
def suspects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    area = three_counties(tmp_path_factory.mktemp("asked"), replaced=False)
    with build(area, "--select", "+suspect_row", *MODELS) as connection:
        yield connection


@pytest.fixture(scope="module")
def replaced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    area = three_counties(tmp_path_factory.mktemp("replaced"), replaced=True)
    with build(area, "--select", "+indicator", *MODELS) as connection:
        yield connection


def figures(connection: duckdb.DuckDBPyConnection, column: str, township: str) -> dict[tuple[str, str], Decimal]:
    """(indicator, period) → what is told of the county's figure if its rows were others."""
    return {
        (indicator, period): value
        for indicator, period, value in connection.execute(
            f"select indicator, period, {column} from quality.suspect_row where division_code = ?", [township[:6]]
        ).fetchall()
    }


@pytest.mark.parametrize(
    ("column", "township"),
    [("value_without_row", WITHOUT), ("value_with_row_before", BEFORE), ("value_with_peer_median", MEDIAN)],
)
def test_a_figure_without_a_row_or_with_another_is_what_a_build_of_these_rows_gives(
    suspects: duckdb.DuckDBPyConnection, replaced: duckdb.DuckDBPyConnection, column: str, township: str
) -> None:
    told = figures(suspects, column, township)
    assert {indicator for indicator, _ in told} == {
        "village_income_mean", "operating_income_share", "rural_registered_population", "poverty_rate",
        "village_project_allocated", "fostering_area", "insured_share_accident", "income_mean_dibao",
        "income_share_dibao", "fund_outstanding", "leverage", "unsafe_water_households",
    }  # fmt: skip
    built = {
        (indicator, period): value
        for indicator, period, value in replaced.execute(
            "select indicator, period, value from reports.indicator where map_edition = '2017' and division_code = ?",
            [township[:6]],
        ).fetchall()
    }
    assert told == {key: built[key] for key in told}


def sides(
    connection: duckdb.DuckDBPyConnection, division: str
) -> dict[tuple[str, str], tuple[Decimal, Decimal | None]]:
    """(indicator, period) → numerator and denominator of a published figure."""
    return {
        (indicator, period): (numerator, denominator)
        for indicator, period, numerator, denominator in connection.execute(
            "select indicator, period, numerator, denominator from reports.indicator"
            " where map_edition = '2017' and division_code = ?",
            [division],
        ).fetchall()
    }


def test_the_citys_figure_loses_what_the_countys_loses(
    suspects: duckdb.DuckDBPyConnection, replaced: duckdb.DuckDBPyConnection
) -> None:
    told = suspects.execute(
        "select indicator, period, value_without_row from quality.suspect_row"
        " where division_level = 'city' and ends_with(finding_id, ?)",
        [WITHOUT],
    ).fetchall()
    assert len(told) == 12
    city, county, left = sides(suspects, "350400"), sides(suspects, WITHOUT[:6]), sides(replaced, WITHOUT[:6])
    for indicator, period, value in told:
        key = (indicator, period)
        numerator = city[key][0] - county[key][0] + left[key][0]
        denominators = (city[key][1], county[key][1], left[key][1])
        assert value == (
            numerator
            if denominators[0] is None
            else round(numerator / (denominators[0] - denominators[1] + denominators[2]), 6)
        ), key


def test_the_most_influential_row_comes_first_and_few_rows_are_not_told(suspects: duckdb.DuckDBPyConnection) -> None:
    ranked = suspects.execute(
        "select influence, moves_figure, rows_in_county from quality.suspect_row where period = '2017-06'"
        " order by influence_rank"
    ).fetchall()
    assert [influence for influence, _, _ in ranked] == sorted((row[0] for row in ranked), reverse=True)
    assert {moves for influence, moves, rows in ranked if influence > max(Decimal("0.1"), Decimal(2) / rows)} == {True}
    assert {moves for influence, moves, rows in ranked if influence <= max(Decimal("0.1"), Decimal(2) / rows)} == {
        False
    }


def test_no_code_of_a_household_leaves_with_a_suspect_row(suspects: duckdb.DuckDBPyConnection) -> None:
    columns = [name for name, *_ in suspects.execute("describe quality.suspect_row").fetchall()]
    household = keys("household_income", WITHOUT, 1)["household_code"]
    (found,) = suspects.execute(
        f"select count(*) from quality.suspect_row where contains(concat_ws('|', {', '.join(columns)}), ?)", [household]
    ).fetchone() or (None,)
    assert found == 0
