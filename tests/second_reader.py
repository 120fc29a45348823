"""A second reader of workbooks: openpyxl, cell by cell beside ours.

A difference that is wanted is declared here with its reason; any other is a fault of one of the two.
"""

from __future__ import annotations

import warnings
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles.numbers import is_date_format

from orchestration.workbook.cells import Cell, Problem
from orchestration.workbook.format_code import read_format
from orchestration.workbook.workbook import open_workbook

# Our value differs from openpyxl's on purpose:
DECLARED = {
    "blank": "a text of nothing but blanks is an empty cell",
    "escaped": "_x000D_ is the character it stands for, as in Excel; openpyxl leaves it as it is",
    "format": "what a number format multiplies, divides or names is applied; openpyxl gives the stored number",
    "formula": "a formula that was never calculated is told as one; openpyxl gives nothing",
    "moment": "a day outside of Excel's calendar stays a number, a moment is rounded to the second",
    "1904": "serials before the first day of the calendar stay numbers",
}


def differences(path: Path) -> list[str]:
    """Every cell that the two readers read differently, as sheet, address, ours and theirs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = openpyxl.load_workbook(path, data_only=True)
        formulas = openpyxl.load_workbook(path, data_only=False)
    found: list[str] = []
    with open_workbook(path) as workbook:
        for sheet in values.worksheets:
            ours = workbook.sheet(sheet.title).rows
            uncalculated = formulas[sheet.title]
            height, width = max(len(ours), sheet.max_row), max(len(ours[0]) if ours else 0, sheet.max_column)
            for row in range(height):
                for column in range(width):
                    mine = ours[row][column] if row < len(ours) and column < len(ours[row]) else ""
                    theirs = sheet.cell(row + 1, column + 1)
                    is_formula = uncalculated.cell(row + 1, column + 1).data_type == "f"
                    if not _agree(mine, theirs, is_formula=is_formula):
                        found.append(f"{sheet.title}!{theirs.coordinate}: ours {mine!r}, theirs {theirs.value!r}")
    return found


def hidden_sheets(path: Path) -> set[str]:
    """Names of the sheets that openpyxl says are hidden."""
    return {sheet.title for sheet in openpyxl.load_workbook(path).worksheets if sheet.sheet_state != "visible"}


def _agree(mine: Cell, theirs: Any, *, is_formula: bool) -> bool:
    value = theirs.value
    if isinstance(mine, Problem):
        return (
            (value is None and is_formula) if mine.kind == "formula" else theirs.data_type == "e" and mine.text == value
        )
    if value is None or isinstance(value, str):
        return mine == (value or "") or _blank(mine, value) or _escaped(mine, value)
    if isinstance(value, bool) or isinstance(mine, bool):
        return mine is value
    if isinstance(value, int | float):
        return _number(mine, value, theirs.number_format)
    return _moment(mine, value)


def _blank(mine: Cell, value: str | None) -> bool:
    return mine == "" and not (value or "").strip()


def _escaped(mine: Cell, value: str | None) -> bool:
    return isinstance(mine, str) and "_x" in (value or "") and len(mine) < len(value or "")


def _number(mine: Cell, value: float, code: str) -> bool:
    if isinstance(mine, int | float):
        return float(mine) == float(value) or is_date_format(code)
    if isinstance(mine, str):
        text = mine.rstrip("%")
        shown = Decimal(text) / 100 if mine.endswith("%") and "%" in code.replace('"%"', "") else None
        if shown is not None:
            return abs(shown - Decimal(repr(float(value)))) <= abs(Decimal(repr(float(value)))) * Decimal("1e-14")
        return not read_format(code).is_plain
    return is_date_format(code) or not read_format(code).is_plain


def _moment(mine: Cell, value: Any) -> bool:
    if isinstance(mine, float | int):
        return True  # outside of the calendar
    if isinstance(mine, timedelta) or isinstance(value, timedelta):
        return isinstance(mine, timedelta | time) and abs(_seconds(mine) - _seconds(value)) <= 1
    if isinstance(mine, time) or isinstance(value, time):
        return isinstance(mine, time) and isinstance(value, time) and abs(_seconds(mine) - _seconds(value)) <= 1
    return isinstance(mine, date) and abs(_as_moment(mine) - _as_moment(value)) <= timedelta(seconds=1)


def _as_moment(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)


def _seconds(value: time | timedelta) -> float:
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.hour * 3600 + value.minute * 60 + value.second
