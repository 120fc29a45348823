"""When the returns of a city come in, and which nights follow: the parameters are those of ``arrivals.yaml``.

A return's day is told by who sends it and for which period alone, so a township is late in every (sub-)city alike.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import numpy as np

from twin.duties import is_township
from twin.parameters import in_force, read_yaml
from twin.person_states import last_day

SANMING = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Arrival:
    """When one return comes, and whether after the days that are usual."""

    moment: datetime
    is_late: bool


def arrival_words() -> dict[str, Any]:
    """The parameters of arrivals (``arrivals.yaml``)."""
    return read_yaml("arrivals")


def nights() -> tuple[datetime, ...]:
    """The moments of the nights, ascending."""
    texts = arrival_words()
    return tuple(_moment(day, texts["hour_of_night"]) for day in texts["nights"])


def night_after(moment: datetime) -> datetime:
    """The first night that knows what came at a moment.

    Raises:
        ValueError: it came after the last night.
    """
    later = [night for night in nights() if night > moment]
    if not later:
        raise ValueError(f"{moment}: no night after it; expected one in arrivals.yaml")
    return later[0]


def arrival_of(submitter: str, period: str, seed: int) -> Arrival:
    """When a submitter's return for a period comes."""
    rates = _rates_of(last_day(period))
    rng = np.random.default_rng([seed, zlib.crc32(f"{submitter} {period}".encode())])
    is_late = bool(is_township(submitter) and rng.random() < rates["late_share"])
    days = rates["late_days"] if is_late else rates["township_days" if is_township(submitter) else "office_days"]
    after = int(rng.choice(list(days), p=list(days.values())))
    return Arrival(moment_after(period, after), is_late)


def last_moment_in_time(period: str) -> datetime:
    """The last receipt of a township's return for a period that is in time."""
    return moment_after(period, max(_rates_of(last_day(period))["township_days"]))


def moment_after(period: str, days: int) -> datetime:
    """The receipt of something that comes so many days after the end of a period."""
    return _moment(last_day(period) + timedelta(days=days), arrival_words()["hour_of_receipt"])


def is_silent(submitter: str, period: str, seed: int) -> bool:
    """Whether a submitter's return for a period never comes."""
    shares = {one["period"]: one["share"] for one in arrival_words()["silence"]}
    rng = np.random.default_rng([seed, zlib.crc32(f"silent {submitter} {period}".encode())])
    return bool(rng.random() < shares.get(period, 0.0))


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), SANMING).astimezone(UTC)


def _rates_of(day: date) -> dict[str, Any]:
    """The rates that hold on a day."""
    return in_force(arrival_words()["rates"], day)
