"""Write what checking decided: accepted, held, findings; each file whole or not at all.

Files are written beside their place and moved over it, so a reader sees the old or the new file. The
state marker (see ``state``) is written last: until then the period counts as unchecked.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from expectations.contract import load_contracts
from expectations.model import Contract
from expectations.relations import HELD_COLUMNS, accepted_columns, held_columns, landing_columns
from expectations.sql_text import column_list, empty_select, literal
from orchestration.check import tables
from orchestration.check.environment import filled_forms, insert_rows, side_by_side, work_on
from orchestration.check.evaluate import RuleResult
from orchestration.core.failpoints import failpoint
from orchestration.core.settings import Settings


def write_period(database: str, settings: Settings, period: str, results: list[RuleResult]) -> None:
    """Write every output of one period and move them into place together."""
    staged = settings.warehouse / f".tmp-check-{period}"
    shutil.rmtree(staged, ignore_errors=True)
    with work_on(database) as connection:
        accepted, held = filled_forms(connection, tables.VERSION), _held_forms(connection)

    def one_form(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
        form = contract.form
        target = Path(form) / f"period={period}" / "rows.parquet"
        # A form without rows has its two files as well, so that whoever reads all forms finds all columns.
        passed = _accepted(contract) if form in accepted else empty_select(accepted_columns(contract))
        kept_out = _held(contract) if form in held else empty_select(held_columns(contract))
        _copy(connection, passed, staged / "accepted" / target)
        _copy(connection, kept_out, staged / "held" / target)

    side_by_side(database, one_form, load_contracts().values(), settings.workers)
    with work_on(database) as connection:
        _stage_findings(connection, staged, period, results)
    failpoint(settings, "checking.before_swap")
    _swap(staged, settings.warehouse)


def write_findings(
    connection: duckdb.DuckDBPyConnection, settings: Settings, period: str, results: list[RuleResult]
) -> None:
    """Write only what was found and the verdicts: for files that brought no rows."""
    staged = settings.warehouse / f".tmp-check-{period}"
    shutil.rmtree(staged, ignore_errors=True)
    _stage_findings(connection, staged, period, results)
    _swap(staged, settings.warehouse)


def _stage_findings(
    connection: duckdb.DuckDBPyConnection, staged: Path, period: str, results: list[RuleResult]
) -> None:
    _load_results(connection, period, results)
    for relation, source in (
        ("findings", tables.FINAL_FINDING),
        ("rule_results", tables.RULE_RESULT),
        ("submissions", tables.SUBMISSION),
    ):
        target = staged / "findings" / relation / f"period={period}" / "rows.parquet"
        _copy(connection, f"select {column_list(source.columns)} from {source.name} order by all", target)


def _held_forms(connection: duckdb.DuckDBPyConnection) -> set[str]:
    held = connection.execute("select distinct form from disposition where held_by_rule is not null").fetchall()
    return {form for (form,) in held}


def _accepted(contract: Contract) -> str:
    columns = column_list(accepted_columns(contract))
    return f"select {columns} from version_{contract.form} order by record_id, known_from"


def _held(contract: Contract) -> str:
    columns = ", ".join(
        [*(f'l."{name}"' for name in landing_columns(contract)), *(f"d.{name}" for name in HELD_COLUMNS)]
    )
    return (
        f"select {columns} "
        f"from landed_{contract.form} as l inner join disposition as d using (record_id) "
        f"where d.held_by_rule is not null order by l.record_id"
    )


def _load_results(connection: duckdb.DuckDBPyConnection, period: str, results: list[RuleResult]) -> None:
    tables.RULE_RESULT.create(connection)
    insert_rows(connection, "rule_result", [{"period": period, **vars(result)} for result in results])


def _copy(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy ({query}) to {literal(target)} (format parquet, compression zstd)")


def _swap(staged: Path, warehouse: Path) -> None:
    for source in sorted(staged.rglob("*.parquet")):
        target = warehouse / source.relative_to(staged)
        target.parent.mkdir(parents=True, exist_ok=True)
        for folder in target.relative_to(warehouse).parents:
            if folder.parts and folder.parts[0] != "accepted":
                (warehouse / folder).chmod(0o700)
        source.replace(target)
    shutil.rmtree(staged)
