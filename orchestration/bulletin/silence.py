"""Which figures may be told as they stand: one without a value is none, and so is a zero of what little came."""

from __future__ import annotations

from orchestration.site.doubt import LOW_COVERAGE
from orchestration.site.kinds import Figure


def is_low(figure: Figure) -> bool:
    """Whether a figure rests on too little to be left unsaid."""
    return figure.coverage is not None and figure.coverage < LOW_COVERAGE


def is_told(figure: Figure) -> bool:
    """Whether a figure is told as a number."""
    return figure.value is not None and not (is_low(figure) and figure.value == 0)
