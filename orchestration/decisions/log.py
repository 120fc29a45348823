"""The log of decisions: one file in the archive, a decision a line; its one writer and its one reader.

Nothing in it is ever changed: a later decision undoes an earlier one, and what follows from them (a closed period, what
readers may see) is derived anew by who asks. A line stands once it is ended: what a killed process left half-written
was never decided. Like receipts, the log is part of what a backup must hold.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from filelock import FileLock
from pydantic import ValidationError

from orchestration.core import clock
from orchestration.core.failpoints import failpoint
from orchestration.core.fsync import flush
from orchestration.core.settings import Settings
from orchestration.decisions.decision import Decision, DecisionKind, DecisionLogError
from orchestration.decisions.old_home import old_decisions, remove_replaced


def append_decisions(settings: Settings, *decisions: Decision) -> None:
    """Add decisions to the end of the log; when this returns a power cut finds them on disk.

    The log has a lock of its own, held for a moment: cells are read and findings waived while a night is at work.
    """
    settings.archive.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.decision_log
    with FileLock(path.with_suffix(".lock")):
        if not path.is_file():
            _create(settings, path)
        remove_replaced(settings)
        with path.open("r+b") as log:
            log.truncate(_whole(log.read()))
            log.seek(0, os.SEEK_END)
            log.write(b"".join(map(_line, decisions)))
        flush(path)


def take(
    kind: DecisionKind,
    subject: str,
    by: str,
    reason: str,
    *,
    before: str | None = None,
    until_moment: datetime | None = None,
) -> Decision:
    """A decision taken now, not recorded yet; ``before`` is the release that readers saw until then."""
    return Decision(
        kind=kind, subject=subject, at=clock.now(), by=by, reason=reason, before=before, until_moment=until_moment
    )


def decide(
    settings: Settings, kind: DecisionKind, subject: str, by: str, reason: str, *, before: str | None = None
) -> None:
    """Take one decision and record it."""
    append_decisions(settings, take(kind, subject, by, reason, before=before))


def read_decisions(settings: Settings) -> tuple[Decision, ...]:
    """All decisions in the order in which they were recorded; of a home without a log what it recorded before.

    Raises:
        DecisionLogError: something in the log, or in what came before it, is no decision.
    """
    path = settings.decision_log
    earlier = () if path.is_file() else old_decisions(settings)
    # Asked again: another process may have made it since.
    return _parse(path) if path.is_file() else earlier


def list_decisions(
    settings: Settings, kinds: Iterable[DecisionKind], known_on: datetime | None = None
) -> tuple[Decision, ...]:
    """The decisions of some kinds in the order of their time, up to a moment."""
    wanted = set(kinds)
    found = (decision for decision in read_decisions(settings) if decision.kind in wanted)
    return tuple(
        sorted((one for one in found if known_on is None or one.at <= known_on), key=lambda decision: decision.at)
    )


def copy_decisions(
    source: Settings, target: Settings, kinds: Iterable[DecisionKind], known_on: datetime | None = None
) -> None:
    """Record in another home what was decided in this one up to a moment, as it was decided."""
    append_decisions(target, *list_decisions(source, kinds, known_on))


def _create(settings: Settings, path: Path) -> None:
    """Begin the log with what an old home had recorded, in one step."""
    written = path.with_suffix(".tmp")
    written.write_bytes(b"".join(map(_line, old_decisions(settings))))
    written.chmod(0o600)
    flush(written)
    failpoint(settings, "decisions.before_rename")
    written.replace(path)
    flush(path.parent)


def _line(decision: Decision) -> bytes:
    return decision.model_dump_json(exclude_none=True).encode() + b"\n"


def _whole(content: bytes) -> int:
    """How much of the content is ended lines."""
    return content.rfind(b"\n") + 1


def _parse(path: Path) -> tuple[Decision, ...]:
    content = path.read_bytes()
    found = []
    for number, line in enumerate(content[: _whole(content)].split(b"\n")[:-1], start=1):
        try:
            found.append(Decision.model_validate_json(line))
        except ValidationError:
            # Without its words, which could quote a person.
            raise DecisionLogError(
                f"{path}: line {number} cannot be read; expected one decision. Restore the file from the backup, or"
                " mend the line by hand and keep a copy of what it was."
            ) from None
    return tuple(found)
