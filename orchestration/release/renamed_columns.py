"""Columns that have another name since some release was sealed: one list, for wherever releases of different days meet.

A sealed file is never changed: what is asked of it is asked by the names of today, and answered by its own. What a
table holds, and what differs between two of them, is not told here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from expectations.sql_text import literal, quoted
from orchestration.release.content import columns_of


@dataclass(frozen=True)
class RenamedColumn:
    """A column of any table, by its name of before and of today, and the day from which releases have the latter."""

    old: str
    new: str
    since: date


RENAMED = (
    # Unquoted, the parser that Superset uses takes the word for a type.
    RenamedColumn("map", "map_edition", date(2026, 11, 29)),
)


def renamed_in(columns: Collection[str]) -> Iterator[RenamedColumn]:
    """Those that a table with these columns has by their name of before."""
    return (one for one in RENAMED if one.old in columns and one.new not in columns)


def columns_today(columns: Iterable[str]) -> tuple[str, ...]:
    """The columns of a table by their names of today."""
    given = tuple(columns)
    names = {one.old: one.new for one in renamed_in(given)}
    return tuple(names.get(column, column) for column in given)


def star(columns: Collection[str], *without: str) -> str:
    """SQL for all columns of a table by their names of today, some left out."""
    renames = ", ".join(f"{quoted(one.old)} as {quoted(one.new)}" for one in renamed_in(columns))
    left_out = ", ".join(map(quoted, without))
    return f"*{f' exclude ({left_out})' if left_out else ''}{f' rename ({renames})' if renames else ''}"


def relation_today(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    """SQL for a table of a release by the names of today."""
    columns = [name for name, _ in columns_of(connection, relation)]
    return f"(select {star(columns)} from {relation})" if any(renamed_in(columns)) else relation


def attach_release(connection: duckdb.DuckDBPyConnection, database: Path, name: str) -> None:
    """Attach a released file so that its tables have the names of today; views stand before one that is older."""
    connection.execute(f"attach {literal(str(database))} as {quoted(name)} (read_only)")
    found = connection.execute(
        "select schema_name, table_name, list(column_name) from duckdb_columns()"
        " where database_name = ? and not internal group by all order by all",
        [name],
    ).fetchall()
    if not any(any(renamed_in(columns)) for _, _, columns in found):
        return
    sealed = f"{name}_sealed"
    connection.execute(f"detach {quoted(name)}")
    connection.execute(f"attach {literal(str(database))} as {quoted(sealed)} (read_only)")
    connection.execute(f"attach ':memory:' as {quoted(name)}")
    for schema, table, columns in found:
        place = f"{quoted(schema)}.{quoted(table)}"
        connection.execute(f"create schema if not exists {quoted(name)}.{quoted(schema)}")
        connection.execute(
            f"create view {quoted(name)}.{place} as select {star(columns)} from {quoted(sealed)}.{place}"
        )


@contextmanager
def open_release(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a released file, to be read by the names of today."""
    with duckdb.connect() as connection:
        attach_release(connection, database, "release")
        connection.execute("use release")
        yield connection


def quote_old_names(sql: str) -> str:
    """SQL that a build of before was made from, for a parser that takes a name of then for a word of its own."""
    for one in RENAMED:
        sql = re.sub(rf'(?<!")\b{one.old}\b(?!"|\s*\()', quoted(one.old), sql)
    return sql
