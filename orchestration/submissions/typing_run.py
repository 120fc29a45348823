"""Run the typing of one form: text rows in, one Parquet file of landing rows per period out."""

from __future__ import annotations

from pathlib import Path

import duckdb

from expectations.model import Contract
from expectations.relations import landing_columns
from orchestration.submissions.lookups import create_lookups
from orchestration.submissions.macros import literal
from orchestration.submissions.values import raw_columns, typing_query, words_list


def type_form(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    parts: list[str],
    submission_ids: list[str],
    targets: dict[str, Path],
) -> int:
    """Type the rows of the given submissions and write each period's to its target; returns the number of rows.

    The typed rows, totals included, stay in the connection as ``typed`` for the control totals.
    """
    types = landing_columns(contract)
    if parts and submission_ids:
        raw = _raw_relation(contract, parts, submission_ids)
        create_lookups(connection, contract, raw)
        connection.execute(f"create or replace temp table typed as {typing_query(contract, raw)}")
    else:
        nothing = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in types.items())
        connection.execute(f"create or replace temp table typed as select {nothing}, false as is_total where false")
    columns = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in types.items())
    count = 0
    for period, target in targets.items():
        rows = connection.execute(
            f"copy (select {columns} from typed where not is_total and period = {literal(period)}) "
            f"to {literal(str(target))} (format parquet, compression zstd)"
        ).fetchone()
        count += int(rows[0]) if rows else 0
    return count


def _raw_relation(contract: Contract, parts: list[str], submission_ids: list[str]) -> str:
    typed = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in raw_columns(contract).items())
    return (
        f"(select {typed} from read_parquet({list(parts)}, hive_partitioning = false) "
        f"where submission_id in {words_list(submission_ids)})"
    )
