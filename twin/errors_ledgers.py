"""Errors in the townships' ledgers of funds and loans, one function per rule; generic ones are planted here too.

A row that is held still stands in the ledger that was sent: it must not move what the other rules add up. So a copy of
a fund's entry is dated before the last return, and a copy of a loan's event is an extension.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from expectations.contract import load_contracts
from twin.errors_generic import break_row
from twin.errors_loans import loan_row
from twin.loans import add_months
from twin.planting import NOW, Ground, NoRoomError, Row, Where

FUNDS, EVENTS = "fund_movements", "loan_events"
OLD, LAST_YEAR = date(2016, 6, 30), date(2016, 12, 31)
FIRST_NUMBER = 90_001

_GENERIC = {
    FUNDS: {
        "01": "counterparty_kind", "02": "moved_on", "03": "movement_kind", "05": "fund_code", "06": "entry_number",
        "07": "amount_yuan",
    },
    EVENTS: {
        "01": "happened_on", "02": "amount_yuan", "03": "event_kind", "05": "household_code", "06": "event_number",
        "07": "amount_yuan",
    },
}  # fmt: skip


def plant_ledgers() -> list[Callable[[Ground], None]]:
    """The errors of both forms, to be planted one by one."""
    generic = [
        partial(_generic, form=form, number=number, column=column)
        for form, columns in _GENERIC.items()
        for number, column in columns.items()
    ]
    return [
        _open_balance, _changed_fen, _entry_later, _compensation_of_nothing, _unknown_fund, _unknown_compensation,
        _overdrawn, _before_the_fund, _event_later, _no_new_date, _unknown_loan, _before_release, _over_repaid,
        _open_events, _early_compensation, _over_recovered, _over_term, _unpaid_compensation, _earlier_due, *generic,
    ]  # fmt: skip


def host(ground: Ground, form: str, period: str, where: Where, rows: int = 1) -> dict[str, Any]:
    """Values of a clean row of a sender that can lose ``rows`` more, who is burdened with them."""
    for sender in ground.senders(form, period):
        if not ground.has_room(form, period, sender, rows):
            continue
        for label in ground.labels(form, period, "township", sender):
            values = ground.values(form, period, label)
            if where(values):
                ground.burden(form, period, sender, rows)
                return {name: value for name, value in values.items() if name not in ("tag", "held")}
    raise NoRoomError(f"{form} {period}: no row of the wanted kind can be copied")


def _entry(ground: Ground, rule: str, *, held: bool, **changes: Any) -> Row:
    """A further entry of a fund: an interest of a year ago once more."""

    def fits(values: dict[str, Any]) -> bool:
        return _is_interest(values, old=True) and (held or _has_own_fund(ground, values))

    values = host(ground, FUNDS, NOW, fits)
    township = values["fund_code"][:9]
    number = f"FM-{township}-{ground.number('entry' + township, FIRST_NUMBER):05d}"
    return ground.add(FUNDS, NOW, {**values, "entry_number": number, **changes}, f"{rule}:{number}", held=held)


def _is_interest(values: dict[str, Any], *, old: bool) -> bool:
    is_wanted = values["moved_on"] <= OLD if old else values["moved_on"] > LAST_YEAR
    return bool(values["movement_kind"] == "interest" and is_wanted)


def _has_own_fund(ground: Ground, values: dict[str, Any]) -> bool:
    """Take the fund for one error alone, so that the gap in its ledger has one reason."""
    return ground.take(f"ledger:{values['fund_code']}")


def _event(ground: Ground, rule: str, *, held: bool, **changes: Any) -> Row:
    """A further event: an extension, within the longest term, of a loan that is repaid by now."""
    fits = lambda v: v["event_kind"] == "drawn" and _is_settled(_loan(ground, v["contract_number"]))  # noqa: E731
    values = host(ground, EVENTS, NOW, fits)
    loan, township = _loan(ground, values["contract_number"]), values["contract_number"][3:12]
    number = f"LE-{township}-{ground.number('event' + township, FIRST_NUMBER):05d}"
    extension = {"event_kind": "extended", "amount_yuan": None, "new_due_on": add_months(loan["due_on"], 3)}
    return ground.add(
        EVENTS, NOW, {**values, **extension, "event_number": number, **changes}, f"{rule}:{number}", held=held
    )


def _loan(ground: Ground, contract: str) -> dict[str, Any]:
    """The register's row of a clean loan."""
    township = contract[3:12]
    for label in ground.labels("guarantee_loans", NOW, "township", township):
        values = ground.values("guarantee_loans", NOW, label)
        if values["contract_number"] == contract:
            return values
    raise NoRoomError(f"{contract} is not in the register")


def _is_settled(loan: dict[str, Any]) -> bool:
    """Repaid in full: one that the fund paid for must not look as if it had been given more time."""
    return bool(loan["repaid_yuan"] == loan["principal_yuan"] and loan["term_months"] <= 24)


def _generic(ground: Ground, form: str, number: str, column: str) -> None:
    rule = f"{load_contracts()[form].code}-{number}"
    make = _entry if form == FUNDS else _event
    break_row(ground, make(ground, rule, held=True), number, column)


# --- funds ------------------------------------------------------------------------------------------


def _entry_later(ground: Ground) -> None:
    row = _entry(ground, "FM-08", held=True, moved_on=date(2017, 9, 1))
    ground.let_stand(row)
    ground.expect("FM-08", row, "moved_on")


def _compensation_of_nothing(ground: Ground) -> None:
    row = _entry(ground, "FM-09", held=True, movement_kind="compensation_out")
    ground.expect("FM-09", row, "contract_number")


def _unknown_fund(ground: Ground) -> None:
    row = _entry(ground, "FM-10", held=False)
    ground.set_added(row, fund_code=f"{row.township}77")
    ground.expect("FM-10", row, "fund_code")


def _unknown_compensation(ground: Ground) -> None:
    """The fund paid for a loan whose events know nothing of it."""
    row = _entry(ground, "FM-11", held=False, movement_kind="compensation_out", counterparty_kind="bank")
    label = ground.labels("guarantee_loans", NOW, "township", row.township)[0]
    ground.set_added(row, contract_number=ground.values("guarantee_loans", NOW, label)["contract_number"])
    ground.expect("FM-11", row, "amount_yuan")


def _open_balance(ground: Ground) -> None:
    """A fen too much in an entry of this half year: the fund does not close."""
    row = ground.pick_row(FUNDS, "FM-12", where=lambda v: _is_interest(v, old=False) and _has_own_fund(ground, v))
    ground.change(row, amount_yuan=round(row.values["amount_yuan"] + 0.01, 2))
    last = max(_entries_of(ground, row), key=lambda entry: (entry[0], entry[1]))
    ground.expect("FM-12", ground.tagged(FUNDS, NOW, last[2], f"FM-12:last:{last[1]}"), "amount_yuan")


def _entries_of(ground: Ground, row: Row) -> list[tuple[date, str, Any]]:
    """Day, number and label of the clean entries of a row's fund."""
    found = []
    for label in ground.labels(FUNDS, NOW, "township", row.township):
        values = ground.values(FUNDS, NOW, label)
        if values["fund_code"] == row.values["fund_code"]:
            found.append((values["moved_on"], values["entry_number"], label))
    return found


def _changed_fen(ground: Ground) -> None:
    """A fen too much in an entry that was returned before."""
    row = ground.pick_row(FUNDS, "FM-13", where=lambda v: _is_interest(v, old=True) and _has_own_fund(ground, v))
    ground.change(row, amount_yuan=round(row.values["amount_yuan"] + 0.01, 2))
    ground.expect("FM-13", row, "amount_yuan")


def _overdrawn(ground: Ground) -> None:
    row = _entry(ground, "FM-14", held=False, movement_kind="withdrawal", amount_yuan=9_000_000.0)
    ground.expect("FM-14", row, "amount_yuan")


def _before_the_fund(ground: Ground) -> None:
    row = _entry(ground, "FM-15", held=False)
    (label,) = ground.labels("guarantee_funds", NOW, "household_code", str(row.values["fund_code"]))
    founded = ground.values("guarantee_funds", NOW, label)["founded_on"]
    ground.set_added(row, moved_on=founded - timedelta(days=30))
    ground.expect("FM-15", row, "moved_on")


# --- loans ------------------------------------------------------------------------------------------


def _event_later(ground: Ground) -> None:
    row = _event(ground, "LE-08", held=True, happened_on=date(2017, 9, 1))
    ground.let_stand(row)
    ground.expect("LE-08", row, "happened_on")


def _no_new_date(ground: Ground) -> None:
    row = _event(ground, "LE-09", held=True, new_due_on=None)
    ground.expect("LE-09", row, "new_due_on")


def _unknown_loan(ground: Ground) -> None:
    row = _event(ground, "LE-10", held=True)
    ground.set_added(row, contract_number=f"DB-{row.township}-99999")
    ground.expect("LE-10", row, "contract_number")


def _only_repayment(ground: Ground) -> Where:
    """Whether an event is the one repayment, and the last event, of a loan that is settled."""

    def fits(values: dict[str, Any]) -> bool:
        if values["event_kind"] != "repaid":
            return False
        loan = _loan(ground, values["contract_number"])
        return bool(values["amount_yuan"] == loan["principal_yuan"] and loan["balance_yuan"] == 0)

    return fits


def _before_release(ground: Ground) -> None:
    row = ground.pick_row(EVENTS, "LE-11", where=_only_repayment(ground))
    released = _loan(ground, row.values["contract_number"])["released_on"]
    ground.change(row, happened_on=released - timedelta(days=10))
    ground.expect("LE-11", row, "happened_on")


def _over_repaid(ground: Ground) -> None:
    row = ground.pick_row(EVENTS, "LE-12", where=_only_repayment(ground))
    ground.change(row, amount_yuan=row.values["amount_yuan"] + 1_000)
    ground.expect("LE-12", row, "amount_yuan")


def _open_events(ground: Ground) -> None:
    row = ground.pick_row(EVENTS, "LE-13", where=_only_repayment(ground))
    ground.change(row, amount_yuan=row.values["amount_yuan"] - 1)
    ground.expect("LE-13", row, "amount_yuan")


def _compensated(ground: Ground, rule: str, happened_on: date) -> Row:
    """A further loan of another product, due 2017-03-10, of which a fund is said to have paid a part."""
    loan = loan_row(ground, rule, held=False, term_months=6, balance_yuan=6_000, overdue_yuan=6_000)
    values, township = loan.values, loan.township
    row = None
    for day, kind, amount in ((values["released_on"], "drawn", 10_000), (happened_on, "compensated", 4_000)):
        number = f"LE-{township}-{ground.number('event' + township, FIRST_NUMBER):05d}"
        cells = {
            "household_code": values["household_code"], "contract_number": values["contract_number"],
            "event_number": number, "event_kind": kind, "amount_yuan": amount, "happened_on": day, "new_due_on": None,
        }  # fmt: skip
        row = ground.add(EVENTS, NOW, cells, f"{rule}:{number}", held=False)
    assert row is not None
    return row


def _early_compensation(ground: Ground) -> None:
    row = _compensated(ground, "LE-14", date(2017, 2, 10))
    ground.expect("LE-14", row, "happened_on")
    ground.expect("LE-14", row, "contract_number", rule="LE-17", note="no fund has this payment")


def _unpaid_compensation(ground: Ground) -> None:
    row = _compensated(ground, "LE-17", date(2017, 5, 10))
    ground.expect("LE-17", row, "contract_number")


def _over_recovered(ground: Ground) -> None:
    row = _event(ground, "LE-15", held=False, event_kind="recovered", amount_yuan=100, new_due_on=None)
    ground.expect("LE-15", row, "amount_yuan")


def _over_term(ground: Ground) -> None:
    row = _event(ground, "LE-16", held=False)
    due = _loan(ground, str(row.values["contract_number"]))["due_on"]
    ground.set_added(row, new_due_on=add_months(due, 36))
    ground.expect("LE-16", row, "new_due_on")


def _earlier_due(ground: Ground) -> None:
    row = _event(ground, "LE-18", held=False)
    due = _loan(ground, str(row.values["contract_number"]))["due_on"]
    ground.set_added(row, new_due_on=due - timedelta(days=30))
    ground.expect("LE-18", row, "new_due_on")
