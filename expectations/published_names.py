"""The Chinese names of the tables that readers see and of their columns: ``contracts/published_names.csv``.

A row with a table alone names the table, one with a column alone names the column of whatever table; one with both says
where a column means something else than elsewhere.
"""

from __future__ import annotations

from functools import cache

from expectations.model import CONTRACTS_DIR
from expectations.seed_rows import read_seed_rows

NAMES_FILE = CONTRACTS_DIR / "published_names.csv"


@cache
def load_names() -> dict[tuple[str, str], str]:
    """(table, column) → Chinese name as the file has them; either may be empty, a table is ``schema.name``."""
    return {(row["table"], row["column"]): row["name"] for row in read_seed_rows(NAMES_FILE)}


def table_name(table: str) -> str:
    """The Chinese name of a table, or nothing where nobody gave it one."""
    return load_names().get((table, ""), "")


def column_name(table: str, column: str) -> str:
    """The Chinese name of a column in a table, or nothing where nobody gave it one."""
    names = load_names()
    return names.get((table, column)) or names.get(("", column), "")
