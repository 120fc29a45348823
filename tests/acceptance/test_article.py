"""The newspaper's figures come out of submissions, and follow them when a township is taken away.

In `make test` figures follow what is taken away without a night (test_article_moves).
"""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.nights import NEVER_RETURNS, table
from tests.states import small_planted
from twin.city import City
from twin.duties import submitter_of
from twin.expected import expected_figures


def computed(home: Path) -> dict[str, Decimal]:
    return dict(table(home, "reports.article_2017", "fact, computed"))


def expected(city: City) -> dict[str, Decimal]:
    with (city.expected_figures).open(encoding="utf-8", newline="") as file:
        return {row["fact"]: Decimal(row["value"]) for row in csv.DictReader(file)}


def test_the_small_citys_figures_are_those_of_its_state(small_city: City, small_home: Path) -> None:
    figures = computed(small_home)
    for fact, value in expected(small_city).items():
        assert abs(figures[fact] - value) < Decimal("0.01"), fact


@pytest.mark.verify
def test_a_township_taken_away_moves_the_figures_by_its_part_and_nothing_else(
    small_home: Path, small_late_home: tuple[Path, Path, Path]
) -> None:
    # A row that another township claims, too, would fall to that one: here nobody claims what goes.
    home, gone = small_late_home[0], NEVER_RETURNS
    assert table(small_home, "quality.contested_claim", "submitter_code")
    assert not table(small_home, "quality.contested_claim", "submitter_code", f"submitter_code = '{gone}'")
    sent = small_planted().state
    without = replace(sent, forms={key: rows[submitter_of(rows) != gone] for key, rows in sent.forms.items()})
    before, after, left = computed(small_home), computed(home), expected_figures(without)
    assert after["persons_in_poverty"] < before["persons_in_poverty"]
    for fact, value in zip(left["fact"], left["value"], strict=True):
        assert abs(after[fact] - Decimal(str(value))) < Decimal("0.01"), fact
    for township_rows in _by_township(small_home, gone), _by_township(home, gone):
        assert township_rows
    assert _by_township(small_home, gone) == _by_township(home, gone)


def _by_township(home: Path, without: str) -> list[tuple]:
    """Every figure of the other townships and their villages: none of them may move."""
    return table(
        home,
        "reports.indicator",
        "indicator, division_code, period, value, numerator, denominator",
        f"division_level in ('township', 'village') and division_code not like '{without}%' and map_edition = '2017'",
    )
