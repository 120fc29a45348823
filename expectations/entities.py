"""dbt's yml of the marts → the entity diagram: tables with their keys, and which refers to which.

The diagram says what the tests hold: a key is a ``unique_key`` or ``unique`` test, a line is a
``relationships`` test. Columns beyond keys and references are in the subjects' pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from expectations.markdown import GENERATED, cell

MARTS = Path(__file__).resolve().parent.parent / "dbt_project" / "models" / "marts"


@dataclass(frozen=True)
class Table:
    """One table of the marts: grain, key columns and references (column → table)."""

    name: str
    grain: str
    key: tuple[str, ...]
    references: tuple[tuple[str, str], ...]
    types: dict[str, str]


def _tests(column: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for test in column.get("data_tests", []):
        if isinstance(test, str):
            yield test, {}
        else:
            ((name, body),) = test.items()
            yield name, (body or {}).get("arguments", body or {})


def read_tables(folder: Path = MARTS) -> list[Table]:
    """The tables of the marts by name, dimensions before facts."""
    tables = []
    for path in sorted(folder.rglob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            key: tuple[str, ...] = ()
            for name, arguments in _tests(model):
                key = tuple(arguments["columns"]) if name == "unique_key" else key
            references = []
            for column in model["columns"]:
                for name, arguments in _tests(column):
                    if name == "relationships" and "dim_" in arguments["to"]:
                        references.append((column["name"], arguments["to"].split("'")[1]))
                    elif name == "unique" and not key:
                        key = (column["name"],)
            types = {column["name"]: str(column["data_type"]).split("(")[0] for column in model["columns"]}
            grain = " ".join(str(model["description"]).split()).split(". ")[0].rstrip(".")
            tables.append(Table(model["name"], grain, key, tuple(references), types))
    return tables


def _entity(table: Table) -> list[str]:
    referring = dict(table.references)
    lines = [f"    {table.name} {{"]
    for name in dict.fromkeys((*table.key, *referring)):
        marks = ", ".join(mark for mark, holds in (("PK", name in table.key), ("FK", name in referring)) if holds)
        lines.append(f"        {table.types.get(name, 'string')} {name} {marks}")
    return [*lines, "    }"]


def entities(_: object = None) -> str:
    """The text of ``docs/entities.md``: a diagram, then the grain of every table."""
    tables = read_tables()
    known = {table.name for table in tables}
    diagram = [line for table in tables for line in _entity(table)]
    diagram += [
        f"    {target} ||--o{{ {table.name} : {column}"
        for table in tables
        for column, target in table.references
        if target in known
    ]
    keys = {table.name: ", ".join(f"`{name}`" for name in table.key) for table in tables}
    grains = [f"| `{table.name}` | {cell(table.grain)} | {keys[table.name]} |" for table in tables]
    return "\n".join(
        [
            GENERATED.rstrip(),
            "# Entities",
            "",
            "Keys and references of schema `marts`, as the tests of the models hold them. What is measured, in which",
            "unit and over what it may be summed stands in the [pages by subject](subjects/README.md).",
            "",
            "```mermaid",
            "erDiagram",
            *diagram,
            "```",
            "",
            "| table | one row is | key |",
            "|---|---|---|",
            *grains,
            "",
        ]
    )
