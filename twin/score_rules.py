"""What each rule comes to on rows that are right: how often it asks about one, and how many a blocking one holds.

A row is right if the answer key names no error as the cause of what was found about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.contract import load_contracts, load_file_rules
from expectations.sql_text import literal
from twin.answer_key import NATURAL
from twin.score import KEY

# A blocking rule that holds a larger share of the rows that are right has its reason written down.
HELD_AT_MOST = 0.001


@dataclass(frozen=True)
class RuleScore:
    """One rule on all rows it checked, over all periods.

    Attributes:
        natural: findings that no error causes.
        held: rows held by such a finding, with what is held along with them.
    """

    rule_code: str
    severity: str
    rows: int
    natural: int
    held: int

    @property
    def natural_rate(self) -> float:
        """How often the rule raises an alarm about a row that is right."""
        return self.natural / self.rows if self.rows else 0.0

    @property
    def held_rate(self) -> float:
        """The share of rows that are right which the rule holds."""
        return self.held / self.rows if self.rows else 0.0


def score_rules(answer_key: Path, warehouse: Path) -> tuple[RuleScore, ...]:
    """Every rule that checked a row, in the order of their codes.

    Args:
        answer_key: ``answer_key.csv`` of a city.
        warehouse: the folder of the home that received it.
    """
    with duckdb.connect() as connection:
        _load(connection, answer_key, warehouse)
        rows = dict(connection.execute("select rule_code, sum(rows_checked)::bigint from result group by 1").fetchall())
        natural = dict(connection.execute("select rule_code, count(*) from unplanted group by 1").fetchall())
        held = dict(_held_for_nothing(connection))
    severities = {rule.code: rule.severity for contract in load_contracts().values() for rule in contract.rules}
    judged = {code: (severity, rows.get(code, 0)) for code, severity in severities.items()}
    judged |= {code: (rule.severity, _rows_sent(rows)) for code, rule in load_file_rules().items()}
    return tuple(
        RuleScore(code, severity, checked, natural.get(code, 0), held.get(code, 0))
        for code, (severity, checked) in sorted(judged.items())
        if checked
    )


def _rows_sent(rows: dict[str, int]) -> int:
    """Rows of all forms, each as many as its most general rule has checked."""
    return sum(
        max((rows.get(rule.code, 0) for rule in contract.rules), default=0) for contract in load_contracts().values()
    )


def _load(connection: duckdb.DuckDBPyConnection, answer_key: Path, warehouse: Path) -> None:
    """``result``: what each rule checked; ``unplanted``: the findings that no error of the key causes."""
    findings, files, results = (
        literal(warehouse / "findings" / name / "*" / "rows.parquet")
        for name in ("findings", "submissions", "rule_results")
    )
    columns = ", ".join(f"coalesce(cast({name} as varchar), '') as {name}" for name in KEY)
    connection.execute(
        f"create table result as select * from read_parquet({results}, hive_partitioning = false);"
        f"create table planted as select {columns} from read_csv({literal(answer_key)}, all_varchar = true)"
        f" where part <> {literal(NATURAL)}"
    )
    connection.execute(
        f"""
        create table unplanted as
        with file_names as (
            select distinct submission_id, original_name as file
            from read_parquet({files}, hive_partitioning = false)
        ),
        told as (
            select f.submission_id, f.record_id, f.form, {columns}
            from read_parquet({findings}, hive_partitioning = false) as f
            left join file_names as n using (submission_id)
        )
        select * from told anti join planted using ({", ".join(KEY)})
        """
    )
    held = literal(warehouse / "held" / "*" / "*" / "rows.parquet")
    connection.execute(
        "create table held as select record_id, submission_id, held_by_rule, cause_record_id,"
        " regexp_extract(filename, 'held/([^/]+)/', 1) as form"
        f" from read_parquet({held}, hive_partitioning = false, union_by_name = true, filename = true)"
    )


def _held_for_nothing(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """By rule, the rows it holds for a finding that no error causes: of the row itself, or of its whole form."""
    return connection.execute(
        """
        select h.held_by_rule, count(distinct h.record_id)
        from held as h
        inner join unplanted as u
            on h.held_by_rule = u.rule_code
            and (
                h.cause_record_id = u.record_id
                or (u.record_id is null and h.submission_id = u.submission_id and h.form = u.form)
            )
        group by h.held_by_rule
        """
    ).fetchall()
