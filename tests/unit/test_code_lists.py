"""The words of the release's codes: each list whole, each said once, each column's list found without guessing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.code_columns import PROJECT, CodeListError, code_lists, coded_column_seed
from expectations.contract import load_contracts
from expectations.published_tables import SCHEMAS
from expectations.seed_rows import read_seed_rows
from expectations.wording import load_wording

SEEDS = PROJECT / "seeds"
HOUSEHOLD_INCOME = "household_income_item"


@pytest.fixture(scope="module")
def lists() -> dict[str, dict[str, str]]:
    """List → code → name, as marts.dim_code puts them together."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name in code_lists():
        found[name] = {row["code"]: row["name"] for row in read_seed_rows(SEEDS / f"code_{name}.csv")}
    found[HOUSEHOLD_INCOME] = {row["item"]: row["name"] for row in read_seed_rows(SEEDS / "income_item.csv")}
    for row in read_seed_rows(SEEDS / "published_code.csv"):
        assert row["code"] not in found[row["code_list"]], row
        found[row["code_list"]][row["code"]] = row["name"]
    for row in read_seed_rows(SEEDS / "wider_code_list.csv"):
        assert not found[row["part"]].keys() & found[row["code_list"]].keys(), row
        found[row["code_list"]] |= found[row["part"]]
    return dict(found)


def columns() -> dict[tuple[str, str], str]:
    rows = read_seed_rows(SEEDS / "coded_column.csv")
    return {(row["table_name"], row["column_name"]): row["code_list"] for row in rows}


def accepted_values() -> dict[tuple[str, str], set[str]]:
    """What the models' own tests say a text column may hold."""
    found = {}
    for path in (path for layer in SCHEMAS for path in (PROJECT / "models" / layer).rglob("*.yml")):
        (model,) = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["models"]
        for column in model["columns"]:
            tests: list[dict[str, Any]] = [test for test in column.get("data_tests", ()) if isinstance(test, dict)]
            for test in (test["accepted_values"] for test in tests if "accepted_values" in test):
                if column["data_type"] == "string":
                    found[model["name"], column["name"]] = set(test["arguments"]["values"])
    return found


def test_what_a_column_may_hold_is_in_its_list(lists: dict[str, dict[str, str]]) -> None:
    told = columns()
    allowed = accepted_values()
    assert len(allowed) > 25
    missing = {place: values - lists[told[place]].keys() for place, values in allowed.items()}
    assert {place: values for place, values in missing.items() if values} == {}


def test_every_list_of_the_warehouse_itself_is_of_some_column(lists: dict[str, dict[str, str]]) -> None:
    own = {
        row["code_list"]
        for name in ("published_code", "wider_code_list")
        for row in read_seed_rows(SEEDS / f"{name}.csv")
    }
    assert own - set(columns().values()) == set()
    assert set(columns().values()) <= lists.keys()


def test_no_list_says_the_same_of_two_codes(lists: dict[str, dict[str, str]]) -> None:
    twice = {name: codes for name, codes in lists.items() if len(set(codes.values())) < len(codes)}
    assert twice == {}


@pytest.mark.parametrize("name", ["frequency", "severity", "holds", "dimension"])
def test_handbook_and_release_have_the_same_words(name: str, lists: dict[str, dict[str, str]]) -> None:
    assert load_wording()[name] == lists[name]


def test_every_unit_of_a_figure_has_its_word(lists: dict[str, dict[str, str]]) -> None:
    units = {
        row["unit"]
        for seed in ("indicator_definition", "article_facts")
        for row in read_seed_rows(SEEDS / f"{seed}.csv")
    }
    assert units <= lists["unit"].keys()


def test_a_column_for_which_forms_have_two_lists_must_say_which(tmp_path: Path) -> None:
    told = {"name": "outcome", "data_type": "string"}
    assert "identification_outcome" in coded_columns(tmp_path, told | meta("identification_outcome"))
    with pytest.raises(CodeListError, match=r"marts\.fct_x\.outcome: .*identification_outcome, urban_outcome"):
        coded_columns(tmp_path, told)


def test_a_name_that_another_table_says_otherwise_of_tells_nothing(tmp_path: Path) -> None:
    told = {"name": "status", "data_type": "string"}
    assert coded_columns(tmp_path, told).endswith("marts,fct_x,status,urban_status\n")
    with pytest.raises(CodeListError, match=r"marts\.fct_x\.status: .*urban_status, verdict"):
        coded_columns(tmp_path, told, elsewhere=[told | meta("verdict")])


def test_a_column_is_told_by_itself_then_by_the_forms_then_by_a_list_of_its_name(tmp_path: Path) -> None:
    def column(name: str, **more: Any) -> dict[str, Any]:
        return {"name": name, "data_type": "string", **more}

    text = coded_columns(
        tmp_path, column("sex"), column("outcome", **meta("verdict")), column("category"), column("verdict"),
        column("said_by_nobody"), {"name": "health", "data_type": "bigint"},
    )  # fmt: skip
    assert text.splitlines()[1:] == [
        "marts,fct_x,sex,sex",
        "marts,fct_x,outcome,verdict",
        "marts,fct_x,category,urban_category",
        "marts,fct_x,verdict,verdict",
    ]


def meta(code_list: str) -> dict[str, Any]:
    return {"config": {"meta": {"code_list": code_list}}}


def coded_columns(root: Path, *told: dict[str, Any], elsewhere: Sequence[dict[str, Any]] = ()) -> str:
    """The seed of a project of one model with these columns, and another with those."""
    (root / "models" / "marts").mkdir(parents=True, exist_ok=True)
    if not (root / "seeds").exists():
        (root / "seeds").symlink_to(SEEDS)
    for name, columns_of_model in {"fct_x": list(told), "fct_y": list(elsewhere)}.items():
        models = {"models": [{"name": name, "columns": columns_of_model}]}
        (root / "models" / "marts" / f"{name}.yml").write_text(yaml.safe_dump(models), encoding="utf-8")
    return coded_column_seed(load_contracts(), root)
