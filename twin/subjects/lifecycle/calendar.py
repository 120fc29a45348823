"""Which calendar years a yearly list of a period covers, and days as Python dates."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from twin.person_states import last_day
from twin.subject import CityPlan


def is_listed(plan: CityPlan, period: str, days: pd.Series) -> np.ndarray:
    """Whether a day is in the list of a period: of its calendar year so far; the first return brings all before."""
    stamps = pd.to_datetime(days)
    so_far = stamps <= pd.Timestamp(last_day(period))
    first = period == plan.periods[0]
    return (so_far & (first | (stamps.dt.year == int(period[:4])))).to_numpy()


def as_dates(days: pd.Series) -> list[date | None]:
    """Days as ``date``, missing ones as ``None``."""
    return [None if pd.isna(day) else day.date() for day in pd.to_datetime(days)]


def later(days: pd.Series, rng: np.random.Generator, least: int, most: int) -> pd.Series:
    """Each day some days later, from ``least`` to ``most``."""
    return days + pd.to_timedelta(rng.integers(least, most + 1, len(days)), unit="D")
