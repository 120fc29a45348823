"""The seed CSV files as DuckDB tables: the same code lists and dated parameters dbt loads.

A column's type follows its name, so that a seed needs no second description here.
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

_TYPES_BY_SUFFIX = (
    ("valid_from", "DATE"),
    ("valid_to", "DATE"),
    ("verified", "BOOLEAN"),
    ("is_allowed", "BOOLEAN"),
    ("_yuan", "DECIMAL(18, 2)"),
    ("_percent", "DECIMAL(18, 4)"),
    ("_share", "DECIMAL(18, 4)"),
    ("_months", "BIGINT"),
    ("_days", "BIGINT"),
    ("_age", "BIGINT"),
    ("_order", "BIGINT"),
    ("_year", "BIGINT"),
    ("village_units", "BIGINT"),
    ("village_committees", "BIGINT"),
)


def seed_type(column: str) -> str:
    """The DuckDB type of a seed's column, told by the end of its name; text otherwise."""
    return next((kind for suffix, kind in _TYPES_BY_SUFFIX if column.endswith(suffix)), "VARCHAR")


def load_seeds(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Create one table per ``<name>.csv`` of the folder; empty cells are NULL."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            names = next(csv.reader(file))
        # Naming the columns spares DuckDB the guessing, which costs more than the reading.
        columns = ", ".join(f"'{name}': '{seed_type(name)}'" for name in names)
        connection.execute(
            f'create or replace table "{path.stem}" as select * from read_csv(?, header=true, auto_detect=false, '
            f"delim=',', quote='\"', escape='\"', nullstr='', columns={{{columns}}})",
            [str(path)],
        )
