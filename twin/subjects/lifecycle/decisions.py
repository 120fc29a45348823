"""What the counties decide: entry, candidacy, exit, exit without policies; one decision per county, kind and month."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from twin.households import CANDIDATE, CANDIDATES_FROM, STABLE, household_status
from twin.places import seed, words
from twin.subject import CityPlan
from twin.subjects.lifecycle.calendar import as_dates, is_listed

OFFICE = "county_leading_group"
# Numbers of decisions that are not about entries, which carry the number of their month.
NUMBERS = {"entry": 0, "exit": 51, "exit_without_policy": 61, "pre_exit": 71}
STABLE_ON, CANDIDATE_ON = date(2017, 3, 15), date(2017, 5, 22)


def entry_days(household_codes: pd.Series, identified_on: pd.Series) -> pd.Series:
    """The day the county decided an entry: in the month of identification, one day for the whole county."""
    shift = household_codes.str[4:6].astype(int).to_numpy() % 7 + 19
    return pd.to_datetime(identified_on) + pd.to_timedelta(shift, unit="D")


def exit_days(household_codes: pd.Series, exit_year: pd.Series) -> pd.Series:
    """The day the county decided an exit: in the last third of its December."""
    shift = household_codes.str[4:6].astype(int).to_numpy() % 7 + 19
    december = pd.to_datetime(exit_year.astype(int).astype(str) + "-12-01")
    return december + pd.to_timedelta(shift, unit="D")


def household_decisions(plan: CityPlan, period: str) -> pd.DataFrame:
    """The ``household_decisions`` rows of a period."""
    households = plan.households[["household_code", "village_code", "identified_on", "exit_year"]]
    out = households[households["exit_year"] > 0]
    parts = [
        _decided(households, entry_days(households["household_code"], households["identified_on"]), "entry"),
        _decided(out, exit_days(out["household_code"], out["exit_year"]), "exit"),
    ]
    if period >= CANDIDATES_FROM:
        status = household_status(plan.households, period)
        for code, day, kind in (
            (STABLE, STABLE_ON, "exit_without_policy"),
            (CANDIDATE, CANDIDATE_ON, "pre_exit"),
        ):
            chosen = households[status == code]
            parts.append(_decided(chosen, pd.Series(pd.Timestamp(day), index=chosen.index), kind))
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[is_listed(plan, period, rows["decided_on"])].copy()
    month = np.where(rows["decision_kind"] == "entry", rows["decided_on"].dt.month, 0)
    number = rows["decision_kind"].map(NUMBERS).to_numpy() + month
    rows["decision_number"] = [
        decision_number(county, year, n)
        for county, year, n in zip(rows["submitter_code"], rows["decided_on"].dt.year, number, strict=True)
    ]
    rows["decided_on"] = as_dates(rows["decided_on"])
    return rows.sort_values(["submitter_code", "decision_number", "household_code"], kind="stable")


def _decided(households: pd.DataFrame, days: pd.Series, kind: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "submitter_code": households["village_code"].str[:6],
            "household_code": households["household_code"],
            "decided_on": days,
            "decision_kind": kind,
            "deciding_office": OFFICE,
            "township_code": households["village_code"].str[:9],
            "village_code": households["village_code"],
        }
    )


@cache
def _county_names() -> dict[str, str]:
    divisions = seed("division_2017")
    return dict(zip(divisions["code"], divisions["name"], strict=True))


def decision_number(county: str, year: int, number: int) -> str:
    """The number of a county's decision, as its papers carry it."""
    wording: str = words()["lifecycle"]["decision_number"]
    return wording.format(place=_county_names()[county][0], year=year, number=number)
