"""The synthetic city's cooperatives: the article's figures at real size, every identity closed to the fen."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.states import full_state
from twin.expected import expected_figures
from twin.households import IN_POVERTY
from twin.plan import COOPERATIVE_VILLAGE
from twin.state import PERIODS, State, make_state

NOW = "2017-06"


@pytest.fixture(scope="module")
def full() -> State:
    return full_state()


def fen(amounts: pd.Series) -> pd.Series:
    """Yuan as whole fen."""
    return (amounts.astype(float) * 100).round().astype(int)


def sums(rows: pd.DataFrame, by: str, column: str) -> dict[str, int]:
    return fen(rows[column]).groupby(rows[by]).sum().to_dict()


def test_the_article_comes_out_exactly(full: State) -> None:
    figures = dict(expected_figures(full).itertuples(index=False))
    assert {fact: value for fact, value in figures.items() if fact.startswith("yuanshan")} == {
        "yuanshan_poverty_money": 800_000,
        "yuanshan_household_equity": 480_000,
        "yuanshan_households": 16,
        "yuanshan_persons": 62,
        "yuanshan_equity_per_person": 7741.94,
        "yuanshan_village_equity": 320_000,
        "yuanshan_village_share": 0.24615,
        "yuanshan_cooperative_capital": 1_300_000,
        "yuanshan_split_households": 0.6,
        "yuanshan_split_village": 0.4,
    }


def test_the_articles_group_is_the_villages_households_in_poverty(full: State) -> None:
    register = full.forms["households", NOW]
    poor = register[(register["village_code"] == COOPERATIVE_VILLAGE) & register["poverty_status"].isin(IN_POVERTY)]
    members = full.forms["equity_group_members", NOW]
    group = members[members["group_code"].str.startswith(COOPERATIVE_VILLAGE)]
    assert set(group["household_code"]) == set(poor["household_code"])
    assert group["left_on"].isna().all()


def test_about_forty_cooperatives_stand_in_other_villages(full: State) -> None:
    rows = full.forms["cooperatives", NOW]
    assert 35 <= len(rows) <= 50
    assert rows["village_code"].is_unique
    assert [len(full.forms.get(("distributions", period), ())) > 0 for period in PERIODS] == [False, True, True]


@pytest.mark.parametrize("period", PERIODS)
def test_holdings_are_the_capital_and_members_their_group(full: State, period: str) -> None:
    cooperatives, holdings = full.forms["cooperatives", period], full.forms["equity_holdings", period]
    assert sums(holdings, "cooperative_code", "amount_yuan") == sums(
        cooperatives, "cooperative_code", "registered_capital_yuan"
    )
    of_fund = holdings[holdings["money_source"] == "poverty_fund"]
    assert sums(of_fund, "cooperative_code", "amount_yuan") == sums(
        cooperatives, "cooperative_code", "poverty_fund_yuan"
    )
    groups = holdings[holdings["holder_kind"] == "household_group"]
    members = full.forms["equity_group_members", period]
    assert sums(members, "group_code", "amount_yuan") == sums(groups, "holder_code", "amount_yuan")


@pytest.mark.parametrize("period", PERIODS[1:])
def test_yields_are_split_and_paid_to_the_fen(full: State, period: str) -> None:
    made, paid = full.forms["distributions", period], full.forms["dividends", period]
    assert (
        fen(made["households_part_yuan"]) + fen(made["village_part_yuan"]) == fen(made["fund_part_yield_yuan"])
    ).all()
    sides = paid[paid["beneficiary_kind"] != "household"]
    assert sums(sides, "distribution_code", "due_yuan") == sums(made, "distribution_code", "total_yield_yuan")
    pools, helped = (paid[paid["beneficiary_kind"] == kind] for kind in ("pool", "household"))
    assert sums(pools, "distribution_code", "due_yuan") == sums(made, "distribution_code", "households_part_yuan")
    assert sums(helped, "distribution_code", "paid_yuan") == sums(pools, "distribution_code", "paid_yuan")


def test_equity_is_frozen_at_allotment(full: State) -> None:
    frozen = ["group_code", "household_code", "persons_at_allotment", "allotted_on", "amount_yuan"]
    before, now = (full.forms["equity_group_members", p][frozen] for p in ("2016-12", NOW))
    kept = now.merge(before, on=["group_code", "household_code"])
    assert len(kept) == len(before)
    for column in frozen[2:]:
        assert (kept[f"{column}_x"] == kept[f"{column}_y"]).all(), column


def test_whoever_left_poverty_left_the_group_and_its_equity_was_disposed_of(full: State) -> None:
    register = full.forms["households", NOW].set_index("household_code")
    members = full.forms["equity_group_members", NOW]
    out = ~members["household_code"].map(register["poverty_status"]).isin(IN_POVERTY)
    assert out.any()
    assert (members["left_on"].notna() == out).all()
    assert (members["disposition"].notna() == out).all()


def test_a_part_of_the_city_has_the_same_cooperatives(full: State) -> None:
    township = COOPERATIVE_VILLAGE[:9]
    part = make_state(townships=(township,))
    # Names are drawn anew for every cut.
    for form, code in (("cooperatives", "cooperative_code"), ("equity_holdings", "holder_code"),
                       ("equity_agreements", "agreement_code"), ("equity_group_members", "group_code")):  # fmt: skip
        whole = full.forms[form, NOW].drop(columns="head_name", errors="ignore")
        inside = whole[whole[code].str.startswith(township)].reset_index(drop=True)
        cut = part.forms[form, NOW].drop(columns="head_name", errors="ignore")
        assert cut.astype(str).equals(inside.astype(str)), form


def test_a_city_without_the_cooperatives_township_has_no_such_figures() -> None:
    figures = expected_figures(make_state(0.1, ("350426202",)))
    assert not figures["fact"].str.startswith("yuanshan").any()
