"""The twin's whole city as frames, made once per process for every test that only looks at it."""

from __future__ import annotations

from functools import cache

from twin.plant import Planted, plant_errors
from twin.state import State, make_state


@cache
def full_state() -> State:
    """The clean city at real size. Nobody changes its frames."""
    return make_state()


@cache
def full_planted() -> Planted:
    """The whole city with its planted errors."""
    return plant_errors(full_state())
