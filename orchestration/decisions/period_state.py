"""Whether a period is open at a moment, told from recorded acts alone; and the latest thing that is known at one.

A period is open until an act closes it. A reopening holds to the end of its last day in Sanming; then the period is
closed again by itself. Recording such acts is the business of ``closing``, refusing a return that of the envelope.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.decisions.log import READING_KINDS, WAIVER_KINDS, Act, Kind, list_acts
from orchestration.receive.archive import list_receipts

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
    return None if act.until is None else midnight_after(act.until)


def midnight_after(day: date) -> datetime:
    """The moment at which a day ends in Sanming."""
    return datetime.combine(day + timedelta(days=1), time.min, clock.SANMING)


def latest_known(settings: Settings, at: datetime | None = None) -> datetime:
    """The latest thing known at a moment: a receipt, an act on a period, a file or a finding, the end of a reopening.

    A build is asked for this and never for the clock, so that a night that is repeated is equal, and one after a
    period was closed is not.

    Args:
        settings: the home.
        at: with its time zone; now unless given.
    """
    told, acts = _moments_told(settings), read_acts(settings)
    at = at or _now([*told, *(act.at for act in acts)])
    known = [moment for moment in (*told, *_turns(acts, at)) if moment <= at]
    return max(known, default=datetime(1970, 1, 1, tzinfo=UTC)).astimezone(UTC)


def next_moment(settings: Settings) -> datetime:
    """When something decided now is recorded: after everything received and decided."""
    known = _moments_told(settings) + [act.at for act in read_acts(settings)]
    return _now([moment + timedelta(microseconds=1) for moment in known])


def _moments_told(settings: Settings) -> list[datetime]:
    """When files came, could not be read and were read after all, and when questions were waived or put again."""
    received = [receipt.received_at for receipt in list_receipts(settings)]
    return received + [act.at for act in list_acts(settings, (*READING_KINDS, *WAIVER_KINDS))]


def turned_since(settings: Settings, known_on: datetime, at: datetime | None = None) -> bool:
    """Whether something was decided that figures tell, after one moment and up to another (default: now).

    A period was closed or opened or closed by itself, or a question was waived or a waiver reversed.
    """
    acts, waivers = read_acts(settings), [act.at for act in list_acts(settings, WAIVER_KINDS)]
    at = at or _now([*(act.at for act in acts), *waivers])
    return any(known_on < moment <= at for moment in (*_turns(acts, at), *waivers))


def _now(known: Sequence[datetime]) -> datetime:
    """Now, and no earlier than what is known already, should the clock have been set back."""
    return max([clock.now(), *known])


def _turns(acts: Sequence[Act], at: datetime) -> Iterator[datetime]:
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
