"""Recorded acts: what a named person decided about a period, a release or a rule, when, and why.

An act is a file of its own in the archive and is never changed: a later act undoes an earlier one. What an act
means is told where it takes effect. What became of a file that could not be read is an act of the system. Like
receipts, acts are part of what a backup must hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from orchestration.core.fsync import flush
from orchestration.core.settings import Settings

DecisionKind = Literal[
    "period_closed",
    "period_reopened",
    "release_signed",
    "readers_rolled_back",
    "readers_resumed",
    "finding_waived",
    "waiver_reversed",
    "cells_read",
    "file_unreadable",
    "file_read_again",
]
# What the system itself decides about a received file, and what therefore is known from that moment on.
READING_KINDS: tuple[DecisionKind, ...] = ("file_unreadable", "file_read_again")
# A person's word that an alarm was false, and that it was not.
WAIVER_KINDS: tuple[DecisionKind, DecisionKind] = ("finding_waived", "waiver_reversed")


class Decision(BaseModel):
    """One decision of one person.

    Attributes:
        subject: what it is about: a period, the id of a release, of a finding or of a submission.
        until: the last day on which it holds; none for without end.
        version: of the logic of reading that could not read a file, or could.
        identified: what a file says of itself that was not understood when it was received.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: DecisionKind
    subject: str = Field(min_length=1)
    at: datetime
    by: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    until: date | None = None
    version: int | None = None
    identified: dict[str, Any] | None = None


def append_decision(settings: Settings, decision: Decision) -> None:
    """Write an act to the archive; it stands whole or not at all."""
    settings.acts.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{decision.at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}_{decision.kind}.json"
    temporary = settings.acts / f".{name}"
    temporary.write_text(decision.model_dump_json(indent=2, exclude_none=True), encoding="utf-8")
    temporary.chmod(0o600)
    flush(temporary)
    # A link, unlike a rename, never takes the place of another act of the same moment.
    (settings.acts / name).hardlink_to(temporary)
    temporary.unlink()
    flush(settings.acts)


def list_decisions(
    settings: Settings, kinds: Iterable[DecisionKind], known_on: datetime | None = None
) -> tuple[Decision, ...]:
    """The acts of some kinds in the order in which they were recorded, up to a moment."""
    paths = [path for kind in set(kinds) for path in settings.acts.glob(f"[0-9]*_{kind}.json")]
    decisions = [Decision.model_validate_json(path.read_text(encoding="utf-8")) for path in paths]
    found = [decision for decision in decisions if known_on is None or decision.at <= known_on]
    return tuple(sorted(found, key=lambda decision: (decision.at, decision.kind)))


def copy_decisions(
    source: Settings, target: Settings, kinds: Iterable[DecisionKind], known_on: datetime | None
) -> None:
    """Record in another home what was decided in this one up to a moment, as it was decided."""
    for decision in list_decisions(source, kinds, known_on):
        append_decision(target, decision)
