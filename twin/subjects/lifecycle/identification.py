"""Applications for recognition: one behind every household, and a few that were refused or still run.

One application, two selections, three notices; the county decides after the last notice.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from twin.identity import ADDRESS_CODES
from twin.people import MALE
from twin.places import words
from twin.subject import CityPlan, Forms
from twin.subjects.lifecycle.calendar import as_dates, is_listed, later
from twin.subjects.lifecycle.changes import split_households
from twin.subjects.lifecycle.decisions import entry_days

STEPS = {
    "application": ("applied_on",),
    "selection": ("group_selected_on", "village_selected_on"),
    "notice": ("group_notice_from", "village_notice_from", "township_notice_from"),
}
DATES = (
    "applied_on", "group_selected_on", "village_selected_on", "group_notice_from", "group_notice_to",
    "village_notice_from", "village_notice_to", "township_notice_from", "township_notice_to",
)  # fmt: skip
# Days from one date to the next, least and most.
GAPS = ((3, 12), (4, 9), (1, 4), (6, 6), (1, 3), (6, 6), (2, 4), (6, 6))
STAGES = ("group_selection", "village_selection", "group_notice", "village_notice", "township_notice")
# How many of the dates there are when an application stops at a stage.
DATES_UNTIL = (2, 3, 5, 7, 9)
REFUSED_SHARE = 0.045
# Refused applications by year, as parts of all; the last year's also has some that still run.
REFUSED_BY_YEAR = {2014: 0.5, 2015: 0.32, 2016: 0.12, 2017: 0.06}
RUNNING_SHARE = 0.004
RUNNING_SINCE = date(2017, 5, 20)


def identifications(plan: CityPlan, period: str, forms: Forms) -> pd.DataFrame:
    """The ``identification`` rows of a period."""
    approved = _approved(plan)
    refused = _refused(plan)
    approved = approved[is_listed(plan, period, approved["applied_on"])]
    register = forms["households", period].set_index("household_code")
    approved["applicant_name"] = register["head_name"].reindex(approved["household_code"]).to_numpy()
    approved["applicant_id_number"] = register["head_id_number"].reindex(approved["household_code"]).to_numpy()
    refused = _named(plan, period, refused[is_listed(plan, period, refused["applied_on"])])
    rows = pd.concat([approved, refused], ignore_index=True)
    for name in DATES:
        rows[name] = as_dates(rows[name])
    return rows.sort_values("application_code", kind="stable")


def _approved(plan: CityPlan) -> pd.DataFrame:
    rng = plan.rng("lifecycle applications")
    households = plan.households[~plan.households["household_code"].isin(split_households(plan))]
    rows = households[["village_code", "household_code", "identified_on"]].reset_index(drop=True)
    decided = entry_days(rows["household_code"], rows["identified_on"])
    steps = [tuple(rng.integers(least, most + 1, len(rows)) for least, most in GAPS)]
    span = sum(steps[0])
    first = decided - pd.to_timedelta(span + rng.integers(2, 6, len(rows)), unit="D")
    rows = with_dates(rows, first, steps[0])
    rows["round"] = [words()["lifecycle"]["round"].format(year=day[:4]) for day in rows.pop("identified_on")]
    rows["outcome"], rows["rejected_at"] = "approved", None
    rows["group_selected"] = rows["village_selected"] = True
    return numbered(rows, first_number=1)


def with_dates(rows: pd.DataFrame, first: pd.Series, gaps: tuple[np.ndarray, ...]) -> pd.DataFrame:
    """The days of all steps, from the first one and the days between them."""
    day = pd.to_datetime(pd.Series(first).reset_index(drop=True))
    for name, gap in zip(DATES, (*gaps, None), strict=True):
        rows[name] = day
        day = day if gap is None else day + pd.to_timedelta(gap, unit="D")
    rows["application_kind"], rows["objection_count"] = "new", 0
    return rows


def numbered(rows: pd.DataFrame, first_number: int) -> pd.DataFrame:
    """Codes of applications that count up within a village and year."""
    year = rows["applied_on"].dt.year.astype(str)
    serial = rows.groupby([rows["village_code"], year]).cumcount() + first_number
    rows["application_code"] = rows["village_code"] + year + serial.map("{:04d}".format)
    return rows


def _refused(plan: CityPlan) -> pd.DataFrame:
    rng = plan.rng("lifecycle refusals")
    count = max(len(_first_villages(plan)) * 3, round(REFUSED_SHARE * len(plan.households)))
    running = max(len(_first_villages(plan)), round(RUNNING_SHARE * len(plan.households)))
    villages = plan.households["village_code"].to_numpy()
    years = rng.choice(list(REFUSED_BY_YEAR), count, p=list(REFUSED_BY_YEAR.values()))
    # Nothing that ends by June is refused later than March; every township has one in the last year.
    days = np.where(years == 2017, rng.integers(10, 80, count), rng.integers(10, 270, count))
    first = [date(int(year), 1, 1) + timedelta(days=int(day)) for year, day in zip(years, days, strict=True)]
    rows = pd.DataFrame({"village_code": rng.choice(villages, count), "household_code": None})
    everywhere = _first_villages(plan)
    rows.loc[: len(everywhere) - 1, "village_code"] = everywhere
    first[: len(everywhere)] = [date(2017, 1, 1) + timedelta(days=10 + i % 70) for i in range(len(everywhere))]
    rows = with_dates(rows, pd.Series(first), tuple(rng.integers(a, b + 1, count) for a, b in GAPS))
    stage = rng.choice(len(STAGES), count, p=(0.4, 0.34, 0.08, 0.1, 0.08))
    stage[: len(everywhere)] = 1
    rows = _stopped(rows, np.array(DATES_UNTIL)[stage])
    rows["outcome"], rows["rejected_at"] = "rejected", np.array(STAGES)[stage]
    rows["objection_count"] = np.where(stage >= 2, 1, 0)
    rows["group_selected"] = pd.Series(stage > 0, dtype=object)
    rows["village_selected"] = pd.Series(stage > 1, dtype=object).where(stage > 0, None)
    return numbered(pd.concat([rows, _running(plan, running, rng)], ignore_index=True), first_number=5001)


def _first_villages(plan: CityPlan) -> list[str]:
    """The first village of every township that has one."""
    return plan.villages.drop_duplicates("township_code")["code"].tolist()


def _running(plan: CityPlan, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Applications of the last weeks: selected, the first notice runs."""
    rows = pd.DataFrame({"village_code": rng.choice(plan.households["village_code"].to_numpy(), count)})
    rows["household_code"] = None
    everywhere = _first_villages(plan)
    rows.loc[: len(everywhere) - 1, "village_code"] = everywhere
    first = later(pd.Series([pd.Timestamp(RUNNING_SINCE)] * count), rng, 0, 5)
    rows = with_dates(rows, first, tuple(rng.integers(a, b + 1, count) for a, b in GAPS))
    rows = _stopped(rows, np.full(count, 5))
    rows["outcome"], rows["rejected_at"] = "pending", None
    rows["group_selected"] = rows["village_selected"] = True
    return rows


def _stopped(rows: pd.DataFrame, known: np.ndarray) -> pd.DataFrame:
    for number, name in enumerate(DATES):
        rows[name] = rows[name].where(number < known)
    rows["round"] = [words()["lifecycle"]["round"].format(year=day.year) for day in rows["applied_on"]]
    return rows


def _named(plan: CityPlan, period: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Applicants who stand in no register: fictional ones of their own."""
    rng = plan.rng(f"lifecycle applicants {period}")
    people = plan.people_apart(f"lifecycle {period}")
    births = [date(1950, 1, 1) + timedelta(days=int(n)) for n in rng.integers(0, 12_000, len(rows))]
    rows["applicant_name"] = people.names(len(rows))
    rows["applicant_id_number"] = [
        people.id_number(ADDRESS_CODES[i % len(ADDRESS_CODES)], birth, MALE) for i, birth in enumerate(births)
    ]
    return rows
