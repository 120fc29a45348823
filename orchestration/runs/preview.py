"""`sanming check`: what a night would say to one file, tried in a home that is thrown away.

The trial home sees what the same submitter already sent for the period and what was accepted earlier, so
that rules across forms and against the last period judge as they would at night. Nothing of the real home changes.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from expectations.wording import load_screen
from orchestration.check.environment import earlier_files
from orchestration.check.run import check_periods
from orchestration.core.settings import Settings
from orchestration.decisions.decision import FIGURE_KINDS
from orchestration.decisions.log import copy_decisions
from orchestration.home.token_key import copy_key, holds_returns
from orchestration.read.landing import land
from orchestration.receive.archive import UNKNOWN, Receipt, list_receipts
from orchestration.receive.inbox import receive


@dataclass(frozen=True)
class TrialFinding:
    """One finding as a clerk reads it."""

    severity: str
    form: str | None
    sheet: str | None
    row_number: int | None
    cell: str | None
    rule_code: str
    value: str | None
    message: str
    fix: str


@dataclass(frozen=True)
class Preview:
    """The outcome for one file. ``verdicts`` is form → (verdict, read, accepted, held)."""

    receipt: Receipt
    verdicts: dict[str, tuple[str, int, int, int]]
    findings: tuple[TrialFinding, ...]

    @property
    def is_unreadable(self) -> bool:
        return self.receipt.is_refused

    @property
    def is_blocked(self) -> bool:
        return any(finding.severity == "block" for finding in self.findings)


def preview_file(settings: Settings, path: Path) -> Preview:
    """Receive, read and check a file in a trial home."""
    with tempfile.TemporaryDirectory(prefix="sanming-check-") as folder:
        preview = replace(settings.with_home(Path(folder)), settle_seconds=0.0, workers=1, failpoint=None)
        copy_decisions(settings, preview, FIGURE_KINDS)  # a return of a closed period is refused
        if holds_returns(settings):
            copy_key(settings, preview)  # else the same person would have another token
        receipt = _receive_alone(preview, path)
        if receipt.period is not None and receipt.submitter_code is not None:
            _bring_context(settings, preview, receipt)
        land(preview, decide=False)
        check_periods(preview, (receipt.period,) if receipt.period else ())
        return Preview(receipt, _verdicts(preview, receipt), _findings(preview, receipt))


def _receive_alone(preview: Settings, path: Path) -> Receipt:
    preview.inbox.mkdir(parents=True)
    target = preview.inbox / path.name
    shutil.copyfile(path, target)
    os.utime(target, (0, 0))  # it is written, whatever this machine's clock says
    (receipt,) = receive(preview).received
    return receipt


def _bring_context(settings: Settings, preview: Settings, receipt: Receipt) -> None:
    """The same submitter's other submissions of the period, every earlier period's accepted rows and verdicts."""
    for earlier in list_receipts(settings):
        if (earlier.period, earlier.submitter_code) == (receipt.period, receipt.submitter_code):
            place = Path(str(earlier.period)) / str(earlier.submitter_code) / earlier.submission_id
            shutil.copytree(settings.archive / place, preview.archive / place)
    for relation in (*settings.accepted.glob("*"), settings.findings / "submissions"):
        for rows in earlier_files(relation, str(receipt.period)):
            target = preview.warehouse / rows.relative_to(settings.warehouse)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(rows)


def _select(preview: Settings, table: str, receipt: Receipt, columns: str, order: str) -> list[tuple[Any, ...]]:
    path = preview.findings / table / f"period={receipt.period or UNKNOWN}" / "rows.parquet"
    query = f"select {columns} from read_parquet(?) where submission_id = ? order by {order}"
    return duckdb.execute(query, [str(path), receipt.submission_id]).fetchall()


def _verdicts(preview: Settings, receipt: Receipt) -> dict[str, tuple[str, int, int, int]]:
    columns = "coalesce(form, '-'), verdict, rows_read, rows_accepted, rows_held"
    rows = _select(preview, "submissions", receipt, columns, "form")
    return {form: (verdict, read or 0, accepted or 0, held or 0) for form, verdict, read, accepted, held in rows}


def _findings(preview: Settings, receipt: Receipt) -> tuple[TrialFinding, ...]:
    columns = "severity, form, sheet, row_number, cell, rule_code, value, message, fix"
    order = "form nulls first, sheet nulls first, row_number nulls first, cell, rule_code"
    found = (TrialFinding(*row) for row in _select(preview, "findings", receipt, columns, order))
    return tuple(_as_of_a_check(finding, receipt.original_name) for finding in found)


def _as_of_a_check(finding: TrialFinding, file: str) -> TrialFinding:
    """The finding without what only a night does: a check tells nobody."""
    words = load_screen()["instead"].get(finding.rule_code, {})
    return replace(finding, **{name: text.format(file=file) for name, text in words.items()})
