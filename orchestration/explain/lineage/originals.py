"""The words of single cells, as a clerk wrote them: for who holds the key, says why, and is noted down."""

from __future__ import annotations

import os
from collections.abc import Iterable

import duckdb

from expectations.contract import load_contracts
from expectations.sql_text import literal
from orchestration.core.settings import Settings
from orchestration.decisions.log import decide
from orchestration.release.manifest import ReleaseError


class NotAllowedError(ReleaseError):
    """Cells that the caller may not read: says what is lacking."""


OriginalRow = tuple[str, str, str, int]


def may_read_cells(settings: Settings, by: str, purpose: str) -> None:
    """Refuse who may not.

    Raises:
        NotAllowedError: the key cannot be read, or no name or purpose is given.
    """
    if not os.access(settings.key_file, os.R_OK):
        raise NotAllowedError(f"{settings.key_file}: cells are shown to who can read the key; this user cannot.")
    if not by.strip() or not purpose.strip():
        raise NotAllowedError("cells are shown to who gives a name and a purpose: --by NAME --purpose TEXT.")


def read_original_cells(
    settings: Settings,
    rows: Iterable[OriginalRow],
    subject: str,
    by: str,
    purpose: str,
    named: frozenset[str] | None = None,
) -> dict[OriginalRow, dict[str, str]]:
    """Read the rows' cells as they were sent; that it was done is recorded first.

    Args:
        settings: the home, whose key the caller must be able to read.
        rows: (submission, form, sheet, row) of each.
        subject: what is looked into, for the record.
        by: who reads.
        purpose: what for.
        named: the columns to be shown; all unless given.

    Returns:
        Row → header → text; only what is not blank.

    Raises:
        NotAllowedError: the key cannot be read, or no name or purpose is given.
    """
    may_read_cells(settings, by, purpose)
    decide(settings, "cells_read", subject, by, purpose)
    by_form: dict[str, list[OriginalRow]] = {}
    for row in rows:
        by_form.setdefault(row[1], []).append(row)
    with duckdb.connect() as connection:
        return {
            row: cells
            for form, asked in by_form.items()
            for row, cells in _cells(connection, settings, form, asked, named)
        }


def _cells(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    form: str,
    rows: list[OriginalRow],
    named: frozenset[str] | None,
) -> Iterable[tuple[OriginalRow, dict[str, str]]]:
    columns = [one for one in load_contracts()[form].columns if named is None or one.name in named]
    texts = "".join(f', "{column.name}__text"' for column in columns)
    files = literal(str(settings.landing / form / "*" / "batch-*.parquet"))
    wanted = {(submission, sheet, number): (submission, form, sheet, number) for submission, _, sheet, number in rows}
    found = connection.execute(
        f"select submission_id, sheet, row_number{texts} from read_parquet({files}, union_by_name = true)"
        " where submission_id in (select unnest(?)) order by all",
        [sorted({submission for submission, _, _ in wanted})],
    ).fetchall()
    for submission, sheet, number, *cells in found:
        row = wanted.get((submission, sheet, number))
        if row is not None:
            shown = {column.header: text for column, text in zip(columns, cells, strict=True) if text}
            yield row, shown
