"""What offices confirm, official figures say and surveys find, seen in the reports of a small city."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.dbt.accepted import TOWNSHIP, AcceptedArea, build
from tests.rule_examples import SEEDS

pytestmark = pytest.mark.timeout(900)

COUNTY, CITY = "350426", "350400"
MODELS_ONLY = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def _confirm(area: AcceptedArea, period: str, sent_with: str, received: datetime, **values: Any) -> None:
    code = f"QR-{COUNTY}-{period.replace('-', '')}-01"
    area.add("period_confirmations", sent_with, COUNTY, confirmation_code=code, area_code=COUNTY,
             confirmation_level="county", period_confirmed=period, confirmed_on=received.date(), received_at=received,
             **values)  # fmt: skip


def _survey(area: AcceptedArea, division: str) -> None:
    area.add("surveys", "2016-12", CITY, survey_code="DC-2016-01", division_code=division, survey_year=2016,
             surveyed_on=date(2016, 12, 1), surveyor_kind="third_party", surveyed_unregistered_persons=200,
             missed_persons=1, surveyed_exited_persons=100, wrongly_exited_persons=1, asked_households=50,
             satisfied_households=48)  # fmt: skip


def _official(area: AcceptedArea, name: str, value: int) -> None:
    area.add("control_totals", "2016-12", CITY, division_code=COUNTY, indicator_name=name, figure_period="2015-12",
             source_kind="national_system", figure_value=Decimal(value), figure_unit="persons")  # fmt: skip


def _say_nothing(area: AcceptedArea, period: str) -> None:
    """The other townships of the county register nobody: a return that is missing would hinder a confirmation."""
    with (SEEDS / "submitter.csv").open(encoding="utf-8", newline="") as file:
        townships = [row["submitter_code"] for row in csv.DictReader(file) if row["kind"] == "township"]
    for township in townships:
        if township.startswith(COUNTY) and township != TOWNSHIP:
            for form in ("households", "members"):
                area.submit(form, period, township, status="nothing", verdict="nothing")


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """One township registers; its county confirms 2015-12 and 2016-12, and 2016-12 is corrected afterwards."""
    area = AcceptedArea(tmp_path_factory.mktemp("offices"))
    for period in ("2015-12", "2016-12"):
        _say_nothing(area, period)
        area.add_household(1, persons=3, period=period)
        area.submit("households", period)
        area.submit("members", period)
    _confirm(area, "2015-12", "2016-12", datetime(2017, 1, 10))
    # The ledger of the next return lists it again, which renews nothing.
    _confirm(area, "2015-12", "2017-06", datetime(2017, 7, 10))
    _confirm(area, "2016-12", "2017-06", datetime(2017, 7, 10))
    area.submit("period_confirmations", "2016-12", COUNTY, received_at=datetime(2017, 1, 10))
    area.submit("period_confirmations", "2017-06", COUNTY, received_at=datetime(2017, 7, 10))
    # What stands lies in the whole: the correction came to the same.
    area.submit(
        "members",
        "2016-12",
        submission_id="later",
        mode="correction",
        received_at=datetime(2017, 8, 1),
        rows_standing=0,
    )
    _survey(area, COUNTY)
    _official(area, "未脱贫人口", 3)
    _official(area, "registered_persons", 4)
    for form in ("surveys", "control_totals"):
        area.submit(form, "2016-12", CITY)
    with build(area, "--select", "+indicator +reconciliation +coverage +fct_obligation", *MODELS_ONLY) as made:
        yield made


def _row(connection: duckdb.DuckDBPyConnection, columns: str, indicator: str, division: str, period: str) -> Any:
    return connection.execute(
        f"select {columns} from reports.indicator where map_edition = '2017' and indicator = ? and division_code = ? "
        "and period = ?",
        [indicator, division, period],
    ).fetchone()


@pytest.mark.parametrize(
    ("indicator", "period", "status"),
    [
        ("poor_households", "2015-12", "county-confirmed"),
        ("poor_households", "2016-12", "county-confirmed"),
        ("poor_persons", "2015-12", "county-confirmed"),
        # Corrected after the county had confirmed.
        ("poor_persons", "2016-12", "provisional"),
        ("poor_persons", "2017-06", "provisional"),
    ],
)
def test_a_figure_is_confirmed_until_a_later_return_comes(
    offices: duckdb.DuckDBPyConnection, indicator: str, period: str, status: str
) -> None:
    for division in (COUNTY, TOWNSHIP):
        assert _row(offices, "status", indicator, division, period) == (status,)
    assert _row(offices, "status", indicator, CITY, period) == ("provisional",)


def test_a_survey_speaks_for_its_county_and_the_rest_is_not_evaluated(offices: duckdb.DuckDBPyConnection) -> None:
    assert _row(offices, "value, status <> 'not evaluated'", "missed_rate", COUNTY, "2016-12") == (
        Decimal("0.005"),
        True,
    )
    assert _row(offices, "value, status", "missed_rate", CITY, "2016-12") == (None, "not evaluated")
    assert _row(offices, "value, status", "missed_rate", COUNTY, "2015-12") == (None, "not evaluated")


def test_official_figures_stand_beside_ours(offices: duckdb.DuckDBPyConnection) -> None:
    rows = offices.execute(
        "select indicator, ours, theirs, difference from reports.reconciliation where indicator is not null "
        "order by indicator"
    ).fetchall()
    assert rows == [("poor_persons", 3, 3, 0), ("registered_persons", 3, 4, -1)]
    assert _row(offices, "value", "control_differences", COUNTY, "2015-12") == (1,)


def test_what_a_silent_township_is_carried_with_widens_the_span(offices: duckdb.DuckDBPyConnection) -> None:
    columns = "value, coverage, persons_outstanding, low, high"
    # A return may be twice as long as the longest so far and ten rows more (decision 0010): (3 + 10) × 2.
    assert _row(offices, columns, "poor_persons", TOWNSHIP, "2017-06") == (3, 0, 3, 0, 26)
    assert _row(offices, columns, "poor_persons", TOWNSHIP, "2015-12") == (3, 1, 0, 3, 3)


def test_missing_is_said_and_is_not_zero(offices: duckdb.DuckDBPyConnection) -> None:
    states = dict(
        offices.execute(
            "select period, state from marts.fct_obligation where form = 'households' and submitter_code = ?",
            [TOWNSHIP],
        ).fetchall()
    )
    assert states == {"2015-12": "received", "2016-12": "received", "2017-06": "missing"}
    owed = offices.execute(
        "select owed, received, missing from reports.coverage where map_edition = '2017' and form = 'households' "
        "and period = '2017-06' and division_code = ?",
        [TOWNSHIP],
    ).fetchone()
    assert owed == (1, 0, 1)
