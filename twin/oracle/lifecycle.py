"""What becomes of households in a year: entries, exits, returns, applications, reviews, decisions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd

from twin.oracle.book import Book, end_of
from twin.oracle.households import register
from twin.oracle.persons import counted_once, persons
from twin.oracle.sides import Figure, side
from twin.oracle.villages import cohort
from twin.places import seed

STEP_DAYS = ("group_selected_on", "village_selected_on", "group_notice_to", "village_notice_to", "township_notice_to")
GUARANTEES = ("food", "clothing", "education", "medical", "housing")


def flow_figures(book: Book, period: str) -> Iterator[Figure]:
    """Households that left poverty, were identified or fell back in the year; persons are rows of members."""
    households, members = register(book, period), persons(book, period)
    year = period[:4]
    for name, happened in (("exits", _exits), ("entries", _entries)):
        yield Figure(f"{name}_households", side(households[happened(households, year)], "village_code"))
        yield Figure(f"{name}_persons", side(members[happened(members, year)], "village_code"))
    before = f"{int(year) - 1}-12"
    earlier, then = register(book, before), persons(book, before)
    had_left = set(earlier.loc[earlier["has_left"], "household_code"])
    back = households[households["is_poor"] & households["household_code"].isin(had_left)]
    persons_back = side(members[members["is_poor"] & members["household_code"].isin(had_left)], "village_code")
    knows = partial(_knows, book, before)
    yield Figure("returns_households", side(back, "village_code"), knows=knows)
    yield Figure("returns_persons", persons_back, knows=knows)
    asked = frozenset(households["village_code"].str[:9])
    out = side(then[then["has_left"]], "village_code")
    yield Figure("return_rate", persons_back, out, knows=knows, asked=asked)


def _knows(book: Book, before: str, township: str) -> bool:
    return book.last_return("households", township, before) is not None


def _exits(rows: pd.DataFrame, year: str) -> pd.Series:
    return rows["has_left"] & (rows["exit_year"].map(lambda value: str(value)[:4]) == year)


def _entries(rows: pd.DataFrame, year: str) -> pd.Series:
    return rows["identified_on"].map(lambda value: str(value)[:4]) == year


def decision_figures(book: Book, period: str) -> Iterator[Figure]:
    """Share of the registered whose entry or exit a county decided."""
    households = register(book, period)
    decisions = book.of_years("household_decisions", period)
    decisions = decisions[decisions["decided_on"].map(lambda day: str(day)[:10]) <= f"{end_of(period)}"]
    recorded = households[households["household_code"].isin(decisions["household_code"])]
    yield Figure("recorded_share", side(recorded, "village_code"), side(households, "village_code"))


def application_figures(book: Book, period: str) -> Iterator[Figure]:
    """Applications of the year, by outcome and by the step they failed at."""
    rows = book.of_years("identification", period)
    rows = rows[_is_of_year_so_far(rows["applied_on"], period)]
    yield Figure("applications", side(rows, "village_code"))
    rows = rows[_last_step(rows) <= f"{end_of(period)}"]
    told = rows[rows["outcome"].isin(["approved", "rejected"])]
    approved = side(told[told["outcome"] == "approved"], "village_code")
    yield Figure("approved_share", approved, side(told, "village_code"))
    for stage in seed("code_identification_stage")["code"]:
        failed = rows[(rows["outcome"] == "rejected") & (rows["rejected_at"] == stage)]
        yield Figure(f"rejected_{stage}", side(failed, "village_code"))


def _last_step(applications: pd.DataFrame) -> pd.Series:
    """The day of the last step that has one; before all days where none has."""
    days = applications[list(STEP_DAYS)].map(lambda day: "" if pd.isna(day) else str(day)[:10])
    return days.max(axis="columns")


def _is_of_year_so_far(days: pd.Series, period: str) -> pd.Series:
    told = days.map(lambda day: str(day)[:10])
    return (told.str[:4] == period[:4]) & (told <= f"{end_of(period)}")


def review_figures(book: Book, period: str) -> Iterator[Figure]:
    """The five guarantees of those whose exit was reviewed in the year, by the last review."""
    rows = book.of_years("exit_reviews", period)
    rows = rows[_is_of_year_so_far(rows["reviewed_on"], period)]
    last = rows.sort_values("reviewed_on", kind="stable").drop_duplicates("household_code", keep="last")
    everyone = side(last, "village_code")
    secured = pd.DataFrame({name: last[f"{name}_secured"].eq(True) for name in GUARANTEES})
    for name in GUARANTEES:
        yield Figure(f"exit_guaranteed_{name}", side(last[secured[name]], "village_code"), everyone)
    yield Figure("exit_guaranteed_all", side(last[secured.all(axis=1)], "village_code"), everyone)


def cohort_figures(book: Book, period: str) -> Iterator[Figure]:
    """Of those who were poor at the end of 2015, who has left poverty; who is no longer registered has not."""
    baseline = cohort(book, "poor_persons")
    if baseline not in book.periods or period < baseline:
        return
    then, now = (counted_once(book, day, persons(book, day)) for day in (baseline, period))
    poor = then[then["is_poor"]]
    out = set(now.loc[now["has_left"], "person"])
    yield Figure("cohort_exit_rate", side(poor[poor["person"].isin(out)], "village_code"), side(poor, "village_code"))
