"""One measured line of the bench table, and the stop-watch. What is measured lives in the other modules."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line of the table: what ran, on how much, how long, and what was aimed at."""

    subject: str
    variant: str
    amount: str
    seconds: float
    rate: str = ""
    ratio: str = ""
    aim: str = ""


def best_seconds(work: Callable[[], object], repeat: int = 3) -> float:
    """The shortest of several runs: what the machine can do when nothing else disturbs it."""
    best = float("inf")
    for _ in range(repeat):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best


def rate_text(amount: float, seconds: float, unit: str) -> str:
    """Amount per second in words a table can carry."""
    rate = amount / seconds
    return f"{rate:,.0f} {unit}/s" if rate >= 100 else f"{rate:,.1f} {unit}/s"


def ratio_line(subject: str, variant: str, ratio: float, aim: str, *, met: bool) -> Line:
    """A line that only compares two others."""
    return Line(subject, variant, "", 0.0, ratio=f"{ratio:,.1f}×", aim=f"{aim} {'met' if met else 'missed'}")
