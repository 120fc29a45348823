"""From landing to accepted and held rows: a check per form, never blocking; reconciliations, blocking."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from expectations.contract import load_contracts
from expectations.model import Contract
from expectations.relations import form_of
from orchestration.check.evaluate import CouldNotCheck
from orchestration.check.run import CheckReport, check_periods
from orchestration.check.verdicts import RowsLost
from orchestration.core.lock import home_lock
from orchestration.defs.periods import ONE_RUN, PERIODS, periods_of
from orchestration.defs.run_context import RunContext
from orchestration.defs.submissions import OWNERS
from orchestration.defs.tables import (
    TableRow,
    findings_by_rule,
    metadata_table,
    rows_by_period,
    rules_by_period,
    verdicts,
)

RULES_CHECK = "rules_of_the_form"
_HANDBOOK = "docs/handbook.md"
FINDING_TABLES = ("findings", "rule_results", "submissions")
_SUBMISSIONS = dg.AssetKey(["findings", "submissions"])
_RULE_RESULTS = dg.AssetKey(["findings", "rule_results"])
ROWS_ADD_UP = dg.AssetCheckSpec(
    "rows_read_are_accepted_or_held",
    asset=_SUBMISSIONS,
    blocking=True,
    description="Accepted + held = read, for every form of every submission. Otherwise nothing is released.",
)
ALL_CHECKED = dg.AssetCheckSpec(
    "every_rule_could_be_checked",
    asset=_RULE_RESULTS,
    blocking=True,
    description="A rule whose query breaks has neither passed nor failed. Then nothing is released.",
)


def rules_check(contract: Contract) -> dg.AssetCheckSpec:
    """The asset check of a form's rules, on its accepted rows.

    One for all rules of a form: a night would otherwise record some 1,700 events of which nobody reads one by one.
    """
    return dg.AssetCheckSpec(
        RULES_CHECK,
        asset=["accepted", contract.form],
        description=f"The rules of form {contract.title}, each with what it came to, period by period.",
        metadata={"rules": len(contract.judging), "handbook": _HANDBOOK},
    )


def _form_specs(contract: Contract) -> Iterator[dg.AssetSpec]:
    needed = {form_of(need) for rule in contract.judging for need in rule.needs}
    forms = sorted((needed & set(load_contracts())) | {contract.form})
    for area, group, text in (
        ("accepted", "accepted", "the rows that got through, with tokens in place of names and ID numbers"),
        ("held", "held", "the rows kept out of the facts until they are mended. Restricted"),
    ):
        yield dg.AssetSpec(
            [area, contract.form],
            deps=[["landing", form] for form in forms],
            group_name=group,
            kinds={"greatexpectations", "duckdb", "parquet"},
            owners=OWNERS,
            description=f"{contract.title}: {text}. One row: {contract.grain}.",
            metadata={"contract": f"{contract.form} {contract.version}", "rules": len(contract.judging)},
        )


def _finding_specs() -> Iterator[dg.AssetSpec]:
    texts = {
        "findings": "Every rule broken by a record, with the address of the cell. Restricted: it quotes values",
        "rule_results": "What each rule came to, per form and period",
        "submissions": "The verdict on each form of each submission",
    }
    for name in FINDING_TABLES:
        yield dg.AssetSpec(
            ["findings", name],
            deps=[["landing", form] for form in load_contracts()],
            group_name="findings",
            kinds={"greatexpectations", "duckdb", "parquet"},
            owners=OWNERS,
            description=f"{texts[name]}.",
        )


@dg.multi_asset(
    name="checking",
    specs=[*(spec for contract in load_contracts().values() for spec in _form_specs(contract)), *_finding_specs()],
    check_specs=[
        *(rules_check(contract) for contract in load_contracts().values()),
        ROWS_ADD_UP,
        ALL_CHECKED,
    ],
    partitions_def=PERIODS,
    backfill_policy=ONE_RUN,
    required_resource_keys={"run_context"},
)
def checking(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Check the run's periods, and every later one, with Great Expectations inside DuckDB."""
    run: RunContext = context.resources.run_context
    try:
        with home_lock(run.settings, "the assets checking"), run.steps.step("check"):
            report = check_periods(run.settings, periods_of(context))
    except (CouldNotCheck, RowsLost) as error:
        broken = ALL_CHECKED if isinstance(error, CouldNotCheck) else ROWS_ADD_UP
        yield dg.AssetCheckResult(asset_key=broken.asset_key, check_name=broken.name, passed=False)
        raise dg.Failure(str(error)) from error
    run.checked = report
    for contract in load_contracts().values():
        yield from _form_results(report, contract)
    yield from _finding_results(report)


def _form_results(report: CheckReport, contract: Contract) -> Iterator[dg.MaterializeResult[None]]:
    rows = rows_by_period(report, contract.form)
    findings = findings_by_rule(report.periods)
    by_rule: list[TableRow] = [
        {"rule": rule.code, "title": rule.title, "findings": findings[rule.code]}
        for rule in contract.judging
        if rule.code in findings
    ]
    yield dg.MaterializeResult(
        asset_key=["accepted", contract.form],
        metadata={"rows": metadata_table(rows), "findings": metadata_table(by_rule)},
        check_results=[_rules_result(report, contract)],
    )
    yield dg.MaterializeResult(
        asset_key=["held", contract.form],
        metadata={"rows": metadata_table(rows), "dagster/row_count": sum(int(row["held"] or 0) for row in rows)},
    )


def _rules_result(report: CheckReport, contract: Contract) -> dg.AssetCheckResult:
    by_rule = rules_by_period(report, contract)
    failed = sum(int(row["rows failed"] or 0) for row in by_rule)
    return dg.AssetCheckResult(
        asset_key=["accepted", contract.form],
        check_name=RULES_CHECK,
        passed=failed == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "rows_failed": failed,
            "rules_failed": sum(bool(row["rows failed"]) for row in by_rule),
            "by_rule": metadata_table(by_rule),
            "handbook": _HANDBOOK,
        },
    )


def _passed(check: dg.AssetCheckSpec) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(asset_key=check.asset_key, check_name=check.name, passed=True)


def _finding_results(report: CheckReport) -> Iterator[dg.MaterializeResult[None]]:
    by_rule: list[TableRow] = [
        {"rule": code, "findings": count} for code, count in findings_by_rule(report.periods).items()
    ]
    results: dict[str, tuple[dict[str, Any], list[dg.AssetCheckResult]]] = {
        "findings": ({"by_rule": metadata_table(by_rule)}, []),
        "rule_results": (
            {"evaluated": sum(len(period.results) for period in report.periods)},
            [_passed(ALL_CHECKED)],
        ),
        "submissions": (
            {"verdicts": metadata_table(verdicts(report.periods))},
            [_passed(ROWS_ADD_UP)],
        ),
    }
    for name in FINDING_TABLES:
        metadata, checks = results[name]
        yield dg.MaterializeResult(asset_key=["findings", name], metadata=metadata, check_results=checks)
