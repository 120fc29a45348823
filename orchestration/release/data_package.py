"""What a release says of its Parquet files to other programs: ``datapackage.json``, a Frictionless Data Package.

Made of the released file alone (its tables, columns and comments), so it can be made again and compared. It is no part
of a release's content and of its name. What the comments say, and how they come into the file, is not decided here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from expectations.comments import Comment, read_comment
from expectations.sql_text import quoted
from orchestration.release.content import RELEASE_TABLE, columns_of, list_tables, read_comments

PACKAGE_NAME = "datapackage.json"
_TYPES = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "DECIMAL": "number",
    "DOUBLE": "number",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "HUGEINT": "integer",
}


def data_package(connection: duckdb.DuckDBPyConnection, catalog: str, release_id: str) -> dict[str, Any]:
    """The description of an attached release's Parquet files.

    Args:
        connection: where the release's file is attached.
        catalog: its name there.
        release_id: the release's name.
    """
    names = sorted([*list_tables(connection, catalog), RELEASE_TABLE])
    comments = read_comments(connection, catalog)
    present = {".".join(table) for table in names}
    return {
        "profile": "data-package",
        "name": release_id.lower(),
        "version": release_id,
        "resources": [
            _resource(
                table,
                columns_of(connection, ".".join(map(quoted, (catalog, *table)))),
                {column: read_comment(text) for column, text in comments.get(table, {}).items()},
                present,
            )
            for table in names
        ],
    }


def write_data_package(connection: duckdb.DuckDBPyConnection, catalog: str, release_id: str, folder: Path) -> None:
    """Write the description of an attached release into the release's folder."""
    text = json.dumps(data_package(connection, catalog, release_id), ensure_ascii=False, indent=1)
    (folder / PACKAGE_NAME).write_text(text + "\n", encoding="utf-8")


def package_problems(
    connection: duckdb.DuckDBPyConnection, catalog: str, release_id: str, folder: Path, *, is_expected: bool
) -> list[str]:
    """What is wrong with the description in a release's folder; one sealed before there was any may have none."""
    path = folder / PACKAGE_NAME
    if not path.is_file():
        return [f"{path}: missing"] if is_expected else []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        return [f"{path}: cannot be read ({error})"]
    is_same = found == data_package(connection, catalog, release_id)
    return [] if is_same else [f"{path}: not what the release gives"]


def _resource(
    table: tuple[str, str], columns: tuple[tuple[str, str], ...], comments: dict[str, Comment], present: set[str]
) -> dict[str, Any]:
    schema, name = table
    silent = Comment("", "")
    told = comments.get("", silent)
    fields = {column: comments.get(column, silent) for column, _ in columns}
    key = [column for column, comment in fields.items() if comment.is_key]
    foreign = [
        found for column, comment in fields.items() if (found := _foreign_key(column, comment, schema, name, present))
    ]
    described: dict[str, Any] = {"fields": [_field(column, kind, fields[column]) for column, kind in columns]}
    described |= {"primaryKey": key} if key else {}
    described |= {"foreignKeys": foreign} if foreign else {}
    return {
        "name": f"{schema}.{name}",
        "path": f"parquet/{schema}/{name}.parquet",
        **_said(told),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": described,
    }


def _field(column: str, kind: str, comment: Comment) -> dict[str, str]:
    return {"name": column, "type": _TYPES.get(kind.split("(")[0], "any"), **_said(comment)}


def _said(comment: Comment) -> dict[str, str]:
    told = {"title": comment.name, "description": comment.description}
    return {what: text for what, text in told.items() if text}


def _foreign_key(column: str, comment: Comment, schema: str, name: str, present: set[str]) -> dict[str, Any] | None:
    """The reference of a column; a table that refers to itself is named by nothing, as the format has it."""
    target, _, field = (comment.reference or "").rpartition(".")
    if target not in present:
        return None
    resource = "" if target == f"{schema}.{name}" else target
    return {"fields": [column], "reference": {"resource": resource, "fields": [field]}}
