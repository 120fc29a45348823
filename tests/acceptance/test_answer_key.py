"""The planted errors score the checks: all found with rule and cell, nothing else found."""

from __future__ import annotations

from pathlib import Path

from expectations.contract import load_contracts
from orchestration.settings import Settings
from tests.nights import home_settings
from twin.city import City
from twin.score import Score, score


def scored(city: City, home: Path) -> Score:
    settings: Settings = home_settings(home)
    return score(city.answer_key, settings.findings)


def test_every_planted_error_of_the_full_city_is_found_and_nothing_else(full_city: City, full_home: Path) -> None:
    result = scored(full_city, full_home)
    assert (result.missed, result.unexpected) == ((), ())
    assert (result.recall, result.precision) == (1.0, 1.0)


def test_every_planted_error_of_a_small_city_is_found_and_nothing_else(small_city: City, small_home: Path) -> None:
    result = scored(small_city, small_home)
    assert (result.missed, result.unexpected) == ((), ())


def test_every_rule_of_every_form_is_planted_at_least_once(full_city: City) -> None:
    planted = {row.split(",")[1] for row in full_city.answer_key.read_text("utf-8").splitlines()[1:]}
    # What is unknown to the office cannot be broken: such a rule reports "not evaluated".
    evaluated = {
        rule.code
        for contract in load_contracts().values()
        for rule in contract.rules
        if rule.not_evaluated_when is None
    }
    assert evaluated - planted == set()
