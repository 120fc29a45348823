"""Errors in what offices beyond the townships return about loans: products, subsidies and the banks' lists.

The rows that are held are further ones: unpaid subsidies of quarters to come, loans of a township that has none,
products of days long past. So no sum that other rules compare moves.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from expectations.contract import load_contracts
from twin.duties import CITY
from twin.errors_generic import break_row
from twin.errors_ledgers import host
from twin.errors_loans import loan_row
from twin.loans import PRODUCT
from twin.planting import NOW, YEAR_END, Ground, NoRoomError, Row

PRODUCTS, SUBSIDIES, BANKS = "loan_products", "loan_subsidies", "bank_loans"
FIRST_PERIOD = "2015-12"
FIRST_NUMBER, FIRST_QUARTER_YEAR = 900_001, 2030
# A township of a town: no fund, hence no loan.
WITHOUT_LOANS = "350402001"

_GENERIC = {
    PRODUCTS: {"01": "document_number", "02": "term_cap_months", "03": "borrower_kind", "06": "product_code",
               "07": "term_cap_months"},
    SUBSIDIES: {"01": "rate_percent", "02": "days", "03": "row_action", "06": "subsidy_number", "07": "days"},
    BANKS: {"01": "guarantor_kind", "02": "released_on", "03": "guarantor_kind", "04": "township_code",
            "05": "borrower_id_number", "06": "contract_number", "07": "annual_rate_percent"},
}  # fmt: skip


def plant_offices() -> list[Callable[[Ground], None]]:
    """The errors of the three forms, to be planted one by one."""
    generic = [
        partial(_generic, form=form, number=number, column=column)
        for form, columns in _GENERIC.items()
        for number, column in columns.items()
    ]
    return [
        _ends_first, _overlap, _above_the_cap, _with_collateral, _without_cap,
        _paid_later, _over_interest, _after_due, _unknown_contract, _other_sum, _over_principal, _twice_a_quarter,
        _over_balance, _over_overdue, _released_later, _unknown_to_township, _other_balance, _other_due, _other_bank,
        _two_banks, *generic, _subsidy_rate_as_fraction, _rate_as_fraction, _due_at_once,
        _long_term, _long_quarter, _usurious, _loans_of_none,
    ]  # fmt: skip


def _generic(ground: Ground, form: str, number: str, column: str) -> None:
    rule = f"{load_contracts()[form].code}-{number}"
    make = {PRODUCTS: _product, SUBSIDIES: _subsidy, BANKS: _bank_loan}[form]
    break_row(ground, make(ground, rule, held=True), number, column)


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


def _ends_first(ground: Ground) -> None:
    row = _product(ground, "LP-08", held=True, valid_from=date(1995, 1, 1), valid_to=date(1994, 1, 1))
    ground.let_stand(row)
    ground.expect("LP-08", row, "valid_to")


def _overlap(ground: Ground) -> None:
    first = _product(ground, "LP-09", held=True, valid_from=date(1996, 1, 1), valid_to=date(1996, 12, 31))
    ground.burden(PRODUCTS, first.period, CITY)
    second = {**first.values, "valid_from": date(1996, 6, 1), "valid_to": date(1997, 5, 31)}
    for row in (first, ground.add(PRODUCTS, first.period, second, "LP-09:second")):
        ground.expect("LP-09", row, "valid_from")


def _above_the_cap(ground: Ground) -> None:
    span = {"valid_from": date(2014, 1, 1), "valid_to": date(2014, 6, 30)}
    row = _product(ground, "LP-10", held=False, product_code=PRODUCT, outstanding_cap_yuan=80_000, term_cap_months=36,
                   borrower_kind="registered_poor", **span)  # fmt: skip
    ground.expect("LP-10", row, "outstanding_cap_yuan")


def _with_collateral(ground: Ground) -> None:
    span = {"valid_from": date(2013, 1, 1), "valid_to": date(2013, 12, 31)}
    row = _product(ground, "LP-11", held=False, product_code=PRODUCT, needs_collateral=True,
                   borrower_kind="registered_poor", **span)  # fmt: skip
    ground.expect("LP-11", row, "needs_collateral")


def _without_cap(ground: Ground) -> None:
    row = _product(ground, "LP-12", held=True, product_code=PRODUCT, outstanding_cap_yuan=None,
                   borrower_kind="registered_poor")  # fmt: skip
    ground.expect("LP-12", row, "outstanding_cap_yuan")


def _long_term(ground: Ground) -> None:
    if ground.is_still:
        return
    row = _product(ground, "LP-91", held=False, term_cap_months=300)
    ground.expect("LP-91", row, "term_cap_months")


# --- subsidies --------------------------------------------------------------------------------------


def _subsidy(ground: Ground, rule: str, *, held: bool, **changes: Any) -> Row:
    """A further subsidy that is not paid, of a quarter to come."""
    values = host(ground, SUBSIDIES, NOW, lambda _: True, 2 if rule == "LS-15" else 1)
    number = ground.number("subsidy", FIRST_NUMBER)
    year, quarter = divmod(number - FIRST_NUMBER, 4)
    values |= {
        "subsidy_number": f"LS-{values['contract_number'][3:9]}-{number}", "paid_on": None,
        "quarter": f"{FIRST_QUARTER_YEAR + year}Q{quarter + 1}", **changes,
    }  # fmt: skip
    return ground.add(SUBSIDIES, NOW, values, f"{rule}:{number}", held=held)


def _loan_of(ground: Ground, contract: str) -> dict[str, Any]:
    for label in ground.labels("guarantee_loans", NOW, "township", contract[3:12]):
        values = ground.values("guarantee_loans", NOW, label)
        if values["contract_number"] == contract:
            return values
    raise NoRoomError(f"{contract} is not in the register")


def _paid_later(ground: Ground) -> None:
    row = _subsidy(ground, "LS-08", held=True, paid_on=date(2017, 8, 1))
    due = _loan_of(ground, str(row.values["contract_number"]))["due_on"]
    # A quarter that no other entry can have, before the loan falls due.
    ground.set_added(row, quarter="2013Q1" if due < date(2017, 7, 1) else "2017Q3")
    ground.let_stand(row)
    ground.expect("LS-08", row, "paid_on")


def _is_paid(values: dict[str, Any]) -> bool:
    return values["paid_on"] is not None and values["amount_yuan"] > 100


def _over_interest(ground: Ground) -> None:
    row = ground.pick_row(SUBSIDIES, "LS-09", where=_is_paid)
    ground.change(row, base_amount_yuan=row.values["base_amount_yuan"] // 10)
    ground.expect("LS-09", row, "amount_yuan")


def _after_due(ground: Ground) -> None:
    row = ground.pick_row(SUBSIDIES, "LS-10", where=_is_paid)
    due = _loan_of(ground, str(row.values["contract_number"]))["due_on"]
    ground.change(row, quarter=f"{due.year + 1}Q1")
    ground.expect("LS-10", row, "quarter")


def _unknown_contract(ground: Ground) -> None:
    row = _subsidy(ground, "LS-11", held=False)
    ground.set_added(row, contract_number=f"{row.values['contract_number'][:13]}99999")
    ground.expect("LS-11", row, "contract_number")


def _other_sum(ground: Ground) -> None:
    row = ground.pick_row(SUBSIDIES, "LS-13", where=_is_paid)
    ground.change(row, amount_yuan=round(row.values["amount_yuan"] - 1, 2))
    last = max(
        (values["subsidy_number"], label)
        for label in ground.labels(SUBSIDIES, NOW, "township", row.township)
        if (values := ground.values(SUBSIDIES, NOW, label))["contract_number"] == row.values["contract_number"]
        and values["paid_on"] is not None
    )
    ground.expect("LS-13", ground.tagged(SUBSIDIES, NOW, last[1], f"LS-13:last:{last[0]}"), "amount_yuan")


def _over_principal(ground: Ground) -> None:
    row = ground.pick_row(SUBSIDIES, "LS-14", where=_is_paid)
    ground.change(row, base_amount_yuan=_loan_of(ground, str(row.values["contract_number"]))["principal_yuan"] + 1_000)
    ground.expect("LS-14", row, "base_amount_yuan")


def _twice_a_quarter(ground: Ground) -> None:
    first = _subsidy(ground, "LS-15", held=True)
    number = ground.number("subsidy", FIRST_NUMBER)
    again = {**first.values, "subsidy_number": f"{first.values['subsidy_number'][:10]}{number}"}
    for row in (first, ground.add(SUBSIDIES, NOW, again, f"LS-15:{number}")):
        ground.expect("LS-15", row, "quarter")


def _long_quarter(ground: Ground) -> None:
    if ground.is_still:
        return
    row = _subsidy(ground, "LS-91", held=False, days=183)
    ground.expect("LS-91", row, "days")


def _subsidy_rate_as_fraction(ground: Ground) -> None:
    if ground.is_still:
        return
    row = ground.pick_row(SUBSIDIES, "LS-16", where=_is_paid)
    ground.change(row, rate_percent=round(row.values["rate_percent"] / 100, 4))
    ground.expect("LS-16", row, "rate_percent")
    ground.expect("LS-16", row, "amount_yuan", rule="LS-09", note="more than the interest at that rate")


# --- banks ------------------------------------------------------------------------------------------


def _bank_loan(ground: Ground, rule: str, *, held: bool, **changes: Any) -> Row:
    """A further loan in a bank's list, of a township that returns no loans."""
    values = host(ground, BANKS, NOW, lambda v: v["balance_yuan"] > 0, 2 if rule == "BL-06" else 1)
    number = ground.number("bank", 90_001)
    values |= {"contract_number": f"DB-{WITHOUT_LOANS}-{number}", "township_code": WITHOUT_LOANS, **changes}
    return ground.add(BANKS, NOW, values, f"{rule}:{number}", held=held)


def _loans_of_none(ground: Ground) -> None:
    """The township of the further loans says that it has none, so that each of them is unknown to it as well."""
    if ground.is_still or WITHOUT_LOANS not in ground.state.townships:
        return
    for row in ground.added_rows(BANKS, NOW):
        error_id = row.tag.split(":")[0]
        if row.values["township_code"] == WITHOUT_LOANS and error_id != "BL-04":  # nobody can tell whose that is
            ground.expect(error_id, row, "contract_number", rule="BL-11", note="the township says that it has no loans")


def _over_balance(ground: Ground) -> None:
    row = _bank_loan(ground, "BL-08", held=False, principal_yuan=20_000, balance_yuan=21_000, overdue_yuan=0)
    ground.expect("BL-08", row, "balance_yuan")


def _over_overdue(ground: Ground) -> None:
    row = _bank_loan(ground, "BL-09", held=False, principal_yuan=20_000, balance_yuan=9_000, overdue_yuan=9_500)
    ground.expect("BL-09", row, "overdue_yuan")


def _released_later(ground: Ground) -> None:
    row = _bank_loan(ground, "BL-10", held=True, released_on=date(2017, 8, 1), due_on=date(2018, 8, 1))
    ground.let_stand(row)
    ground.expect("BL-10", row, "released_on")


def _due_at_once(ground: Ground) -> None:
    if ground.is_still:
        return
    day = date(2017, 6, 15)
    row = _bank_loan(ground, "BL-16", held=True, released_on=day, due_on=day)
    ground.let_stand(row)
    ground.expect("BL-16", row, "released_on")


def _unknown_to_township(ground: Ground) -> None:
    row = _bank_loan(ground, "BL-11", held=False)
    label = ground.labels(BANKS, NOW, "township", row.township)[0]
    township = ground.values(BANKS, NOW, label)["township_code"]
    ground.set_added(row, township_code=township, contract_number=f"DB-{township}-88888")
    ground.expect("BL-11", row, "contract_number")


def _other_balance(ground: Ground) -> None:
    row = ground.pick_row(BANKS, "BL-12", where=lambda v: v["balance_yuan"] > 2_000 and v["overdue_yuan"] == 0)
    ground.change(row, balance_yuan=row.values["balance_yuan"] - 1_000)
    ground.expect("BL-12", row, "balance_yuan")


def _other_due(ground: Ground) -> None:
    row = ground.pick_row(BANKS, "BL-12", where=lambda v: v["balance_yuan"] > 2_000)
    ground.change(row, due_on=row.values["due_on"] + timedelta(days=30))
    ground.expect("BL-12", row, "due_on")


def _rate_as_fraction(ground: Ground) -> None:
    if ground.is_still:
        return
    row = ground.pick_row(BANKS, "BL-15", where=lambda v: v["annual_rate_percent"] > 1)
    ground.change(row, annual_rate_percent=round(row.values["annual_rate_percent"] / 100, 4))
    ground.expect("BL-15", row, "annual_rate_percent")
    ground.expect("BL-15", row, "annual_rate_percent", rule="BL-12", note="the township has the rate itself")


def _usurious(ground: Ground) -> None:
    if ground.is_still:
        return
    row = ground.pick_row(BANKS, "BL-91", where=lambda v: v["annual_rate_percent"] > 1)
    ground.change(row, annual_rate_percent=30.0)
    ground.expect("BL-91", row, "annual_rate_percent")
    ground.expect("BL-91", row, "annual_rate_percent", rule="BL-12", note="the township has the rate itself")


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
    for row in (first, second):
        ground.expect("BL-14", row, "contract_number")
    ground.expect("BL-14", second, "contract_number", rule="BL-13", note="the township names the first bank")
