"""What happens to the planned loans and funds, day by day: the ledgers from which the states of a period follow.

Whole lives, whatever the period: a return lists what is dated up to its last day. Amounts of households are whole
yuan, subsidies and the funds' interest are whole fen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from twin.loans import LoanPlan, add_months

INSTALMENT_MONTHS = 6
# Of late loans that a fund guarantees, the fund pays after so many days; half of it comes back later still.
COMPENSATED_AFTER, RECOVERED_AFTER = timedelta(days=60), timedelta(days=45)
EXTENSION_MONTHS, LONGEST_EXTENDED = 6, 24
# Days from the end of a quarter to the day finance pays its subsidies.
PAID_AFTER = timedelta(days=20)
LEAST_FUND, FUND_STEP, LEVERAGE = 200_000, 50_000, 5.0
DEPOSIT_RATE = 35  # hundredths of a percent a year
LAST_DAY = date(2017, 12, 31)

Entry = dict[Any, Any]


@dataclass(frozen=True)
class Ledgers:
    """All entries, in the order of their days: of loans (``loan`` is the row in the plan), subsidies and funds."""

    events: pd.DataFrame
    subsidies: pd.DataFrame
    movements: pd.DataFrame


def make_ledgers(plan: LoanPlan) -> Ledgers:
    """The ledgers of all loans and funds of a plan."""
    loans = plan.loans.to_dict("records")
    events = [entry for loan, row in enumerate(loans) for entry in _events(loan, row)]
    frame = pd.DataFrame(events, columns=["loan", "happened_on", "event_kind", "amount_yuan", "new_due_on"])
    subsidies = [entry for loan, row in enumerate(loans) for entry in _subsidies(loan, row)]
    paid = pd.DataFrame(
        subsidies,
        columns=["loan", "quarter", "ends_on", "base_amount_yuan", "rate_percent", "days", "fen", "payable_on"],
    )
    movements = pd.DataFrame(
        _movements(plan, frame),
        columns=["fund", "moved_on", "movement_kind", "fen", "contract_number", "counterparty_kind"],
    )
    return Ledgers(
        frame.sort_values(["happened_on", "loan"], kind="stable", ignore_index=True),
        paid.sort_values(["ends_on", "loan"], kind="stable", ignore_index=True),
        movements.sort_values(["moved_on", "fund"], kind="stable", ignore_index=True),
    )


def _events(loan: int, row: Entry) -> Iterator[Entry]:
    def event(day: date, kind: str, amount: int | None, new_due: date | None = None) -> Entry:
        return {"loan": loan, "happened_on": day, "event_kind": kind, "amount_yuan": amount, "new_due_on": new_due}

    principal, due = int(row["principal"]), row["due_on"]
    yield event(row["released_on"], "drawn", principal)
    repaid = 0
    for day, total in _repayments(row):
        if total > repaid:
            yield event(day, "repaid", total - repaid)
            repaid = total
    if not row["is_late"]:
        return
    # What a late loan meets hangs on its number, so that no chance is drawn anew.
    if not row["by_helper"] and int(row["contract_number"][-1]) % 2:
        paid_on, amount = due + COMPENSATED_AFTER, principal - repaid
        yield event(paid_on, "compensated", amount)
        yield event(paid_on + RECOVERED_AFTER, "recovered", amount // 200 * 100)
    elif row["term_months"] <= LONGEST_EXTENDED:
        yield event(due - timedelta(days=10), "extended", None, add_months(due, EXTENSION_MONTHS))


def _repayments(row: Entry) -> Iterator[tuple[date, int]]:
    """Days and what is repaid by then: instalments never beyond half, so that a late payer's total cannot fall."""
    principal, term = int(row["principal"]), int(row["term_months"])
    if not row["is_bullet"]:
        for months in range(INSTALMENT_MONTHS, term, INSTALMENT_MONTHS):
            day = add_months(row["released_on"], months)
            yield day, int(principal * min(0.5, months / term)) // 2000 * 1000
    yield row["due_on"], principal // 2000 * 1000 if row["is_late"] else principal


def _subsidies(loan: int, row: Entry) -> Iterator[Entry]:
    """The full interest of every quarter until the loan is due, on what is outstanding when it begins."""
    start, due, rate = row["released_on"], row["due_on"], round(row["rate"] * 100)
    steps = list(_repayments(row))
    year, quarter = start.year, (start.month + 2) // 3
    while start < due and start <= LAST_DAY:
        ends = add_months(date(year, quarter * 3, 1), 1) - timedelta(days=1)
        days = (min(ends, due) - start).days
        base = int(row["principal"]) - max([total for day, total in steps if day <= start], default=0)
        fen = base * rate * days // 36_500
        if fen and days:
            yield {
                "loan": loan, "quarter": f"{year}Q{quarter}", "ends_on": ends, "base_amount_yuan": base,
                "rate_percent": rate / 100, "days": days, "fen": fen, "payable_on": ends + PAID_AFTER,
            }  # fmt: skip
        start = ends
        year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)


def fund_sizes(plan: LoanPlan) -> np.ndarray:
    """What is paid into each fund at its foundation, yuan: enough for all its loans at the agreed multiple."""
    need = plan.loans.groupby("fund")["principal"].sum().reindex(range(len(plan.funds))).fillna(0)
    return np.asarray(np.maximum(LEAST_FUND, np.ceil(need / LEVERAGE / FUND_STEP) * FUND_STEP).astype(int))


def _movements(plan: LoanPlan, events: pd.DataFrame) -> list[Entry]:
    entries: list[Entry] = []
    for fund, (row, size) in enumerate(zip(plan.funds.to_dict("records"), fund_sizes(plan).tolist(), strict=True)):
        # Two fifths from the poverty money, some from members where the fund is a village's, the rest from finance.
        members = size // 10 if len(row["place"]) == 12 else 0
        parts = (("paid_in_poverty_fund", size * 2 // 5, "finance"), ("paid_in_members", members, "member"),
                 ("paid_in_finance", size - size * 2 // 5 - members, "finance"))  # fmt: skip
        entries += [_entry(fund, row["founded_on"], kind, yuan * 100, other) for kind, yuan, other in parts if yuan]
        entries += _interest(fund, row["founded_on"], size)
    contracts, funds = plan.loans["contract_number"].tolist(), plan.loans["fund"].tolist()
    kinds = {"compensated": ("compensation_out", "bank"), "recovered": ("recovery_in", "household")}
    for event in events[events["event_kind"].isin(list(kinds))].to_dict("records"):
        kind, other = kinds[event["event_kind"]]
        loan = event["loan"]
        fen = int(event["amount_yuan"]) * 100
        entries.append(_entry(funds[loan], event["happened_on"], kind, fen, other, contracts[loan]))
    return entries


def _interest(fund: int, founded: date, size: int) -> Iterator[Entry]:
    """Interest of half a year; the day it is credited it is spent on keeping the fund."""
    since = founded
    for year in range(founded.year, LAST_DAY.year + 1):
        for day in (date(year, 6, 21), date(year, 12, 21)):
            fen = size * DEPOSIT_RATE * (day - since).days // 36_500
            if fen > 0:
                yield _entry(fund, day, "interest", fen, "bank")
                yield _entry(fund, day, "fee", fen, "other")
                since = day


def _entry(fund: int, day: date, kind: str, fen: int, other: str, contract: str | None = None) -> Entry:
    return {
        "fund": fund, "moved_on": day, "movement_kind": kind, "fen": fen, "contract_number": contract,
        "counterparty_kind": other,
    }  # fmt: skip


def total_until(entries: pd.DataFrame, kind: str, end: date, count: int) -> np.ndarray:
    """Yuan of one kind of event per loan of the plan, up to a day."""
    chosen = entries[(entries["event_kind"] == kind) & (entries["happened_on"] <= end)]
    sums = chosen.groupby("loan")["amount_yuan"].sum().reindex(range(count)).fillna(0)
    return np.asarray(sums.astype(float).round().astype(int))
