"""The newspaper's figures come out of submissions, and follow them when a township is taken away."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

from orchestration.night import run_night
from tests.nights import SMALL_SCALE, home_settings, lend_project, send, table
from twin.city import City, build_city


def computed(home: Path) -> dict[str, Decimal]:
    return dict(table(home, "reports.article_2017", "fact, computed"))


def expected(city: City) -> dict[str, Decimal]:
    with (city.expected_figures).open(encoding="utf-8", newline="") as file:
        return {row["fact"]: Decimal(row["value"]) for row in csv.DictReader(file)}


def test_the_small_citys_figures_are_those_of_its_state(small_city: City, small_home: Path) -> None:
    figures = computed(small_home)
    for fact, value in expected(small_city).items():
        assert abs(figures[fact] - value) < Decimal("0.01"), fact


def test_a_township_taken_away_moves_the_figures_by_its_part_and_nothing_else(
    small_city: City, small_home: Path, parsed_project: Path, tmp_path: Path
) -> None:
    gone = "350427105"
    rest = tuple(code for code in small_city.townships if code != gone)
    without = build_city(tmp_path / "rest", scale=SMALL_SCALE, townships=rest, errors=False)
    home = tmp_path / "home"
    send(small_city, home, without=(gone,))
    lend_project(parsed_project, home)
    run_night(home_settings(home))
    before, after, state = computed(small_home), computed(home), expected(without)
    assert after["persons_in_poverty"] < before["persons_in_poverty"]
    for fact, value in state.items():
        assert abs(after[fact] - value) < Decimal("0.01"), fact
    for township_rows in _by_township(small_home, gone), _by_township(home, gone):
        assert township_rows
    assert _by_township(small_home, gone) == _by_township(home, gone)


def _by_township(home: Path, without: str) -> list[tuple]:
    """Every figure of the other townships and their villages: none of them may move."""
    return table(
        home,
        "reports.indicator",
        "indicator, division_code, period, value, numerator, denominator",
        f"division_level in ('township', 'village') and division_code not like '{without}%' and map = '2017'",
    )
