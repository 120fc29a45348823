"""Looks for personal data in files by value: what a home's submitters sent against what lies open.

Compressed pages hide text from a scan of bytes, so databases and Parquet files are opened and every value of
every column is read.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.contract import load_contracts

# Free text is personal, too, but it holds common words, which are no proof of a leak.
_FREE_TEXT = frozenset({"remark", "deletion_reason", "content"})
_DIGITS = re.compile(r"\d{10,}[Xx]?")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·]+")
_DATABASES = {".duckdb", ".parquet"}


@dataclass(frozen=True)
class Secrets:
    """Names, and numbers that stand for a person: ID, phone, account."""

    names: frozenset[str]
    numbers: frozenset[str]

    @property
    def name_lengths(self) -> range:
        """How long a name can be."""
        lengths = [len(name) for name in self.names]
        return range(min(lengths), max(lengths) + 1)

    def in_text(self, text: str) -> set[str]:
        """The secrets that occur in a text, names inside other words included."""
        found = {number.upper() for number in _DIGITS.findall(text)} & self.numbers
        for run in _HAN.findall(text):
            for length in self.name_lengths:
                pieces = {run[start : start + length] for start in range(len(run) - length + 1)}
                found |= pieces & self.names
        return found


def secrets_of(landing: Path) -> Secrets:
    """What submitters of a home sent about persons, as landed (that area is restricted and may hold it)."""
    texts: set[str] = set()
    with duckdb.connect() as connection:
        for form, contract in load_contracts().items():
            files = [str(path) for path in sorted(landing.glob(f"{form}/*/*.parquet"))]
            for column in contract.columns:
                if files and column.classification == "personal" and column.name not in _FREE_TEXT:
                    query = f'select distinct "{column.name}__text" from read_parquet(?)'
                    texts |= {text for (text,) in connection.execute(query, [files]).fetchall() if text}
    numbers = {text.upper() for text in texts if _DIGITS.fullmatch(text)}
    return Secrets(frozenset(text for text in texts if _HAN.fullmatch(text) and len(text) > 1), frozenset(numbers))


def leaks_in(paths: Iterable[Path], secrets: Secrets) -> dict[str, int]:
    """Where secrets lie: file (with table and column) → how many different ones. Values are never returned."""
    found: dict[str, int] = {}
    for path in paths:
        for place, text in _texts(path):
            secret = secrets.in_text(text)
            if secret:
                found[place] = found.get(place, 0) + len(secret)
    return found


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    if path.suffix in _DATABASES:
        yield from _duckdb_texts(path)
    elif path.read_bytes()[:16] == b"SQLite format 3\0":
        yield from _sqlite_texts(path)
    else:
        yield str(path), path.read_bytes().decode("utf-8", errors="ignore")


def _duckdb_texts(path: Path) -> Iterator[tuple[str, str]]:
    with duckdb.connect() as connection:
        if path.suffix == ".parquet":
            relations = [f"read_parquet('{path}')"]
        else:
            connection.execute(f"attach '{path}' as looked (read_only)")
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = 'looked' order by all"
            ).fetchall()
            relations = [f'looked."{schema}"."{table}"' for schema, table in tables]
        for relation in relations:
            for column, *_ in connection.execute(f"describe select * from {relation}").fetchall():
                values = connection.execute(f'select distinct cast("{column}" as varchar) from {relation}').fetchall()
                yield f"{path}: {relation}.{column}", "\n".join(value for (value,) in values if value)


def _sqlite_texts(path: Path) -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in connection.execute(f'select * from "{table}"'):
                yield f"{path}: {table}", "\n".join(_as_text(value) for value in row if value is not None)


def _as_text(value: object) -> str:
    return value.decode("utf-8", errors="ignore") if isinstance(value, bytes) else str(value)
