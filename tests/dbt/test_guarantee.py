"""What the models make of ledgers, subsidies, products and bank lists of a few loans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.dbt.accepted import TOWNSHIP, VILLAGE, AcceptedArea, build

pytestmark = pytest.mark.timeout(900)

CITY, FINANCE, BANK = "350400", "350426-CF", "350400-RCC"
FUND, LOAN, OTHER = f"{TOWNSHIP}01", "DB-350426202-00001", "DB-350426202-00002"
SELECTED = (
    "+article_2017 +indicator +fund_balance +fund_gap_entry +loan_ledger_gap +loan_reconciliation_summary "
    "+dim_loan_product +fct_loan_event +fct_loan_balance"
).split()


def _entry(area: AcceptedArea, number: int, moved_on: date, kind: str, amount: str, **values: Any) -> None:
    period = values.pop("period", "2017-06")
    area.add("fund_movements", period, entry_number=f"FM-{TOWNSHIP}-{number:05d}", fund_code=FUND, moved_on=moved_on,
             movement_kind=kind, amount_yuan=Decimal(amount), counterparty_kind="bank", **values)  # fmt: skip


def _event(area: AcceptedArea, number: int, happened_on: date, kind: str, amount: str | None, **values: Any) -> None:
    area.add("loan_events", event_number=f"LE-{TOWNSHIP}-{number:05d}", contract_number=LOAN, happened_on=happened_on,
             event_kind=kind, amount_yuan=None if amount is None else Decimal(amount),
             household_code=f"{VILLAGE}0001", **values)  # fmt: skip


def _subsidy(area: AcceptedArea, number: int, quarter: str, amount: str, paid_on: date | None) -> None:
    area.add("loan_subsidies", submitter=FINANCE, subsidy_number=f"LS-350426-{number:06d}", contract_number=LOAN,
             quarter=quarter, base_amount_yuan=Decimal("30000"), rate_percent=Decimal("4.75"), days=90,
             amount_yuan=Decimal(amount), paid_on=paid_on)  # fmt: skip


def _bank_loan(area: AcceptedArea, contract: str, balance: str) -> None:
    area.add("bank_loans", submitter=BANK, contract_number=contract, township_code=TOWNSHIP, borrower_token="t0",
             principal_yuan=Decimal("30000"), released_on=date(2015, 9, 10), due_on=date(2016, 9, 10),
             balance_yuan=Decimal(balance), overdue_yuan=Decimal("0"), guarantor_kind="fund")  # fmt: skip


def _fill(area: AcceptedArea) -> None:
    area.add_household(1)
    loan = {"household_code": f"{VILLAGE}0001", "due_on": date(2016, 9, 10), "repaid_yuan": Decimal("10000")}
    area.add("guarantee_loans", contract_number=LOAN, balance_yuan=Decimal("14000"), **loan)
    area.add("guarantee_loans", contract_number=OTHER, balance_yuan=Decimal("20000"), **loan)
    area.add("guarantee_funds", fund_code=FUND, village_code=None, fund_amount_yuan=Decimal("95000"))
    _entry(area, 1, date(2014, 5, 20), "paid_in_finance", "100000", period="2016-12")
    _entry(area, 1, date(2014, 5, 20), "paid_in_finance", "100000.01")
    _entry(area, 2, date(2017, 3, 1), "compensation_out", "6000", contract_number=LOAN)
    _entry(area, 3, date(2017, 5, 1), "recovery_in", "1000", contract_number=LOAN)
    _event(area, 1, date(2015, 9, 10), "drawn", "30000")
    _event(area, 2, date(2016, 9, 1), "extended", None, new_due_on=date(2016, 12, 10))
    _event(area, 3, date(2016, 9, 10), "repaid", "10000")
    _event(area, 4, date(2017, 3, 1), "compensated", "6000")
    _event(area, 5, date(2017, 5, 1), "recovered", "1000")
    _subsidy(area, 1, "2016Q2", "300", date(2016, 7, 20))
    _subsidy(area, 2, "2017Q2", "100", None)
    _bank_loan(area, LOAN, "15000")
    _bank_loan(area, "DB-350426202-00009", "1")
    for code, cap, first in (
        ("poverty_guarantee", "40000", date(2014, 7, 1)),
        ("member_mutual", "90000", date(2014, 1, 1)),
    ):
        area.add(
            "loan_products",
            submitter=CITY,
            product_code=code,
            valid_from=first,
            outstanding_cap_yuan=Decimal(cap),
            term_cap_months=30,
            borrower_kind="registered_poor",
            needs_collateral=False,
            subsidy_rule="full",
            document_number="例",
        )
    for form, rows in area.rows.items():
        for period, submitter in sorted({(row["period"], row["submitter_code"]) for row in rows}):
            area.submit(form, period, submitter)


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    area = AcceptedArea(tmp_path_factory.mktemp("guarantee"))
    _fill(area)
    # Tests of the models beside look at tables that are not built here.
    with build(area, "--exclude-resource-type", "test", "--select", *SELECTED) as connection:
        yield connection


def _value(connection: duckdb.DuckDBPyConnection, indicator: str) -> Any:
    row = connection.execute(
        "select value from reports.indicator where indicator = ? and division_code = ? and map_edition = '2017' "
        "and period = '2017-06'",
        [indicator, TOWNSHIP],
    ).fetchone()
    return None if row is None else row[0]


def test_the_caps_of_the_article_are_those_the_city_returned(ledgers: duckdb.DuckDBPyConnection) -> None:
    facts = dict(ledgers.execute("select fact, computed from reports.article_2017").fetchall())
    assert (facts["guarantee_loan_cap"], facts["guarantee_term_cap"]) == (40000, 30)
    cap = ledgers.execute("select outstanding_cap_yuan, cap_verified from marts.dim_loan_product where "
                          "loan_product = 'poverty_guarantee'").fetchall()  # fmt: skip
    assert cap == [(40000, False)]


def test_a_fen_in_a_funds_ledger_is_shown_and_traced_to_its_entry(ledgers: duckdb.DuckDBPyConnection) -> None:
    closing = ledgers.execute(
        "select in_yuan, out_yuan, computed_closing_yuan, difference_yuan from quality.fund_balance"
    ).fetchall()
    assert closing == [(Decimal("101000.01"), 6000, Decimal("95000.01"), Decimal("0.01"))]
    named = ledgers.execute("select explanation, set_size, entry_number from quality.fund_gap_entry").fetchall()
    assert named == [("restated", 1, f"FM-{TOWNSHIP}-00001")]


def test_events_make_the_balance_and_the_days_past_due(ledgers: duckdb.DuckDBPyConnection) -> None:
    rows = ledgers.execute(
        "select compensated_yuan, effective_due_on, days_past_due from marts.fct_loan_balance "
        "where contract_number = ?",
        [LOAN],
    ).fetchall()
    assert rows == [(6000, date(2016, 12, 10), 202)]
    gaps = ledgers.execute("select contract_number, has_events from quality.loan_ledger_gap").fetchall()
    assert gaps == [(OTHER, False)]
    kinds = ledgers.execute("select event_kind from marts.fct_loan_event order by event_number").fetchall()
    assert [kind for (kind,) in kinds] == ["drawn", "extended", "repaid", "compensated", "recovered", "subsidised"]


def test_rates_are_published_by_their_own_conventions(ledgers: duckdb.DuckDBPyConnection) -> None:
    assert _value(ledgers, "compensated_amount") == 6000
    assert _value(ledgers, "compensation_rate_released") == 1  # nothing else was released this year
    assert _value(ledgers, "compensation_rate_outstanding") == Decimal("0.176471")
    assert _value(ledgers, "compensation_recovery_rate") == Decimal("0.166667")
    assert _value(ledgers, "subsidy_paid_rate") == Decimal("0.75")
    assert _value(ledgers, "leverage_cumulative") == Decimal("31.578947")


def test_the_two_lists_are_compared_and_never_united(ledgers: duckdb.DuckDBPyConnection) -> None:
    rows = ledgers.execute(
        "select contract_number, outcome, differing_fields from reports.loan_reconciliation order by all"
    ).fetchall()
    assert rows == [
        (LOAN, "differs", "balance"),
        (OTHER, "only in township", None),
        ("DB-350426202-00009", "only in bank", None),
    ]
    summary = ledgers.execute(
        "select loans, agreeing_loans, differing_loans, only_township_loans, only_bank_loans "
        "from reports.loan_reconciliation_summary"
    ).fetchall()
    assert summary == [(3, 0, 1, 1, 1)]
    assert ledgers.execute("select count(*) from marts.fct_guarantee_loan").fetchall() == [(2,)]
