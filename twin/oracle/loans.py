"""Guaranteed loans and the funds that stand behind them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from twin.oracle.book import Book, end_of, first_claims
from twin.oracle.households import register
from twin.oracle.sides import Figure, side

PRODUCT = "poverty_guarantee"
SPLIT = "split"


def registered_since(book: Book, period: str) -> dict[str, str]:
    """Household → the day it was first identified; who split off was registered with where it came from."""
    rows = book.ever("households", period)
    days: dict[str, str] = {}
    for code, day in zip(rows["household_code"], rows["identified_on"], strict=True):
        if day is not None and day == day:
            days[code] = min(days.get(code, str(day)), str(day))
    changes = book.ledger("household_changes")
    splits = changes[changes["change_kind"] == SPLIT]
    for old, new in zip(splits["household_code"], splits["other_household_code"], strict=True):
        if old in days and new in days:
            days[new] = min(days[new], days[old])
    return days


def guaranteed(book: Book, period: str) -> pd.DataFrame:
    """Poverty loans of households that were registered on the day of the loan."""
    loans = first_claims(book.state("guarantee_loans", period), "contract_number")
    since = registered_since(book, period)
    first = loans["household_code"].map(since)
    registered = first.notna() & (first.fillna("9999") <= loans["released_on"].astype(str))
    return loans[registered & (loans["loan_product"] == PRODUCT)]


def loan_figures(book: Book, period: str) -> Iterator[Figure]:
    """Loans since the beginning, and what of them is open."""
    loans = guaranteed(book, period)
    amount = side(loans, "village_code", "principal_yuan")
    borrowers = side(loans, "village_code", key="household_code")
    yield Figure("guarantee_loan_amount", amount)
    yield Figure("guaranteed_households", borrowers)
    yield Figure("guarantee_amount_per_household", amount, borrowers)
    balance = side(loans, "village_code", "balance_yuan")
    overdue = side(loans, "village_code", "overdue_yuan")
    yield Figure("loan_balance", balance)
    yield Figure("overdue_amount", overdue)
    yield Figure("overdue_rate", overdue, balance)
    yield Figure("household_loan_rate", borrowers, side(register(book, period), "village_code"))


def fund_figures(book: Book, period: str) -> Iterator[Figure]:
    """Funds as they report themselves."""
    funds = book.state("guarantee_funds", period)
    place = funds["fund_code"].str[:9]
    size = side(funds, place, "fund_amount_yuan")
    yield Figure("funds", side(funds, place))
    of = funds["village_code"].where(funds["fund_level"] == "village", place)
    yield Figure("fund_places", side(funds, place, key=of))
    yield Figure("fund_amount", size)
    outstanding = side(funds, place, "guaranteed_outstanding_yuan")
    yield Figure("fund_outstanding", outstanding)
    yield Figure("leverage", outstanding, size)
    yield Figure("leverage_cumulative", side(funds, place, "cumulative_guaranteed_yuan"), size)


def ledger_figures(book: Book, period: str) -> Iterator[Figure]:
    """What the ledgers of loans say: compensated, recovered, subsidised."""
    loans = guaranteed(book, period)
    events = _of_loans(book.ledger("loan_events"), loans)
    events = events[events["happened_on"] <= end_of(period)]
    this_year = events["happened_on"].map(lambda day: str(day)[:4]) == period[:4]
    yield Figure("compensated_amount", _events(events, "compensated"))
    yield Figure(
        "compensation_rate_released", _events(events[this_year], "compensated"),
        _events(events[this_year], "compensated", "repaid"),
    )  # fmt: skip
    balance = side(loans, "village_code", "balance_yuan")
    yield Figure("compensation_rate_outstanding", _events(events[this_year], "compensated"), balance)
    yield Figure("compensation_recovery_rate", _events(events, "recovered"), _events(events, "compensated"))
    yield from _subsidies(book, period, loans)


def _subsidies(book: Book, period: str, loans: pd.DataFrame) -> Iterator[Figure]:
    rows = _of_loans(book.ledger("loan_subsidies"), loans)
    paid = rows["paid_on"].map(lambda day: day is not None and day == day and day <= end_of(period)).astype(bool)
    yield Figure("interest_subsidy_paid", side(rows[paid], "place", "amount_yuan"))
    ended = rows["quarter"].map(lambda quarter: _end_of_quarter(str(quarter)) <= end_of(period).isoformat())
    due = rows[ended.astype(bool)]
    yield Figure(
        "subsidy_paid_rate", side(due[paid[due.index]], "place", "amount_yuan"), side(due, "place", "amount_yuan")
    )


def _of_loans(entries: pd.DataFrame, loans: pd.DataFrame) -> pd.DataFrame:
    """The entries about some loans, each at its loan's village."""
    places = loans[["contract_number", "village_code"]].rename(columns={"village_code": "place"})
    return entries.merge(places, on="contract_number").reset_index(drop=True)


def _events(events: pd.DataFrame, *kinds: str) -> pd.DataFrame:
    return side(events[events["event_kind"].isin(kinds)], "place", "amount_yuan")


def _end_of_quarter(quarter: str) -> str:
    """The last day of a quarter written ``YYYYQn`` or ``YYYY-Qn``."""
    year, number = int(quarter[:4]), int(quarter[-1])
    return end_of(f"{year}-{number * 3:02d}").isoformat()
