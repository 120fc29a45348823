"""Typed values → what stands in the cells, after a clerk's habits: one list of cells per column.

A cell is text, a number, a date or None. The header row(s) of a form are made here too, because the
unit of an amount stands in its header.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from expectations.contract import load_cover
from expectations.model import Column, Contract
from twin.habits import TRUE_DATES, Habits
from twin.places import code_names, read_places, seed, village_spelling, words

Cell = str | float | int | date | None
TEMPLATE_ONLY = ("row_action", "deletion_reason", "remark", "rounding_unit", "recognising_households")
# Headers that are also the name of a group, or that two columns of other forms share.
KEEPS_HEADER = ("total_income_yuan", "phone")


def sent_columns(contract: Contract, habits: Habits, frame: pd.DataFrame) -> list[Column]:
    """The columns this clerk's sheet has, in the clerk's order."""
    columns = [c for c in contract.columns if habits.all_columns or c.name not in TEMPLATE_ONLY]
    if not habits.all_columns:
        used = {name for name in TEMPLATE_ONLY if name in frame.columns and frame[name].notna().any()}
        columns += [c for c in contract.columns if c.name in used]
    if habits.swapped:
        plain = [i for i, c in enumerate(columns) if c.group is None and not c.key and i > 6]
        if len(plain) >= 2:
            a, b = plain[-2], plain[-1]
            columns[a], columns[b] = columns[b], columns[a]
    return columns


def unit_of(column: Column, habits: Habits) -> str | None:
    """The unit in the header of a column."""
    unit, units = column.header_unit, words()["units"]
    if habits.other_unit and unit in units.values():
        return units["ten_thousand"] if unit == units["yuan"] else units["yuan"]
    return unit


def header_of(column: Column, habits: Habits) -> str:
    """The header text of a column: alias where the clerk uses them, and the unit."""
    header = column.header
    if habits.aliases and column.aliases and column.name not in KEEPS_HEADER:
        header = column.aliases[0]
    unit = unit_of(column, habits)
    if unit and words()["unit_mark"].format(unit=unit) not in header:
        header = words()["header_with_unit"].format(header=header, unit=unit)
    return header


def spell(frame: pd.DataFrame, column: Column, habits: Habits, township: str) -> list[Cell]:
    """The cells of one column."""
    if column.name == "sequence":
        return list(range(1, len(frame) + 1))
    if column.name not in frame.columns:
        return [None] * len(frame)
    values = frame[column.name]
    cells = _spelled(values, column, habits, township)
    if (
        habits.null_word
        and column.logical_type == "string"
        and not (column.required or column.fill_down or column.text_only)
    ):
        word = load_cover().null_words[-1]
        cells = [word if cell is None else cell for cell in cells]
    if habits.trailing_spaces:
        cells = [cell + " " if isinstance(cell, str) else cell for cell in cells]
    return cells


def _spelled(values: pd.Series, column: Column, habits: Habits, township: str) -> list[Cell]:
    if column.place:
        names = _places_of(township, column.place, habits.village_style)
        return [names.get(v, v) if isinstance(v, str) else None for v in values]
    if column.code_list:
        return _coded(values, column, habits)
    if column.logical_type == "boolean":
        yes, no = words()["true_words"][habits.bool_style], words()["false_words"][habits.bool_style]
        return [None if _is_null(v) else yes if v else no for v in values]
    if column.logical_type == "date":
        return _dates(values, column, habits)
    if column.logical_type in ("integer", "number"):
        return _numbers(values, column, habits)
    return [v if isinstance(v, str) else None for v in values]


def _is_null(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and value != value)


@cache
def _places_of(submitter: str, level: str, style: int) -> dict[str, str]:
    """Code → what stands in the cell: an office beyond a township writes villages, and divisions, by code."""
    if level in ("township", "county"):
        divisions = seed("division_2017")
        named = divisions[divisions["level"] == level]
        return dict(zip(named["code"], named["name"], strict=True))
    villages = read_places().villages
    township = submitter if level == "village" else ""
    return village_spelling(villages[villages["township_code"] == township], style)


def _coded(values: pd.Series, column: Column, habits: Habits) -> list[Cell]:
    names = code_names(column.code_list or "")
    separator = words()["list_separators"][0]

    @cache
    def text(value: str) -> str:
        return separator.join(names.get(code, code) for code in value.split(","))

    return [text(v) if isinstance(v, str) else None for v in values]


def _dates(values: pd.Series, column: Column, habits: Habits) -> list[Cell]:
    spellings = words()["date_spellings"][column.date_precision]
    is_cell = habits.date_style == TRUE_DATES and column.date_precision == "day"
    pattern = spellings[max(0, habits.date_style)]

    @cache
    def text(value: date) -> Cell:
        return value if is_cell else pattern.format(y=value.year, m=value.month, d=value.day)

    days = [date.fromisoformat(v) if isinstance(v, str) else v for v in values]
    return [text(v) if isinstance(v, date) and not _is_null(v) else None for v in days]


def _numbers(values: pd.Series, column: Column, habits: Habits) -> list[Cell]:
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)
    is_money = column.unit == "yuan"
    if is_money and unit_of(column, habits) == words()["units"]["ten_thousand"]:
        numbers = np.round(numbers / 10_000, 6)
    whole = numbers == np.round(numbers)
    cells: list[Cell] = [
        None if n != n else int(n) if w else n for n, w in zip(numbers.tolist(), whole.tolist(), strict=True)
    ]
    if is_money and habits.money != "plain":
        wide = str.maketrans("0123456789.", words()["full_width_digits"])
        return [c if c is None else f"{c:,}" if habits.money == "thousands" else str(c).translate(wide) for c in cells]
    return cells


def fill_down_blanks(columns: Sequence[Column], cells: list[list[Cell]], codes: Sequence[str]) -> list[tuple[int, int]]:
    """Blank the repeated cells of household columns; returns the merged row spans (first, last)."""
    spans, start = [], 0
    for row in range(1, len(codes) + 1):
        if row == len(codes) or codes[row] != codes[start]:
            spans.append((start, row - 1))
            start = row
    for column, values in zip(columns, cells, strict=True):
        if column.fill_down:
            for first, last in spans:
                for row in range(first + 1, last + 1):
                    values[row] = None
    return [span for span in spans if span[1] > span[0]]
