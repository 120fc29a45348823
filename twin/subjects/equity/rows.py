"""The clean rows of cooperatives, agreements, holdings and groups; yields and payments are made in ``yields``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from twin.households import ENJOYING, STABLE
from twin.largest_remainder import split_fen
from twin.person_states import last_day
from twin.subject import CityPlan, Forms
from twin.subjects.equity.plan import FEN, GROUP_PERCENT, Cooperative, plan_cooperatives, words
from twin.subjects.equity.yields import distribution_rows, dividend_rows

AGREED_UNTIL = date(2019, 12, 31)
DISPOSITIONS = ("reassign", "keep", "return")


def equity_states(plan: CityPlan, period: str, forms: Forms) -> dict[str, pd.DataFrame]:
    """The rows of the six forms for a period."""
    register = forms["households", period].set_index("household_code")
    founded = [c for c in plan_cooperatives(plan) if c.allotted_on <= last_day(period)]
    rows: dict[str, Iterable[dict[str, Any]]] = {
        "cooperatives": map(_cooperative_row, founded),
        "equity_agreements": map(_agreement_row, founded),
        "equity_holdings": (row for c in founded for row in holding_rows(c)),
        "equity_group_members": (row for c in founded for row in _member_rows(c, register, plan.seed)),
        "distributions": (row for c in founded for row in distribution_rows(c, period, forms, plan.seed)),
        "dividends": (row for c in founded for row in dividend_rows(c, period, forms, plan.seed)),
    }
    return {form: pd.DataFrame(list(made)) for form, made in rows.items()}


def _cooperative_row(cooperative: Cooperative) -> dict[str, Any]:
    return {
        "cooperative_code": cooperative.code,
        "cooperative_name": words()["cooperative_name"].format(place=cooperative.place),
        "village_code": cooperative.village,
        "founded_on": cooperative.founded_on,
        "registered_capital_yuan": cooperative.capital / FEN,
        "poverty_fund_yuan": cooperative.fund / FEN,
        "member_count": cooperative.member_count,
    }


def _agreement_row(cooperative: Cooperative) -> dict[str, Any]:
    return {
        "submitter_code": cooperative.code[:6],
        "agreement_code": f"{cooperative.code}01",
        "cooperative_code": cooperative.code,
        "valid_from": cooperative.allotted_on,
        "valid_to": AGREED_UNTIL,
        "yield_basis": "fund_part",
        "households_share_percent": float(GROUP_PERCENT),
        "village_share_percent": float(100 - GROUP_PERCENT),
        "pool_use": "hardship_aid",
    }


def holding_rows(cooperative: Cooperative) -> list[dict[str, Any]]:
    """One row per holder, with its share as clerks state it: three decimals of a percent."""
    return [
        {
            "submitter_code": cooperative.code[:9],
            "cooperative_code": cooperative.code,
            "holder_code": cooperative.code + holder.number,
            "holder_kind": holder.kind,
            "holder_name": words()[holder.kind].format(place=cooperative.place),
            "amount_yuan": holder.amount / FEN,
            "money_source": holder.money_source,
            "allotted_on": cooperative.allotted_on,
            "share_percent": round(100 * holder.amount / cooperative.capital, 3),
        }
        for holder in cooperative.holders
    ]


def _member_rows(cooperative: Cooperative, register: pd.DataFrame, seed: int) -> list[dict[str, Any]]:
    households = cooperative.households
    persons = dict(zip(households["household_code"], households["size"].astype(int), strict=True))
    shares = split_fen(cooperative.holders[0].amount, persons)
    exit_years = register.loc[households["household_code"], "exit_year"].dropna().astype(int).to_dict()
    rows = []
    for code in households["household_code"]:
        left = register.at[code, "poverty_status"] in (ENJOYING, STABLE)
        chance = cooperative.chance(seed, "disposition", code)
        rows.append(
            {
                "group_code": f"{cooperative.code}01",
                "household_code": code,
                "head_name": register.at[code, "head_name"],
                "persons_at_allotment": persons[code],
                "allotted_on": cooperative.allotted_on,
                "amount_yuan": shares[code] / FEN,
                "left_on": date(exit_years[code], 12, 20) if left else None,
                "left_reason": "out_of_poverty" if left else None,
                "disposition": str(chance.choice(DISPOSITIONS, p=(0.6, 0.2, 0.2))) if left else None,
            }
        )
    return rows
