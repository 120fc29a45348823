"""What a township returns about its funds and loans at the end of a period.

Follows from the ledgers of ``loan_ledger``: repaid amounts never fall, balances close, a fund's totals
are the sums of its loans and of its entries.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from twin.loan_ledger import LEVERAGE, Ledgers, make_ledgers, total_until
from twin.loans import PRODUCT, LoanPlan
from twin.person_states import last_day
from twin.places import read_places, words

_OUT = ("compensation_out", "withdrawal", "fee")


def loan_states(plan: LoanPlan, register: pd.DataFrame, period: str) -> pd.DataFrame:
    """The ``guarantee_loans`` rows of a period, repaid loans included; ``register`` is the households' return."""
    end = last_day(period)
    loans = plan.loans[[day <= end for day in plan.loans["released_on"]]].reset_index(drop=True)
    borrowers = register.loc[loans["household"]].reset_index(drop=True)
    frame = borrowers[["village_code", "household_code", "head_name"]].copy()
    frame["household"] = loans["household"]
    frame["borrower_name"], frame["borrower_id_number"] = borrowers["head_name"], borrowers["head_id_number"]
    frame["relation"] = "01"
    frame["contract_number"] = loans["contract_number"]
    frame["loan_product"] = PRODUCT
    frame["guarantor_kind"] = np.where(loans["by_helper"], "helper", "fund")
    frame["fund_code"] = plan.funds["fund_code"].to_numpy()[loans["fund"]]
    frame["bank"] = plan.funds["bank"].to_numpy()[loans["fund"]]
    frame["principal_yuan"], frame["term_months"] = loans["principal"], loans["term_months"]
    frame["released_on"], frame["due_on"] = loans["released_on"], loans["due_on"]
    frame["annual_rate_percent"] = loans["rate"]
    ledgers = make_ledgers(plan)
    kept = np.array([day <= end for day in plan.loans["released_on"]])
    frame["repaid_yuan"] = total_until(ledgers.events, "repaid", end, len(kept))[kept]
    compensated = total_until(ledgers.events, "compensated", end, len(kept))[kept]
    frame["balance_yuan"] = frame["principal_yuan"] - frame["repaid_yuan"] - compensated
    overdue = np.array([day < end for day in _due_days(plan, ledgers, end)])[kept]
    frame["overdue_yuan"] = np.where(overdue, frame["balance_yuan"], 0)
    paid = ledgers.subsidies[[day <= end for day in ledgers.subsidies["payable_on"]]]
    fen = paid.groupby("loan")["fen"].sum().reindex(range(len(kept))).fillna(0).to_numpy()
    frame["interest_subsidy_yuan"] = np.round(fen[kept] / 100, 2)
    frame["purpose"], frame["planted_area_mu"] = loans["purpose"], loans["area"]
    return frame


def _due_days(plan: LoanPlan, ledgers: Ledgers, end: date) -> list[date]:
    """When each loan falls due, extensions granted by then included."""
    events = ledgers.events
    extended = events[(events["event_kind"] == "extended") & (events["happened_on"] <= end)]
    later = dict(zip(extended["loan"], extended["new_due_on"], strict=True))
    return [later.get(loan, due) for loan, due in enumerate(plan.loans["due_on"])]


def fund_states(plan: LoanPlan, loans: pd.DataFrame, period: str) -> pd.DataFrame:
    """The ``guarantee_funds`` rows of a period; ``loans`` is that period's return of loans."""
    end = last_day(period)
    funds = plan.funds[[day <= end for day in plan.funds["founded_on"]]].reset_index(drop=True)
    frame = funds[["fund_code", "founded_on", "bank"]].copy()
    is_village = funds["place"].str.len() == 12
    frame["fund_level"] = np.where(is_village, "village", "township")
    frame["village_code"] = funds["place"].where(is_village, None)
    places = read_places()
    names = dict(zip(places.townships["code"], places.townships["name"], strict=True))
    shorts = dict(zip(places.villages["code"], places.villages["short_name"], strict=True))
    pattern = {False: words()["township_fund_name"], True: words()["village_fund_name"]}
    frame["fund_name"] = [
        pattern[bool(v)].format(place=names[p[:9]] + (shorts[p] if v else ""))
        for p, v in zip(funds["place"], is_village, strict=True)
    ]
    sums = loans.groupby("fund_code")[["balance_yuan", "principal_yuan"]].sum().reindex(frame["fund_code"]).fillna(0)
    frame["guaranteed_outstanding_yuan"] = sums["balance_yuan"].to_numpy()
    frame["cumulative_guaranteed_yuan"] = sums["principal_yuan"].to_numpy()
    frame["fund_amount_yuan"], frame["compensated_yuan"] = _closings(plan, end)
    frame["leverage_multiple"] = LEVERAGE
    return frame


def _closings(plan: LoanPlan, end: date) -> tuple[list[float], list[float]]:
    """Closing balance, and what was compensated, of every fund founded by then, from its entries."""
    entries = make_ledgers(plan).movements
    entries = entries[[day <= end for day in entries["moved_on"]]]
    is_out = entries["movement_kind"].isin(_OUT)
    net = entries["fen"].where(~is_out, -entries["fen"]).groupby(entries["fund"]).sum()
    out = entries.loc[entries["movement_kind"] == "compensation_out"].groupby("fund")["fen"].sum()
    founded = [fund for fund, day in enumerate(plan.funds["founded_on"]) if day <= end]
    assert set(net.index) == set(founded)  # a fund is paid in on the day it is founded
    return [net[f] / 100 for f in founded], [float(out.get(f, 0)) / 100 for f in founded]
