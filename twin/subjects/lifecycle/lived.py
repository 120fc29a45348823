"""What the lists of a half-year repeat of the return before, and what they add of the life of households."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from twin.households import ENJOYING
from twin.life import ENDED, ENTRY, EXIT, MERGE, MOVE, REMOVAL, RETURN, SPLIT, Life, rates
from twin.person_states import last_day
from twin.places import words
from twin.subject import CityPlan, Forms
from twin.subjects.lifecycle.calendar import as_dates, later
from twin.subjects.lifecycle.decisions import OFFICE, decision_number, entry_days, exit_days
from twin.subjects.lifecycle.exits import review_rows, with_register
from twin.subjects.lifecycle.identification import DATES, GAPS, numbered, with_dates

# The decision numbers of a month: entries carry the month alone, the others follow in steps.
NUMBERS = {"entry": 0, "exit": 51, "return": 100, "remove": 120, "deregister": 140}
# Village and township notices of applications that ran at the end of the half-year before, as days after it.
NOTICES = (3, 9, 12, 18)
REFUSED_AT = "village_notice"
RECOGNISED_AFTER = 1


def running_approved(rows: pd.DataFrame, period: str, rng: np.random.Generator) -> pd.DataFrame:
    """Which of the applications that ran are approved in the half-year after, with the month of recognition.

    Args:
        rows: the list of applications of the half-year before.
        period: the half-year in which they are decided.
        rng: chance of its own.
    """
    running = rows[rows["outcome"] == "pending"]
    chosen = running[rng.random(len(running)) < rates(period)["approved"]["share"]]
    names = {"applicant_name": "name", "applicant_id_number": "id_number"}
    approved = chosen[["application_code", "village_code", *names]].rename(columns=names)
    return approved.assign(identified_on=date(int(period[:4]), 7, 1)).reset_index(drop=True)


def applications(plan: CityPlan, life: Life, period: str, forms: Forms) -> pd.DataFrame:
    """The year's applications: those told before, with what became of them, and those of new households."""
    entries = life.of(ENTRY)
    codes = dict(zip(entries["application_code"], entries["household_code"], strict=True))
    returned = forms["identification", plan.periods[-2]].astype(object).copy()
    end = pd.Timestamp(last_day(plan.periods[-2]))
    ran = returned["outcome"] == "pending"
    passed = ran & returned["application_code"].isin(codes)
    days = [(end + pd.Timedelta(days=n)).date() for n in NOTICES]
    returned.loc[ran, ["village_notice_from", "village_notice_to"]] = days[:2]
    returned.loc[passed, ["township_notice_from", "township_notice_to"]] = days[2:]
    returned.loc[passed, "outcome"] = "approved"
    returned.loc[passed, "household_code"] = returned.loc[passed, "application_code"].map(codes)
    returned.loc[ran & ~passed, ["outcome", "rejected_at", "objection_count"]] = "rejected", REFUSED_AT, 1
    fresh = _fresh_applications(plan, entries[entries["application_code"].isna()], period, forms)
    return pd.concat([returned, fresh], ignore_index=True).sort_values("application_code", kind="stable")


def _fresh_applications(plan: CityPlan, entries: pd.DataFrame, period: str, forms: Forms) -> pd.DataFrame:
    rng = plan.rng(f"lived applications {period}")
    register = forms["households", period].set_index("household_code")
    rows = pd.DataFrame({"household_code": entries["household_code"]}).reset_index(drop=True)
    rows["village_code"] = rows["household_code"].str[:12]
    decided = entry_days(rows["household_code"], entries["happened_on"].reset_index(drop=True))
    gaps = tuple(rng.integers(least, most + 1, len(rows)) for least, most in GAPS)
    first = decided - pd.to_timedelta(sum(gaps) + rng.integers(2, 6, len(rows)), unit="D")
    rows = numbered(with_dates(rows, first, gaps), first_number=1)
    rows["round"] = words()["lifecycle"]["round"].format(year=period[:4])
    rows["outcome"], rows["rejected_at"] = "approved", None
    rows["group_selected"] = rows["village_selected"] = True
    rows["applicant_name"] = register["head_name"].reindex(rows["household_code"]).to_numpy()
    rows["applicant_id_number"] = register["head_id_number"].reindex(rows["household_code"]).to_numpy()
    for name in DATES:
        rows[name] = as_dates(rows[name])
    return rows


def reviews(plan: CityPlan, life: Life, period: str, forms: Forms) -> pd.DataFrame:
    """The year's reviews: those of spring, and one before every exit of the year."""
    rng = plan.rng(f"lived reviews {period}")
    exits = life.of(EXIT)
    of_village = exits.assign(village_code=exits["household_code"].str[:12])
    november = pd.Series(pd.Timestamp(int(period[:4]), 11, 3), index=exits.index)
    rows = review_rows(of_village, later(november, rng, 0, 11), rng)
    rows["proposed_status"], rows["income_per_head_yuan"] = ENJOYING, np.nan
    rows = with_register(rows, period, forms)
    together = pd.concat([forms["exit_reviews", plan.periods[-2]], rows], ignore_index=True)
    return together.sort_values(["household_code", "reviewed_on"], kind="stable")


def changes(plan: CityPlan, life: Life, forms: Forms) -> pd.DataFrame:
    """The ledger of changes: as told before, and the splits, mergers, moves and endings of the half-year."""
    events = life.of(SPLIT, MERGE, MOVE, ENDED)
    out = events.assign(change_kind=events["kind"].map({MOVE: "moved_out"}).fillna(events["kind"]))
    moves = events[events["kind"] == MOVE]
    into = moves.assign(
        change_kind="moved_in", household_code=moves["other_household_code"],
        other_household_code=moves["household_code"],
    )  # fmt: skip
    rows = pd.concat([out, into], ignore_index=True)
    rows["village_code"] = rows["household_code"].str[:12]
    rows["persons_moved"] = rows["persons"].fillna(1).astype(int)
    year = rows["happened_on"].map(lambda day: f"{day:%Y}")
    serial = rows.groupby([rows["village_code"], year]).cumcount() + 1
    rows["change_code"] = rows["village_code"] + year + serial.map("{:04d}".format)
    rows = rows.rename(columns={"happened_on": "changed_on"})
    returned = forms["household_changes", plan.periods[-2]]
    return pd.concat([returned, rows[returned.columns]], ignore_index=True).sort_values("change_code", kind="stable")


def decisions(plan: CityPlan, life: Life, forms: Forms) -> pd.DataFrame:
    """The year's decisions: those told before, and one for every change of status that the half-year brought."""
    parts = [
        _decided(life, (ENTRY,), "entry", "household_code"),
        _decided(life, (SPLIT,), "entry", "household_code"),
        _decided(life, (MOVE,), "entry", "other_household_code"),
        _decided(life, (EXIT,), "exit", "household_code"),
        _decided(life, (RETURN,), "return", "household_code"),
        _decided(life, (REMOVAL,), "remove", "household_code"),
        _decided(life, (ENDED, MERGE, MOVE), "deregister", "household_code"),
    ]
    returned = forms["household_decisions", plan.periods[-2]]
    together = pd.concat([returned, *(part[returned.columns] for part in parts if len(part))], ignore_index=True)
    return together.sort_values(["submitter_code", "decision_number", "household_code"], kind="stable")


def _decided(life: Life, kinds: tuple[str, ...], decision: str, column: str) -> pd.DataFrame:
    events = life.of(*kinds)
    codes = events[column]
    if decision == "exit":
        days = exit_days(codes, pd.to_datetime(events["happened_on"]).dt.year)
    elif kinds == (ENTRY,):
        days = entry_days(codes, events["happened_on"])
    else:
        # What happened in a month is decided in the next.
        month = pd.to_datetime(events["happened_on"]) + pd.offsets.MonthBegin(RECOGNISED_AFTER)
        days = entry_days(codes, month)
    number = NUMBERS[decision] + (0 if decision == "exit" else days.dt.month)
    rows = pd.DataFrame({"submitter_code": codes.str[:6], "household_code": codes, "decision_kind": decision})
    rows["decided_on"] = as_dates(days)
    rows["deciding_office"], rows["township_code"], rows["village_code"] = OFFICE, codes.str[:9], codes.str[:12]
    rows["decision_number"] = [
        decision_number(county, day.year, int(n))
        for county, day, n in zip(rows["submitter_code"], days, np.broadcast_to(number, len(rows)), strict=True)
    ]
    return rows
