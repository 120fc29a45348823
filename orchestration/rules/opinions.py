"""Two opinions on the same returns: whom the second hits, what it holds or frees, whose verdict it changes.

Both are homes in which all periods were checked; nothing is checked here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.contract import load_contracts
from expectations.sql_text import literal
from orchestration.core.settings import Settings


@dataclass(frozen=True)
class Consequence:
    """What one rule does to one form of one submitter in one period, in rows of that form.

    Attributes:
        rows_hit: rows that break the rule, if it is a rule of this form.
        rows_held: rows the backtest holds because of the rule, which the stored verdict does not hold.
        rows_freed: rows the first opinion holds because of the rule and the second does not hold.
    """

    rule_code: str
    form: str
    period: str
    submitter_code: str
    rows_hit: int
    rows_held: int
    rows_freed: int


@dataclass(frozen=True)
class VerdictChange:
    """A form of a submission whose verdict is another one in the backtest."""

    submission_id: str
    submitter_code: str
    period: str
    form: str
    before: str
    after: str
    held_before: int
    held_after: int


def compare_opinions(
    first: Settings, second: Settings, tried: Iterable[str]
) -> tuple[tuple[Consequence, ...], tuple[VerdictChange, ...]]:
    """What the tried rules do, and which verdicts change with them, each in an order of its own."""
    with duckdb.connect() as connection:
        for name, home in (("first", first), ("second", second)):
            connection.execute(f"create view {name}_held as {_held(home)}")
            files = str(home.findings / "submissions" / "period=*" / "rows.parquet")
            connection.execute(f"create view {name}_verdict as select * from read_parquet({literal(files)})")
        files = str(second.findings / "findings" / "period=*" / "rows.parquet")
        connection.execute(f"create view found as select * from read_parquet({literal(files)})")
        return _consequences(connection, sorted(tried)), _verdicts(connection)


def _held(home: Settings) -> str:
    """A select of every held row of every form, with the rule that holds it."""
    return " union all ".join(
        f"select '{form}' as form, period, submitter_code, record_id, held_by_rule"
        f" from read_parquet({literal(home.held / form / 'period=*' / 'rows.parquet')}, hive_partitioning = false)"
        for form in load_contracts()
        if _has_rows(home.held / form)
    )


def _has_rows(folder: Path) -> bool:
    return any(folder.glob("period=*/rows.parquet"))


def _consequences(connection: duckdb.DuckDBPyConnection, tried: list[str]) -> tuple[Consequence, ...]:
    rows = connection.execute(
        """
        with effects as (
            select distinct rule_code, form, period, submitter_code, record_id, 'hit' as effect
            from found
            where rule_code in (select unnest(?))
            union all
            select s.held_by_rule, s.form, s.period, s.submitter_code, s.record_id, 'held'
            from second_held as s
            anti join first_held as f on s.record_id = f.record_id
            union all
            select f.held_by_rule, f.form, f.period, f.submitter_code, f.record_id, 'freed'
            from first_held as f
            anti join second_held as s on f.record_id = s.record_id
        )
        select rule_code, form, period, submitter_code,
            count(*) filter (where effect = 'hit'),
            count(*) filter (where effect = 'held'),
            count(*) filter (where effect = 'freed')
        from effects
        group by rule_code, form, period, submitter_code
        order by rule_code, form, period, submitter_code
        """,
        [tried],
    ).fetchall()
    return tuple(Consequence(*row) for row in rows)


def _verdicts(connection: duckdb.DuckDBPyConnection) -> tuple[VerdictChange, ...]:
    rows = connection.execute(
        """
        select s.submission_id, s.submitter_code, s.period, s.form, f.verdict, s.verdict, f.rows_held, s.rows_held
        from second_verdict as s
        inner join first_verdict as f on s.submission_id = f.submission_id and s.form = f.form
        where s.verdict <> f.verdict
        order by s.period, s.submitter_code, s.submission_id, s.form
        """
    ).fetchall()
    return tuple(VerdictChange(*row) for row in rows)
