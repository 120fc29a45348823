"""The planted errors score the checks: all found with rule and cell, nothing else found."""

from __future__ import annotations

from pathlib import Path

from orchestration.core.settings import Settings
from tests.nights import home_settings
from twin.city import City
from twin.score import Score, score


def scored(city: City, home: Path) -> Score:
    settings: Settings = home_settings(home)
    return score(city.answer_key, settings.findings)


def test_every_planted_error_of_a_small_city_is_found_and_nothing_else(small_city: City, small_home: Path) -> None:
    result = scored(small_city, small_home)
    assert (result.missed, result.unexpected) == ((), ())
