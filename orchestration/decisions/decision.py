"""What a decision is: of a named person, or of the system itself, about one thing, at a moment and for a reason.

What a decision of a kind means is told where it takes effect.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

DecisionKind = Literal[
    "period_closed",
    "period_reopened",
    "release_published",
    "release_deferred",
    "release_signed",
    "readers_rolled_back",
    "readers_resumed",
    "release_withdrawn",
    "withdrawal_reversed",
    "embargo_set",
    "embargo_lifted",
    "finding_waived",
    "waiver_reversed",
    "cells_read",
    "file_unreadable",
    "file_read_again",
]
PERIOD_KINDS: tuple[DecisionKind, ...] = ("period_closed", "period_reopened")
# What the system itself decides about a received file, and what therefore is known from that moment on.
READING_KINDS: tuple[DecisionKind, ...] = ("file_unreadable", "file_read_again")
# A person's word that an alarm was false, and that it was not.
WAIVER_KINDS: tuple[DecisionKind, DecisionKind] = ("finding_waived", "waiver_reversed")
# What the figures of a day rest on, beside the returns.
FIGURE_KINDS = (*PERIOD_KINDS, *READING_KINDS, *WAIVER_KINDS)
SYSTEM = "system"


class DecisionLogError(RuntimeError):
    """Decisions that cannot be read: says where, what was expected and what to do."""


class Decision(BaseModel):
    """One decision.

    Attributes:
        subject: what it is about: a period, the id of a release, of a finding or of a submission.
        by: the person, or ``SYSTEM``.
        before: the release that readers saw until then, where they are rolled back or go on.
        until: the last day on which it holds; none for without end.
        until_moment: the moment from which on it holds no longer, where that is told to the minute.
        version: of the logic of reading that could not read a file, or could.
        identified: what a file says of itself that was not understood when it was received.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: DecisionKind
    subject: str = Field(min_length=1)
    at: datetime
    by: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    before: str | None = None
    until: date | None = None
    until_moment: datetime | None = None
    version: int | None = None
    identified: dict[str, Any] | None = None
