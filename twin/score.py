"""Scores findings against the answer key: what was planted, found, missed, and found without a plant."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.contract import load_contracts
from expectations.sql_text import literal
from twin.planting import Finding

KEY = ("submitter_code", "period", "file", "sheet", "row_number", "column_name", "rule_code")
Key = tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """How the checks did. Keys are tuples in the order of ``KEY``; empty text stands for none."""

    planted: int
    found: int
    missed: tuple[Key, ...]
    unexpected: tuple[Key, ...]

    @property
    def recall(self) -> float:
        """Share of the key that was found."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """Share of what was found that the key lists."""
        made = self.found + len(self.unexpected)
        return self.found / made if made else 1.0


def score(answer_key: Path, findings: Path | duckdb.DuckDBPyRelation) -> Score:
    """Compare findings with an answer key.

    Args:
        answer_key: ``answer_key.csv`` of a city.
        findings: the folder ``warehouse/findings`` (or a relation like it joined with ``original_name`` as ``file``).
    """
    with answer_key.open(encoding="utf-8", newline="") as file:
        expected = {tuple(row[name] for name in KEY) for row in csv.DictReader(file)}
    made = set(_found(findings))
    return Score(
        planted=len(expected),
        found=len(expected & made),
        missed=tuple(sorted(expected - made)),
        unexpected=tuple(sorted(made - expected)),
    )


@dataclass(frozen=True)
class Natural:
    """What a rule found that nobody planted: the life of the city, in so many rows of its form."""

    rule_code: str
    found: int
    rows: int

    @property
    def rate(self) -> float:
        """How often the rule raises an alarm about a row of a clerk who meant no harm."""
        return self.found / self.rows if self.rows else 0.0


def naturals(unexpected: Iterable[Key], rows_by_form: Mapping[str, int]) -> tuple[Natural, ...]:
    """The natural findings by rule, the most frequent first.

    Args:
        unexpected: findings that the key does not list (``Score.unexpected``).
        rows_by_form: rows read of each form, over all periods (``rows_read``).
    """
    forms = {contract.code: form for form, contract in load_contracts().items()}
    counts = Counter(entry[KEY.index("rule_code")] for entry in unexpected)
    found = [Natural(rule, n, rows_by_form.get(forms.get(rule[:2], ""), 0)) for rule, n in counts.items()]
    return tuple(sorted(found, key=lambda one: (-one.rate, one.rule_code)))


def rows_read(findings: Path) -> dict[str, int]:
    """Rows in force of each form, over all periods, from the folder of findings."""
    submissions = literal(findings / "submissions" / "*" / "rows.parquet")
    with duckdb.connect() as connection:
        told = connection.execute(
            f"""
            select form, cast(sum(rows_in_force) as bigint)
            from read_parquet({submissions}, hive_partitioning = false)
            where form is not null
            group by form
            """
        )
        return dict(told.fetchall())


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
