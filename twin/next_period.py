"""The period after the city's last one: the same households, half a year older.

It is made beside the city and not with it, so that what was told of the earlier periods stays as it is. Planted errors
are of those earlier periods; who sent one is silent here, or what was planted would have to go on for ever.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pandas as pd

from expectations.contract import load_contracts
from twin.arrival import is_silent
from twin.duties import due_forms, offices_of, submitter_of
from twin.households import DISABILITY, ILLNESS, SCHOOLING, household_states
from twin.income import household_incomes
from twin.loan_states import fund_states, loan_states
from twin.measures import measure_states
from twin.natural_change import add_natural_change
from twin.people import CHRONIC, DISABLED, SERIOUS
from twin.person_states import NOT_AT_SCHOOL, person_states
from twin.plant import Planted
from twin.state import State, as_objects
from twin.subject import Forms
from twin.subjects import all_subjects
from twin.villages import village_states

NEXT = "2017-12"
# The stream of chance of those who are born in it.
NEWBORN = 1712
# What a household's poverty is put down to when nobody is left whom the earlier cause applies to.
_OTHER_CAUSES = ("07", "08", "09", "11")


def with_next_period(state: State, period: str = NEXT) -> State:
    """The city with one period more; nothing of the earlier ones is touched."""
    forms = _first_forms(state, period)
    plan = replace(state.plan, periods=(*state.periods, period))
    known: dict[tuple[str, str], pd.DataFrame] = {**state.forms, **forms}
    for subject in all_subjects():
        for form, rows in subject.states(plan, period, known).items():
            if len(rows):
                known[form, period] = rows.reset_index(drop=True)
    made = {key: as_objects(rows) for key, rows in known.items() if key[1] == period}
    return replace(state, forms={**state.forms, **made}, periods=plan.periods, plan=plan)


def _first_forms(state: State, period: str) -> dict[tuple[str, str], pd.DataFrame]:
    """The forms that every subject builds on."""
    plan, last = state.plan, state.periods[-1]
    households = plan.households.copy()
    identities = deepcopy(state.identities).apart(NEWBORN)
    # Another chance than that of the city's own years: else the same families would have children again.
    people = add_natural_change(plan.people.copy(), households, (last, period), plan.seed + NEWBORN, identities)
    persons = person_states(people, period)
    households["main_cause"] = _causes(households, persons)
    register = household_states(households, persons, period)
    loans = loan_states(plan.loans, register, period)
    forms = {
        "households": register,
        "members": persons.reset_index(drop=True),
        "assistance_measures": measure_states(plan.measures, register, period),
        "guarantee_loans": loans,
        "guarantee_funds": fund_states(plan.loans, loans, period),
        "village_income": village_states(plan.villages, period, plan.seed),
    }
    if load_contracts()["household_income"].due(period):
        forms["household_income"] = household_incomes(households, register, persons, period, plan.seed)
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


def silent_in(planted: Planted, period: str, seed: int) -> frozenset[str]:
    """Who does not return a period that came after the errors were planted."""
    senders = (*planted.state.townships, *offices_of(planted.state.townships))
    hosts = hosts_of(planted.state.forms)
    return frozenset(
        one for one in senders if due_forms(one, period) and (one in hosts or is_silent(one, period, seed))
    )


def hosts_of(forms: Forms) -> set[str]:
    """Who sent a row that the errors have changed or added and that stands all the same, in some of the forms."""
    hosts: set[str] = set()
    for rows in forms.values():
        if "tag" in rows.columns:
            hosts |= set(submitter_of(rows[rows["tag"].notna() & ~rows["held"].astype(bool)]))
    return hosts
