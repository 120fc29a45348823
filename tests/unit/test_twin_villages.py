"""The twin's villages: the article's figures, sums that close to the fen, decisions that agree with proposals."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.states import full_state
from twin.expected import expected_figures
from twin.state import PERIODS, State, make_state
from twin.village_projects import largest_remainder

NOW = "2017-06"


@pytest.fixture(scope="module")
def full() -> State:
    return full_state()


def shells(decisions: pd.DataFrame) -> set[str]:
    of_shells = decisions[decisions["decision_kind"].str.startswith("shell")]
    last = of_shells.sort_values("decided_on").groupby("village_code")["decision_kind"].last()
    return set(last.index[last == "shell_recorded"])


def test_the_facts_on_villages_are_the_articles(full: State) -> None:
    figures = expected_figures(full).set_index("fact")["value"]
    assert figures["shell_villages_baseline"] == 247
    assert figures["shell_villages_remaining"] == 32
    assert figures["shell_villages_removed_rate"] == 0.8704
    assert figures["shell_village_projects"] == 280
    assert figures["shell_village_income_added"] == 5_630_000


def test_other_projects_and_villages_exist_that_do_not_count(full: State) -> None:
    projects = full.forms["village_projects", NOW]
    assert projects["project_code"].nunique() > 280
    assert projects["income_added_yuan"].sum() > 5_630_000
    served = projects.groupby("project_code")["village_code"].agg(["count", lambda codes: codes.str[:9].nunique()])
    assert served["count"].max() > 1
    assert served.iloc[:, 1].max() > 1, "no project is shared by townships"


def test_parts_of_a_project_are_its_investment_to_the_fen(full: State) -> None:
    for period in PERIODS:
        projects = full.forms["village_projects", period]
        fen = (projects["allocated_yuan"] * 100).round().astype(int).groupby(projects["project_code"]).sum()
        totals = projects.groupby("project_code")["total_invested_yuan"].agg(["min", "max"])
        assert (totals["min"] == totals["max"]).all()
        assert (fen == (totals["max"] * 100).round().astype(int)).all()


def test_added_income_never_falls_and_stays_within_what_the_village_earned(full: State) -> None:
    before = {}
    for period in PERIODS:
        projects = full.forms["village_projects", period]
        income = full.forms["village_income", period].set_index("village_code")
        keys = list(zip(projects["project_code"], projects["village_code"], strict=True))
        grown = projects["income_added_yuan"] - [before.get(key, 0) for key in keys]
        assert (grown >= 0).all()
        by_item = grown.groupby([projects["village_code"], projects["income_item"]]).sum()
        for (village, item), amount in by_item.items():
            assert amount <= income.at[village, f"{item}_income_yuan"]
        before = dict(zip(keys, projects["income_added_yuan"], strict=True))


def test_decisions_agree_with_what_the_townships_propose(full: State) -> None:
    for period in PERIODS:
        income, decisions = full.forms["village_income", period], full.forms["village_decisions", period]
        proposed = set(income.loc[income["recorded_shell"].astype(bool), "village_code"])
        poor = set(income.loc[income["registered_poor_village"].astype(bool), "village_code"])
        assert shells(decisions) == proposed
        assert set(decisions.loc[decisions["decision_kind"] == "poor_village_recorded", "village_code"]) == poor
        assert decisions["submitter_code"].nunique() == 12
        assert (decisions["submitter_code"] == decisions["village_code"].str[:6]).all()


def test_a_villages_profile_holds_its_registered_poor(full: State) -> None:
    profiles = full.forms["village_profiles", NOW].set_index("village_code")
    register = full.forms["households", NOW].groupby("village_code")
    persons, land = register["person_count"].sum(), register["farmland_area_mu"].sum()
    assert (persons <= profiles.loc[persons.index, "population"]).all()
    assert (land <= profiles.loc[land.index, "farmland_area_mu"]).all()
    assert (profiles["rural_registered_population"] <= profiles["population"]).all()


def test_a_part_of_the_city_keeps_the_proportions() -> None:
    part = make_state(0.1, townships=12)
    figures = expected_figures(part).set_index("fact")["value"]
    count = figures["shell_villages_baseline"]
    assert count > 0
    assert figures["shell_village_projects"] == round(280 * count / 247)
    assert 0 < figures["shell_village_income_added"] <= 5_630_000 * count / 247


def test_numbers_of_decisions_name_county_and_year(full: State) -> None:
    numbers = full.forms["village_decisions", NOW]["decision_number"]
    assert all(re.fullmatch(r"\w+〔20\d\d〕\d+号", number) for number in numbers.unique())


@given(
    st.integers(0, 10**9),
    st.lists(st.floats(0, 10**6, allow_nan=False), min_size=1, max_size=40).filter(lambda w: max(w) > 1e-3),
)
def test_parts_add_up_to_what_was_split_and_lie_within_one_of_their_share(total: int, weights: list[float]) -> None:
    parts = largest_remainder(total, np.array(weights))
    assert parts.sum() == total
    assert (parts >= 0).all()
    # Weights are rounded to a billionth of the largest before they are compared.
    exact = np.array(weights) / sum(weights) * total
    assert (abs(parts - exact) <= 1 + total * len(weights) * 2e-9).all()
