"""The models' yml and the contracts → which column of a published table holds codes of which list.

Derived, never typed: a column's own ``meta: {code_list: …}`` says it; without one, the forms' columns of the same name
do, and then a list of that very name. A name that is of two lists says nothing, and each such column must say it. The
words themselves are in the seeds that ``marts.dim_code`` puts together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from expectations.dbt_seeds import csv_text
from expectations.model import Contract
from expectations.seed_rows import read_seed_rows

PROJECT = Path(__file__).resolve().parent.parent / "dbt_project"
PUBLISHED = ("marts", "quality", "reports")
_COLUMNS = ("table_schema", "table_name", "column_name", "code_list")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CodeListError(ValueError):
    """A column of which nobody can tell the list: names the column, the lists and what to do."""


def code_lists(project: Path = PROJECT) -> list[str]:
    """The lists that have a seed of their own, ``code_<list>.csv``, by name."""
    return [path.stem.removeprefix("code_") for path in sorted((project / "seeds").glob("code_*.csv"))]


def coded_column_seed(contracts: Mapping[str, Contract], project: Path = PROJECT) -> str:
    """The CSV of every column that holds codes (``dbt_project/seeds/coded_column.csv``), by table."""
    columns = list(_text_columns(project))
    lists = _lists_of_names(contracts, project, [column for *_, column in columns])
    rows = []
    for schema, table, column in columns:
        code_list = _own_list(column) or _list_of(
            f"{schema}.{table}.{column['name']}", lists.get(column["name"], set())
        )
        if code_list:
            rows.append((schema, table, column["name"], code_list))
    return csv_text(_COLUMNS, rows)


def _own_list(column: Mapping[str, Any]) -> str | None:
    told = column.get("config", {}).get("meta", {}).get("code_list")
    return None if told is None else str(told)


def _lists_of_names(
    contracts: Mapping[str, Contract], project: Path, columns: list[Mapping[str, Any]]
) -> dict[str, set[str]]:
    """Name of a column → the lists it may be of by its name: those of the forms, else the list of that name.

    What another table says of a column of that name counts, too: then the name alone tells nothing.
    """
    own = {row["code_list"] for row in read_seed_rows(project / "seeds" / "published_code.csv")}
    found: dict[str, set[str]] = defaultdict(set)
    for contract in contracts.values():
        for column in contract.columns:
            if column.code_list:
                found[column.name].add(column.code_list)
    for name in own.union(code_lists(project)) - found.keys():
        found[name].add(name)
    for told in columns:
        if told["name"] in found and (code_list := _own_list(told)):
            found[told["name"]].add(code_list)
    return dict(found)


def _list_of(place: str, lists: set[str]) -> str | None:
    """The list of a column that does not say it itself."""
    if len(lists) > 1:
        raise CodeListError(
            f"{place}: columns of this name have the lists {', '.join(sorted(lists))};"
            " say which by `config: {meta: {code_list: …}}` in the model's yml"
        )
    return next(iter(lists), None)


def _text_columns(project: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for schema in PUBLISHED:
        for path in sorted((project / "models" / schema).rglob("*.yml")):
            told = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - both are safe
            for model in told.get("models", []):
                yield from (
                    (schema, model["name"], column) for column in model["columns"] if column["data_type"] == "string"
                )
