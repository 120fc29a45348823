"""The moments at which what depends on the time is tried: hours in Sanming, on the edges of a month and of a year.

Until 08:00 it is the day before in UTC, and at two the night runs.
"""

from __future__ import annotations

from datetime import date, datetime, time

from orchestration.clock import SANMING

HOURS = (time(0, 30), time(7, 30), time(12, 0), time(23, 30))
# First and last day of a year, last and first day of a month.
EDGES = ((1, 1), (4, 30), (5, 1), (12, 31))


def moments(year: int) -> list[datetime]:
    """Every hour of every edge, in the order of their time."""
    return [datetime.combine(date(year, *edge), hour, SANMING) for edge in EDGES for hour in HOURS]
