"""What blocks cannot be interpreted or would corrupt a key; a suspicion asks and its row stays in the figure."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

import expectations
from expectations.contract import load_contracts
from expectations.generic_rules import load_generic_rules

KINDS: dict[str, Any] = yaml.safe_load((Path(expectations.__file__).parent / "rule_kinds.yaml").read_text("utf-8"))
WRITTEN = {rule.code: rule for contract in load_contracts().values() for rule in contract.rules if not rule.generated}
BLOCKS = [code for kind in KINDS["blocks"].values() for code in kind["rules"]]
EXPLAIN = [code for kind in KINDS["suspicions"].values() for code in kind["explain"]]
WHOLE = 100


def test_every_blocking_rule_has_one_kind() -> None:
    assert [code for code, times in Counter(BLOCKS + EXPLAIN).items() if times > 1] == []
    assert {code for code, rule in WRITTEN.items() if rule.severity == "block"} == set(BLOCKS)
    assert all(kind["about"] for group in KINDS.values() for kind in group.values())


@pytest.mark.parametrize("code", EXPLAIN)
def test_a_suspicion_asks_and_holds_nothing(code: str) -> None:
    assert (WRITTEN[code].severity, WRITTEN[code].holds) == ("explain", "none")


def test_every_generated_rule_that_blocks_has_one_kind() -> None:
    kinds = [kind for group in KINDS["generated"].values() for kind in group["kinds"]]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == {rule.kind for rule in load_generic_rules() if rule.severity == "block"}


def test_a_bound_that_blocks_is_one_of_meaning() -> None:
    bounded = {
        f"{form}.{column.name}"
        for form, contract in load_contracts().items()
        for column in contract.columns
        # A share is at most the whole, a year is one of the programme's.
        if column.maximum is not None and not (column.maximum == WHOLE or column.name.endswith("_year"))
    }
    assert bounded == set()


def test_what_is_beyond_the_usual_is_asked_about() -> None:
    told = {
        f"{rule.form}.{column}": (rule.severity, rule.holds)
        for contract in load_contracts().values()
        for rule in contract.rules
        if rule.title == next(one.title for one in load_generic_rules() if one.kind == "unusual")
        for column in rule.columns
    }
    usual = {
        f"{form}.{column.name}"
        for form, contract in load_contracts().items()
        for column in contract.columns
        if column.usual_maximum is not None
    }
    assert len(usual) == len(told) > 0
    assert told == dict.fromkeys(usual, ("explain", "none"))
