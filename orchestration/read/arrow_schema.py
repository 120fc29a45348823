"""The Arrow schema of a relation whose columns are told by their DuckDB types (``expectations.relations``)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyarrow as pa

_ARROW = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("us"),
}
_DECIMAL = re.compile(r"DECIMAL\((\d+), (\d+)\)")


def arrow_schema(columns: Mapping[str, str]) -> pa.Schema:
    """The schema of columns, name → DuckDB type."""
    return pa.schema([(name, _arrow_type(kind)) for name, kind in columns.items()])


def _arrow_type(kind: str) -> pa.DataType:
    if decimal := _DECIMAL.fullmatch(kind):
        return pa.decimal128(*map(int, decimal.groups()))
    return _ARROW[kind]
