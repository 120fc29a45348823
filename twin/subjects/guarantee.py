"""Funds and loans as ledgers: products, the funds' entries, the loans' events, subsidies and the banks' lists.

The rows follow from ``loan_ledger``, as the states of funds and loans do; what is wrong with some of them stands in
``errors_ledgers`` and ``errors_offices``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from twin import errors_ledgers, errors_offices
from twin.duties import CITY
from twin.loan_ledger import Ledgers, make_ledgers
from twin.loans import CAP_YUAN, MUTUAL, PRODUCT, TERM_CAP, LoanPlan
from twin.person_states import last_day
from twin.subject import CityPlan, Forms, Subject

if TYPE_CHECKING:
    from twin.state import State

AS_OF = "2017-06"
BANKS = {"rcc": f"{CITY}-RCC", "abc": f"{CITY}-ABC", "psbc": f"{CITY}-PSBC"}
# Product, first and last day, cap and term, who borrows, subsidy, document: only the first is the article's.
PRODUCTS: tuple[tuple[str, date, date | None, int, int, str, str, str], ...] = (
    (PRODUCT, date(2014, 7, 1), None, CAP_YUAN, TERM_CAP, "registered_poor", "full", "例字〔2014〕12号"),
    (MUTUAL, date(2012, 8, 1), date(2013, 12, 31), 50_000, 24, "fund_member", "none", "例字〔2012〕8号"),
    (MUTUAL, date(2014, 1, 1), None, 100_000, TERM_CAP, "fund_member", "none", "例字〔2014〕1号"),
    ("other", date(2008, 1, 1), date(2009, 12, 31), 10_000, 12, "any", "none", "例字〔2008〕1号"),
    ("other", date(2010, 1, 1), date(2011, 12, 31), 20_000, 12, "any", "none", "例字〔2010〕1号"),
    ("other", date(2012, 1, 1), date(2013, 12, 31), 30_000, 24, "any", "partial", "例字〔2012〕1号"),
    ("other", date(2014, 1, 1), date(2015, 12, 31), 100_000, 60, "any", "partial", "例字〔2013〕9号"),
    ("other", date(2016, 1, 1), None, 200_000, 60, "any", "none", "例字〔2015〕9号"),
)


def _states(city: CityPlan, period: str, forms: Forms) -> dict[str, pd.DataFrame]:
    loans, ledgers, end = forms["guarantee_loans", period], make_ledgers(city.loans), last_day(period)
    return {
        "loan_products": _products(end),
        "fund_movements": _movements(city.loans, ledgers, end),
        "loan_events": _events(city.loans, ledgers, loans, end),
        "loan_subsidies": _subsidies(city.loans, ledgers, end),
        "bank_loans": _bank_loans(loans),
    }


def _products(end: date) -> pd.DataFrame:
    names = ["product_code", "valid_from", "valid_to", "outstanding_cap_yuan", "term_cap_months", "borrower_kind",
             "subsidy_rule", "document_number"]  # fmt: skip
    frame = pd.DataFrame([row for row in PRODUCTS if row[1] <= end], columns=names)
    frame["valid_to"] = frame["valid_to"].astype(object).where(frame["valid_to"].notna(), None)
    frame["needs_collateral"] = False
    frame["submitter_code"] = CITY
    return frame


def _numbers(prefix: str, places: Sequence[str], digits: int) -> list[str]:
    """Running numbers by place over whole lives, so that an entry keeps its number in every return."""
    counts = pd.Series(places, dtype=object).groupby(pd.Series(places, dtype=object)).cumcount() + 1
    return [f"{prefix}-{place}-{number:0{digits}d}" for place, number in zip(places, counts, strict=True)]


def _until(frame: pd.DataFrame, column: str, end: date) -> pd.DataFrame:
    return frame[[day <= end for day in frame[column]]].reset_index(drop=True)


def _movements(plan: LoanPlan, ledgers: Ledgers, end: date) -> pd.DataFrame:
    frame = ledgers.movements.copy()
    frame["fund_code"] = plan.funds["fund_code"].to_numpy()[frame["fund"]]
    frame["entry_number"] = _numbers("FM", [code[:9] for code in frame["fund_code"]], 5)
    frame["amount_yuan"] = frame["fen"] / 100
    columns = ["fund_code", "entry_number", "moved_on", "movement_kind", "amount_yuan", "contract_number",
               "counterparty_kind"]  # fmt: skip
    return _until(frame, "moved_on", end)[columns]


def _events(plan: LoanPlan, ledgers: Ledgers, loans: pd.DataFrame, end: date) -> pd.DataFrame:
    frame = ledgers.events.copy()
    frame["contract_number"] = plan.loans["contract_number"].to_numpy()[frame["loan"]]
    frame["event_number"] = _numbers("LE", [contract[3:12] for contract in frame["contract_number"]], 5)
    frame = _until(frame, "happened_on", end)
    households = dict(zip(loans["contract_number"], loans["household_code"], strict=True))
    frame["household_code"] = frame["contract_number"].map(households)
    frame["new_due_on"] = frame["new_due_on"].astype(object).where(frame["new_due_on"].notna(), None)
    return frame.drop(columns="loan")


def _subsidies(plan: LoanPlan, ledgers: Ledgers, end: date) -> pd.DataFrame:
    frame = ledgers.subsidies.copy()
    frame["contract_number"] = plan.loans["contract_number"].to_numpy()[frame["loan"]]
    frame["subsidy_number"] = _numbers("LS", [contract[3:9] for contract in frame["contract_number"]], 6)
    frame["submitter_code"] = frame["contract_number"].str[3:9] + "-CF"
    frame["amount_yuan"] = frame["fen"] / 100
    frame = _until(frame, "ends_on", end)
    # A quarter that has ended is listed before it is paid.
    frame["paid_on"] = [day if day <= end else None for day in frame["payable_on"]]
    return frame.drop(columns=["loan", "fen", "ends_on", "payable_on"])


def _bank_loans(loans: pd.DataFrame) -> pd.DataFrame:
    columns = ["contract_number", "borrower_name", "borrower_id_number", "principal_yuan", "released_on", "due_on",
               "balance_yuan", "overdue_yuan", "annual_rate_percent", "guarantor_kind"]  # fmt: skip
    frame = loans[columns].copy()
    frame["township_code"] = frame["contract_number"].str[3:12]
    frame["submitter_code"] = loans["bank"].map(BANKS)
    return frame


def _expected(state: State) -> dict[str, object]:
    """The caps of the product that is in force at the article's period."""
    from twin.state import accepted  # the state is made of subjects, so it cannot be there before them

    if AS_OF not in state.periods:
        return {}
    rows, end = accepted(state, "loan_products", AS_OF), last_day(AS_OF)
    days = zip(rows["product_code"], rows["valid_from"], rows["valid_to"], strict=True)
    # A day that is not there may be any kind of nothing once rows were planted.
    is_valid = [p == PRODUCT and a <= end and (not isinstance(b, date) or b != b or b >= end) for p, a, b in days]
    rows = rows[np.array(is_valid, dtype=bool)]
    if rows.empty:
        return {}
    return {
        "guarantee_loan_cap": round(float(rows["outstanding_cap_yuan"].max())),
        "guarantee_term_cap": int(rows["term_cap_months"].max()),
    }


SUBJECT = Subject(
    "guarantee",
    _states,
    planters=(*errors_ledgers.PLANTERS, *errors_offices.PLANTERS),
    spare=errors_ledgers.SPARE | errors_offices.SPARE,
    expected=_expected,
)
