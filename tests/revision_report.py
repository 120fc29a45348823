"""Writes docs/revision_report.md from a home in which the scripted year was played.

``python -m tests.revision_report HOME docs/revision_report.md``. The words are those of ``revision_report.txt`` beside
this module; its lines that begin with ``@`` give way to what ``sanming revisions`` prints.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from orchestration.core.settings import Settings
from orchestration.explain.revisions.report import Wanted, report
from orchestration.explain.revisions.text import report_lines, triangle_lines
from orchestration.release.history import Known, known_releases
from orchestration.release.manifest import read_release
from orchestration.release.triangle import read_steps
from orchestration.release.views import ensure_views

CITY = "350400"
_REGISTER = (
    "select form, submitter_code, period, correction_kind, is_explained, rows_changed, rows_added, rows_withdrawn\n"
    "from reports.correction_known_on('2017-12-31')\n"
    "order by received_at, form"
)


def lines(settings: Settings) -> Iterator[str]:
    """The whole page; each report is that of the next two releases."""
    views, pairs = ensure_views(settings), pairwise(known_releases(settings))
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        what, *words = line.split(" ")
        if what == "@report":
            yield from _report(settings, next(pairs), tuple(words))
        elif what == "@triangle":
            yield from triangle_lines(read_steps(views, words[0], CITY, "2017"))
        elif what == "@register":
            yield from _answer(views, _REGISTER)
        else:
            yield line


def _report(settings: Settings, pair: tuple[Known, Known], indicators: tuple[str, ...]) -> Iterator[str]:
    before, after = (read_release(settings, one.manifest.release_id) for one in pair)
    *told, last = report_lines(report(settings, before, after, Wanted(indicators=indicators)), everything=True)
    for line in (*told, last) if last else told:
        yield f"##{line}" if line.startswith("#") else line  # a page has one title


def _answer(views: Path, query: str) -> Iterator[str]:
    with duckdb.connect(str(views), read_only=True) as connection:
        answer = connection.execute(query)
        names = [column[0] for column in answer.description or []]
        rows = answer.fetchall()
    yield from ("```sql", f"{query};", "```", "")
    yield f"| {' | '.join(names)} |"
    yield f"| {' | '.join('---' for _ in names)} |"
    for row in rows:
        yield f"| {' | '.join(_text(value) for value in row)} |"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


if __name__ == "__main__":
    played = replace(Settings(home=Path(sys.argv[1]).resolve()), keep_workings=9)
    Path(sys.argv[2]).write_text("\n".join(lines(played)) + "\n", encoding="utf-8")
