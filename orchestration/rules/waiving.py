"""Waive an alarm that was false, or take the waiver back: refused with a reason, or recorded with name and reason.

What a waiver means is told in ``decisions.waivers``.
"""

from __future__ import annotations

import duckdb

from orchestration.core.settings import Settings
from orchestration.decisions.decision import Decision, DecisionKind
from orchestration.decisions.log import append_decisions
from orchestration.decisions.waivers import latest_words
from orchestration.receive.known_moments import next_moment
from orchestration.rules.proposal import RuleError


def waive(settings: Settings, finding_id: str, by: str, reason: str) -> Decision:
    """Record that an alarm was false.

    Raises:
        RuleError: there is no such finding, it is waived already, or nobody or no reason is named.
    """
    _refuse_unknown(settings, finding_id)
    last = latest_words(settings).get(finding_id)
    if last is not None and last.kind == "finding_waived":
        raise RuleError(
            f"{finding_id}: waived already by {last.by} ({last.reason}). Reverse it before waiving it anew."
        )
    return _record(settings, "finding_waived", finding_id, by, reason)


def reverse(settings: Settings, finding_id: str, by: str, reason: str) -> Decision:
    """Record that a waiver no longer stands; both stay on record.

    Raises:
        RuleError: the finding is not waived, or nobody or no reason is named.
    """
    last = latest_words(settings).get(finding_id)
    if last is None or last.kind != "finding_waived":
        raise RuleError(
            f"{finding_id}: no waiver stands on it. `sanming rules show CODE` tells which findings are waived."
        )
    return _record(settings, "waiver_reversed", finding_id, by, reason)


def _record(settings: Settings, kind: DecisionKind, finding_id: str, by: str, reason: str) -> Decision:
    if not (by.strip() and reason.strip()):
        raise RuleError(f"{finding_id}: say who decides and why (--by, --reason); both are kept in the record.")
    decision = Decision(kind=kind, subject=finding_id, at=next_moment(settings), by=by.strip(), reason=reason.strip())
    append_decisions(settings, decision)
    return decision


def _refuse_unknown(settings: Settings, finding_id: str) -> None:
    files = [str(path) for path in sorted((settings.findings / "findings").glob("period=*/rows.parquet"))]
    query = "select 1 from read_parquet(?) where finding_id = ? limit 1"
    if not files or duckdb.execute(query, [files, finding_id]).fetchone() is None:
        raise RuleError(
            f"{finding_id}: no such finding in {settings.findings}. `sanming rules show CODE` lists those of a rule;"
            " an id has 32 digits."
        )
