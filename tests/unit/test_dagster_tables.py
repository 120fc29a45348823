"""The tables of Dagster's metadata pane: what a rule came to, in each period and over all of them."""

from __future__ import annotations

from expectations.contract import load_contracts
from orchestration.check.evaluate import RuleResult
from orchestration.check.run import CheckReport, PeriodReport
from orchestration.defs.tables import rules_by_period

CONTRACT = load_contracts()["households"]


def period_report(period: str, *results: RuleResult) -> PeriodReport:
    return PeriodReport(period, verdicts={}, rows={}, findings={}, results=results)


def test_a_rule_has_a_row_with_its_counts_and_what_it_came_to_in_each_period() -> None:
    report = CheckReport(
        (
            period_report("2016-12", RuleResult("households", "HH-08", "failed", 100, 3, "")),
            period_report(
                "2017-06",
                RuleResult("households", "HH-08", "passed", 120, 0, ""),
                RuleResult("households", "HH-11", "not_evaluated", 120, 0, "a table is missing"),
                RuleResult("members", "MB-08", "failed", 300, 7, ""),
            ),
        )
    )
    rows = {str(row["rule"]): row for row in rules_by_period(report, CONTRACT)}
    assert rows.keys() == {rule.code for rule in CONTRACT.judging}
    assert (rows["HH-08"]["rows checked"], rows["HH-08"]["rows failed"]) == (220, 3)
    assert (rows["HH-08"]["2016-12"], rows["HH-08"]["2017-06"]) == ("3 of 100 failed", "passed")
    assert (rows["HH-11"]["2016-12"], rows["HH-11"]["2017-06"]) == ("not in force", "not_evaluated")
