"""The one clock: what time it is, and which day and month a moment is of in Sanming.

Nobody else reads the machine's clock or asks for its time zone (``tests/unit/test_clock.py``); durations are measured
with monotonic timers. What a day or month means to a period or a release is not told here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SANMING = ZoneInfo("Asia/Shanghai")

_set: list[datetime] = []


class MomentError(ValueError):
    """A text that is no day and no moment: says what was expected."""


def now() -> datetime:
    """The moment, UTC."""
    return _set[-1] if _set else datetime.now(UTC)


def today() -> date:
    """The day it is in Sanming."""
    return now().astimezone(SANMING).date()


def month_of(moment: datetime) -> str:
    """The month, YYYY-MM, that a moment (with its time zone) falls into in Sanming."""
    return f"{moment.astimezone(SANMING):%Y-%m}"


def day_of(moment: datetime) -> date:
    """The day that a moment (with its time zone) falls into in Sanming."""
    return moment.astimezone(SANMING).date()


def minute_of(moment: datetime) -> str:
    """A moment (with its time zone) as a person in Sanming reads it, to the minute."""
    return f"{moment.astimezone(SANMING):%Y-%m-%d %H:%M}"


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be that moment for the whole process, standing still: how a test sets the clock.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment}: a moment without a time zone; expected one with it.")
    _set.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set.pop()


def moment_of(text: str) -> datetime:
    """A moment as a person writes it: a day means its end, and both are Sanming's time unless they say otherwise.

    Raises:
        MomentError: it is neither.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise MomentError(f"{text!r}: expected a day (2017-07-03) or a moment (2017-07-03T08:30).") from error
    if len(text) == len("2017-07-03"):
        moment = datetime.combine(moment.date(), time.max)
    return moment if moment.tzinfo else moment.replace(tzinfo=SANMING)


def midnight_after(day: date) -> datetime:
    """The moment at which a day ends in Sanming."""
    return datetime.combine(day + timedelta(days=1), time.min, SANMING)
