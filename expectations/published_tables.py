"""dbt's yml → the tables that readers see: their columns, and the keys and references that the models' tests hold.

A key is a ``unique_key`` or ``unique`` test, a reference a ``relationships`` test to another table that readers see;
what the tests do not hold is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

MODELS = Path(__file__).resolve().parent.parent / "dbt_project" / "models"
SCHEMAS = ("marts", "reports", "quality")


@dataclass(frozen=True)
class PublishedTable:
    """One table that readers see.

    Attributes:
        schema: the schema it lies in.
        name: its name there.
        description: of its yml, on one line.
        types: its columns, in their order, with the type that the contract gives each.
        key: the columns of its key; none where no test holds one.
        references: column → (table, column) it refers to, the table as ``schema.name``.
        code_lists: column → the list of codes that its yml names, for those that name one.
    """

    schema: str
    name: str
    description: str
    types: dict[str, str]
    key: tuple[str, ...]
    references: dict[str, tuple[str, str]]
    code_lists: dict[str, str] = field(default_factory=dict)

    @property
    def qualified(self) -> str:
        return f"{self.schema}.{self.name}"


def _tests(node: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for test in node.get("data_tests", []):
        if isinstance(test, str):
            yield test, {}
        else:
            ((name, body),) = test.items()
            yield name, (body or {}).get("arguments", body or {})


def _key(model: dict[str, Any]) -> tuple[str, ...]:
    whole = [tuple(arguments["columns"]) for name, arguments in _tests(model) if name == "unique_key"]
    single = [(column["name"],) for column in model["columns"] for name, _ in _tests(column) if name == "unique"]
    return next(iter([*whole, *single]), ())


def _references(model: dict[str, Any], schemas: dict[str, str]) -> dict[str, tuple[str, str]]:
    found = {}
    for column in model["columns"]:
        for name, arguments in _tests(column):
            target = arguments["to"].split("'")[1] if name == "relationships" else None
            if target in schemas:
                found[column["name"]] = (f"{schemas[target]}.{target}", arguments["field"])
    return found


def _code_lists(model: dict[str, Any]) -> dict[str, str]:
    told = {column["name"]: column.get("config", {}).get("meta", {}).get("code_list") for column in model["columns"]}
    return {name: str(code_list) for name, code_list in told.items() if code_list is not None}


@cache
def published_tables() -> tuple[PublishedTable, ...]:
    """The tables of this project, by schema and place in it, dimensions before facts."""
    return read_tables(MODELS)


def read_tables(models: Path) -> tuple[PublishedTable, ...]:
    """The tables of a project's folder of models, in the same order."""
    read = [
        (schema, model)
        for schema in SCHEMAS
        for path in sorted((models / schema).rglob("*.yml"))
        for model in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader).get("models", [])
    ]
    schemas = {model["name"]: schema for schema, model in read}
    return tuple(
        PublishedTable(
            schema=schema,
            name=model["name"],
            description=" ".join(str(model.get("description", "")).split()),
            types={column["name"]: str(column["data_type"]) for column in model["columns"]},
            key=_key(model),
            references=_references(model, schemas),
            code_lists=_code_lists(model),
        )
        for schema, model in read
    )
