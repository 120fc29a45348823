"""Writes docs/revision_report.md from a home in which the scripted year was played, with a short reading of each part.

``python -m tests.revision_report HOME docs/revision_report.md``. The tables are what ``sanming revisions`` prints; the
readings are written by hand and name figures of the tables, which stay as they are since the year does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from orchestration.release.as_known import Known, ensure_views, known_releases
from orchestration.release.manifest import read_release
from orchestration.release.revisions import Wanted, report
from orchestration.release.triangle import read_steps
from orchestration.revision_text import report_lines, triangle_lines
from orchestration.settings import Settings

CITY = "350400"
PERSONS = ("registered_persons", "poor_persons", "exit_rate")
MONEY = ("loan_balance", "village_income_mean", "operating_income_share")
LATER = ("dividends_paid", "subsidy_paid_rate", "insurance_claims_paid")


@dataclass(frozen=True)
class Chapter:
    """One step of the year: what happened, which figures are shown, and how an auditor reads them."""

    title: str
    happened: str
    indicators: tuple[str, ...]
    reading: str


CHAPTERS = (
    Chapter("A late township", "READING", PERSONS + MONEY, "READING"),
    Chapter("The next period restates the last", "READING", PERSONS + LATER, "READING"),
    Chapter("Corrections, one of them with a mistake", "READING", (*PERSONS, *MONEY, "rows_held"), "READING"),
    Chapter("A decision taken back", "READING", (*PERSONS, "status_differences"), "READING"),
    Chapter("A rule holds what it had let pass", "READING", (*PERSONS, "rows_held"), "READING"),
    Chapter("A boundary moves", "READING", (*PERSONS, "loan_balance"), "READING"),
)


def lines(settings: Settings) -> Iterator[str]:
    """The whole page."""
    known = known_releases(settings)
    yield "READING"
    yield ""
    for chapter, before, after in zip(CHAPTERS, known, known[1:], strict=False):
        yield f"## {chapter.title}"
        yield ""
        yield chapter.happened
        yield ""
        yield from _report(settings, before, after, chapter)
        yield "**Reading.** " + chapter.reading
        yield ""
    yield from _afterwards(settings)


def _report(settings: Settings, before: Known, after: Known, chapter: Chapter) -> Iterator[str]:
    sides = [read_release(settings, one.manifest.release_id) for one in (before, after)]
    found = report(settings, sides[0], sides[1], Wanted(indicators=chapter.indicators))
    for line in report_lines(found):
        yield f"##{line}" if line.startswith("#") else line  # one page has one title


def _afterwards(settings: Settings) -> Iterator[str]:
    views = ensure_views(settings)
    for indicator in ("registered_persons", "village_income_mean"):
        yield f"`sanming revisions triangle {indicator} --division {CITY}`:"
        yield ""
        yield from triangle_lines(read_steps(views, indicator, CITY, "2017"))
        yield ""
    with duckdb.connect(str(views), read_only=True) as connection:
        register = (
            "select form, submitter_code, period, correction_kind, is_explained, rows_changed, rows_added,"
            " rows_withdrawn from reports.correction_known_on('2017-12-31') order by received_at, form"
        )
        yield from _answer(connection, register)


def _answer(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[str]:
    answer = connection.execute(query)
    names = [column[0] for column in answer.description or []]
    yield "```sql"
    yield f"{query};"
    yield "```"
    yield ""
    yield f"| {' | '.join(names)} |"
    yield f"| {' | '.join('---' for _ in names)} |"
    for row in answer.fetchall():
        yield f"| {' | '.join(_text(value) for value in row)} |"
    yield ""


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    home = replace(Settings(home=Path(sys.argv[1]).resolve()), keep_workings=9)
    Path(sys.argv[2]).write_text("\n".join(lines(home)).rstrip() + "\n", encoding="utf-8")
