"""Rules at their thresholds, on both sides: a value moved by a fen, a day or a year is found or is not."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from expectations.contract import load_contracts
from expectations.rule_model import Example, Rule
from tests.rule_examples import failing_cells, open_bench

EDGES = Path(__file__).with_name("rule_edges.yaml")
_FIRST_ROW = 3  # of an example's sheet


@cache
def edges() -> tuple[tuple[str, Example, tuple[str, ...]], ...]:
    """Rule, rows, and what is found."""
    told: list[dict[str, Any]] = yaml.safe_load(EDGES.read_text(encoding="utf-8"))
    return tuple(
        (
            one["rule"],
            Example(rows=one["rows"], period=one.get("period", "2017-06")),
            tuple(str(place) for place in one["found"]),
        )
        for one in told
    )


def found_in(bench: duckdb.DuckDBPyConnection, rule: Rule, example: Example) -> list[str]:
    """The rows of an example that a rule finds, counted from 1, with the column."""
    cells = failing_cells(bench, rule, example)
    return [f"{int(record.rsplit('/', 1)[1]) - _FIRST_ROW + 1} {column}" for record, column in cells]


@pytest.fixture(scope="module")
def bench() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_bench() as connection:
        yield connection


@pytest.mark.parametrize(
    ("code", "example", "expected"), edges(), ids=[f"{number} {code}" for number, (code, *_) in enumerate(edges())]
)
def test_a_rule_at_its_threshold(
    bench: duckdb.DuckDBPyConnection, code: str, example: Example, expected: tuple[str, ...]
) -> None:
    rule = next(rule for contract in load_contracts().values() for rule in contract.rules if rule.code == code)
    found = found_in(bench, rule, example)
    if not any(" " in place for place in expected):
        found = [place.split()[0] for place in found]
    assert sorted(found, key=lambda place: (int(place.split()[0]), place)) == list(expected)
