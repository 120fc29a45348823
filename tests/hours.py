"""The moments at which what depends on the time is tried: hours in Sanming, on the edges of a month and of a year.

Until 08:00 it is the day before in UTC, and at two the night runs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date, datetime, time

import pytest

from orchestration.core.clock import SANMING
from orchestration.core.settings import CHECKOUT

HOURS = (time(0, 30), time(7, 30), time(12, 0), time(23, 30))
# First and last day of a year, last and first day of a month.
EDGES = ((1, 1), (4, 30), (5, 1), (12, 31))

needs_faketime = pytest.mark.skipif(
    shutil.which("faketime") is None, reason="needs Debian's faketime: apt-get install faketime"
)


def moments(year: int) -> list[datetime]:
    """Every hour of every edge, in the order of their time."""
    return [datetime.combine(date(year, *edge), hour, SANMING) for edge in EDGES for hour in HOURS]


def run_at(moment: datetime, *arguments: str, zone: str = "UTC", given: str = "", **variables: str) -> str:
    """What a Python process says whose machine has that moment and time zone; timers and ages of files stay true.

    Raises:
        AssertionError: it failed.
    """
    # The last: else Python's threads spin where they would wait for one another.
    true = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1", "FAKETIME_FORCE_MONOTONIC_FIX": "0"}
    done = subprocess.run(
        ["faketime", f"@{int(moment.timestamp())}", sys.executable, *arguments],
        cwd=CHECKOUT,
        env={**os.environ, **true, "TZ": zone, **variables},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{moment}: {done.stdout}{done.stderr}"
    return done.stdout
