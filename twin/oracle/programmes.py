"""Designated places, and who takes part in the five projects and three actions."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from twin.oracle.book import Book, end_of
from twin.oracle.loans import guaranteed
from twin.oracle.sides import Figure, side
from twin.oracle.villages import shell_cohort

DESIGNATIONS = ("municipal_key_township", "ethnic_township", "registered_poor_village")
COLLECTED = ("employment", "schooling", "training", "strong_towns", "envoys")


def runs(rows: pd.DataFrame, first: str, last: str, period: str) -> pd.DataFrame:
    """The rows whose time has begun and not ended on the period's last day."""
    day = end_of(period)
    begun = rows[first].map(lambda d: d is None or d != d or d <= day).astype(bool)
    open_ = rows[last].map(lambda d: d is None or d != d or d > day).astype(bool)
    return rows[begun & open_]


def designation_figures(book: Book, period: str) -> Iterator[Figure]:
    """Places on the office's lists."""
    rows = runs(book.state("designations", period), "designated_from", "designated_to", period)
    for designation in DESIGNATIONS:
        yield Figure(f"designated_{designation}", side(rows[rows["designation"] == designation], "place_code"))


def programme_figures(book: Book, period: str) -> Iterator[Figure]:
    """Subjects that take part, each counted once; three programmes follow from other forms."""
    rows = runs(book.state("programme_participation", period), "started_on", "ended_on", period)
    subject = rows["household_code"].where(rows["household_code"].notna(), rows["place_code"])
    place = rows["place_code"].where(rows["place_code"].notna(), rows["household_code"].str[:12])
    for programme in COLLECTED:
        of = rows["programme"] == programme
        key = rows["subject_kind"].astype(str) + ":" + subject.astype(str)
        yield Figure(f"programme_subjects_{programme}", side(rows[of], place[of], key=key[of]))
    pilots = book.state("reform_mechanisms", period)
    pilots = pilots[pilots["stage"] != "planned"]
    yield Figure("programme_subjects_demonstration", side(pilots, "pilot_place_code", key="pilot_place_code"))
    yield Figure("programme_subjects_guarantee", side(guaranteed(book, period), "village_code", key="household_code"))
    served = book.state("village_projects", period)
    served = served[served["village_code"].isin(shell_cohort(book, period))]
    yield Figure("programme_subjects_shell_villages", side(served, "village_code", key="village_code"))
