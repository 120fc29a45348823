"""Equity of poor households and villages in cooperatives, and the dividends it earned."""

from __future__ import annotations

from collections.abc import Iterator

from twin.oracle.book import Book, end_of, first_claims
from twin.oracle.sides import Figure, side

# Whom a distribution owes: the pool of the households, the village, other holders. Paid to households is the pool's.
OWED = ("pool", "village", "holder")


def equity_figures(book: Book, period: str) -> Iterator[Figure]:
    """Cooperatives with fund money, what is held of them, who belongs to a group."""
    cooperatives = first_claims(book.state("cooperatives", period), "cooperative_code")
    yield Figure("cooperatives", side(cooperatives[cooperatives["poverty_fund_yuan"] > 0], "village_code"))
    holdings = book.state("equity_holdings", period)
    place = holdings["cooperative_code"].str[:12]
    for indicator, kind in (("poor_household_equity", "household_group"), ("village_equity", "village_collective")):
        found = holdings["holder_kind"] == kind
        yield Figure(indicator, side(holdings[found], place[found], "amount_yuan"))
    members = book.state("equity_group_members", period)
    stays = members["left_on"].map(lambda day: day is None or day != day or day > end_of(period)).astype(bool)
    staying = members[stays]
    at = staying["group_code"].str[:12]
    yield Figure("equity_households", side(staying, at, key="household_code"))
    yield Figure("equity_persons", side(staying, at, "persons_at_allotment", key="household_code"))
    yield from _dividends(book, period)


def _dividends(book: Book, period: str) -> Iterator[Figure]:
    end = end_of(period)
    decided = book.ledger("distributions")
    decided = decided[decided["declared_on"] <= end]
    rows = book.ledger("dividends")
    rows = rows[rows["beneficiary_kind"].isin(OWED) & rows["distribution_code"].isin(decided["distribution_code"])]
    due = side(rows, rows["distribution_code"].str[:12], "due_yuan")
    settled = rows[rows["paid_on"].map(lambda day: day is not None and day == day and day <= end).astype(bool)]
    paid = side(settled, settled["distribution_code"].str[:12], "paid_yuan")
    yield Figure("dividends_due", due)
    yield Figure("dividends_paid", paid)
    yield Figure("dividend_paid_rate", paid, due)
    pool = rows["beneficiary_kind"] == "pool"
    members = book.state("equity_group_members", period)
    yield Figure(
        "pool_per_household", side(rows[pool], rows.loc[pool, "distribution_code"].str[:12], "due_yuan"),
        side(members, members["group_code"].str[:12], key="household_code"),
    )  # fmt: skip
