"""Reviews of households for their exit: one before every exit, and in spring some of candidates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twin.households import CANDIDATE, ENJOYING, household_status
from twin.income import ABOVE_LINE, national_line
from twin.subject import CityPlan, Forms
from twin.subjects.lifecycle.calendar import as_dates, is_listed, later

DATES = ("reviewed_on", "village_consented_on", "notice_from", "notice_to", "announced_on")
# Days from one date to the next, least and most: announced in the first days of December.
GAPS = ((5, 8), (2, 3), (7, 7), (2, 4))
SECURED = ("food_secured", "clothing_secured", "education_secured", "medical_secured", "housing_secured")
CANDIDATES_REVIEWED = 0.12
FIRST_EXIT = 2014


def exit_reviews(plan: CityPlan, period: str, forms: Forms) -> pd.DataFrame:
    """The ``exit_reviews`` rows of a period."""
    out = _reviews_of_exits(plan)
    rows = pd.concat([out, _reviews_of_candidates(plan, period)], ignore_index=True)
    rows = rows[is_listed(plan, period, rows["reviewed_on"])].copy()
    rows = with_register(rows, period, forms)
    return rows.sort_values(["household_code", "reviewed_on"], kind="stable")


def with_register(rows: pd.DataFrame, period: str, forms: Forms) -> pd.DataFrame:
    """Reviews with the head and the income that the township returned, and their days as dates."""
    register = forms["households", period].set_index("household_code")
    rows["head_name"] = register["head_name"].reindex(rows["household_code"]).to_numpy()
    rows["income_per_head_yuan"] = _returned_income(rows, period, forms)
    for name in DATES:
        rows[name] = as_dates(rows[name])
    return rows


def _reviews_of_exits(plan: CityPlan) -> pd.DataFrame:
    rng = plan.rng("lifecycle reviews")
    households = plan.households[plan.households["exit_year"] >= FIRST_EXIT]
    november = pd.to_datetime(households["exit_year"].astype(int).astype(str) + "-11-03")
    rows = review_rows(households, later(november, rng, 0, 11), rng)
    line = households["exit_year"].map({year: national_line(year) for year in households["exit_year"].unique()})
    rows["income_per_head_yuan"] = np.round(line.to_numpy(float) + ABOVE_LINE + rng.gamma(2.0, 900, len(rows)))
    rows["proposed_status"] = ENJOYING
    return rows


def _reviews_of_candidates(plan: CityPlan, period: str) -> pd.DataFrame:
    rng = plan.rng("lifecycle candidates")
    draw = rng.random(len(plan.households))
    chosen = (household_status(plan.households, period) == CANDIDATE) & (draw < CANDIDATES_REVIEWED)
    households = plan.households[chosen]
    rows = review_rows(households, later(pd.Series(pd.Timestamp(2017, 4, 3), index=households.index), rng, 0, 11), rng)
    rows["income_per_head_yuan"] = np.round(national_line(2016) * rng.uniform(0.9, 1.3, len(rows)))
    rows["proposed_status"] = CANDIDATE
    return rows


def review_rows(households: pd.DataFrame, first: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """Reviews that begin on the given days and are passed in every respect."""
    rows = households[["village_code", "household_code"]].copy()
    day = first
    for name, gap in zip(DATES, (*GAPS, None), strict=True):
        rows[name] = day
        day = day if gap is None else later(day, rng, *gap)
    rows["review_year"] = pd.to_datetime(first).dt.year
    for name in SECURED:
        rows[name] = True
    rows["household_agreed"] = True
    return rows


def _returned_income(rows: pd.DataFrame, period: str, forms: Forms) -> pd.Series:
    """The income that the income return of the same year states, where there is one."""
    incomes = forms.get(("household_income", period))
    if incomes is None:
        return rows["income_per_head_yuan"]
    stated = incomes.set_index("household_code")["net_income_per_head_yuan"].reindex(rows["household_code"])
    is_of_year = (rows["review_year"] == int(period[:4])).to_numpy() & stated.notna().to_numpy()
    return rows["income_per_head_yuan"].where(~is_of_year, stated.to_numpy())
