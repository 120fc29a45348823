"""What a Frictionless Data Package must have (v1; readers of v2 take it, too), and that it fits the files it names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb

_NAME = re.compile(r"[-a-z0-9._/]+")
_KINDS = {"string", "boolean", "date", "datetime", "number", "integer", "any"}
_OF_TYPE = {
    "VARCHAR": "string", "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "datetime", "DECIMAL": "number",
    "DOUBLE": "number", "INTEGER": "integer", "BIGINT": "integer", "HUGEINT": "integer",
}  # fmt: skip


def read_package(folder: Path) -> dict[str, Any]:
    """The package in a release's folder, looked through: raises AssertionError where it is none or fits no file."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert _NAME.fullmatch(package["name"])
    assert package["resources"]
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert len(resources) == len(package["resources"])
    for resource in package["resources"]:
        _look_through(resource, resources, folder)
    return package


def _look_through(resource: dict[str, Any], resources: dict[str, dict[str, Any]], folder: Path) -> None:
    assert _NAME.fullmatch(resource["name"])
    assert resource["format"] == "parquet"
    path = Path(resource["path"])
    assert not path.is_absolute()
    assert ".." not in path.parts
    fields = resource["schema"]["fields"]
    described = duckdb.sql(f"describe select * from read_parquet('{folder / path}')").fetchall()
    assert [field["name"] for field in fields] == [name for name, *_ in described]
    assert [field["type"] for field in fields] == [_OF_TYPE.get(kind.split("(")[0], "any") for _, kind, *_ in described]
    assert {field["type"] for field in fields} <= _KINDS
    names = {field["name"] for field in fields}
    assert set(resource["schema"].get("primaryKey", [])) <= names
    for foreign in resource["schema"].get("foreignKeys", []):
        assert set(foreign["fields"]) <= names
        target = resources[foreign["reference"]["resource"] or resource["name"]]
        assert foreign["reference"]["fields"] == target["schema"]["primaryKey"]
        assert len(foreign["fields"]) == len(foreign["reference"]["fields"])
