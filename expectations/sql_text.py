"""Texts, names and columns as SQL writes them: the only place that quotes what may hold a quote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path


def literal(text: object) -> str:
    """An SQL string, for the statements that take no parameters; a path is one."""
    return "'" + str(text).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def column_list(columns: Iterable[str]) -> str:
    """The columns as a select list."""
    return ", ".join(map(quoted, columns))


def empty_select(columns: Mapping[str, str]) -> str:
    """A select of no rows with exactly these columns and types."""
    typed = ", ".join(f"cast(null as {kind}) as {quoted(name)}" for name, kind in columns.items())
    return f"select {typed} where false"


def parquet_select(files: list[Path], columns: Mapping[str, str]) -> str:
    """A select of exactly these columns from Parquet files; no rows when there is no file."""
    if not files:
        return empty_select(columns)
    names = ", ".join(literal(path) for path in files)
    typed = ", ".join(f"cast({quoted(name)} as {kind}) as {quoted(name)}" for name, kind in columns.items())
    return f"select {typed} from read_parquet([{names}], hive_partitioning = false)"
