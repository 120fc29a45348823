"""Policies in force at a period's end, what was paid for them and out of them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from twin.oracle.book import Book, end_of, first_claims
from twin.oracle.persons import persons
from twin.oracle.sides import Figure, side
from twin.places import seed


def in_force(book: Book, period: str) -> pd.DataFrame:
    """Policies whose cover runs on the last day of the period."""
    policies = first_claims(book.state("insurance_policies", period), "policy_number")
    day = end_of(period)
    return policies[(policies["started_on"] <= day) & (policies["ended_on"] >= day)]


def insurance_figures(book: Book, period: str) -> Iterator[Figure]:
    """Policies, premiums, the city's part, claims, and who is insured."""
    policies, day = in_force(book, period), end_of(period)
    premium = side(policies, "township_code", "premium_yuan")
    yield Figure("insurance_policies", side(policies, "township_code"))
    yield Figure("insurance_premium", premium)
    place = dict(zip(policies["policy_number"], policies["township_code"], strict=True))
    payments = _of(book.ledger("premium_payments"), place)
    city = payments[
        (payments["payer_kind"] == "city_finance") & payments["covers_household_part"].eq(True)
        & (payments["paid_on"] <= day)
    ]  # fmt: skip
    yield Figure(
        "insurance_city_share", side(city, "place", "amount_yuan"),
        side(policies, "township_code", "household_part_yuan"),
    )  # fmt: skip
    claims = _of(book.ledger("insurance_claims"), place)
    settled = claims[(claims["claim_status"] == "settled") & claims["settled_on"].notna()]
    paid = side(settled[settled["settled_on"] <= day], "place", "paid_yuan")
    yield Figure("insurance_claims_paid", paid)
    yield Figure("insurance_claim_ratio", paid, premium)
    yield from _insured(book, period, policies)


def _of(entries: pd.DataFrame, place: dict[str, str]) -> pd.DataFrame:
    """Entries about some policies, each at its policy's township."""
    return entries.assign(place=entries["policy_number"].map(place)).dropna(subset=["place"])


def _insured(book: Book, period: str, policies: pd.DataFrame) -> Iterator[Figure]:
    rows = persons(book, period)
    covered = rows[rows["village_code"].str[:9].isin(policies["township_code"])]
    for line in seed("code_insurance_line")["code"]:
        of_line = policies[policies["insurance_line"] == line]
        yield Figure(
            f"insured_share_{line}", side(of_line, "township_code", "insured_persons"),
            side(covered, "village_code", key="person"),
        )  # fmt: skip
