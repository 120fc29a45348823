"""The seed CSV files as DuckDB tables: the same code lists and dated parameters dbt loads, of the same types.

The types are those of the yml beside a seed, which dbt reads as well.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import duckdb
import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is there


class SeedError(ValueError):
    """A seed whose columns are not all described: names the file, the columns and what to do."""


@cache
def seed_types(folder: Path) -> dict[str, dict[str, str]]:
    """Seed → column → type, as the yml files of the folder say."""
    seeds = (
        seed
        for path in sorted(folder.glob("*.yml"))
        for seed in yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER).get("seeds", [])  # noqa: S506
    )
    return {seed["name"]: seed["config"]["column_types"] for seed in seeds}


def load_seeds(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Create one table per ``<name>.csv`` of the folder; empty cells are NULL.

    Raises:
        SeedError: a column has no type in the yml of its seed.
    """
    types = seed_types(folder)
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            names = next(csv.reader(file))
        typed = types.get(path.stem, {})
        if missing := [name for name in names if name not in typed]:
            raise SeedError(f"{path}: no type for {missing}; add them to column_types in the yml beside it.")
        # Naming the columns spares DuckDB the guessing, which costs more than the reading.
        columns = ", ".join(f"'{name}': '{typed[name]}'" for name in names)
        connection.execute(
            f'create or replace table "{path.stem}" as select * from read_csv(?, header=true, auto_detect=false, '
            f"delim=',', quote='\"', escape='\"', nullstr='', columns={{{columns}}})",
            [str(path)],
        )
