"""The clean state of a (sub-)city: for every form and period the rows that would be accepted.

Pure frames with typed values under the contracts' column names; spelling, files and planted errors
come later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from expectations.contract import load_contracts
from twin.households import add_traits, first_traits, household_states
from twin.identity import Identities
from twin.income import household_incomes
from twin.loan_states import fund_states, loan_states
from twin.loans import LoanPlan, plan_loans
from twin.measures import measure_states, plan_measures
from twin.natural_change import add_natural_change
from twin.people import make_people
from twin.person_states import last_day, person_states
from twin.plan import Plan, choose_townships, make_plan
from twin.subject import CityPlan
from twin.subjects import all_subjects
from twin.villages import village_states

PERIODS = ("2015-12", "2016-12", "2017-06")


@dataclass(frozen=True)
class State:
    """Rows by form and period, with the plan they follow and what planting needs to add rows of its own."""

    forms: dict[tuple[str, str], pd.DataFrame]
    townships: tuple[str, ...]
    periods: tuple[str, ...]
    villages: pd.DataFrame
    identities: Identities
    plan: CityPlan


def accepted(state: State, form: str, period: str) -> pd.DataFrame:
    """The rows of a form and period that the checks let through and that count by its end, if any."""
    rows = state.forms.get((form, period), pd.DataFrame())
    rows = rows[~rows["held"].astype(bool)] if "held" in rows.columns else rows
    counts_from, end = load_contracts()[form].counts_from, last_day(period)
    if counts_from is None or rows.empty:
        return rows
    return rows[[not (isinstance(day, date) and day > end) for day in rows[counts_from]]]


def make_state(
    scale: float = 1.0,
    townships: int | tuple[str, ...] | None = None,
    periods: tuple[str, ...] = PERIODS,
    seed: int = 348,
    *,
    is_lively: bool = False,
) -> State:
    """The clean city at a scale, cut to some townships; deterministic for a seed.

    The lively city has figures that straddle thresholds and differ by season and year (``plausible``).

    Raises:
        ValueError: the scale is not positive, or a township or period is unknown.
    """
    if scale <= 0:
        raise ValueError(f"scale {scale}: expected a number above 0")
    chosen = choose_townships(townships)
    plan = make_plan(scale, seed)
    first_traits(plan.households, seed)
    loans = plan_loans(plan, seed)
    villages, households, loans = _cut(plan, loans, chosen)
    identities = Identities(seed)
    people = make_people(households, seed, identities)
    people = add_natural_change(people, households, periods, seed, identities)
    states = {period: person_states(people, period) for period in periods}
    add_traits(households, states, seed, identities)
    measures = plan_measures(households, seed)
    city = CityPlan(
        chosen, periods, villages, households, people, loans, measures, plan.figures, seed, identities, is_lively
    )  # fmt: skip
    forms = _first_forms(city, states)
    for period in periods:
        for subject in all_subjects():
            for form, rows in subject.states(city, period, forms).items():
                if len(rows):
                    forms[form, period] = rows.reset_index(drop=True)
    objects = {key: as_objects(rows) for key, rows in forms.items()}
    return State(objects, chosen, periods, villages, identities, city)


def _first_forms(city: CityPlan, states: Mapping[str, pd.DataFrame]) -> dict[tuple[str, str], pd.DataFrame]:
    """The rows of the forms that every subject builds on, from the persons of each period."""
    forms: dict[tuple[str, str], pd.DataFrame] = {}
    for period, persons in states.items():
        register = household_states(city.households, persons, period)
        forms["households", period] = register
        forms["members", period] = persons.reset_index(drop=True)
        if load_contracts()["household_income"].due(period):
            forms["household_income", period] = household_incomes(
                city.households, register, persons, period, city.seed, is_lively=city.is_lively
            )
        forms["assistance_measures", period] = measure_states(city.measures, register, period)
        forms["guarantee_loans", period] = loan_states(city.loans, register, period)
        forms["guarantee_funds", period] = fund_states(city.loans, forms["guarantee_loans", period], period)
        forms["village_income", period] = village_states(city.villages, period, city.seed, is_lively=city.is_lively)
    return forms


def as_objects(rows: pd.DataFrame) -> pd.DataFrame:
    """Texts as Python objects: they are walked cell by cell from here on, which Arrow's strings are slow at."""
    texts = [name for name, dtype in rows.dtypes.items() if isinstance(dtype, pd.StringDtype)]
    return rows.astype(dict.fromkeys(texts, object))


def _cut(plan: Plan, loans: LoanPlan, chosen: tuple[str, ...]) -> tuple[pd.DataFrame, pd.DataFrame, LoanPlan]:
    """The part of the plan that lies in the chosen townships, renumbered."""
    villages = plan.villages[plan.villages["township_code"].isin(chosen)].reset_index(drop=True)
    keep = plan.households["township_code"].isin(chosen).to_numpy()
    number = np.cumsum(keep) - 1
    households = plan.households[keep].reset_index(drop=True)
    county = dict(zip(villages["township_code"], villages["county_code"], strict=True))
    households["county_code"] = households["township_code"].map(county)
    kept_loans = loans.loans[loans.loans["township_code"].isin(chosen)].reset_index(drop=True)
    kept_loans["household"] = number[kept_loans["household"]]
    fund_keep = loans.funds["township_code"].isin(chosen).to_numpy()
    kept_loans["fund"] = (np.cumsum(fund_keep) - 1)[kept_loans["fund"]]
    return villages, households, LoanPlan(loans.funds[fund_keep].reset_index(drop=True), kept_loans)
