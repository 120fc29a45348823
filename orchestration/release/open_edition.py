"""The edition of a release that every reader may have: no person, no household, no village in it.

It is a file of its own beside the release's, made of the tables of the role ``open``. What that role has no line for is
for the office alone, so that a new table is closed until somebody opens it (docs/decisions/0029).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from expectations.sql_text import literal
from orchestration.release.content import hash_relation
from orchestration.release.reader_rows import present_tables, relation_of, role_queries, write_tables

OPEN_NAME, OPEN_ROLE = "open.duckdb", "open"
# The whole release is its owner's and their group's; the open edition is everybody's.
CLOSED_FILE, CLOSED_FOLDER, OPEN_FILE, OPEN_FOLDER = 0o440, 0o750, 0o444, 0o755
_CLOSED_PARTS = ("sanming.duckdb", "parquet")


def rights_of(path: Path, folder: Path) -> int:
    """The rights of a file or folder of a release."""
    is_closed = path.relative_to(folder).parts[0] in _CLOSED_PARTS
    if path.is_dir():
        return CLOSED_FOLDER if is_closed else OPEN_FOLDER
    return CLOSED_FILE if is_closed else OPEN_FILE


def write_open_edition(connection: duckdb.DuckDBPyConnection, catalog: str, target: Path, storage: str) -> None:
    """Write the open tables of an attached release into a file of that format, with their comments."""
    write_tables(connection, catalog, role_queries(connection, catalog, OPEN_ROLE), target, storage)


def differing_tables(connection: duckdb.DuckDBPyConnection, catalog: str, opened: Path) -> list[str]:
    """The tables of an open edition that are not what the release's would give, and those that should not be there."""
    connection.execute(f"attach {literal(str(opened))} as opened (read_only)")
    try:
        queries, found = role_queries(connection, catalog, OPEN_ROLE), set(present_tables(connection, "opened"))
        return sorted(
            (set(queries) ^ found)
            | {
                table
                for table in set(queries) & found
                if hash_relation(connection, relation_of("opened", table))
                != hash_relation(connection, f"({queries[table]})")
            }
        )
    finally:
        connection.execute("detach opened")
