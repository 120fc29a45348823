"""Whether a period is open at a moment, told from recorded decisions alone.

A period is open until it is closed. A reopening holds to the end of its last day in Sanming; then the period is
closed again by itself. Recording such decisions is the business of ``closing``, refusing a return that of the envelope.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.decisions.decision import PERIOD_KINDS, Decision
from orchestration.decisions.log import list_decisions

State = Literal["open", "closed", "reopened"]


@dataclass(frozen=True)
class PeriodState:
    """The state of a period at a moment.

    Attributes:
        since: from when it is in this state (with its time zone); none for a period nobody ever closed.
        decision: what decided it; a period closed by itself rests on its reopening.
    """

    period: str
    state: State = "open"
    since: datetime | None = None
    decision: Decision | None = None

    @property
    def is_closed(self) -> bool:
        return self.state == "closed"


def period_decisions(settings: Settings, known_on: datetime | None = None) -> tuple[Decision, ...]:
    """The decisions on periods in the order of their time, up to a moment."""
    return list_decisions(settings, PERIOD_KINDS, known_on)


def period_state_at(decisions: Sequence[Decision], period: str, at: datetime) -> PeriodState:
    """The state of a period at a moment (with its time zone)."""
    decided = [decision for decision in decisions if decision.subject == period and decision.at <= at]
    if not decided:
        return PeriodState(period)
    last = decided[-1]
    end = end_of(last)
    if end is None:
        return PeriodState(period, "closed", last.at, last)
    return PeriodState(period, "closed", end, last) if at >= end else PeriodState(period, "reopened", last.at, last)


def closed_periods(decisions: Sequence[Decision], at: datetime) -> tuple[str, ...]:
    """The periods that are closed at a moment, ascending."""
    return tuple(
        period
        for period in sorted({decision.subject for decision in decisions})
        if period_state_at(decisions, period, at).is_closed
    )


def end_of(decision: Decision) -> datetime | None:
    """The first moment after a reopening: midnight in Sanming after its last day. A closing has no end."""
    return None if decision.until is None else clock.midnight_after(decision.until)


def turns(decisions: Sequence[Decision], at: datetime) -> Iterator[datetime]:
    """The moments up to one at which a period's state turned."""
    for number, decision in enumerate(decisions):
        if decision.at <= at:
            yield decision.at
        end = end_of(decision)
        undone = any(
            later.subject == decision.subject and end is not None and later.at < end
            for later in decisions[number + 1 :]
        )
        if end is not None and end <= at and not undone:
            yield end
