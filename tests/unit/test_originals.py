"""Cells as a clerk wrote them are shown to who holds the key and says why, and that it was done stays on record."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.decisions.log import list_decisions
from orchestration.explain.lineage.originals import NotAllowedError, may_read_cells, read_original_cells
from tests.landed import Return, household, land


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(home=tmp_path)
    found.key_file.parent.mkdir(parents=True)
    found.key_file.write_text("5a" * 32, encoding="ascii")
    return found


@pytest.mark.parametrize(("by", "purpose"), [("", "核实"), ("  ", "核实"), ("张三", ""), ("张三", "  ")])
def test_who_gives_no_name_or_purpose_reads_no_cells(settings: Settings, by: str, purpose: str) -> None:
    with pytest.raises(NotAllowedError, match="a name and a purpose"):
        may_read_cells(settings, by, purpose)
    with pytest.raises(NotAllowedError):
        read_original_cells(settings, [], "a figure", by, purpose)
    assert list_decisions(settings, ("cells_read",)) == ()


def test_who_cannot_read_the_key_reads_no_cells(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: path != settings.key_file)
    with pytest.raises(NotAllowedError, match="can read the key"):
        may_read_cells(settings, "张三", "核实")


def test_the_cells_of_the_rows_asked_for_are_shown_and_it_is_noted(settings: Settings) -> None:
    sent = Return(forms={"households": [household(1, head_name="甲甲"), household(2, head_name="乙乙")]})
    land(settings, sent)
    row = (sent.id, "households", "households", 5)
    named = frozenset(("head_name", "person_count"))
    found = read_original_cells(settings, [row], "a figure", "张三", "核实", named)
    assert found == {row: {"户主姓名": "乙乙", "家庭人口数": "1"}}
    (noted,) = list_decisions(settings, ("cells_read",))
    assert (noted.subject, noted.by, noted.reason) == ("a figure", "张三", "核实")
