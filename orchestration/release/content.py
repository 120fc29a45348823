"""What a DuckDB file holds: its tables, their comments and a hash of their values.

Two identical builds differ in bytes, so content is hashed by value and without regard to row order.
Folders, manifests and the `current` link are the business of `publish`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.sql_text import literal, quoted

SCHEMAS = ("marts", "reports", "quality")
# Written by publishing itself, so it cannot be part of the hash that names the release.
RELEASE_TABLE = ("quality", "release_info")
# The format of what readers open: DuckDB 1.3 and later read it (docs/decisions/0012).
STORAGE = "v1.3.0"


@dataclass(frozen=True)
class TableContent:
    """One table of a release: columns as (name, type), row count and hash of the values."""

    schema: str
    name: str
    columns: tuple[tuple[str, str], ...]
    rows: int
    content_hash: str

    @property
    def qualified(self) -> str:
        return f"{self.schema}.{self.name}"


def list_tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[tuple[str, str]]:
    """The (schema, table) pairs that a release carries, in a stable order."""
    rows = connection.execute(
        "select table_schema, table_name from information_schema.tables"
        " where table_catalog = ? and table_schema in (select unnest(?)) order by 1, 2",
        [catalog, list(SCHEMAS)],
    ).fetchall()
    return [(schema, table) for schema, table in rows if (schema, table) != RELEASE_TABLE]


def columns_of(connection: duckdb.DuckDBPyConnection, relation: str) -> tuple[tuple[str, str], ...]:
    """The (name, type) pairs of a relation, in its order."""
    described = connection.execute(f"describe select * from {relation}").fetchall()
    return tuple((name, kind) for name, kind, *_ in described)


def hash_relation(connection: duckdb.DuckDBPyConnection, relation: str) -> tuple[int, str]:
    """Row count and an order-independent hash of the values of a relation.

    Every row becomes one text (each value ended by a control character, nulls by another), every text an MD5
    half, and their sum is the hash: adding is indifferent to order, and a row that appears twice counts twice.
    """
    names = [name for name, _ in columns_of(connection, relation)]
    row_text = ", ".join(
        f"cast({quoted(name)} as varchar), case when {quoted(name)} is null then chr(30) else chr(31) end"
        for name in names
    )
    found = connection.execute(
        f"select count(*), coalesce(sum(cast(md5_number_lower(concat({row_text})) as hugeint)), 0)::varchar"
        f" from {relation}"
    ).fetchone()
    if found is None:
        raise ValueError(f"{relation}: the hash query returned nothing")
    rows, total = found
    text = json.dumps([names, rows, total], ensure_ascii=False)
    return rows, hashlib.sha256(text.encode()).hexdigest()


def read_table_content(connection: duckdb.DuckDBPyConnection, catalog: str, schema: str, table: str) -> TableContent:
    """Columns, rows and hash of one table."""
    relation = f"{quoted(catalog)}.{quoted(schema)}.{quoted(table)}"
    rows, content_hash = hash_relation(connection, relation)
    return TableContent(schema, table, columns_of(connection, relation), rows, content_hash)


def content_hash(tables: tuple[TableContent, ...], inputs: list[str]) -> str:
    """One hash over all tables and the submissions they were made from."""
    text = json.dumps([[t.qualified, t.columns, t.rows, t.content_hash] for t in tables] + [inputs])
    return hashlib.sha256(text.encode()).hexdigest()


def foreign_relations(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[str]:
    """What a file holds beside the tables of a release: other schemas' relations, and views."""
    rows = connection.execute(
        "select table_schema, table_name from information_schema.tables where table_catalog = ?"
        " and (table_type <> 'BASE TABLE' or table_schema not in (select unnest(?))) order by all",
        [catalog, list(SCHEMAS)],
    ).fetchall()
    return [f"{schema}.{table}" for schema, table in rows]


def read_comments(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[tuple[str, str], dict[str, str]]:
    """(schema, table) → column → comment, in the columns' order, the table's own under the empty name."""
    rows = connection.execute(
        "select schema_name, table_name, '' as column_name, -1 as position, comment from duckdb_tables()"
        " where database_name = $1 and comment is not null union all"
        " select schema_name, table_name, column_name, column_index, comment from duckdb_columns()"
        " where database_name = $1 and not internal and comment is not null order by 1, 2, 4",
        [catalog],
    ).fetchall()
    found: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, _, comment in rows:
        found.setdefault((schema, table), {})[column] = comment
    return found


def export_parquet(
    connection: duckdb.DuckDBPyConnection,
    catalog: str,
    table: tuple[str, str],
    folder: Path,
    comments: Mapping[str, str],
) -> None:
    """Write one table as ``<folder>/<schema>/<table>.parquet``, with its comments as key-value metadata.

    Args:
        connection: to the file that has it.
        catalog: the file's name there.
        table: schema and name.
        folder: where the schemas have their folders.
        comments: column → comment, the table's own under the empty name. In the metadata ``comment`` is the table's,
            ``comment:<column>`` a column's.
    """
    schema, name = table
    target = folder / schema / f"{name}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    relation = f"{quoted(catalog)}.{quoted(schema)}.{quoted(name)}"
    entries = (
        f"{quoted(f'comment:{column}' if column else 'comment')}: {literal(comment)}"
        for column, comment in comments.items()
    )
    metadata = f", kv_metadata {{{', '.join(entries)}}}" if comments else ""
    connection.execute(f"copy {relation} to {literal(str(target))} (format parquet, compression zstd{metadata})")


def take_tables(
    connection: duckdb.DuckDBPyConnection, catalog: str, names: list[tuple[str, str]], folder: Path, workers: int
) -> tuple[TableContent, ...]:
    """Read the content of tables and export each, several side by side: most are too small for DuckDB to share out."""
    comments = read_comments(connection, catalog)

    def take(table: tuple[str, str]) -> TableContent:
        with connection.cursor() as own:
            export_parquet(own, catalog, table, folder, comments.get(table, {}))
            return read_table_content(own, catalog, *table)

    with ThreadPoolExecutor(workers) as pool:
        return tuple(pool.map(take, names))
