"""Flags that readers filter by: none is silently left out by `where not`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

MODELS = Path(__file__).parents[2] / "dbt_project" / "models"
RELEASED = ("marts", "reports", "quality")


def flags() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every boolean column of a released table, as ``table.column`` and its yml."""
    for path in sorted(path for layer in RELEASED for path in (MODELS / layer).rglob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            for column in model["columns"]:
                if column["data_type"] == "boolean":
                    yield f"{model['name']}.{column['name']}", column


def _is_never_null(column: dict[str, Any]) -> bool:
    return {"type": "not_null"} in column.get("constraints", [])


@pytest.mark.parametrize(("place", "column"), [pytest.param(*found, id=found[0]) for found in flags()])
def test_a_flag_is_never_null_or_says_what_null_means(place: str, column: dict[str, Any]) -> None:
    told = _is_never_null(column) or "null" in column["description"]
    assert told, f"{place} may be null: `where not {column['name']}` leaves those rows out and nothing says so"


@pytest.mark.parametrize(
    ("place", "column"), [pytest.param(*found, id=found[0]) for found in flags() if found[1]["name"].startswith("is_")]
)
def test_what_is_called_is_something_is_always_answered(place: str, column: dict[str, Any]) -> None:
    assert _is_never_null(column), place
