"""What a township returns about its funds and loans at the end of a period.

Follows from the plan of ``loans`` alone: repaid amounts never fall, balances close, a fund's totals
are the sums of its loans.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from twin.loans import PRODUCT, LoanPlan
from twin.person_states import last_day
from twin.places import read_places, words

LEVERAGE = 5.0
INSTALMENT_MONTHS = 6
# A part of the lawful subsidy: payments lag behind the interest.
SUBSIDY_SHARE = 0.7


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
    frame["repaid_yuan"] = [_repaid(row, end) for row in loans.itertuples()]
    frame["balance_yuan"] = frame["principal_yuan"] - frame["repaid_yuan"]
    overdue = np.array([day < end for day in loans["due_on"]])
    frame["overdue_yuan"] = np.where(overdue, frame["balance_yuan"], 0)
    days = np.array(
        [(min(end, due) - start).days for start, due in zip(loans["released_on"], loans["due_on"], strict=True)]
    )
    frame["interest_subsidy_yuan"] = (
        np.floor(frame["principal_yuan"] * loans["rate"] / 100 * days / 366 * SUBSIDY_SHARE / 10) * 10
    )
    frame["purpose"], frame["planted_area_mu"] = loans["purpose"], loans["area"]
    return frame


def _repaid(loan: object, end: date) -> int:
    principal = int(loan.principal)  # type: ignore[attr-defined]
    if loan.due_on <= end:  # type: ignore[attr-defined]
        return principal // 2000 * 1000 if loan.is_late else principal  # type: ignore[attr-defined]
    if loan.is_bullet:  # type: ignore[attr-defined]
        return 0
    start = loan.released_on  # type: ignore[attr-defined]
    months = (end.year - start.year) * 12 + end.month - start.month
    paid = months // INSTALMENT_MONTHS * INSTALMENT_MONTHS / int(loan.term_months)  # type: ignore[attr-defined]
    # Never more than half before the end, so that a late payer's total cannot fall.
    return int(principal * min(0.5, paid)) // 2000 * 1000


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
    need = plan.loans.groupby("fund")["principal"].sum().reindex(range(len(plan.funds))).fillna(0)
    by_code = dict(
        zip(plan.funds["fund_code"], np.maximum(200_000, np.ceil(need / LEVERAGE / 50_000) * 50_000), strict=True)
    )
    frame["fund_amount_yuan"] = frame["fund_code"].map(by_code)
    frame["compensated_yuan"] = 0.0
    frame["leverage_multiple"] = LEVERAGE
    return frame
