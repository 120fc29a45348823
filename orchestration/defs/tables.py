"""Tables for the metadata pane: counts by period, form and rule. Never a value of a cell or a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import dagster as dg

from expectations.model import Contract
from orchestration.check.evaluate import RuleResult
from orchestration.check.run import CheckReport, PeriodReport

_Value = str | int | float | None
TableRow = dict[str, _Value]


def metadata_table(rows: Iterable[Mapping[str, _Value]]) -> dg.TableMetadataValue | dg.TextMetadataValue:
    """A metadata table, or a dash where there is nothing to show."""
    records = [dg.TableRecord(dict(row)) for row in rows]
    return dg.MetadataValue.table(records) if records else dg.MetadataValue.text("-")


def rows_by_period(report: CheckReport, form: str) -> list[TableRow]:
    """Read, accepted and held rows of a form, period by period."""
    return [
        {"period": period.period, "read": read, "accepted": accepted, "held": held}
        for period in report.periods
        for read, accepted, held in [period.rows.get(form, (0, 0, 0))]
    ]


def rules_by_period(report: CheckReport, contract: Contract) -> list[TableRow]:
    """One row per rule of a form: what it came to over all periods, and in each of them."""
    results = {
        (result.rule_code, period.period): result
        for period in report.periods
        for result in period.results
        if result.form == contract.form
    }
    rows = []
    for rule in contract.judging:
        asked = {period.period: results.get((rule.code, period.period)) for period in report.periods}
        row: TableRow = {
            "rule": rule.code,
            "title": rule.title,
            "severity": rule.severity,
            "rows checked": sum(result.rows_checked for result in asked.values() if result),
            "rows failed": sum(result.rows_failed for result in asked.values() if result),
        }
        rows.append({**row, **{period: _outcome(result) for period, result in asked.items()}})
    return rows


def _outcome(result: RuleResult | None) -> str:
    """What a rule came to in one period: the outcome, and how many of how many rows failed."""
    if result is None:
        return "not in force"
    if result.outcome != "failed":
        return result.outcome
    return f"{result.rows_failed} of {result.rows_checked} failed"


def findings_by_rule(periods: Iterable[PeriodReport]) -> dict[str, int]:
    """Findings by rule over the periods, the most frequent first."""
    counts: dict[str, int] = {}
    for period in periods:
        for code, count in period.findings.items():
            counts[code] = counts.get(code, 0) + count
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def verdicts(periods: Iterable[PeriodReport]) -> list[TableRow]:
    """Forms of submissions by verdict, period by period."""
    return [
        {"period": period.period, "verdict": verdict, "forms of submissions": count}
        for period in periods
        for verdict, count in period.verdicts.items()
    ]
