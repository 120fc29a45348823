"""Cooperatives that fund money was put into: agreements, equity, groups of households, yields and payments."""

from __future__ import annotations

import pandas as pd

from twin.plan import COOPERATIVE_VILLAGE
from twin.state import State, accepted
from twin.subject import Subject
from twin.subjects.equity import errors, errors_yields
from twin.subjects.equity.rows import equity_states

AS_OF = "2017-06"
ARTICLE = f"{COOPERATIVE_VILLAGE}01"


def expected(state: State) -> dict[str, object]:
    """The article's figures about its cooperative; none where it sends nothing. The county states the split."""
    agreements = accepted(state, "equity_agreements", AS_OF)
    agreed = agreements[agreements["cooperative_code"] == ARTICLE] if len(agreements) else agreements
    facts: dict[str, object] = {}
    if len(agreed):
        facts["yuanshan_split_households"] = float(agreed["households_share_percent"].iloc[-1]) / 100
        facts["yuanshan_split_village"] = float(agreed["village_share_percent"].iloc[-1]) / 100
    cooperatives = accepted(state, "cooperatives", AS_OF)
    if cooperatives.empty or ARTICLE not in set(cooperatives["cooperative_code"]):
        return facts
    return facts | _of_cooperative(state, cooperatives[cooperatives["cooperative_code"] == ARTICLE].iloc[0])


def _of_cooperative(state: State, row: pd.Series) -> dict[str, object]:
    holdings = accepted(state, "equity_holdings", AS_OF)
    holdings = holdings[holdings["cooperative_code"] == ARTICLE]
    amounts = holdings.groupby("holder_kind")["amount_yuan"].sum()
    members = accepted(state, "equity_group_members", AS_OF)
    members = members[members["group_code"].str.startswith(ARTICLE)]
    persons, capital = int(members["persons_at_allotment"].sum()), float(holdings["amount_yuan"].sum())
    return {
        "yuanshan_poverty_money": round(float(row["poverty_fund_yuan"])),
        "yuanshan_household_equity": round(float(amounts["household_group"])),
        "yuanshan_households": len(members),
        "yuanshan_persons": persons,
        "yuanshan_equity_per_person": round(float(amounts["household_group"]) / persons, 2),
        "yuanshan_village_equity": round(float(amounts["village_collective"])),
        "yuanshan_village_share": round(float(amounts["village_collective"]) / capital, 5),
        "yuanshan_cooperative_capital": round(capital),
    }


SUBJECT = Subject(
    "equity",
    equity_states,
    planters=(*errors.PLANTERS, *errors_yields.PLANTERS),
    spare={
        "cooperatives": errors.cooperative_row,
        "equity_agreements": errors.agreement_row,
        "equity_holdings": errors.holding_row,
        "equity_group_members": errors.member_row,
        "distributions": errors_yields.distribution_row,
        "dividends": errors_yields.dividend_row,
    },
    expected=expected,
)  # fmt: skip
