"""What blocks cannot be interpreted or would corrupt a key; a suspicion asks and its row stays in the figure."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

import expectations
from expectations.contract import load_contracts

KINDS: dict[str, Any] = yaml.safe_load((Path(expectations.__file__).parent / "rule_kinds.yaml").read_text("utf-8"))
WRITTEN = {rule.code: rule for contract in load_contracts().values() for rule in contract.rules if not rule.generated}
BLOCKS = [code for kind in KINDS["blocks"].values() for code in kind["rules"]]
EXPLAIN = [code for kind in KINDS["suspicions"].values() for code in kind["explain"]]
STILL_BLOCKING = [code for kind in KINDS["suspicions"].values() for code in kind["still_blocking"]]
# The suspicions that held rows when the list was made, less those that ask since.
MOST_STILL_BLOCKING = 52


def test_every_blocking_rule_has_one_kind() -> None:
    assert [code for code, times in Counter(BLOCKS + EXPLAIN + STILL_BLOCKING).items() if times > 1] == []
    assert {code for code, rule in WRITTEN.items() if rule.severity == "block"} == {*BLOCKS, *STILL_BLOCKING}
    assert all(kind["about"] for group in KINDS.values() for kind in group.values())


@pytest.mark.parametrize("code", EXPLAIN)
def test_a_suspicion_asks_and_holds_nothing(code: str) -> None:
    assert (WRITTEN[code].severity, WRITTEN[code].holds) == ("explain", "none")


def test_suspicions_that_hold_rows_only_become_fewer() -> None:
    assert len(STILL_BLOCKING) <= MOST_STILL_BLOCKING
