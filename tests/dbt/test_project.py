"""The project itself: broken reconciliations stop a build, every measure says what it measures, nothing restricted."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.dbt.accepted import PROJECT, VILLAGE, AcceptedArea, run_dbt

pytestmark = pytest.mark.timeout(900)

# Tests run only where everything they read is built.
NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")
# Numbers that are no measures: parts of a date, an order of display, a row of a sheet.
NOT_MEASURED = {"row_number", "calendar_year", "calendar_quarter", "calendar_month", "sort_order", "exit_year",
                "income_year", "survey_year", "grid_column", "grid_row", "indicator_order", "place_order",
                "age_band_order"}  # fmt: skip
# Columns of a report whose unit stands in the row.
UNIT_IN_THE_ROW = {"value", "numerator", "denominator", "coverage", "rows_held", "persons_held", "rows_outstanding",
                   "persons_outstanding", "rows_questioned", "low", "high", "low_expected", "high_expected",
                   "ours", "theirs", "difference", "computed", "round_to"}  # fmt: skip


@cache
def _models_of(layer: str) -> list[dict[str, Any]]:
    files = sorted((PROJECT / "models" / layer).rglob("*.yml"))
    told = [yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) for path in files]
    return [model for file in told for model in file.get("models", [])]


def _models(*layers: str) -> list[dict[str, Any]]:
    return [model for layer in layers for model in _models_of(layer)]


def test_rows_that_are_neither_accepted_nor_held_stop_the_build(tmp_path: Path) -> None:
    area = AcceptedArea(tmp_path)
    area.submit("households", rows_read=3, rows_accepted=1, rows_held=1)
    area.write()
    failed = run_dbt(tmp_path, "build", "--select", "+fct_submission", *NO_UNIT_TESTS)
    assert [line.split(":")[0] for line in failed] == ["accepted_and_held_are_what_was_read"]


def test_a_member_whose_household_is_not_accepted_stops_the_build(tmp_path: Path) -> None:
    area = AcceptedArea(tmp_path)
    area.add_household(1)
    area.add("members", household_code=f"{VILLAGE}0002", person_code=f"{VILLAGE}0002001", person_token="x")
    area.write()
    failed = run_dbt(tmp_path, "build", "--select", "+no_member_without_household", *NO_UNIT_TESTS)
    assert [line.split(":")[0] for line in failed] == ["no_member_without_household"]


def test_a_key_twice_in_one_submission_stops_the_build(tmp_path: Path) -> None:
    area = AcceptedArea(tmp_path)
    area.add_household(1)
    area.add_household(1)
    area.write()
    failed = run_dbt(tmp_path, "build", "--select", "+int_household_state", *NO_UNIT_TESTS)
    assert any(line.startswith("unique_key_int_household_state") for line in failed)


def test_every_measure_of_marts_has_unit_basis_and_additivity() -> None:
    silent = [
        f"{model['name']}.{column['name']}"
        for model in _models("marts", "quality", "reports")
        for column in model["columns"]
        if str(column["data_type"]).startswith(("decimal", "bigint", "int"))
        and column["name"] not in NOT_MEASURED | UNIT_IN_THE_ROW
        and not {"unit", "basis", "additivity"} <= set(column.get("config", {}).get("meta", {}))
    ]
    assert silent == []


def test_every_model_says_its_grain_first_and_every_published_column_is_described() -> None:
    for model in _models("intermediate", "marts", "quality", "reports"):
        assert model["description"].split()[0] in {"One", "What"}, model["name"]
    for model in _models("marts", "quality", "reports"):
        undescribed = [column["name"] for column in model["columns"] if not column.get("description")]
        assert undescribed == [], model["name"]


def test_every_model_has_a_yml_of_its_own_beside_it() -> None:
    missing = [path.name for path in (PROJECT / "models").rglob("*.sql") if not path.with_suffix(".yml").exists()]
    assert missing == []


def test_nothing_restricted_is_selected_from_findings_and_submissions(city: duckdb.DuckDBPyConnection) -> None:
    columns = city.execute(
        "select table_schema, table_name, column_name from information_schema.columns where table_schema <> 'reports'"
    ).fetchall()
    restricted = {"value", "message", "original_name", "header"}
    allowed = {("seeds", "article_facts", "value")}
    assert {row for row in columns if row[2] in restricted} <= allowed


def test_every_seed_has_types_for_all_its_columns() -> None:
    typed = {}
    for path in sorted((PROJECT / "seeds").glob("*.yml")):
        (seed,) = yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]
        assert seed["name"] == path.stem
        typed[path.stem] = list(seed["config"]["column_types"])
    written = {}
    for path in sorted((PROJECT / "seeds").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            written[path.stem] = next(csv.reader(file))
    assert typed == written


def test_every_code_stands_once_in_its_list() -> None:
    for path in sorted((PROJECT / "seeds").glob("code_*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            codes = [row["code"] for row in csv.DictReader(file)]
        assert len(codes) == len(set(codes)), path.name
        assert all(codes), path.name


def test_every_fact_a_form_carries_is_a_fact_of_the_article() -> None:
    def facts(name: str) -> set[str]:
        with (PROJECT / "seeds" / name).open(encoding="utf-8", newline="") as file:
            return {row["fact"] for row in csv.DictReader(file)}

    assert facts("article_reading.csv") <= facts("article_facts.csv")
