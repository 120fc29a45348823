"""Which cells of a returned row a figure's models read, and in which unit they were written.

What a clerk wrote in them is `originals`' business.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

import duckdb

from expectations.contract import load_contracts
from expectations.dbt_macros import staged_name
from expectations.relations import accepted_names
from expectations.sql_text import literal
from orchestration.core.settings import Settings


def returned_columns(read: Collection[str]) -> frozenset[str]:
    """The forms' columns that models read by name, or through what is derived of them: a token, an age, a presence."""
    return frozenset().union(*(returned_columns_of(form, read) for form in load_contracts()))


def returned_columns_of(form: str, read: Collection[str]) -> frozenset[str]:
    """The same of one form; none for what is no form, such as the list of submissions."""
    contract = load_contracts().get(form)
    return frozenset(
        column.name
        for column in (contract.columns if contract else ())
        if column.name in read or any(staged_name(name) in read for name in accepted_names(column))
    )


def locate_columns(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    submissions: Collection[str],
    columns: frozenset[str],
) -> dict[tuple[str, str], tuple[str, list[str], list[Decimal | None]]]:
    """Find where columns stood in each sheet.

    Args:
        settings: the home.
        connection: any.
        submissions: those asked for.
        columns: names of the forms' columns.

    Returns:
        (submission, sheet) → the form, the Excel columns, and what the numbers of each were multiplied by.
    """
    pattern = literal(str(settings.landing / "layout" / "period=*" / "batch-*.parquet"))
    order = "order by len(excel_column), excel_column"
    rows = connection.execute(
        f"select submission_id, sheet, any_value(form), list(excel_column {order}),"
        f" list(cast(unit_factor as decimal(18, 4)) {order})"
        f" from read_parquet({pattern}) where submission_id in (select unnest(?)) and column_name in (select unnest(?))"
        " group by submission_id, sheet",
        [sorted(submissions), sorted(columns)],
    ).fetchall()
    return {(submission, sheet): (form, letters, factors) for submission, sheet, form, letters, factors in rows}
