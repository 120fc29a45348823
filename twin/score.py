"""Scores findings against the answer key: what was planted, found, missed, and found without being listed.

What each rule comes to on rows that are right is told in ``score_rules``.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.sql_text import literal
from twin.answer_key import AGAIN, NATURAL
from twin.planting import Finding

KEY = ("submitter_code", "period", "file", "sheet", "row_number", "column_name", "rule_code")
Key = tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """How the checks did. Keys are tuples in the order of ``KEY``; empty text stands for none.

    Attributes:
        planted: lines of the key about errors and their consequences.
        found: of those, the ones that were found.
        natural: lines of the key about the city's life that were found.
        missed: lines of the key, of either kind, that were not found. What may be found again need not be.
        unexpected: what was found and the key does not list.
    """

    planted: int
    found: int
    natural: int
    missed: tuple[Key, ...]
    unexpected: tuple[Key, ...]

    @property
    def recall(self) -> float:
        """Share of the errors that was found."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """Share of what was found that the key lists, as an error or as natural."""
        listed = self.found + self.natural
        made = listed + len(self.unexpected)
        return listed / made if made else 1.0


def score(answer_key: Path, findings: Path | duckdb.DuckDBPyRelation) -> Score:
    """Compare findings with an answer key.

    Args:
        answer_key: ``answer_key.csv`` of a city.
        findings: the folder ``warehouse/findings`` (or a relation like it joined with ``original_name`` as ``file``).
    """
    with answer_key.open(encoding="utf-8", newline="") as file:
        lines = [(tuple(row[name] for name in KEY), row["part"]) for row in csv.DictReader(file)]
    errors = {key for key, part in lines if part not in (NATURAL, AGAIN)}
    naturals = {key for key, part in lines if part == NATURAL} - errors
    again = {key for key, part in lines if part == AGAIN}
    made = set(_found(findings))
    return Score(
        planted=len(errors),
        found=len(errors & made),
        natural=len(naturals & made),
        missed=tuple(sorted((errors | naturals) - made)),
        unexpected=tuple(sorted(made - errors - naturals - again)),
    )


def is_key_of(answer_key: Path, planted: Iterable[Finding]) -> bool:
    """Whether an answer key is that of a city with these planted errors, wherever its rows were written."""
    with answer_key.open(encoding="utf-8", newline="") as file:
        listed = Counter((r["error_id"], r["rule_code"], r["form"], r["period"]) for r in csv.DictReader(file))
    made = Counter((f.error_id, f.rule_code, f.form, f.period) for f in planted)
    return bool(made) and made <= listed


def _found(findings: Path | duckdb.DuckDBPyRelation) -> list[Key]:
    columns = ", ".join(f"coalesce(cast({name} as varchar), '')" for name in KEY)
    if not isinstance(findings, Path):
        return findings.project(columns).fetchall()
    submissions, found = (literal(findings / name / "*" / "rows.parquet") for name in ("submissions", "findings"))
    with duckdb.connect() as connection:
        # A file has one submission id in all its forms: the name is looked up once per submission.
        return connection.execute(
            f"""
            with file_names as (
                select distinct submission_id, original_name as file
                from read_parquet({submissions}, hive_partitioning = false)
            ),
            named as (
                select f.*, n.file
                from read_parquet({found}, hive_partitioning = false) as f
                left join file_names as n using (submission_id)
            )
            select {columns} from named
            """
        ).fetchall()
