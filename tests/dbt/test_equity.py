"""What the models make of cooperatives: the article's case, households that leave, payments, and gaps explained."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt.accepted import AcceptedArea, open_build, run_dbt

pytestmark = pytest.mark.timeout(900)

TOWNSHIP, VILLAGE = "350423101", "350423101205"
CODE = f"{VILLAGE}01"
WANTED = (
    "+int_article_computed", "+int_indicator_equity", "+int_indicator_equity_groups", "+equity_gap", "+equity_gap_row",
    "+fct_dividend", "+dim_cooperative",
)  # fmt: skip
# The sums that an area of these few forms cannot fulfil are tests of other models.
QUIET = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
HOLDERS = {"01": ("household_group", 480_000), "02": ("village_collective", 320_000), "03": ("enterprise", 500_000)}
SIZES = (4,) * 14 + (3,) * 2


def _add(area: AcceptedArea, form: str, period: str, submitter: str = TOWNSHIP, **values: Any) -> None:
    """Add a row of a form that ``accepted`` has no clean row of."""
    area.rows[form].append(
        {
            "record_id": f"{submitter}-{period}/{form}/{len(area.rows[form])}",
            "submission_id": f"{submitter}-{period}",
            "submitter_code": submitter,
            "period": period,
            "received_at": date(2017, 7, 5),
            "mode": "full",
            "sheet": form,
            "row_number": len(area.rows[form]) + 4,
            "known_from": date(2017, 7, 5),
            "is_carried": False,
            **values,
        }
    )


def _cooperative(area: AcceptedArea, period: str, enterprise: int = 500_000) -> None:
    _add(area, "cooperatives", period, cooperative_code=CODE, cooperative_name="c", village_code=VILLAGE,
         founded_on=date(2015, 9, 20), registered_capital_yuan=1_300_000, poverty_fund_yuan=800_000,
         member_count=38)  # fmt: skip
    _add(area, "equity_agreements", period, TOWNSHIP[:6], agreement_code=f"{CODE}01", cooperative_code=CODE,
         valid_from=date(2015, 11, 10), valid_to=None, yield_basis="fund_part", households_share_percent=60,
         village_share_percent=40, pool_use="hardship_aid")  # fmt: skip
    for number, (kind, amount) in HOLDERS.items():
        _add(area, "equity_holdings", period, cooperative_code=CODE, holder_code=CODE + number, holder_kind=kind,
             amount_yuan=enterprise if number == "03" else amount,
             money_source="own" if number == "03" else "poverty_fund", allotted_on=date(2015, 11, 10),
             share_percent=Decimal("24.615"))  # fmt: skip


def _members(area: AcceptedArea, period: str, *, one_fen: Decimal = Decimal(0)) -> None:
    large, small = Decimal("30967.74"), Decimal("23225.81")
    # 14 × 30,967.74 + 2 × 23,225.81 is two fen short: the largest remainders are those of the first households.
    amounts = [large + (Decimal("0.01") if number < 2 else 0) for number in range(14)] + [small] * 2
    assert sum(amounts) == 480_000
    amounts[5] += one_fen
    for number, (persons, amount) in enumerate(zip(SIZES, amounts, strict=True), 1):
        _add(area, "equity_group_members", period, group_code=f"{CODE}01", household_code=f"{VILLAGE}{number:04d}",
             persons_at_allotment=persons, allotted_on=date(2015, 11, 10), amount_yuan=amount)  # fmt: skip


def _payments(area: AcceptedArea, period: str) -> None:
    _add(area, "distributions", period, distribution_code=f"{CODE}2016", cooperative_code=CODE, distribution_year=2016,
         declared_on=date(2017, 3, 20), total_yield_yuan=78_000, fund_part_yield_yuan=48_000,
         households_part_yuan=28_800, village_part_yuan=19_200)  # fmt: skip
    for kind, code, due, paid in (
        ("pool", f"{CODE}01", 28_800, 600), ("village", f"{CODE}02", 19_200, 0),
        ("holder", f"{CODE}03", 30_000, 30_000), ("household", f"{VILLAGE}0001", 600, 600),
    ):  # fmt: skip
        _add(area, "dividends", period, distribution_code=f"{CODE}2016", beneficiary_kind=kind, beneficiary_code=code,
             due_yuan=due, paid_yuan=paid, paid_on=date(2017, 5, 10) if paid else None)  # fmt: skip


def _built(area: AcceptedArea) -> duckdb.DuckDBPyConnection:
    area.write()
    assert run_dbt(area.warehouse, "build", "--select", *WANTED, *QUIET) == []
    return open_build(area.warehouse)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The article's cooperative, everything closed."""
    area = AcceptedArea(tmp_path_factory.mktemp("equity"))
    _cooperative(area, "2017-06")
    _members(area, "2017-06")
    _payments(area, "2017-06")
    with _built(area) as connection:
        yield connection


def test_the_articles_case_comes_out(whole: duckdb.DuckDBPyConnection) -> None:
    rows = whole.execute(
        "select fact, computed from intermediate.int_article_computed where fact like 'yuanshan%'"
    ).fetchall()
    assert dict(rows) == {
        "yuanshan_poverty_money": 800_000,
        "yuanshan_household_equity": 480_000,
        "yuanshan_households": 16,
        "yuanshan_persons": 62,
        "yuanshan_equity_per_person": Decimal("7741.935484"),
        "yuanshan_village_equity": 320_000,
        "yuanshan_village_share": Decimal("0.246154"),
        "yuanshan_cooperative_capital": 1_300_000,
        "yuanshan_split_households": Decimal("0.6"),
        "yuanshan_split_village": Decimal("0.4"),
    }


def test_a_whole_cooperative_has_no_gap(whole: duckdb.DuckDBPyConnection) -> None:
    assert whole.execute("select count(*) from intermediate.int_equity_identity").fetchone() == (7,)
    assert whole.execute("select count(*) from quality.equity_gap").fetchone() == (0,)


def test_indicators_leave_payments_out_of_the_pool_out_of_the_sum(whole: duckdb.DuckDBPyConnection) -> None:
    found = dict(
        whole.execute(
            "select indicator, numerator from "
            "(from intermediate.int_indicator_equity union all from intermediate.int_indicator_equity_groups) "
            "where division_code = '350423' and map_edition = '2017' and period = '2017-06'"
        ).fetchall()
    )
    assert found == {
        "cooperatives": 1,
        "poor_household_equity": 480_000,
        "village_equity": 320_000,
        "equity_households": 16,
        "equity_persons": 62,
        "dividends_due": 78_000,
        "dividends_paid": 30_600,
        "dividend_paid_rate": 30_600,
        "pool_per_household": 28_800,
    }


def test_the_published_number_of_cooperatives_counts_rows_of_the_register(
    tmp_path: Path,
) -> None:
    area = AcceptedArea(tmp_path)
    _cooperative(area, "2016-12")
    _cooperative(area, "2017-06")
    # One that still owes its holders: in the register, without a holding.
    area.rows["cooperatives"].append(
        area.rows["cooperatives"][-1] | {"cooperative_code": f"{VILLAGE}02", "record_id": "another"}
    )
    with _built(area) as connection:
        published = connection.execute(
            "select period, numerator from intermediate.int_indicator_equity where indicator = 'cooperatives' "
            "and division_code = '350400' and map_edition = '2017' order by period"
        ).fetchall()
        rows = connection.execute(
            "select period, count(*) from marts.fct_cooperative group by period order by period"
        ).fetchall()
        held = connection.execute(
            "select count(distinct cooperative_code) from marts.fct_equity_holding where period = '2017-06'"
        ).fetchone()
    assert rows == published == [("2016-12", 1), ("2017-06", 2)]
    assert held == (1,)


def test_gaps_name_the_fen_the_changed_row_and_the_missing_due(tmp_path: Path) -> None:
    area = AcceptedArea(tmp_path)
    _cooperative(area, "2016-12")
    _cooperative(area, "2017-06", enterprise=499_000)
    _members(area, "2017-06", one_fen=Decimal("0.01"))
    _payments(area, "2017-06")
    area.rows["dividends"] = [row for row in area.rows["dividends"] if row["beneficiary_kind"] != "holder"]
    with _built(area) as connection:
        gaps = connection.execute(
            "select identity_kind, gap_yuan, reason, sets from quality.equity_gap where period = '2017-06' order by all"
        ).fetchall()
        rows = connection.execute(
            "select identity_kind, component_code, form from quality.equity_gap_row order by all"
        ).fetchall()
    assert gaps == [
        ("dues_to_yield", Decimal(-30_000), "missing", 1),
        ("holdings_to_capital", Decimal(-1_000), "off_its_own_figure", 1),
        ("members_to_group", Decimal("0.01"), "off_its_own_figure", 1),
    ]
    assert rows == [
        ("dues_to_yield", f"{CODE}03", "dividends"),
        ("holdings_to_capital", f"{CODE}03", "equity_holdings"),
        ("members_to_group", f"{VILLAGE}0006", "equity_group_members"),
    ]
