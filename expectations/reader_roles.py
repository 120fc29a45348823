"""Which role of readers sees which tables, rows and columns of a release: ``contracts/reader_role.csv``.

``*`` stands for every table that a role has no line for; a table without a line is not the role's. What the rows are
called is explained where they are read (``orchestration.release.reader_rows``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from expectations.model import CONTRACTS_DIR
from expectations.seed_rows import read_seed_rows

ROLES_FILE = CONTRACTS_DIR / "reader_role.csv"
ROLES = ("office", "county", "open", "public")
ROWS = ("all", "own county", "own contracts", "open", "told", "none")
EVERY_TABLE = "*"


@dataclass(frozen=True)
class Sight:
    """What a role sees of a table.

    Attributes:
        rows: one of ``ROWS``.
        hidden_columns: columns that are there without a value.
    """

    rows: str
    hidden_columns: tuple[str, ...] = ()


@cache
def load_sights() -> dict[tuple[str, str], Sight]:
    """(role, table) → what the role sees of it.

    Raises:
        ValueError: a line names a role or rows that are not known.
    """
    found = {}
    for line in read_seed_rows(ROLES_FILE):
        if line["role"] not in ROLES or line["rows"] not in ROWS:
            raise ValueError(f"{ROLES_FILE}: {line}: expected a role of {ROLES} and rows of {ROWS}")
        found[line["role"], line["table"]] = Sight(line["rows"], tuple(line["hidden_columns"].split()))
    return found


def sight_of(role: str, table: str) -> Sight | None:
    """What a role sees of a table, or nothing where it does not have it."""
    sights = load_sights()
    return sights.get((role, table)) or sights.get((role, EVERY_TABLE))


def tables_of(role: str) -> tuple[str, ...]:
    """The tables that a role has a line for, in the order of the lines."""
    return tuple(table for named, table in load_sights() if named == role and table != EVERY_TABLE)
