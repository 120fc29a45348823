"""Whether a period is open at a moment, told from recorded acts alone.

A period is open until an act closes it. A reopening holds to the end of its last day in Sanming; then the period is
closed again by itself. Recording such acts is the business of ``closing``, refusing a return that of the envelope.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.decisions.log import Act, Kind, list_acts

PERIOD_KINDS: tuple[Kind, ...] = ("period_closed", "period_reopened")
State = Literal["open", "closed", "reopened"]


@dataclass(frozen=True)
class Life:
    """The state of a period at a moment.

    Attributes:
        since: from when it is in this state (with its time zone); none for a period nobody ever closed.
        act: the act that decided it; a period closed by itself rests on its reopening.
    """

    period: str
    state: State = "open"
    since: datetime | None = None
    act: Act | None = None

    @property
    def is_closed(self) -> bool:
        return self.state == "closed"


def read_acts(settings: Settings, known_on: datetime | None = None) -> tuple[Act, ...]:
    """The acts on periods, in the order in which they were recorded, up to a moment."""
    return list_acts(settings, PERIOD_KINDS, known_on)


def life_of(acts: Sequence[Act], period: str, at: datetime) -> Life:
    """The state of a period at a moment (with its time zone)."""
    decided = [act for act in acts if act.subject == period and act.at <= at]
    if not decided:
        return Life(period)
    last = decided[-1]
    end = end_of(last)
    if end is None:
        return Life(period, "closed", last.at, last)
    return Life(period, "closed", end, last) if at >= end else Life(period, "reopened", last.at, last)


def closed_periods(acts: Sequence[Act], at: datetime) -> tuple[str, ...]:
    """The periods that are closed at a moment, ascending."""
    return tuple(period for period in sorted({act.subject for act in acts}) if life_of(acts, period, at).is_closed)


def end_of(act: Act) -> datetime | None:
    """The first moment after a reopening: midnight in Sanming after its last day. A closing has no end."""
    return None if act.until is None else clock.midnight_after(act.until)


def turns(acts: Sequence[Act], at: datetime) -> Iterator[datetime]:
    """The moments up to one at which a period's state turned."""
    for number, act in enumerate(acts):
        if act.at <= at:
            yield act.at
        end = end_of(act)
        undone = any(
            later.subject == act.subject and end is not None and later.at < end for later in acts[number + 1 :]
        )
        if end is not None and end <= at and not undone:
            yield end
