"""Errors in what offices beyond the townships return about loans: products, subsidies and the banks' lists.

The rows that are held are further ones: unpaid subsidies of quarters to come, loans of a township that has none,
products of days long past. So no sum that other rules compare moves.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from twin.duties import CITY
from twin.errors_generic import break_forms
from twin.errors_ledgers import host, loan_of
from twin.errors_loans import loan_row
from twin.loans import PRODUCT
from twin.planter import Maker, Planter, Values, any_row, picked, planter
from twin.planting import NOW, YEAR_END, Ground, NoRoomError, Row

PRODUCTS, SUBSIDIES, BANKS = "loan_products", "loan_subsidies", "bank_loans"
FIRST_PERIOD = "2015-12"
FIRST_NUMBER, FIRST_QUARTER_YEAR = 900_001, 2030
# A township of a town: no fund, hence no loan.
WITHOUT_LOANS = "350402001"


# --- products ---------------------------------------------------------------------------------------


def _product(ground: Ground, rule: str, *, held: bool, **changes: Any) -> Row:
    """A further version of another product, valid for one day long ago, in a period that has room for it."""
    rows = 2 if rule.endswith(("06", "09")) else 1
    for period in (NOW, YEAR_END, FIRST_PERIOD):
        if period in ground.state.periods and (not held or ground.has_room(PRODUCTS, period, CITY, rows)):
            break
    else:
        raise NoRoomError("the few products leave no room")
    values = host(ground, PRODUCTS, period, lambda v: v["product_code"] == "other", int(held))
    number = ground.number("product", 1)
    day = date(1990, 1, 1) + timedelta(days=number)
    values |= {"valid_from": day, "valid_to": day, **changes}
    return ground.add(PRODUCTS, period, values, f"{rule}:{number}", held=held)


_held_product = partial(_product, held=True)


def _poverty_product(year: int, last: date, **changes: Any) -> Maker:
    """A version of the poverty product, valid from the first day of a year."""
    span: dict[str, Any] = {"valid_from": date(year, 1, 1), "valid_to": last}
    return partial(_product, held=False, product_code=PRODUCT, borrower_kind="registered_poor", **span, **changes)


def _overlap(ground: Ground) -> None:
    first = _product(ground, "LP-09", held=True, valid_from=date(1996, 1, 1), valid_to=date(1996, 12, 31))
    ground.burden(PRODUCTS, first.period, CITY)
    second = {**first.values, "valid_from": date(1996, 6, 1), "valid_to": date(1997, 5, 31)}
    ground.expect_each("LP-09", (first, ground.add(PRODUCTS, first.period, second, "LP-09:second")), "valid_from")


# --- subsidies --------------------------------------------------------------------------------------


def _subsidy(ground: Ground, rule: str, *, held: bool, **changes: Any) -> Row:
    """A further subsidy that is not paid, of a quarter to come."""
    values = host(ground, SUBSIDIES, NOW, any_row, 2 if rule == "LS-15" else 1)
    number = ground.number("subsidy", FIRST_NUMBER)
    year, quarter = divmod(number - FIRST_NUMBER, 4)
    values |= {
        "subsidy_number": f"LS-{values['contract_number'][3:9]}-{number}", "paid_on": None,
        "quarter": f"{FIRST_QUARTER_YEAR + year}Q{quarter + 1}", **changes,
    }  # fmt: skip
    return ground.add(SUBSIDIES, NOW, values, f"{rule}:{number}", held=held)


_held_subsidy = partial(_subsidy, held=True)


def _is_paid(values: Values) -> bool:
    return values["paid_on"] is not None and values["amount_yuan"] > 100


_paid = picked(SUBSIDIES, where=_is_paid)


def _paid_later(ground: Ground) -> None:
    row = _subsidy(ground, "LS-08", held=True, paid_on=date(2017, 8, 1))
    due = loan_of(ground, row.values)["due_on"]
    # A quarter that no other entry can have, before the loan falls due.
    ground.change(row, quarter="2013Q1" if due < date(2017, 7, 1) else "2017Q3", held=False)
    ground.expect("LS-08", row, "paid_on")


def _after_due(ground: Ground) -> None:
    row = _paid(ground, "LS-10")
    ground.change(row, quarter=f"{loan_of(ground, row.values)['due_on'].year + 1}Q1")
    ground.expect("LS-10", row, "quarter")


def _other_sum(ground: Ground) -> None:
    row = _paid(ground, "LS-13")
    ground.change(row, amount_yuan=round(row.values["amount_yuan"] - 1, 2))
    last = max(
        (values["subsidy_number"], label)
        for label in ground.labels(SUBSIDIES, NOW, "township", row.township)
        if (values := ground.values(SUBSIDIES, NOW, label))["contract_number"] == row.values["contract_number"]
        and values["paid_on"] is not None
    )
    ground.expect("LS-13", ground.tagged(SUBSIDIES, NOW, last[1], f"LS-13:last:{last[0]}"), "amount_yuan")


def _over_principal(ground: Ground) -> None:
    row = _paid(ground, "LS-14")
    ground.change(row, base_amount_yuan=loan_of(ground, row.values)["principal_yuan"] + 1_000)
    ground.expect("LS-14", row, "base_amount_yuan")


def _twice_a_quarter(ground: Ground) -> None:
    first = _subsidy(ground, "LS-15", held=True)
    number = ground.number("subsidy", FIRST_NUMBER)
    again = {**first.values, "subsidy_number": f"{first.values['subsidy_number'][:10]}{number}"}
    ground.expect_each("LS-15", (first, ground.add(SUBSIDIES, NOW, again, f"LS-15:{number}")), "quarter")


# --- banks ------------------------------------------------------------------------------------------


def _bank_loan(ground: Ground, rule: str, *, held: bool, **changes: Any) -> Row:
    """A further loan in a bank's list, of a township that returns no loans."""
    values = host(ground, BANKS, NOW, lambda v: v["balance_yuan"] > 0, 2 if rule == "BL-06" else 1)
    number = ground.number("bank", 90_001)
    values |= {"contract_number": f"DB-{WITHOUT_LOANS}-{number}", "township_code": WITHOUT_LOANS, **changes}
    return ground.add(BANKS, NOW, values, f"{rule}:{number}", held=held)


_held_bank_loan = partial(_bank_loan, held=True)
_of_20_000 = partial(_bank_loan, held=False, principal_yuan=20_000)
_with_interest = picked(BANKS, where=lambda v: v["annual_rate_percent"] > 1)
_RATE_OF_TOWNSHIP = ("annual_rate_percent", "BL-12", "the township has the rate itself")


def _loans_of_none(ground: Ground) -> None:
    """The township of the further loans says that it has none, so that each of them is unknown to it as well."""
    if ground.is_still or WITHOUT_LOANS not in ground.state.townships:
        return
    for row in ground.added_rows(BANKS, NOW):
        error_id = row.tag.split(":")[0]
        if row.values["township_code"] == WITHOUT_LOANS and error_id != "BL-04":  # nobody can tell whose that is
            ground.expect(error_id, row, "contract_number", rule="BL-11", note="the township says that it has no loans")


def _unknown_to_township(ground: Ground) -> None:
    row = _bank_loan(ground, "BL-11", held=False)
    label = ground.labels(BANKS, NOW, "township", row.township)[0]
    township = ground.values(BANKS, NOW, label)["township_code"]
    ground.change(row, township_code=township, contract_number=f"DB-{township}-88888")
    ground.expect("BL-11", row, "contract_number")


def _in_bank(ground: Ground, rule: str, loan: Row, bank: str) -> Row:
    """A township's loan as a bank has it."""
    same = ("contract_number", "borrower_name", "borrower_id_number", "principal_yuan", "released_on", "due_on",
            "balance_yuan", "overdue_yuan", "annual_rate_percent", "guarantor_kind")  # fmt: skip
    values = {name: loan.values[name] for name in same}
    values |= {"township_code": loan.township, "submitter_code": f"{CITY}-{bank}"}
    return ground.add(BANKS, NOW, values, f"{rule}:{bank}:{loan.values['contract_number']}", held=False)


def _other_bank(ground: Ground) -> None:
    loan = loan_row(ground, "BL-13", held=False, bank="psbc")
    ground.expect("BL-13", _in_bank(ground, "BL-13", loan, "RCC"), "contract_number")


def _two_banks(ground: Ground) -> None:
    loan = loan_row(ground, "BL-14", held=False)
    first, second = (_in_bank(ground, "BL-14", loan, bank) for bank in ("RCC", "ABC"))
    ground.expect_each("BL-14", (first, second), "contract_number")
    ground.expect("BL-14", second, "contract_number", rule="BL-13", note="the township names the first bank")


PLANTERS: tuple[Planter, ...] = (
    planter("LP-08", _held_product, "valid_to", accepted=True, valid_from=date(1995, 1, 1), valid_to=date(1994, 1, 1)),
    _overlap,
    planter("LP-10", _poverty_product(2014, date(2014, 6, 30), outstanding_cap_yuan=80_000, term_cap_months=36),
            "outstanding_cap_yuan"),
    planter("LP-11", _poverty_product(2013, date(2013, 12, 31), needs_collateral=True), "needs_collateral"),
    planter("LP-12", _held_product, "outstanding_cap_yuan", product_code=PRODUCT, outstanding_cap_yuan=None,
            borrower_kind="registered_poor"),
    _paid_later,
    planter("LS-09", _paid, "amount_yuan", lambda v: {"base_amount_yuan": v["base_amount_yuan"] // 10}),
    _after_due,
    planter("LS-11", partial(_subsidy, held=False), "contract_number",
            lambda v: {"contract_number": f"{v['contract_number'][:13]}99999"}),
    _other_sum, _over_principal, _twice_a_quarter,
    planter("BL-08", _of_20_000, "balance_yuan", balance_yuan=21_000, overdue_yuan=0),
    planter("BL-09", _of_20_000, "overdue_yuan", balance_yuan=9_000, overdue_yuan=9_500),
    planter("BL-10", _held_bank_loan, "released_on", accepted=True, released_on=date(2017, 8, 1),
            due_on=date(2018, 8, 1)),
    _unknown_to_township,
    planter("BL-12", picked(BANKS, where=lambda v: v["balance_yuan"] > 2_000 and v["overdue_yuan"] == 0),
            "balance_yuan", lambda v: {"balance_yuan": v["balance_yuan"] - 1_000}),
    planter("BL-12", picked(BANKS, where=lambda v: v["balance_yuan"] > 2_000), "due_on",
            lambda v: {"due_on": v["due_on"] + timedelta(days=30)}),
    _other_bank, _two_banks,
    *break_forms("loan_offices"),
    planter("LS-16", _paid, "rate_percent", lambda v: {"rate_percent": round(v["rate_percent"] / 100, 4)}, still=False,
            also=("amount_yuan", "LS-09", "more than the interest at that rate")),
    planter("BL-15", _with_interest, "annual_rate_percent", still=False, also=_RATE_OF_TOWNSHIP,
            computed=lambda v: {"annual_rate_percent": round(v["annual_rate_percent"] / 100, 4)}),
    planter("BL-16", _held_bank_loan, "released_on", accepted=True, still=False, released_on=date(2017, 6, 15),
            due_on=date(2017, 6, 15)),
    planter("LP-91", partial(_product, held=False), "term_cap_months", still=False, term_cap_months=300),
    planter("LS-91", partial(_subsidy, held=False), "days", still=False, days=183),
    planter("BL-91", _with_interest, "annual_rate_percent", still=False, also=_RATE_OF_TOWNSHIP,
            annual_rate_percent=30.0),
    _loans_of_none,
)  # fmt: skip
SPARE = {PRODUCTS: _held_product, SUBSIDIES: _held_subsidy, BANKS: _held_bank_loan}
