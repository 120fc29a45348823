"""dbt's yml of the marts → the entity diagram: tables with their keys, and which refers to which.

The diagram says what the tests hold: a key is a ``unique_key`` or ``unique`` test, a line is a
``relationships`` test. Columns beyond keys and references are in the subjects' pages.
"""

from __future__ import annotations

from expectations.markdown import GENERATED, cell
from expectations.published_tables import PublishedTable, published_tables


def _dimensions(table: PublishedTable) -> dict[str, str]:
    """Column → dimension it refers to, by its bare name."""
    named = {column: target.removeprefix("marts.") for column, (target, _) in table.references.items()}
    return {column: target for column, target in named.items() if target.startswith("dim_")}


def _entity(table: PublishedTable) -> list[str]:
    referring = _dimensions(table)
    lines = [f"    {table.name} {{"]
    for name in dict.fromkeys((*table.key, *referring)):
        marks = ", ".join(mark for mark, holds in (("PK", name in table.key), ("FK", name in referring)) if holds)
        lines.append(f"        {table.types.get(name, 'string').split('(')[0]} {name} {marks}")
    return [*lines, "    }"]


def _grain(table: PublishedTable) -> str:
    return table.description.split(". ")[0].rstrip(".")


def entities(_: object = None) -> str:
    """The text of ``docs/entities.md``: a diagram, then the grain of every table."""
    tables = [table for table in published_tables() if table.schema == "marts"]
    diagram = [line for table in tables for line in _entity(table)]
    diagram += [
        f"    {target} ||--o{{ {table.name} : {column}"
        for table in tables
        for column, target in _dimensions(table).items()
    ]
    keys = {table.name: ", ".join(f"`{name}`" for name in table.key) for table in tables}
    grains = [f"| `{table.name}` | {cell(_grain(table))} | {keys[table.name]} |" for table in tables]
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
