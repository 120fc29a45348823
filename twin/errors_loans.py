"""Errors in the loans' returns: one planter per rule that is not generic.

Accepted rows added here are loans of another product, which no figure of the poverty product counts.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from twin.loans import CAP_YUAN, PRODUCT, add_months
from twin.people import MALE
from twin.planter import Planter, Values, by_city, picked, planter
from twin.planting import NOW, YEAR_END, Ground, NoRoomError, Row

FORM = "guarantee_loans"
OTHER = "other"


def loan_row(
    ground: Ground, error_id: str, *, held: bool, household: str | None = None, township: str | None = None,
    period: str = NOW, **values: Any,
) -> Row:  # fmt: skip
    """A further loan of a household of the city that has none."""
    if household is None:
        wanted = lambda t: ground.count(FORM, NOW, t) > 0  # noqa: E731 - used once, below
        township = township or ground.room(FORM, NOW, int(held), wanted)
        household = ground.household(lambda h, _: h["identified_on"] < "2016-01-01", township=township, shared=True)
    register = ground.about("households", NOW, household)
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


_held_loan, _further_loan = partial(loan_row, held=True), partial(loan_row, held=False)
_before_its_household = partial(
    loan_row, held=True, released_on=date(2013, 2, 10), term_months=60, due_on=date(2018, 2, 10)
)


def _stranger(ground: Ground) -> None:
    stranger = ground.state.identities.id_number("350496", date(1980, 7, 1), MALE)
    row = loan_row(ground, "GL-09", held=False, borrower_id_number=stranger)
    ground.expect("GL-09", row, "borrower_id_number")


def _over_cap(ground: Ground) -> None:
    """Interest in the balance of a loan of the city's own, so that none is added."""
    row = ground.pick_row(FORM, "GL-10", where=_is_nearly_at_cap)
    contract = str(row.values["contract_number"])
    bank, event = _last_row(ground, "bank_loans", contract), _last_row(ground, "loan_events", contract)
    ground.change(row, balance_yuan=CAP_YUAN + 1_000)
    ground.expect("GL-10", row, "balance_yuan")
    ground.expect("GL-10", row, "balance_yuan", rule="GL-14", note="more than was lent")
    ground.expect("GL-10", bank, "balance_yuan", rule="BL-12", note="the bank has the balance itself")
    ground.expect("GL-10", event, "amount_yuan", rule="LE-13", note="the entries add up to the balance itself")


def _is_nearly_at_cap(loan: Values) -> bool:
    is_open = loan["balance_yuan"] == loan["principal_yuan"]
    return loan["loan_product"] == PRODUCT and is_open and loan["principal_yuan"] >= CAP_YUAN - 10_000


def _last_row(ground: Ground, form: str, contract: str) -> Row:
    """The last row of a form about a loan, which no other error changes."""
    about = [
        (str(values.get("happened_on")), str(values.get("event_number")), label)
        for sender in ground.senders(form, NOW)
        for label in ground.labels(form, NOW, "township", sender)
        if (values := ground.values(form, NOW, label))["contract_number"] == contract
    ]
    if not about:
        raise NoRoomError(f"{form}: no row is about {contract}")
    last = max(about)[-1]
    ground.take(f"{form}:{NOW}:{last}")
    return ground.tagged(form, NOW, last, f"GL-10:{form}:{contract}")


def _two_over_cap(ground: Ground) -> None:
    # The household is nobody else's: a further loan of the product would exceed the cap as well.
    township = ground.room(FORM, NOW, 2, lambda t: ground.count(FORM, NOW, t) > 0)
    household = ground.household(lambda h, _: h["identified_on"] < "2016-01-01", township=township)
    first = loan_row(ground, "GL-10", held=True, household=household, principal_yuan=30_000, loan_product=PRODUCT)
    second = loan_row(ground, "GL-10", held=True, household=household, principal_yuan=25_000, loan_product=PRODUCT)
    ground.expect_each("GL-10", (first, second), "balance_yuan")


def _is_of_this_year(loan: Values) -> bool:
    """A loan of which no earlier return says another term."""
    return loan["loan_product"] == PRODUCT and str(loan["released_on"])[:4] == NOW[:4]


def _repaid_falls(ground: Ground) -> None:
    before = loan_row(ground, "GL-19", held=False, period=YEAR_END, repaid_yuan=5_000, balance_yuan=5_000)
    now = {**before.values, "repaid_yuan": 3_000, "balance_yuan": 7_000}
    row = ground.add(FORM, NOW, now, "GL-19:now", held=False)
    ground.expect("GL-19", row, "repaid_yuan")


def _two_submitters(ground: Ground) -> None:
    both = [township for township in ground.townships() if ground.count(FORM, NOW, township)][:2]
    if len(both) < 2:
        raise NoRoomError("there is no second township with loans")
    first, second = (loan_row(ground, "GL-24", held=False, township=township) for township in both)
    ground.change(second, contract_number=first.values["contract_number"])
    ground.expect_each("GL-24", (first, second), "contract_number")


PLANTERS: tuple[Planter, ...] = (
    # A place is kept for it as for a held row, but a loan of another product is only asked about.
    planter("GL-08", _before_its_household, "household_code", accepted=True),
    _stranger,
    by_city(_two_over_cap, _over_cap),
    by_city(
        planter("GL-11", partial(_held_loan, term_months=48, loan_product=PRODUCT), "term_months"),
        # A loan of the city's own, so that none is added; its day stays, for the bank's ledger has it as well.
        planter("GL-11", picked(FORM, where=_is_of_this_year), "term_months", term_months=48,
                also=("due_on", "GL-12", "the term is longer than the day it is due says")),
    ),
    planter("GL-12", _further_loan, "due_on", due_on=date(2017, 12, 10)),
    planter("GL-13", _held_loan, "repaid_yuan", accepted=True, repaid_yuan=12_000, balance_yuan=0),
    planter("GL-14", _held_loan, "balance_yuan", accepted=True, balance_yuan=9_000),
    planter("GL-15", partial(_held_loan, principal_yuan=5), "principal_yuan"),
    planter("GL-16", partial(_held_loan, released_on=date(2017, 8, 1)), "released_on", accepted=True),
    planter("GL-17", partial(_held_loan, released_on=date(2016, 3, 10)), "overdue_yuan", accepted=True,
            repaid_yuan=6_000, balance_yuan=4_000, overdue_yuan=5_000),
    planter("GL-18", _further_loan, "overdue_yuan", overdue_yuan=1_000),
    _repaid_falls,
    planter("GL-20", _further_loan, "fund_code", lambda v: {"fund_code": f"{v['household_code'][:9]}77"}),
    planter("GL-21", _further_loan, "interest_subsidy_yuan", interest_subsidy_yuan=9_000),
    planter("GL-23", _further_loan, "purpose", purpose="to_enterprise"),
    _two_submitters,
    planter("GL-25", _further_loan, "annual_rate_percent", still=False, annual_rate_percent=0.0435),
    planter("GL-26", _before_its_household, "household_code", still=False, loan_product=PRODUCT),
    planter("GL-91", _further_loan, "annual_rate_percent", still=False, annual_rate_percent=25.0),
)  # fmt: skip
