"""Every written rule keeps every property that rules have in common."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from expectations.contract import load_contracts
from expectations.rule_model import Rule
from tests.rule_examples import open_bench
from tests.unit.rule_properties import PROPERTIES, Property

pytestmark = pytest.mark.slow  # some 1,700 cases
WRITTEN = {rule.code: rule for contract in load_contracts().values() for rule in contract.rules if not rule.generated}


@pytest.fixture(scope="module")
def bench() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_bench() as connection:
        yield connection


@pytest.mark.parametrize("rule", WRITTEN.values(), ids=list(WRITTEN))
@pytest.mark.parametrize("holds", PROPERTIES, ids=lambda kept: kept.__name__)
def test_a_rule_keeps_what_all_rules_do(bench: duckdb.DuckDBPyConnection, holds: Property, rule: Rule) -> None:
    assert not holds(bench, rule)
