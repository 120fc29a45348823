"""Tables for the metadata pane: counts by period, form and rule. Never a value of a cell or a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import dagster as dg

from orchestration.checking.run import CheckReport, PeriodReport

_Value = str | int | float | None
Row = dict[str, _Value]


def table(rows: Iterable[Mapping[str, _Value]]) -> dg.TableMetadataValue | dg.TextMetadataValue:
    """A metadata table, or a dash where there is nothing to show."""
    records = [dg.TableRecord(dict(row)) for row in rows]
    return dg.MetadataValue.table(records) if records else dg.MetadataValue.text("-")


def rows_by_period(report: CheckReport, form: str) -> list[Row]:
    """Read, accepted and held rows of a form, period by period."""
    return [
        {"period": period.period, "read": read, "accepted": accepted, "held": held}
        for period in report.periods
        for read, accepted, held in [period.rows.get(form, (0, 0, 0))]
    ]


def rule_by_period(report: CheckReport, form: str, code: str) -> list[Row]:
    """What one rule came to, period by period."""
    return [
        {
            "period": period.period,
            "outcome": result.outcome,
            "rows checked": result.rows_checked,
            "rows failed": result.rows_failed,
        }
        for period in report.periods
        for result in period.results
        if (result.form, result.rule_code) == (form, code)
    ]


def findings_by_rule(periods: Iterable[PeriodReport]) -> dict[str, int]:
    """Findings by rule over the periods, the most frequent first."""
    counts: dict[str, int] = {}
    for period in periods:
        for code, count in period.findings.items():
            counts[code] = counts.get(code, 0) + count
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def verdicts(periods: Iterable[PeriodReport]) -> list[Row]:
    """Forms of submissions by verdict, period by period."""
    return [
        {"period": period.period, "verdict": verdict, "forms of submissions": count}
        for period in periods
        for verdict, count in period.verdicts.items()
    ]
