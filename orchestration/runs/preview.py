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
class Trial:
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


def try_file(settings: Settings, path: Path) -> Trial:
    """Receive, read and check a file in a trial home."""
    with tempfile.TemporaryDirectory(prefix="sanming-check-") as folder:
        trial = replace(settings.with_home(Path(folder)), settle_seconds=0.0, workers=1, failpoint=None)
        if settings.acts.is_dir():
            shutil.copytree(settings.acts, trial.acts)  # a return of a closed period is refused
        if holds_returns(settings):
            copy_key(settings, trial)  # else the same person would have another token
        receipt = _receive_alone(trial, path)
        if receipt.period is not None and receipt.submitter_code is not None:
            _bring_context(settings, trial, receipt)
        land(trial, decide=False)
        check_periods(trial, (receipt.period,) if receipt.period else ())
        return Trial(receipt, _verdicts(trial, receipt), _findings(trial, receipt))


def _receive_alone(trial: Settings, path: Path) -> Receipt:
    trial.inbox.mkdir(parents=True)
    target = trial.inbox / path.name
    shutil.copyfile(path, target)
    os.utime(target, (0, 0))  # it is written, whatever this machine's clock says
    (receipt,) = receive(trial).received
    return receipt


def _bring_context(settings: Settings, trial: Settings, receipt: Receipt) -> None:
    """The same submitter's other submissions of the period, every earlier period's accepted rows and verdicts."""
    for earlier in list_receipts(settings):
        if (earlier.period, earlier.submitter_code) == (receipt.period, receipt.submitter_code):
            place = Path(str(earlier.period)) / str(earlier.submitter_code) / earlier.submission_id
            shutil.copytree(settings.archive / place, trial.archive / place)
    for relation in (*settings.accepted.glob("*"), settings.findings / "submissions"):
        for rows in earlier_files(relation, str(receipt.period)):
            target = trial.warehouse / rows.relative_to(settings.warehouse)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(rows)


def _select(trial: Settings, table: str, receipt: Receipt, columns: str, order: str) -> list[tuple[Any, ...]]:
    path = trial.findings / table / f"period={receipt.period or UNKNOWN}" / "rows.parquet"
    query = f"select {columns} from read_parquet(?) where submission_id = ? order by {order}"
    return duckdb.execute(query, [str(path), receipt.submission_id]).fetchall()


def _verdicts(trial: Settings, receipt: Receipt) -> dict[str, tuple[str, int, int, int]]:
    columns = "coalesce(form, '-'), verdict, rows_read, rows_accepted, rows_held"
    rows = _select(trial, "submissions", receipt, columns, "form")
    return {form: (verdict, read or 0, accepted or 0, held or 0) for form, verdict, read, accepted, held in rows}


def _findings(trial: Settings, receipt: Receipt) -> tuple[TrialFinding, ...]:
    columns = "severity, form, sheet, row_number, cell, rule_code, value, message, fix"
    order = "form nulls first, sheet nulls first, row_number nulls first, cell, rule_code"
    found = (TrialFinding(*row) for row in _select(trial, "findings", receipt, columns, order))
    return tuple(_as_of_a_check(finding, receipt.original_name) for finding in found)


def _as_of_a_check(finding: TrialFinding, file: str) -> TrialFinding:
    """The finding without what only a night does: a check tells nobody."""
    words = load_screen()["instead"].get(finding.rule_code, {})
    return replace(finding, **{name: text.format(file=file) for name, text in words.items()})
