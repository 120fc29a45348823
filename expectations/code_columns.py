"""The models' yml and the contracts → which column of a published table holds codes of which list.

Derived, never typed: a column's own ``meta: {code_list: …}`` says it; without one, the forms' columns of the same name
do, and then a list of that very name. A name that is of two lists says nothing, and each such column must say it. The
words themselves are in the seeds that ``marts.dim_code`` puts together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from expectations.dbt_seeds import csv_text
from expectations.model import Contract
from expectations.published_tables import PublishedTable, read_tables
from expectations.seed_rows import read_seed_rows

PROJECT = Path(__file__).resolve().parent.parent / "dbt_project"
_COLUMNS = ("table_schema", "table_name", "column_name", "code_list")


class CodeListError(ValueError):
    """A column of which nobody can tell the list: names the column, the lists and what to do."""


def code_lists(project: Path = PROJECT) -> list[str]:
    """The lists that have a seed of their own, ``code_<list>.csv``, by name."""
    return [path.stem.removeprefix("code_") for path in sorted((project / "seeds").glob("code_*.csv"))]


def coded_column_seed(contracts: Mapping[str, Contract], project: Path = PROJECT) -> str:
    """The CSV of every column that holds codes (``dbt_project/seeds/coded_column.csv``), by table."""
    tables = sorted(read_tables(project / "models"), key=lambda table: table.schema)
    lists = _lists_of_names(contracts, project, tables)
    rows = []
    for table in tables:
        for column in (name for name, kind in table.types.items() if kind == "string"):
            own = table.code_lists.get(column)
            code_list = own or _list_of(f"{table.qualified}.{column}", lists.get(column, set()))
            if code_list:
                rows.append((table.schema, table.name, column, code_list))
    return csv_text(_COLUMNS, rows)


def _lists_of_names(
    contracts: Mapping[str, Contract], project: Path, tables: Iterable[PublishedTable]
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
    for table in tables:
        for name, code_list in table.code_lists.items():
            if name in found:
                found[name].add(code_list)
    return dict(found)


def _list_of(place: str, lists: set[str]) -> str | None:
    """The list of a column that does not say it itself."""
    if len(lists) > 1:
        raise CodeListError(
            f"{place}: columns of this name have the lists {', '.join(sorted(lists))};"
            " say which by `config: {meta: {code_list: …}}` in the model's yml"
        )
    return next(iter(lists), None)
