"""Any sequence of a county's decisions is either a legal path or has its illegal steps named (HD-11)."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from itertools import pairwise

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.contract import load_contracts
from expectations.rule_model import Example
from tests.fuzz import examples
from tests.rule_examples import SEEDS, failing_cells, open_bench

RULE = next(rule for rule in load_contracts()["household_decisions"].rules if rule.code == "HD-11")


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


STATUS = {row["decision_kind"]: row["status"] for row in _seed("household_decision_status")}
TRANSITIONS = {(row["from_status"], row["to_status"]): row for row in _seed("status_transition")}


@pytest.fixture(scope="module")
def bench() -> duckdb.DuckDBPyConnection:
    return open_bench()


def test_every_pair_of_statuses_is_judged_once() -> None:
    statuses = set(STATUS.values())
    assert {(a, b) for a in statuses | {"new"} for b in statuses} == set(TRANSITIONS)
    assert len(TRANSITIONS) == len(_seed("status_transition"))


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(sorted(STATUS)), max_size=7))
def test_a_sequence_of_decisions_is_legal_or_its_steps_are_named(
    bench: duckdb.DuckDBPyConnection, kinds: list[str]
) -> None:
    rows = tuple(
        {"decision_number": f"n{i}", "decision_kind": kind, "decided_on": date(2016, 1, 1) + timedelta(days=i)}
        for i, kind in enumerate(kinds)
    )
    found = failing_cells(bench, RULE, Example(rows={"household_decisions": rows}))
    steps = enumerate(pairwise(STATUS[kind] for kind in kinds))
    illegal = [
        i + 1
        for i, step in steps
        if TRANSITIONS[step]["is_allowed"] == "false" and TRANSITIONS[step]["verified"] == "true"
    ]
    # Rows of an example stand from row 3 on.
    assert sorted(int(record.rsplit("/", 1)[1]) - 3 for record, _ in found) == illegal
