"""Reads what the dashboards are to show: datasets, boards, words, and what the seeds say of each indicator."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from expectations.published_names import column_name
from expectations.seed_rows import read_seed_rows

FOLDER = Path(__file__).resolve().parent
SEEDS = FOLDER.parent / "dbt_project" / "seeds"
# The sums of money that offices tell in tens of thousands.
_TOLD_IN_TEN_THOUSANDS = "yuan"
_TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class Column:
    """A column of a dataset, by its key and the name a reader sees."""

    key: str
    name: str
    type: str


@dataclass(frozen=True)
class Dataset:
    """What charts read from: SQL, the columns and the metrics they may use of it."""

    key: str
    title: str
    description: str
    sql: str
    columns: tuple[Column, ...]
    metrics: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Indicator:
    """An indicator as it is told.

    Attributes:
        unit: the word behind the figure.
        basis: the word for the time it covers.
        metric: which metric of the dataset gives the figure in that unit.
        number_format: of the figure, as d3 writes it.
    """

    key: str
    name: str
    theme: str
    unit: str
    basis: str
    metric: str
    number_format: str


def words() -> dict[str, Any]:
    """The words that every dashboard shares."""
    return _yaml(FOLDER / "words.yaml")


def boards() -> list[dict[str, Any]]:
    """What each dashboard shows, in the order of their files."""
    return [_yaml(path) for path in sorted((FOLDER / "boards").glob("*.yaml"))]


@cache
def datasets() -> dict[str, Dataset]:
    """The datasets by key."""
    return {one["dataset"]: _dataset(one) for one in _yaml(FOLDER / "datasets.yaml")}


@cache
def indicators() -> dict[str, Indicator]:
    """The indicators of the published tables by key."""
    bases = {row["code"]: row["name"] for row in _seed("published_code") if row["code_list"] == "basis"}
    return {row["indicator"]: _indicator(row, bases[row["basis"]]) for row in _seed("indicator_definition")}


@cache
def themes() -> dict[str, str]:
    """The themes by key, with the words for them."""
    return {row["code"]: row["name"] for row in _seed("published_code") if row["code_list"] == "theme"}


def _dataset(told: dict[str, Any]) -> Dataset:
    columns = []
    for key, more in told["columns"].items():
        more = {"name": more} if isinstance(more, str) else more or {}
        name = more.get("name") or column_name(told["names_of"], key)
        columns.append(Column(key, name, more.get("type", "VARCHAR")))
    return Dataset(
        told["dataset"], told["title"], told["description"].strip(), told["sql"], tuple(columns), told["metrics"]
    )


def _indicator(row: dict[str, str], basis: str) -> Indicator:
    unit = row["unit"]
    scale = _TEN_THOUSAND if unit == _TOLD_IN_TEN_THOUSANDS else 0
    (shown,) = (one for one in _seed("unit_display") if one["unit"] == unit and int(one["at_least"]) == scale)
    digits = {"ratio": ".2%", "multiple": ",.2f"}.get(unit, ",.0f")
    metric = "figure_10k" if scale else "figure"
    return Indicator(row["indicator"], row["name"], row["theme"], shown["name"], basis, metric, digits)


@cache
def _seed(name: str) -> list[dict[str, str]]:
    return list(read_seed_rows(SEEDS / f"{name}.csv"))


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
