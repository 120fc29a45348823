"""The life of households in the synthetic city: complete, consistent with the register, and fictional."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from expectations.id_number import check_digit
from tests.states import full_state
from twin.expected import expected_figures
from twin.identity import ADDRESS_CODES
from twin.places import seed
from twin.plant import plant_errors
from twin.state import PERIODS, State, accepted, make_state
from twin.subjects.lifecycle.identification import DATES

KINDS = dict(
    zip(seed("household_decision_status")["decision_kind"], seed("household_decision_status")["status"], strict=True)
)


@pytest.fixture(scope="module")
def full() -> State:
    return full_state()


def _all(state: State, form: str) -> pd.DataFrame:
    return pd.concat([state.forms[form, period] for period in PERIODS], ignore_index=True)


def test_the_articles_steps_come_out(full: State) -> None:
    facts = dict(expected_figures(full).itertuples(index=False))
    assert facts["rural_steps"] == 3


def test_every_registered_household_was_recognised_or_split_from_one(full: State) -> None:
    register = set(full.forms["households", "2015-12"]["household_code"])
    applications = _all(full, "identification")
    approved = applications[applications["outcome"] == "approved"]
    changes = full.forms["household_changes", "2015-12"]
    split = set(changes.loc[changes["change_kind"] == "split", "household_code"])
    assert set(approved["household_code"]) | split == register
    assert approved["household_code"].is_unique
    assert approved[list(DATES)].notna().all().all()
    for before, after in pairwise(DATES):
        assert (approved[before] <= approved[after]).all(), (before, after)
    assert applications["application_code"].is_unique


@pytest.mark.parametrize("period", PERIODS)
def test_the_status_the_counties_decided_is_the_one_the_townships_return(full: State, period: str) -> None:
    decisions = _all(full, "household_decisions")
    known = decisions[decisions["decided_on"].astype(str).str[:7] <= period].sort_values("decided_on", kind="stable")
    recorded = known.groupby("household_code")["decision_kind"].last().map(KINDS)
    register = full.forms["households", period].set_index("household_code")["poverty_status"]
    assert recorded.reindex(register.index).tolist() == register.tolist()


def test_every_exit_was_reviewed_that_year_and_then_decided(full: State) -> None:
    register = full.forms["households", "2016-12"]
    out = register[register["exit_year"].notna()]
    reviews = _all(full, "exit_reviews")
    reviewed = reviews[reviews["proposed_status"] == "1"]
    assert set(zip(reviewed["household_code"], reviewed["review_year"], strict=True)) == set(
        zip(out["household_code"], out["exit_year"].astype(int), strict=True)
    )
    assert (len(out), out["person_count"].sum()) == (26_900, 76_900)
    decided = _all(full, "household_decisions").query("decision_kind == 'exit'").set_index("household_code")
    announced = reviewed.set_index("household_code")["announced_on"]
    assert (announced <= decided["decided_on"].reindex(announced.index)).all()


def test_refused_applicants_are_nobody(full: State) -> None:
    applications = _all(full, "identification")
    numbers = applications["applicant_id_number"]
    assert numbers.is_unique
    assert all(n[:6] in ADDRESS_CODES and check_digit(n[:17]) == n[17] for n in numbers)
    assert not {"rejected", "pending"} - set(applications["outcome"])


def test_planting_leaves_the_steps_where_they_are() -> None:
    state = make_state(0.1, 4)
    planted = plant_errors(state)
    facts = dict(expected_figures(planted.state).itertuples(index=False))
    assert facts["rural_steps"] == 3
    copies = accepted(planted.state, "identification", "2015-12")["applicant_id_number"].dropna()
    assert all(n[:6] in ADDRESS_CODES and check_digit(n[:17]) == n[17] for n in copies)
