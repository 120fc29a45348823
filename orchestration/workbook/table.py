"""Cells → rows of one form, each column as text; which rows are data and what is merged is told beside it.

Columns are handled whole: a column that is text already is passed on as it is. Values are typed
later, inside DuckDB; here nothing is changed but how a cell is written down.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import compress
from typing import Any

from expectations.model import Contract
from expectations.relations import keeps_kind
from orchestration.workbook.headers import Header, HeaderCell, is_blank, locate
from orchestration.workbook.merges import spread_merged
from orchestration.workbook.notices import Notice
from orchestration.workbook.rows import Rows, classify
from orchestration.workbook.stated_units import ColumnUnit
from orchestration.workbook.words import plain
from orchestration.workbook.workbook import Cell, Problem, Sheet

_KINDS: dict[type, str] = {
    str: "text",
    bool: "text",
    float: "number",
    int: "number",
    date: "date",
    datetime: "date",
    time: "date",
    timedelta: "date",
}
_EXACT_INTEGER = 1e15
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_DAY_DIGITS = 8  # of a serial day: a millisecond
# Days that a form can mean lie between these; 9999-12-31 is how some offices write "without end".
_FIRST_YEAR, _FAR_YEAR = 1950, 2200


@dataclass
class FormTable:
    """One form's rows on one sheet: text by column, kinds where they matter, totals marked."""

    sheet: str
    is_1904: bool
    texts: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, list[str]] = field(default_factory=dict)
    row_numbers: list[int] = field(default_factory=list)
    is_total: list[bool] = field(default_factory=list)
    header_cells: dict[str, HeaderCell] = field(default_factory=dict)
    header_rows: dict[str, int] = field(default_factory=dict)
    units: dict[str, ColumnUnit] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    rows_below: int = 0
    rows_missed: int = 0  # of those below, the ones that say what no row read says

    @property
    def is_refused(self) -> bool:
        """Whether its columns or their units could not be told, or not what stands in them."""
        return any(notice.code in {"FL-05", "FL-19", "FL-25", "FL-31"} for notice in self.notices)

    @property
    def is_headless(self) -> bool:
        """Whether none of its columns was found."""
        return not self.header_cells and not any(notice.code == "FL-19" for notice in self.notices)

    @property
    def factors(self) -> dict[str, float]:
        """By column, what its numbers are multiplied with."""
        return {name: unit.factor for name, unit in self.units.items()}

    @property
    def rows_read(self) -> int:
        """Data rows without totals."""
        return len(self.is_total) - sum(self.is_total)


def read_form(sheet: Sheet, contract: Contract) -> FormTable:
    """Read one sheet as the given form."""
    header = locate(sheet, contract)
    table = FormTable(sheet.name, sheet.is_1904, units=header.units, notices=list(header.notices))
    table.header_cells = header.columns
    table.header_rows = {name: sheet.number(cell.row) for name, cell in header.columns.items()}
    if table.is_refused:
        return table
    columns = list(zip(*sheet.rows[header.data_start :], strict=True))
    if not columns:
        return table
    rows = classify(sheet, contract, header, columns)
    if below := sorted([*rows.lost, *rows.foreign]):
        first = sheet.number(header.data_start + below[0])
        table.notices.append(
            Notice("FL-18", contract.form, sheet.name, row_number=first, cell=f"A{first}", value=str(len(below)))
        )
        table.rows_below, table.rows_missed = len(rows.lost), _missed(header, columns, rows)
    chosen = sorted([*rows.data, *rows.totals])
    totals = set(rows.totals)
    table.row_numbers = [sheet.number(header.data_start + index) for index in chosen]
    table.is_total = [index in totals for index in chosen]
    for name, cell in header.columns.items():
        values = _pick(columns[cell.index], chosen)
        if contract.column(name).logical_type == "date":
            values = as_typed(values, is_1904=sheet.is_1904)
        table.texts[name] = column_texts(values)
        if keeps_kind(contract.column(name)):
            table.kinds[name] = column_kinds(values)
    placed = {header.data_start + index: place for place, index in enumerate(chosen) if index not in totals}
    table.notices += spread_merged(sheet, contract, header, placed, table.texts, table.kinds)
    _fill_down(table, contract)
    return table


def _missed(header: Header, columns: list[tuple[Cell, ...]], rows: Rows) -> int:
    """How many of the rows that were not read say anything that no row read says."""
    places = [cell.index for cell in header.columns.values()]
    named = {tuple(columns[place][index] for place in places) for index in rows.data}
    return sum(tuple(columns[place][index] for place in places) not in named for index in rows.lost)


def _pick(values: tuple[Cell, ...], chosen: list[int]) -> tuple[Cell, ...]:
    if chosen and len(chosen) == chosen[-1] - chosen[0] + 1:
        return values[chosen[0] : chosen[-1] + 1]
    return tuple(values[index] for index in chosen)


# --- cells as text -------------------------------------------------------------------------------


def column_texts(values: tuple[Cell, ...]) -> list[str]:
    """A column's cells as text; a column that is all text costs nothing."""
    if set(map(type, values)) <= {str}:
        return list(values)  # type: ignore[arg-type]
    return [cell if cell.__class__ is str else _written(cell) for cell in values]  # type: ignore[misc]


def column_kinds(values: tuple[Cell, ...]) -> list[str]:
    """How each cell was stored: text, number, date, error or formula."""
    if set(map(type, values)) <= {str}:
        return ["text"] * len(values)
    return [cell.kind if isinstance(cell, Problem) else _KINDS[cell.__class__] for cell in values]


def as_typed(values: tuple[Cell, ...], *, is_1904: bool) -> tuple[Cell, ...]:
    """Cells of a date column, with the number that was typed where the day its format shows was never meant.

    2017.06 in a cell made for dates shows 1905-07-09, 201706 a day in 2452, and a formula that finds no date day 0.
    """
    if set(map(type, values)) <= {str, float, int}:
        return values
    return tuple(_typed_number(cell, is_1904=is_1904) for cell in values)


def _typed_number(cell: Cell, *, is_1904: bool) -> Cell:
    if isinstance(cell, time):
        return 0.0 if cell == time() else cell
    if isinstance(cell, timedelta):
        return cell / timedelta(days=1)
    if not isinstance(cell, date) or _FIRST_YEAR <= cell.year < _FAR_YEAR or cell.year == date.max.year:
        return cell
    moment = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
    days = (moment.replace(tzinfo=None) - (_EPOCH_1904 if is_1904 else _EPOCH)) / timedelta(days=1)
    # Excel counts a 29 February 1900: the days before it are one less than the calendar says.
    return round(days - (not is_1904 and moment < datetime(1900, 3, 1)), _DAY_DIGITS)


def _written(cell: Any) -> str:
    """A cell that is not text, written as Excel shows it: 15 digits, ISO dates, no exponents."""
    if cell.__class__ is float:
        if -_EXACT_INTEGER < cell < _EXACT_INTEGER and cell == int(cell):
            return str(int(cell))
        if not math.isfinite(cell):
            return "#NUM!"
        text = format(cell, ".15g")
        return format(Decimal(text), "f") if "e" in text else text
    if isinstance(cell, Problem):
        return cell.text
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, timedelta):
        seconds = int(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)


# --- vertically merged cells ---------------------------------------------------------------------


def _fill_down(table: FormTable, contract: Contract) -> None:
    """Repeat what a household's first row says on its other rows, in the columns declared for it.

    Filling stops at the household: a row whose key begins with another household keeps its blank.
    """
    names = [column.name for column in contract.columns if column.fill_down and column.name in table.texts]
    household = "household_code"
    if household not in names:
        return
    codes = table.texts[household]
    keys = [table.texts[name] for name in contract.key if name in table.texts]
    head: int | None = None
    for index, code in enumerate(codes):
        if table.is_total[index]:
            head = None
        elif not is_blank(code):
            head = index
        elif head is not None and _same_household(codes[head], keys, index):
            for name in names:
                if is_blank(table.texts[name][index]):
                    table.texts[name][index] = table.texts[name][head]
                    if name in table.kinds:
                        table.kinds[name][index] = table.kinds[name][head]


def _same_household(code: str, keys: list[list[str]], index: int) -> bool:
    return all(is_blank(key[index]) or plain(key[index]).startswith(plain(code)) for key in keys)


def form_hash(tables: list[FormTable], contract: Contract, *said: object) -> str:
    """A hash of what a form says: cell values, units and the cover's words, not the bytes of the file."""
    digest = hashlib.sha256(repr(said).encode())
    for table in tables:
        data = [not total for total in table.is_total]
        for column in contract.columns:
            texts = table.texts.get(column.name)
            if texts is None:
                continue
            head = f"\x1d{column.name}\x1c{table.factors.get(column.name, 1.0)}\x1c"
            digest.update((head + "\x1f".join(compress(texts, data))).encode("utf-8", "surrogatepass"))
            if "number" in (kinds := table.kinds.get(column.name, [])):
                digest.update("\x1f".join(compress(kinds, data)).encode())
    return digest.hexdigest()
