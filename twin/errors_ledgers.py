"""Errors in the townships' ledgers of funds and loans, one planter per rule; generic ones are planted here too.

A row that is held still stands in the ledger that was sent: it must not move what the other rules add up. So a copy of
a fund's entry is dated before the last return, and a copy of a loan's event is an extension.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from twin.errors_generic import break_forms
from twin.errors_loans import loan_row
from twin.loans import add_months
from twin.planter import Planter, Values, planter
from twin.planting import NOW, Ground, NoRoomError, Row, Where

FUNDS, EVENTS = "fund_movements", "loan_events"
OLD, LAST_YEAR = date(2016, 6, 30), date(2016, 12, 31)
FIRST_NUMBER = 90_001


def host(ground: Ground, form: str, period: str, where: Where, rows: int = 1) -> Values:
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

    def fits(values: Values) -> bool:
        return _is_interest(values, old=True) and (held or _has_own_fund(ground, values))

    values = host(ground, FUNDS, NOW, fits)
    township = values["fund_code"][:9]
    number = f"FM-{township}-{ground.number('entry' + township, FIRST_NUMBER):05d}"
    return ground.add(FUNDS, NOW, {**values, "entry_number": number, **changes}, f"{rule}:{number}", held=held)


def _is_interest(values: Values, *, old: bool) -> bool:
    is_wanted = values["moved_on"] <= OLD if old else values["moved_on"] > LAST_YEAR
    return bool(values["movement_kind"] == "interest" and is_wanted)


def _has_own_fund(ground: Ground, values: Values) -> bool:
    """Take the fund for one error alone, so that the gap in its ledger has one reason."""
    return ground.take(f"ledger:{values['fund_code']}")


def _event(ground: Ground, rule: str, *, held: bool, **changes: Any) -> Row:
    """A further event: an extension, within the longest term, of a loan that is repaid by now."""
    values = host(ground, EVENTS, NOW, lambda v: v["event_kind"] == "drawn" and _is_settled(loan_of(ground, v)))
    loan, township = loan_of(ground, values), values["contract_number"][3:12]
    number = f"LE-{township}-{ground.number('event' + township, FIRST_NUMBER):05d}"
    extension = {"event_kind": "extended", "amount_yuan": None, "new_due_on": add_months(loan["due_on"], 3)}
    return ground.add(
        EVENTS, NOW, {**values, **extension, "event_number": number, **changes}, f"{rule}:{number}", held=held
    )


def loan_of(ground: Ground, values: Values) -> Values:
    """The register's row of the clean loan that an entry names."""
    contract = str(values["contract_number"])
    for label in ground.labels("guarantee_loans", NOW, "township", contract[3:12]):
        loan = ground.values("guarantee_loans", NOW, label)
        if loan["contract_number"] == contract:
            return loan
    raise NoRoomError(f"{contract} is not in the register")


def _is_settled(loan: Values) -> bool:
    """Repaid in full: one that the fund paid for must not look as if it had been given more time."""
    return bool(loan["repaid_yuan"] == loan["principal_yuan"] and loan["term_months"] <= 24)


_held_entry, _further_entry = partial(_entry, held=True), partial(_entry, held=False)
_held_event, _further_event = partial(_event, held=True), partial(_event, held=False)
SPARE = {FUNDS: _held_entry, EVENTS: _held_event}


# --- funds ------------------------------------------------------------------------------------------


def _unknown_compensation(ground: Ground) -> None:
    """The fund paid for a loan whose events know nothing of it."""
    row = _entry(ground, "FM-11", held=False, movement_kind="compensation_out", counterparty_kind="bank")
    label = ground.labels("guarantee_loans", NOW, "township", row.township)[0]
    ground.change(row, contract_number=ground.values("guarantee_loans", NOW, label)["contract_number"])
    ground.expect("FM-11", row, "amount_yuan")


def _fen_too_much(ground: Ground, rule: str, *, old: bool) -> Row:
    """An interest with a fen too much, of a fund that no other error touches."""
    row = ground.pick_row(FUNDS, rule, where=lambda v: _is_interest(v, old=old) and _has_own_fund(ground, v))
    return ground.change(row, amount_yuan=round(row.values["amount_yuan"] + 0.01, 2))


def _open_balance(ground: Ground) -> None:
    """A fen too much in an entry of this half year: the fund does not close."""
    row = _fen_too_much(ground, "FM-12", old=False)
    _, number, last = max(
        (values["moved_on"], values["entry_number"], label)
        for label in ground.labels(FUNDS, NOW, "township", row.township)
        if (values := ground.values(FUNDS, NOW, label))["fund_code"] == row.values["fund_code"]
    )
    ground.expect("FM-12", ground.tagged(FUNDS, NOW, last, f"FM-12:last:{number}"), "amount_yuan")


def _before_the_fund(ground: Ground) -> None:
    row = _entry(ground, "FM-15", held=False)
    (label,) = ground.labels("guarantee_funds", NOW, "household_code", str(row.values["fund_code"]))
    founded = ground.values("guarantee_funds", NOW, label)["founded_on"]
    ground.change(row, moved_on=founded - timedelta(days=30))
    ground.expect("FM-15", row, "moved_on")


# --- loans ------------------------------------------------------------------------------------------


def _last_repayment(ground: Ground, rule: str) -> Row:
    """An event that is the one repayment, and the last event, of a loan that is settled."""

    def fits(values: Values) -> bool:
        if values["event_kind"] != "repaid":
            return False
        loan = loan_of(ground, values)
        return bool(values["amount_yuan"] == loan["principal_yuan"] and loan["balance_yuan"] == 0)

    return ground.pick_row(EVENTS, rule, where=fits)


def _before_release(ground: Ground) -> None:
    row = _last_repayment(ground, "LE-11")
    ground.change(row, happened_on=loan_of(ground, row.values)["released_on"] - timedelta(days=10))
    ground.expect("LE-11", row, "happened_on")


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


def _due_moved(ground: Ground, rule: str, months: int, days: int = 0) -> None:
    """An extension to a day so far from the day the loan was due."""
    row = _event(ground, rule, held=False)
    ground.change(row, new_due_on=add_months(loan_of(ground, row.values)["due_on"], months) + timedelta(days=days))
    ground.expect(rule, row, "new_due_on")


PLANTERS: tuple[Planter, ...] = (
    _open_balance,
    planter("FM-13", partial(_fen_too_much, old=True), "amount_yuan"),
    planter("FM-08", _held_entry, "moved_on", accepted=True, moved_on=date(2017, 9, 1)),
    planter("FM-09", _held_entry, "contract_number", movement_kind="compensation_out"),
    planter("FM-10", _further_entry, "fund_code", lambda v: {"fund_code": f"{v['fund_code'][:9]}77"}),
    _unknown_compensation,
    planter("FM-14", _further_entry, "amount_yuan", movement_kind="withdrawal", amount_yuan=9_000_000.0),
    _before_the_fund,
    planter("LE-08", _held_event, "happened_on", accepted=True, happened_on=date(2017, 9, 1)),
    planter("LE-09", _held_event, "new_due_on", new_due_on=None),
    planter("LE-10", _held_event, "contract_number",
            lambda v: {"contract_number": f"{v['contract_number'][:13]}99999"}),
    _before_release,
    planter("LE-12", _last_repayment, "amount_yuan", lambda v: {"amount_yuan": v["amount_yuan"] + 1_000}),
    planter("LE-13", _last_repayment, "amount_yuan", lambda v: {"amount_yuan": v["amount_yuan"] - 1}),
    planter("LE-14", partial(_compensated, happened_on=date(2017, 2, 10)), "happened_on",
            also=("contract_number", "LE-17", "no fund has this payment")),
    planter("LE-15", _further_event, "amount_yuan", event_kind="recovered", amount_yuan=100, new_due_on=None),
    partial(_due_moved, rule="LE-16", months=36),
    planter("LE-17", partial(_compensated, happened_on=date(2017, 5, 10)), "contract_number"),
    partial(_due_moved, rule="LE-18", months=0, days=-30),
    *break_forms("loan_ledgers"),
)  # fmt: skip
