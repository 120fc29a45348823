"""Files that the system could not read: the verdict on them, the decision that records it, and the engineer's record.

The decision says by which version of reading and why, without a value of the file; the traceback, which quotes cells,
is kept in a restricted place of the home and nowhere else. A later version tries again, once, and that is a decision
as well: what a file says is known from that moment on. How a failure is noticed is ``child``'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any

import duckdb

from orchestration.core.logic_version import READING_VERSION
from orchestration.core.settings import Settings
from orchestration.decisions.decision import READING_KINDS, SYSTEM, Decision, DecisionKind
from orchestration.decisions.log import append_decisions, list_decisions
from orchestration.receive.archive import FormNotice, Receipt
from orchestration.receive.known_moments import next_moment
from orchestration.workbook.child import Failure
from orchestration.workbook.notices import FileFinding, Notice

CODE = "FL-23"


def last_outcomes(settings: Settings) -> dict[str, Decision]:
    """Submission → what was last recorded about reading it; most have nothing recorded."""
    return {decision.subject: decision for decision in list_decisions(settings, READING_KINDS)}


def create_read_again(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Create table ``read_again``: the submissions that could be read only later, and from when on they are known."""
    connection.execute("create or replace table read_again (submission_id varchar, known_at timestamp)")
    decisions = {
        decision.subject: decision.at for decision in list_decisions(settings, ("file_read_again",))
    }  # the last of each
    for submission_id, at in decisions.items():
        connection.execute(
            "insert into read_again values (?, ?)", [submission_id, at.astimezone(UTC).replace(tzinfo=None)]
        )


def was_not_identified(receipt: Receipt) -> bool:
    """Whether a file could not be looked into when it was received."""
    return any(finding.code == CODE for finding in receipt.findings)


def refusal() -> Notice:
    """What its sender is told."""
    return Notice(CODE)


def record_unreadable(settings: Settings, failures: Mapping[str, Failure]) -> None:
    """Record that some submissions could not be read by this version of reading."""
    for submission_id, failure in failures.items():
        _keep_trace(settings, submission_id, failure)
    outcomes = [(submission_id, failure.reason, None) for submission_id, failure in sorted(failures.items())]
    _record(settings, "file_unreadable", outcomes)


def record_read_again(settings: Settings, receipts: list[Receipt], earlier: Mapping[str, Decision]) -> None:
    """Record that submissions which could not be read were read by this version, with what was not understood before.

    Args:
        settings: the home.
        receipts: as their files are identified now.
        earlier: what was last recorded about them.
    """
    outcomes = []
    for receipt in receipts:
        before = earlier[receipt.submission_id]
        reason = f"could not be read by version {before.version}: {before.reason}"
        outcomes.append((receipt.submission_id, reason, _identified(receipt) if receipt.kept_in is not None else None))
    _record(settings, "file_read_again", outcomes)


def _record(settings: Settings, kind: DecisionKind, outcomes: Sequence[tuple[str, str, dict[str, Any] | None]]) -> None:
    """Record the same of some submissions (with the reason, and what their files say), each at a moment of its own."""
    if not outcomes:
        return
    at = next_moment(settings)
    append_decisions(
        settings,
        *(
            Decision(
                kind=kind,
                subject=subject,
                at=at + timedelta(microseconds=number),
                by=SYSTEM,
                reason=reason,
                version=READING_VERSION,
                identified=identified,
            )
            for number, (subject, reason, identified) in enumerate(outcomes)
        ),
    )


_SAID = ("submitter_code", "period", "template_version", "forms", "findings")


def _identified(receipt: Receipt) -> dict[str, Any]:
    return receipt.model_dump(mode="json", include=set(_SAID))


def identified_again(
    receipt: Receipt, forms: tuple[FormNotice, ...], findings: tuple[FileFinding, ...], **said: str | None
) -> Receipt:
    """A receipt with what its file turned out to say; it stays in its folder."""
    place = f"{receipt.period or 'unknown'}/{receipt.submitter_code or 'unknown'}"
    changes = {"forms": forms, "findings": findings, "kept_in": receipt.kept_in or place, **said}
    return receipt.model_copy(update=changes)


def _keep_trace(settings: Settings, submission_id: str, failure: Failure) -> None:
    """The traceback, for the engineer's eyes only."""
    settings.errors.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.errors / f"{submission_id}_reading-{READING_VERSION}.txt"
    path.touch(mode=0o600)
    path.write_text(f"{failure.reason}\n\n{failure.trace}", encoding="utf-8", errors="backslashreplace")
