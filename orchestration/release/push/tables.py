"""The tables of a release as PostgreSQL is to have them: columns, keys, references, indexes, comments.

Keys and references are those that the release's data package tells, so that there is one source. Nothing is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from expectations.sql_text import column_list, literal, quoted
from orchestration.release.content import RELEASE_TABLE, columns_of, read_comments
from orchestration.release.data_package import data_package
from orchestration.release.manifest import Release
from orchestration.release.push.address import PushError
from orchestration.release.push.policies import policies

_TYPES = {
    "VARCHAR": "varchar",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "DECIMAL": "numeric",
    "DOUBLE": "double precision",
    "INTEGER": "integer",
    "BIGINT": "bigint",
}
_INDEXED_ROWS, _INDEXED_VALUES = 1_000, 100  # of fewer rows or different values a table is read whole
_INDEXED_BYTES = 2_000  # a B-tree takes no entry of more than 2,704
# Columns that readers choose rows by, beside keys and references.
_CHOSEN_BY = ("county_code", "division_code", "household_code", "township_code", "village_code")
NUL, FOR_NUL = "\0", "\ufffd"  # PostgreSQL's texts cannot hold the one


@dataclass(frozen=True)
class Reference:
    """A column that refers to the whole key of another table."""

    column: str
    table: str
    field: str


@dataclass(frozen=True)
class TargetTable:
    """One table of the copy.

    Attributes:
        content: hash of its values, as the release's manifest has it.
        columns: name → PostgreSQL's type, with ``not null`` where the release says so.
        key: its columns, none where PostgreSQL cannot keep their values in an index.
        is_primary: whether no part of the key is null; otherwise it is an index that holds no value twice.
        indexed: columns with an index of their own.
    """

    schema: str
    name: str
    rows: int
    content: str
    columns: Mapping[str, str]
    comments: Mapping[str, str]
    key: tuple[str, ...]
    is_primary: bool
    references: tuple[Reference, ...]
    indexed: tuple[str, ...]

    @property
    def qualified(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def place(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    @property
    def fingerprint(self) -> str:
        """Equal where the values and all that is declared of them are equal."""
        told = [self.content, self.creation(self.place), *self.completion(self.place), str(self.references)]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    def creation(self, place: str) -> str:
        """The statement that creates the empty table at a place."""
        columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in self.columns.items())
        return f"create table {place} ({columns})"

    def completion(self, place: str) -> list[str]:
        """What is declared of the filled table at a place, but for its references, which need the others."""
        found = []
        if self.is_primary:
            found.append(f"alter table {place} add primary key ({column_list(self.key)})")
        elif self.key:
            found.append(f"create unique index on {place} ({column_list(self.key)})")
        found += [f"create index on {place} ({quoted(column)})" for column in self.indexed]
        for column, comment in self.comments.items():
            subject = f"column {place}.{quoted(column)}" if column else f"table {place}"
            found.append(f"comment on {subject} is {literal(comment.replace(NUL, FOR_NUL))}")
        return [*found, *policies(self.qualified, place, tuple(self.columns))]


def target_tables(connection: duckdb.DuckDBPyConnection, catalog: str, release: Release) -> list[TargetTable]:
    """The tables of an attached release, with the one that says which release it is.

    Raises:
        PushError: a column's type has no equal in PostgreSQL.
    """
    content = {table.name: (table.rows, table.content_hash) for table in release.manifest.tables}
    content[".".join(RELEASE_TABLE)] = (1, f"{release.release_id} {release.manifest.content_hash}")
    comments, required = read_comments(connection, catalog), _required(connection, catalog)
    described = {
        resource["name"]: resource["schema"]
        for resource in data_package(connection, catalog, release.release_id)["resources"]
    }
    seen = {name: _look_at(connection, _place(catalog, name), told) for name, told in described.items()}
    keys = {name: tuple(told.get("primaryKey", ())) for name, told in described.items()}
    primary = {name for name, key in keys.items() if key and _fits(seen[name], key) and not _has_null(seen[name], key)}
    found = []
    for name, (rows, values) in content.items():
        schema, table = name.split(".", 1)
        references = [_reference(name, told) for told in described[name].get("foreignKeys", ())]
        found.append(
            TargetTable(
                schema=schema,
                name=table,
                rows=rows,
                content=values,
                columns=_columns(connection, _place(catalog, name), required.get(name, frozenset())),
                comments=comments.get((schema, table), {}),
                key=keys[name] if _fits(seen[name], keys[name]) else (),
                is_primary=name in primary,
                references=tuple(reference for reference in references if reference.table in primary),
                indexed=_worth_an_index(seen[name], keys[name]) if rows >= _INDEXED_ROWS else (),
            )
        )
    return found


@dataclass(frozen=True)
class _Seen:
    """What a column holds: whether nulls, the bytes of its longest value, about how many different ones."""

    has_null: bool
    longest: int
    different: int


def _place(catalog: str, qualified: str) -> str:
    return ".".join(map(quoted, (catalog, *qualified.split(".", 1))))


def _required(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, frozenset[str]]:
    rows = connection.execute(
        "select schema_name || '.' || table_name, list(column_name) from duckdb_columns()"
        " where database_name = ? and not internal and not is_nullable group by all",
        [catalog],
    ).fetchall()
    return {table: frozenset(columns) for table, columns in rows}


def _columns(connection: duckdb.DuckDBPyConnection, relation: str, required: frozenset[str]) -> dict[str, str]:
    found = {}
    for name, kind in columns_of(connection, relation):
        base, bracket, scale = kind.partition("(")
        if base not in _TYPES:
            raise PushError(
                f"{relation}, column {name}: is of type {kind}; expected one of {', '.join(_TYPES)}."
                " Say in orchestration/release/push/tables.py what it is in PostgreSQL."
            )
        found[name] = f"{_TYPES[base]}{bracket}{scale}{' not null' if name in required else ''}"
    return found


def _look_at(connection: duckdb.DuckDBPyConnection, relation: str, described: Mapping[str, Any]) -> dict[str, _Seen]:
    """The columns of a table that may be worth an index."""
    there = {field["name"] for field in described["fields"]}
    referring = [column for key in described.get("foreignKeys", ()) for column in key["fields"]]
    asked = dict.fromkeys([*described.get("primaryKey", ()), *referring, *(set(_CHOSEN_BY) & there)])
    if not asked:
        return {}
    parts = ", ".join(
        f"coalesce(bool_or({quoted(c)} is null), false), coalesce(max(strlen({quoted(c)}::varchar)), 0),"
        f" approx_count_distinct({quoted(c)})"
        for c in asked
    )
    row = connection.execute(f"select {parts} from {relation}").fetchone() or ()
    return {column: _Seen(*row[3 * number : 3 * number + 3]) for number, column in enumerate(asked)}


def _fits(seen: Mapping[str, _Seen], columns: Sequence[str]) -> bool:
    return sum(seen[column].longest for column in columns) <= _INDEXED_BYTES


def _has_null(seen: Mapping[str, _Seen], columns: Sequence[str]) -> bool:
    return any(seen[column].has_null for column in columns)


def _worth_an_index(seen: Mapping[str, _Seen], key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        column
        for column, told in sorted(seen.items())
        if column not in key[:1] and told.different >= _INDEXED_VALUES and told.longest <= _INDEXED_BYTES
    )


def _reference(table: str, told: Mapping[str, Any]) -> Reference:
    (column,), (field,) = told["fields"], told["reference"]["fields"]
    return Reference(column, told["reference"]["resource"] or table, field)
