"""The numbers of the logic change with what reading and checking make of the same files."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from expectations.model import Column
from orchestration.check import run
from orchestration.core.logic_version import CHECKING_VERSION
from orchestration.read import values
from tests.logic.outcomes import STORED, logic_outcomes, unversioned_changes

# What a county sends is read and checked in a third of the time of all, and rows of it are held.
_FEW = ("350423",)


@pytest.fixture(scope="module")
def stored() -> dict:
    return json.loads(STORED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """The outcomes of one submitter's files."""
    return logic_outcomes(tmp_path_factory.mktemp("few") / "home", _FEW)


def test_reading_and_checking_do_what_their_versions_did(stored: dict, tmp_path: Path) -> None:
    """Where this fails: raise the number in orchestration/core/logic_version, then `python -m tests.logic.outcomes`."""
    found = logic_outcomes(tmp_path / "home")
    assert unversioned_changes(stored, found) == []
    assert found == stored, "store the outcomes again: python -m tests.logic.outcomes"


def test_a_reader_that_gives_another_value_fails_until_its_number_is_raised(
    few: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = values.typed_expressions

    def one_more(column: Column) -> dict[str, str]:
        found = typed(column)
        return {**found, column.name: f"{found[column.name]} + 1"} if column.logical_type == "integer" else found

    monkeypatch.setattr(values, "typed_expressions", one_more)
    found = logic_outcomes(tmp_path / "home", _FEW)
    assert any(told.startswith("reading gives other outcomes") for told in unversioned_changes(few, found))
    found["reading"]["version"] += 1
    found["checking"]["version"] += 1
    assert unversioned_changes(few, found) == []


def test_a_check_that_comes_to_another_verdict_fails_until_its_number_is_raised(
    few: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = run.decide_held

    def holds_nothing(connection: duckdb.DuckDBPyConnection) -> None:
        decide(connection)
        connection.execute("delete from held_now")

    monkeypatch.setattr(run, "decide_held", holds_nothing)
    (told,) = unversioned_changes(few, logic_outcomes(tmp_path / "home", _FEW))
    assert told.startswith("checking gives other outcomes (accepted/")
    assert told.endswith(f"CHECKING_VERSION is still {CHECKING_VERSION}")
