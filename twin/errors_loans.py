"""Errors in the loans' returns: one function per rule that is not generic.

Accepted rows added here are loans of another product, which no figure of the poverty product counts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from twin.loans import CAP_YUAN, PRODUCT, add_months
from twin.people import MALE
from twin.planting import NOW, YEAR_END, Ground, NoRoomError, Row

FORM = "guarantee_loans"
OTHER = "other"


def plant_loans(ground: Ground) -> list[Callable[[Ground], None]]:
    """The errors of this form, to be planted one by one."""
    return [
        _before_registration, _stranger, _over_cap, _over_term, _other_due, _over_repaid, _open_balance,
        _ten_thousands, _released_later, _over_overdue, _overdue_early, _repaid_falls, _unknown_fund,
        _over_subsidy, _to_enterprise, _two_submitters,
        *(() if ground.is_still else (_rate_as_fraction, _programme_before_registration, _usurious)),
    ]  # fmt: skip


def loan_row(
    ground: Ground, error_id: str, *, held: bool, household: str | None = None, township: str | None = None,
    period: str = NOW, **values: Any,
) -> Row:  # fmt: skip
    """A further loan of a household of the city that has none."""
    if household is None:
        wanted = lambda t: ground.count(FORM, NOW, t) > 0  # noqa: E731 - used once, below
        township = township or ground.room(FORM, NOW, int(held), wanted)
        household = ground.household(lambda h, _: h["identified_on"] < "2016-01-01", township=township, shared=True)
    register = ground.values("households", NOW, ground.labels("households", NOW, "household_code", household)[0])
    township = township or household[:9]
    contract = f"DB-{township}-{ground.number('loan' + township, 90_001):05d}"
    start, term = values.get("released_on", date(2016, 9, 10)), values.get("term_months", 12)
    principal = values.get("principal_yuan", 10_000)
    base = {
        "village_code": household[:12], "household_code": household, "head_name": register["head_name"],
        "borrower_name": register["head_name"], "borrower_id_number": register["head_id_number"], "relation": "01",
        "contract_number": contract, "loan_product": OTHER, "guarantor_kind": OTHER, "fund_code": None, "bank": "rcc",
        "principal_yuan": principal, "term_months": term, "released_on": start, "due_on": add_months(start, term),
        "annual_rate_percent": 4.35, "repaid_yuan": 0, "balance_yuan": principal, "overdue_yuan": 0,
        "interest_subsidy_yuan": 0, "purpose": "breeding", "planted_area_mu": None,
    }  # fmt: skip
    return ground.add(FORM, period, {**base, **values}, f"{error_id}:{contract}", held=held)


def _before_registration(ground: Ground) -> None:
    row = loan_row(ground, "GL-08", held=True, released_on=date(2013, 2, 10), term_months=60,
                   due_on=date(2018, 2, 10))  # fmt: skip
    # A place is kept for it as for a held row, but a loan of another product is only asked about.
    ground.set_added(row, held=False)
    ground.expect("GL-08", row, "household_code")


def _programme_before_registration(ground: Ground) -> None:
    row = loan_row(ground, "GL-26", held=True, released_on=date(2013, 2, 10), term_months=60,
                   due_on=date(2018, 2, 10), loan_product=PRODUCT)  # fmt: skip
    ground.expect("GL-26", row, "household_code")


def _stranger(ground: Ground) -> None:
    stranger = ground.state.identities.id_number("350496", date(1980, 7, 1), MALE)
    row = loan_row(ground, "GL-09", held=False, borrower_id_number=stranger)
    ground.expect("GL-09", row, "borrower_id_number")


def _over_cap(ground: Ground) -> None:
    """Interest in the balance of a loan of the city's own, so that none is added."""
    if ground.is_still:
        _two_over_cap(ground)
        return
    row = ground.pick_row(FORM, "GL-10", where=_is_nearly_at_cap)
    contract = str(row.values["contract_number"])
    bank, event = _last_told(ground, "bank_loans", contract), _last_told(ground, "loan_events", contract)
    ground.change(row, balance_yuan=CAP_YUAN + 1_000)
    ground.expect("GL-10", row, "balance_yuan")
    ground.expect("GL-10", row, "balance_yuan", rule="GL-14", note="more than was lent")
    ground.expect("GL-10", bank, "balance_yuan", rule="BL-12", note="the bank has the balance itself")
    ground.expect("GL-10", event, "amount_yuan", rule="LE-13", note="the entries add up to the balance itself")


def _is_nearly_at_cap(loan: dict[str, Any]) -> bool:
    is_open = loan["balance_yuan"] == loan["principal_yuan"]
    return loan["loan_product"] == PRODUCT and is_open and loan["principal_yuan"] >= CAP_YUAN - 10_000


def _last_told(ground: Ground, form: str, contract: str) -> Row:
    """The last row of a form about a loan, which no other error changes."""
    about = [
        (str(values.get("happened_on")), str(values.get("event_number")), label)
        for sender in ground.senders(form, NOW)
        for label in ground.labels(form, NOW, "township", sender)
        if (values := ground.values(form, NOW, label))["contract_number"] == contract
    ]
    if not about:
        raise NoRoomError(f"{form}: nothing is told of {contract}")
    last = max(about)[-1]
    ground.take(f"{form}:{NOW}:{last}")
    return ground.tagged(form, NOW, last, f"GL-10:{form}:{contract}")


def _two_over_cap(ground: Ground) -> None:
    # The household is nobody else's: a further loan of the product would exceed the cap as well.
    township = ground.room(FORM, NOW, 2, lambda t: ground.count(FORM, NOW, t) > 0)
    household = ground.household(lambda h, _: h["identified_on"] < "2016-01-01", township=township)
    first = loan_row(ground, "GL-10", held=True, household=household, principal_yuan=30_000, loan_product=PRODUCT)
    second = loan_row(ground, "GL-10", held=True, household=household, principal_yuan=25_000, loan_product=PRODUCT)
    for row in (first, second):
        ground.expect("GL-10", row, "balance_yuan")


def _over_term(ground: Ground) -> None:
    if not ground.is_still:
        # A loan of the city's own, so that none is added: of this year, so that no earlier return says another term.
        def lately(loan: dict[str, Any]) -> bool:
            return loan["loan_product"] == PRODUCT and str(loan["released_on"])[:4] == NOW[:4]

        row = ground.pick_row(FORM, "GL-11", where=lately)
        ground.change(row, term_months=48)  # its day stays: the bank's ledger has it as well
        ground.expect("GL-11", row, "term_months")
        ground.expect("GL-11", row, "due_on", rule="GL-12", note="the term is longer than the day it is due says")
        return
    row = loan_row(ground, "GL-11", held=True, term_months=48, loan_product=PRODUCT)
    ground.expect("GL-11", row, "term_months")


def _other_due(ground: Ground) -> None:
    row = loan_row(ground, "GL-12", held=False, due_on=date(2017, 12, 10))
    ground.expect("GL-12", row, "due_on")


def _over_repaid(ground: Ground) -> None:
    row = loan_row(ground, "GL-13", held=True, repaid_yuan=12_000, balance_yuan=0)
    ground.let_stand(row)
    ground.expect("GL-13", row, "repaid_yuan")


def _open_balance(ground: Ground) -> None:
    row = loan_row(ground, "GL-14", held=True, balance_yuan=9_000)
    ground.let_stand(row)
    ground.expect("GL-14", row, "balance_yuan")


def _ten_thousands(ground: Ground) -> None:
    row = loan_row(ground, "GL-15", held=True, principal_yuan=5)
    ground.expect("GL-15", row, "principal_yuan")


def _released_later(ground: Ground) -> None:
    row = loan_row(ground, "GL-16", held=True, released_on=date(2017, 8, 1))
    ground.let_stand(row)
    ground.expect("GL-16", row, "released_on")


def _over_overdue(ground: Ground) -> None:
    row = loan_row(ground, "GL-17", held=True, released_on=date(2016, 3, 10), repaid_yuan=6_000, balance_yuan=4_000,
                   overdue_yuan=5_000)  # fmt: skip
    ground.let_stand(row)
    ground.expect("GL-17", row, "overdue_yuan")


def _overdue_early(ground: Ground) -> None:
    row = loan_row(ground, "GL-18", held=False, overdue_yuan=1_000)
    ground.expect("GL-18", row, "overdue_yuan")


def _repaid_falls(ground: Ground) -> None:
    before = loan_row(ground, "GL-19", held=False, period=YEAR_END, repaid_yuan=5_000, balance_yuan=5_000)
    now = {**before.values, "repaid_yuan": 3_000, "balance_yuan": 7_000}
    row = ground.add(FORM, NOW, now, "GL-19:now", held=False)
    ground.expect("GL-19", row, "repaid_yuan")


def _unknown_fund(ground: Ground) -> None:
    row = loan_row(ground, "GL-20", held=False)
    ground.set_added(row, fund_code=f"{row.township}77")
    ground.expect("GL-20", row, "fund_code")


def _over_subsidy(ground: Ground) -> None:
    row = loan_row(ground, "GL-21", held=False, interest_subsidy_yuan=9_000)
    ground.expect("GL-21", row, "interest_subsidy_yuan")


def _rate_as_fraction(ground: Ground) -> None:
    row = loan_row(ground, "GL-25", held=False, annual_rate_percent=0.0435, interest_subsidy_yuan=0)
    ground.expect("GL-25", row, "annual_rate_percent")


def _usurious(ground: Ground) -> None:
    row = loan_row(ground, "GL-91", held=False, annual_rate_percent=25.0)
    ground.expect("GL-91", row, "annual_rate_percent")


def _to_enterprise(ground: Ground) -> None:
    row = loan_row(ground, "GL-23", held=False, purpose="to_enterprise")
    ground.expect("GL-23", row, "purpose")


def _two_submitters(ground: Ground) -> None:
    lends = {t for t in ground.townships() if ground.count(FORM, NOW, t)}
    both = next(iter(ground.pairs(lambda a, b: a != b and {a, b} <= lends)), None)
    if both is None:
        raise NoRoomError("there is no second township with loans")
    first, second = (loan_row(ground, "GL-24", held=False, township=township) for township in both)
    ground.set_added(second, contract_number=first.values["contract_number"])
    for row in (first, second):
        ground.expect("GL-24", row, "contract_number")
