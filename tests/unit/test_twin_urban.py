"""The urban programme of the synthetic city: its figures, its identities, and nobody who is rural too."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from expectations.contract import load_contracts
from expectations.id_number import check_digit
from tests.states import full_state
from twin.expected import expected_figures
from twin.identity import ADDRESS_CODES, syllables
from twin.plan import choose_townships
from twin.plant import Planted, plant_errors
from twin.state import State, accepted, make_state
from twin.subjects.urban.rows import FORMS, situation

NOW = "2017-06"
STREET, RURAL = "350402002", "350426202"
FACTS = {"urban_steps": 3, "urban_categories": 4, "urban_measures": 7}


@pytest.fixture(scope="module")
def full() -> State:
    return full_state()


@pytest.fixture(scope="module")
def small() -> Planted:
    """The small city of the tests with one pilot street."""
    return plant_errors(make_state(0.2, (*choose_townships(6), STREET)))


def _figures(state: State) -> dict[str, object]:
    figures = expected_figures(state)
    return {fact: value for fact, value in zip(figures["fact"], figures["value"], strict=True) if fact in FACTS}


def test_the_articles_kinds_are_all_there_at_real_size_and_in_one_street(full: State, small: Planted) -> None:
    assert _figures(full) == FACTS
    assert _figures(small.state) == FACTS
    assert _figures(make_state(0.2, (RURAL, STREET))) == FACTS


def test_a_city_without_a_pilot_street_says_nothing() -> None:
    state = make_state(0.1, 1)
    assert _figures(state) == {}
    assert not {form for form, _ in state.forms} & set(FORMS)


def test_the_programme_begins_with_its_first_day(full: State) -> None:
    assert {period for form, period in full.forms if form in FORMS} == {NOW}
    households = full.forms["urban_households", NOW]
    assert 1_100 <= len(households) <= 1_300
    assert set(households["community_code"].str[:6]) == {"350402", "350403"}
    assert households["identified_on"].min() >= date(2017, 5, 1)
    assert households["identified_on"].max() <= date(2017, 6, 30)


def test_households_members_applications_and_measures_belong_together(full: State) -> None:
    households, members, applications, measures = (full.forms[form, NOW] for form in FORMS)
    codes = set(households["urban_household_code"])
    assert households["urban_household_code"].is_unique
    assert members["member_code"].is_unique and measures["measure_code"].is_unique
    assert applications["application_code"].is_unique
    counted = members.groupby("urban_household_code").size()
    assert counted.to_dict() == dict(zip(households["urban_household_code"], households["person_count"], strict=True))
    assert (members["relation"] == "01").groupby(members["urban_household_code"]).sum().eq(1).all()
    approved = applications[applications["outcome"] == "approved"]
    assert set(approved["urban_household_code"]) == codes and len(approved) == len(codes)
    assert set(measures["urban_household_code"]) == codes
    assert set(applications["outcome"]) == {"approved", "rejected", "pending"}


def test_a_category_is_one_the_members_bear_out(full: State) -> None:
    households, members = full.forms["urban_households", NOW], full.forms["urban_members", NOW]
    traits = situation(members)
    for code, category in zip(households["urban_household_code"], households["category"], strict=True):
        assert category == "unemployment" or category in traits[code]


def test_urban_persons_are_fictional_new_and_counted_once(full: State) -> None:
    numbers = full.forms["urban_members", NOW]["id_number"]
    assert numbers.is_unique
    assert all(n[:6] in ADDRESS_CODES and check_digit(n[:17]) == n[17] for n in numbers)
    rural = pd.concat([full.forms["members", period]["id_number"] for period in full.periods])
    assert not set(numbers) & set(rural)
    applicants = full.forms["urban_applications", NOW]["applicant_id_number"]
    assert applicants.is_unique
    assert all(n[:6] in ADDRESS_CODES and check_digit(n[:17]) == n[17] for n in applicants)
    known = {*syllables("surname"), *syllables("given")}
    names = full.forms["urban_members", NOW]["name"]
    assert all(set(name) <= known for name in names)


def test_every_urban_rule_that_can_be_judged_is_planted_in_one_street(small: Planted) -> None:
    # What other forms have no room for in one street is theirs to tell.
    assert [reason for reason in small.left_out if "urban" in reason] == []
    rules = {rule.code for form in FORMS for rule in load_contracts()[form].judging}
    assert rules - {finding.rule_code for finding in small.findings} == {"UH-19", "UI-11"}


def test_the_one_planted_in_both_programmes_is_the_only_one(small: Planted) -> None:
    urban = accepted(small.state, "urban_members", NOW)["id_number"]
    rural = small.state.forms["members", NOW]["id_number"]
    assert len(set(urban) & set(rural)) == 1


def test_a_later_period_keeps_the_roster() -> None:
    state = make_state(0.1, (RURAL, STREET), ("2017-06", "2017-12"))
    for form in FORMS:
        assert state.forms[form, "2017-12"].equals(state.forms[form, NOW])
