"""Check periods: judges each period's returns revision by revision and writes what became of every row.

The whole period is replayed from landing each time. So the result depends on the archive alone: not on
which night saw which file, nor on a night that was killed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import duckdb

from expectations.rule_model import Rule
from orchestration.check import tables
from orchestration.check.effective import apply_returns, create_valid_returns, last_revision, select_revision
from orchestration.check.environment import checking_database, prepare, work_on
from orchestration.check.evaluate import RuleResult, evaluate, rules_in_force
from orchestration.check.file_level import write_unidentified
from orchestration.check.findings import create_findings, record_findings, tell_returns
from orchestration.check.in_force import list_in_force, mark_replaced
from orchestration.check.outputs import write_period
from orchestration.check.quarantine import decide_held, refuse_nil
from orchestration.check.state import landed_periods, mark_checked
from orchestration.check.verdicts import create_dispositions, record_dispositions, summarise
from orchestration.check.versions import advance, create_versions
from orchestration.core.settings import Settings


@dataclass(frozen=True)
class PeriodReport:
    """Counts of one checked period; no personal data."""

    period: str
    verdicts: dict[str, int]
    rows: dict[str, tuple[int, int, int]]  # form → read, accepted, held
    findings: dict[str, int]  # rule → findings
    results: tuple[RuleResult, ...]


@dataclass(frozen=True)
class CheckReport:
    """What ``check_periods`` did, period by period."""

    periods: tuple[PeriodReport, ...]


def check_periods(
    settings: Settings,
    periods: Iterable[str],
    on_step: Callable[[str], None] | None = None,
    rules: Sequence[Rule] | None = None,
) -> CheckReport:
    """Check the periods and every later one that compares with them, in order of time.

    Args:
        settings: the home.
        periods: the periods whose submissions or rules have changed.
        on_step: told of each period as its turn comes.
        rules: the rules that judge; those in force unless a trial names others.

    Raises:
        CouldNotCheck: a rule could not be evaluated; nothing of that period was changed.
        RowsLost: rows read, accepted and held do not add up; nothing of that period was changed.
    """
    wanted = sorted(periods)
    judging = rules_in_force() if rules is None else tuple(rules)
    write_unidentified(settings)
    reports = []
    for period in (p for p in landed_periods(settings) if wanted and p >= wanted[0]):
        if on_step is not None:
            on_step(period)
        reports.append(_check_period(settings, period, judging))
    return CheckReport(tuple(reports))


def _check_period(settings: Settings, period: str, rules: Sequence[Rule]) -> PeriodReport:
    with checking_database(period) as database:
        with work_on(database) as connection:
            prepare(connection, settings, period)
            create_versions(connection)
            create_findings(connection, rules)
            create_dispositions(connection)
            create_valid_returns(connection)
            last = max(last_revision(connection), 1)
        results: list[RuleResult] = []
        for revision in range(1, last + 1):
            results = _judge_revision(settings, database, period, (revision, last), rules)
        with work_on(database) as connection:
            list_in_force(connection)
            mark_replaced(connection)
            summarise(connection)
        write_period(database, settings, period, results)
        with work_on(database) as connection:
            report = _report(connection, period, results)
    mark_checked(settings, period)
    return report


def _judge_revision(
    settings: Settings, database: str, period: str, place: tuple[int, int], rules: Sequence[Rule]
) -> list[RuleResult]:
    """One pass: the effective rows of the revision (of so many) judged, and the accepted state moved on."""
    revision, last = place
    with work_on(database) as connection:
        select_revision(connection, revision, last)
        refuse_nil(connection)
    apply_returns(database, settings.workers, rules)
    results = evaluate(database, period, settings.workers, rules, across_submitters=revision == last)
    with work_on(database) as connection:
        decide_held(connection)
        record_findings(connection)
        record_dispositions(connection)
    advance(database, settings.workers)
    with work_on(database) as connection:
        tell_returns(connection, tables.TAKEN_BACK)
    return results


def _report(connection: duckdb.DuckDBPyConnection, period: str, results: list[RuleResult]) -> PeriodReport:
    verdicts = connection.execute("select verdict, count(*) from submission group by verdict order by all").fetchall()
    rows = connection.execute(
        "select form, sum(rows_read), sum(rows_accepted), sum(rows_held) from submission "
        "where form is not null group by form order by form"
    ).fetchall()
    findings = connection.execute("select rule_code, count(*) from finding group by rule_code order by all").fetchall()
    return PeriodReport(
        period=period,
        verdicts={str(verdict): int(count) for verdict, count in verdicts},
        rows={str(form): (int(read), int(accepted), int(held)) for form, read, accepted, held in rows},
        findings={str(code): int(count) for code, count in findings},
        results=tuple(results),
    )
