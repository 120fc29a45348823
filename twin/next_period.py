"""The period after the city's last one: its households half a year later, and what has become of them.

It is made beside the city and not with it, so that what was told of the earlier periods stays as it is. Planted errors
are of those earlier periods; what of them goes on is in ``repeated``.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pandas as pd

from expectations.contract import load_contracts
from twin.households import DISABILITY, ILLNESS, SCHOOLING, household_states, household_status
from twin.income import household_incomes
from twin.life import Life, begin, is_ordinary
from twin.life_households import enter, fall_back, is_plainly_poor, leave_poverty, merge, move, split_off, take_off
from twin.life_measures import measures_of
from twin.life_persons import change_persons, leavers
from twin.loan_states import fund_states, loan_states
from twin.people import CHRONIC, DISABLED, SERIOUS
from twin.person_states import NOT_AT_SCHOOL, person_states
from twin.state import State, as_objects
from twin.subject import CityPlan
from twin.subjects import all_subjects
from twin.subjects.lifecycle.lived import running_approved
from twin.villages import village_states

NEXT = "2017-12"
# The stream of chance of those who are born in it.
NEWBORN = 1712
# What a household's poverty is put down to when nobody is left whom the earlier cause applies to.
_OTHER_CAUSES = ("07", "08", "09", "11")


def with_next_period(state: State, period: str = NEXT) -> State:
    """The city with one period more, in which its households have lived; nothing of the earlier ones is touched."""
    life = half_year(state, period)
    lived = replace(
        state.plan, periods=(*state.periods, period), households=life.households, people=life.people, life=life
    )  # fmt: skip
    known: dict[tuple[str, str], pd.DataFrame] = {**state.forms, **_first_forms(state, lived, life, period)}
    for subject in all_subjects():
        for form, rows in subject.states(lived, period, known).items():
            if len(rows):
                known[form, period] = rows.reset_index(drop=True)
    made = {key: as_objects(rows) for key, rows in known.items() if key[1] == period}
    return replace(state, forms={**state.forms, **made}, periods=lived.periods, plan=lived)


def half_year(state: State, period: str = NEXT) -> Life:
    """What happens to households and persons between the city's last period and this one."""
    plan, last = state.plan, state.periods[-1]
    course = begin(plan.households, plan.people, last, period, plan.seed, deepcopy(state.identities).apart(NEWBORN))
    status = household_status(plan.households, last)
    holders = _codes(state, "equity_group_members", last)
    movable = is_ordinary(plan.households, holders | _codes(state, "guarantee_loans", last) | _fostered(state))
    poor = movable & is_plainly_poor(plan.households, status)
    leave_poverty(course, status, is_ordinary(plan.households, set()))
    # The rarer first: later ones find more households that they can happen to.
    split_off(course, poor)
    merge(course, poor)
    move(course, poor)
    take_off(course, movable)
    fall_back(course, status, is_ordinary(plan.households, holders))
    running = state.forms["identification", last]
    enter(course, running_approved(running, period, course.chance("approved")))
    change_persons(course, movable)
    return course.ended()


def _codes(state: State, form: str, period: str) -> set[str]:
    rows = state.forms.get((form, period))
    return set() if rows is None else set(rows["household_code"])


def _fostered(state: State) -> set[str]:
    return _codes(state, "base_fostering", state.periods[-1])


def _first_forms(state: State, lived: CityPlan, life: Life, period: str) -> dict[tuple[str, str], pd.DataFrame]:
    """The forms that every subject builds on; whom the register has no longer is in none but the loans."""
    plan, households = state.plan, life.households.copy()
    persons = person_states(life.people, period)
    households["main_cause"] = _causes(households, persons)
    register = household_states(households, persons, period)
    loans = loan_states(plan.loans, register, period)
    stays = ~households["is_gone"].to_numpy()
    listed = pd.concat([persons, leavers(life.people, period)]).sort_index(kind="stable")
    forms = {
        "households": register[stays].reset_index(drop=True),
        "members": listed[stays[listed["household"].to_numpy(dtype=int)]].reset_index(drop=True),
        "assistance_measures": measures_of(state, life, register, period),
        "guarantee_loans": loans,
        "guarantee_funds": fund_states(plan.loans, loans, period),
        "village_income": village_states(plan.villages, period, plan.seed, is_lively=plan.is_lively),
    }
    if load_contracts()["household_income"].due(period):
        incomes = household_incomes(households, register, persons, period, plan.seed, is_lively=plan.is_lively)
        forms["household_income"] = incomes[stays].reset_index(drop=True)
    return {(form, period): rows for form, rows in forms.items()}


def _causes(households: pd.DataFrame, persons: pd.DataFrame) -> np.ndarray:
    """The main causes, where there still is somebody whom they apply to."""
    applies = {
        ILLNESS: persons["health"].str.contains(CHRONIC) | persons["health"].str.contains(SERIOUS),
        DISABILITY: persons["health"].str.contains(DISABLED),
        SCHOOLING: persons["school_status"] != NOT_AT_SCHOOL,
    }
    causes = households["main_cause"].to_numpy(dtype=object, copy=True)
    for cause, who in applies.items():
        gone = (causes == cause) & ~np.isin(np.arange(len(causes)), persons["household"][who])
        for index in np.flatnonzero(gone):
            others = str(households["other_causes"].iloc[index])
            causes[index] = next(code for code in _OTHER_CAUSES if code not in others)
    return causes
