"""Generated files say what the contracts say, and a stale one is named."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from expectations import generate
from expectations.contract import load_contracts, load_file_rules
from expectations.generate import CHECKOUT, GENERATED_FILES, main, stale_files, write_files
from expectations.model import Contract


def test_no_generated_file_is_stale() -> None:
    assert stale_files() == [], "run `make generate` and commit the result"


def test_generating_twice_gives_the_same_bytes_anywhere(tmp_path: Path) -> None:
    assert sorted(write_files(tmp_path)) == sorted(GENERATED_FILES)
    assert write_files(tmp_path) == []
    for name in GENERATED_FILES:
        assert (tmp_path / name).read_bytes() == (CHECKOUT / name).read_bytes()


@pytest.fixture(scope="module")
def made() -> dict[str, Callable[[Mapping[str, Contract]], str]]:
    """Every generated file, made once: to make them costs a second."""
    texts = {name: make(load_contracts()) for name, make in GENERATED_FILES.items()}
    return {name: partial(lambda text, _: text, text) for name, text in texts.items()}


@pytest.mark.parametrize("name", GENERATED_FILES)
def test_a_file_edited_by_hand_and_a_missing_one_are_stale(
    name: str,
    made: dict[str, Callable[[Mapping[str, Contract]], str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(generate, "GENERATED_FILES", made)
    for other in GENERATED_FILES:
        (tmp_path / other).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / other, tmp_path / other)
    with (tmp_path / name).open("a", encoding="utf-8") as file:
        file.write("by hand\n")
    assert stale_files(tmp_path) == [name]
    (tmp_path / name).unlink()
    assert stale_files(tmp_path) == [name]


def test_macros_of_a_form_that_is_gone_are_stale_and_deleted(
    made: dict[str, Callable[[Mapping[str, Contract]], str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generate, "GENERATED_FILES", made)
    write_files(tmp_path)
    gone = f"{generate.FORM_MACROS}/gone.sql"
    (tmp_path / gone).write_text("{% macro gone_staged_columns() -%}{%- endmacro %}", encoding="utf-8")
    assert stale_files(tmp_path) == [gone]
    assert write_files(tmp_path) == [gone]
    assert not (tmp_path / gone).exists()


def test_check_mode_changes_nothing_and_exits_with_what_it_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_handbook_and_seed_name_every_rule_once() -> None:
    codes = sorted([*load_file_rules(), *(rule.code for form in load_contracts().values() for rule in form.rules)])
    handbook = (CHECKOUT / "docs/handbook.md").read_text(encoding="utf-8")
    lines = [line.split(" | ")[0].lstrip("| ") for line in handbook.splitlines() if line.startswith("| ")]
    assert sorted(set(lines) & set(codes)) == codes
    with (CHECKOUT / "dbt_project/seeds/rule.csv").open(encoding="utf-8", newline="") as file:
        assert [row["code"] for row in csv.DictReader(file)] == codes


def test_dictionary_says_where_every_personal_column_ends() -> None:
    text = (CHECKOUT / "docs/dictionary.md").read_text(encoding="utf-8")
    for contract in load_contracts().values():
        for column in contract.columns:
            if column.classification == "personal":
                (line, *_) = [row for row in text.splitlines() if f"| `{column.name}` |" in row and "个人信息" in row]
                assert "保留 |" not in line
