"""Why a cell could not be read, where its text looks right on the screen: the odd character, the day that is none.

Added to the messages of the generic rules about texts; which cells they are is the rules' work.
"""

from __future__ import annotations

import re

import duckdb

from expectations.contract import load_contracts
from expectations.model import Column
from orchestration.check import tables
from orchestration.check.environment import insert_rows
from orchestration.workbook.odd_characters import odd_characters
from orchestration.workbook.words import load_words, plain

_TOLD_BY = "'^[A-Z]{2}-(02|03|04|90)$'"
_WITHOUT_DAY = re.compile(r"20\d\d[-./]?\d{1,2}")


def explain_unread(connection: duckdb.DuckDBPyConnection) -> None:
    """Say in the findings of cells that could not be read what an eye does not see."""
    cells = connection.execute(
        "select distinct form, column_name, value from finding"
        f" where column_name is not null and value is not null and regexp_matches(rule_code, {_TOLD_BY})"
    ).fetchall()
    contracts = load_contracts()
    tables.UNREAD_CELL.create(connection)
    told = [
        {"form": form, "column_name": name, "value": value, "hint": hint}
        for form, name, value in cells
        if (hint := hint_of(contracts[form].column(name), value))
    ]
    insert_rows(connection, "unread_cell", told)
    connection.execute(
        "update finding set message = message || unread_cell.hint from unread_cell"
        " where finding.form = unread_cell.form and finding.column_name = unread_cell.column_name"
        f" and finding.value = unread_cell.value and regexp_matches(finding.rule_code, {_TOLD_BY})"
        " and not ends_with(finding.message, unread_cell.hint)"
    )


def hint_of(column: Column, value: str) -> str:
    """What is odd about a text that the column could not be read from; nothing where it can be seen."""
    if column.logical_type == "date" and (hint := _about_day(column, plain(value))):
        return hint
    is_written = column.code_list is not None or column.place is not None
    return odd_characters(value, number_ends=0 if is_written else None, letters=column.pattern or "")


def _about_day(column: Column, text: str) -> str:
    words = load_words()
    if text == "0":
        return words.phrase("day_zero")
    if re.match(r"1[0-8]\d\d\D|19[0-4]\d\D", text):
        return words.phrase("day_too_early")
    if not _WITHOUT_DAY.fullmatch(text):
        return ""
    return words.phrase("month_unclear" if column.date_precision == "month" else "day_missing")
