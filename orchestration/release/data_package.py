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
    comments = {
        ".".join(table): {column: read_comment(text) for column, text in told.items()}
        for table, told in read_comments(connection, catalog).items()
    }
    keys = {
        ".".join(table): [column for column, told in comments.get(".".join(table), {}).items() if told.is_key]
        for table in names
    }
    return {
        "profile": "data-package",
        "name": release_id.lower(),
        "version": release_id,
        "resources": [
            _resource(
                ".".join(table),
                columns_of(connection, ".".join(map(quoted, (catalog, *table)))),
                comments.get(".".join(table), {}),
                keys,
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
    table: str, columns: tuple[tuple[str, str], ...], comments: dict[str, Comment], keys: dict[str, list[str]]
) -> dict[str, Any]:
    silent = Comment("", "")
    described: dict[str, Any] = {"fields": [_field(name, kind, comments.get(name, silent)) for name, kind in columns]}
    foreign = [found for column, comment in comments.items() if (found := _foreign_key(table, column, comment, keys))]
    described |= {"primaryKey": keys[table]} if keys[table] else {}
    described |= {"foreignKeys": foreign} if foreign else {}
    return {
        "name": table,
        "path": f"parquet/{table.replace('.', '/', 1)}.parquet",
        **_said(comments.get("", silent)),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": described,
    }


def _field(column: str, kind: str, comment: Comment) -> dict[str, str]:
    return {"name": column, "type": _TYPES.get(kind.split("(")[0], "any"), **_said(comment)}


def _said(comment: Comment) -> dict[str, str]:
    told = {"title": comment.name, "description": comment.description}
    return {what: text for what, text in told.items() if text}


def _foreign_key(table: str, column: str, comment: Comment, keys: dict[str, list[str]]) -> dict[str, Any] | None:
    """The reference of a column to the whole key of a table that is there; one to its own table has no name of it.

    A reference to a part of a key joins several rows: a comment may tell it, but a tool that joins by it counts twice.
    """
    target, _, field = (comment.reference or "").rpartition(".")
    if keys.get(target) != [field]:
        return None
    return {"fields": [column], "reference": {"resource": "" if target == table else target, "fields": [field]}}
