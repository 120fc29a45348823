"""The twin's cities as frames, made once per process for every test that only looks at them."""

from __future__ import annotations

from functools import cache

from tests.nights import SMALL_SCALE, SMALL_TOWNSHIPS
from twin.arriving_city import ArrivingCity, arriving_city
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


@cache
def small_planted() -> Planted:
    """The small city with its planted errors."""
    return plant_errors(make_state(SMALL_SCALE, SMALL_TOWNSHIPS))


@cache
def small_arriving() -> ArrivingCity:
    """The small city that lives and arrives over time."""
    return arriving_city(SMALL_SCALE, SMALL_TOWNSHIPS)
