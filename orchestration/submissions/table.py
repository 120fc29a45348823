"""Cells → rows of one form: which rows are data, which is the total, and each column as text.

Columns are handled whole: a column that is text already is passed on as it is. Values are typed
later, inside DuckDB; here nothing is changed but how a cell is written down.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import compress
from typing import Any

from expectations.contract import load_cover
from expectations.model import Column, Contract
from orchestration.submissions.headers import Header, HeaderCell, is_blank, locate
from orchestration.submissions.notices import Notice
from orchestration.submissions.stated_units import ColumnUnit
from orchestration.submissions.words import plain
from orchestration.submissions.workbook import Cell, Problem, Sheet

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
        """Whether its columns or their units could not be told."""
        return any(notice.code in {"FL-05", "FL-19", "FL-25"} for notice in self.notices)

    @property
    def factors(self) -> dict[str, float]:
        """By column, what its numbers are multiplied with."""
        return {name: unit.factor for name, unit in self.units.items()}

    @property
    def rows_read(self) -> int:
        """Data rows without totals."""
        return len(self.is_total) - sum(self.is_total)


def keeps_kind(column: Column) -> bool:
    """Whether typing must know how a cell was stored: digits that Excel damages, and dates."""
    return column.text_only or column.logical_type == "date"


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
    rows = _classify(sheet, contract, header, columns)
    if rows.lost:
        first = sheet.number(header.data_start + rows.lost[0])
        table.notices.append(
            Notice("FL-18", contract.form, sheet.name, row_number=first, cell=f"A{first}", value=str(len(rows.lost)))
        )
        table.rows_below, table.rows_missed = len(rows.lost), _missed(header, columns, rows)
    chosen = sorted([*rows.data, *rows.totals])
    totals = set(rows.totals)
    table.row_numbers = [sheet.number(header.data_start + index) for index in chosen]
    table.is_total = [index in totals for index in chosen]
    for name, cell in header.columns.items():
        values = _pick(columns[cell.index], chosen)
        table.texts[name] = column_texts(values)
        if keeps_kind(contract.column(name)):
            table.kinds[name] = column_kinds(values)
    _fill_down(table, contract)
    return table


def _missed(header: Header, columns: list[tuple[Cell, ...]], rows: _Rows) -> int:
    """How many of the rows that were not read say anything that no row read says."""
    places = [cell.index for cell in header.columns.values()]
    told = {tuple(columns[place][index] for place in places) for index in rows.data}
    return sum(tuple(columns[place][index] for place in places) not in told for index in rows.lost)


def _pick(values: tuple[Cell, ...], chosen: list[int]) -> tuple[Cell, ...]:
    if chosen and len(chosen) == chosen[-1] - chosen[0] + 1:
        return values[chosen[0] : chosen[-1] + 1]
    return tuple(values[index] for index in chosen)


# --- which rows are data -------------------------------------------------------------------------


@dataclass
class _Rows:
    data: list[int]
    totals: list[int]
    lost: list[int]


@cache
def _total_words() -> frozenset[str]:
    return frozenset(plain(word) for word in load_cover().total_row_words)


@cache
def _footer_words() -> tuple[str, ...]:
    return tuple(plain(word) for word in load_cover().footer_words)


def _classify(sheet: Sheet, contract: Contract, header: Header, columns: list[tuple[Cell, ...]]) -> _Rows:
    """Split the rows below the header into data, totals, notes, and data that stands where none is read."""
    mapped = sorted(header.columns.values(), key=lambda cell: cell.index)
    totals = _rows_with_word(columns, [cell.index for cell in mapped[:3]])
    footers = _footer_rows(columns[mapped[0].index])
    anchors = [header.columns[name].index for name in contract.key if name in header.columns]
    keyless = _blank_rows([columns[index] for index in anchors or [mapped[0].index]])
    empty: list[int] = []
    notes = (set(footers) - totals) | _numbering_row(mapped, columns)
    for index in keyless - totals - notes:
        filled = sum(not is_blank(columns[cell.index][index]) for cell in mapped)
        if filled == 0 and all(is_blank(cell) for cell in sheet.rows[header.data_start + index]):
            empty.append(index)
        elif filled <= 1 or _is_note(sheet.rows[header.data_start + index]):
            notes.add(index)
    return _cut(len(columns[0]), totals, notes, set(empty))


def _rows_with_word(columns: list[tuple[Cell, ...]], places: list[int]) -> set[int]:
    """Rows that say 合计 (or the like) in one of the first columns, blanks inside the word included."""
    words = _total_words()
    heads = {word[0] for word in words}
    return {
        index
        for place in places
        for index, cell in enumerate(columns[place])
        if cell.__class__ is str and cell.strip()[:1] in heads and plain(cell) in words  # type: ignore[union-attr]
    }


def _footer_rows(first_column: tuple[Cell, ...]) -> list[int]:
    words = _footer_words()
    heads = {word[0] for word in words}
    return [
        index
        for index, cell in enumerate(first_column)
        if cell.__class__ is str and cell.strip()[:1] in heads and plain(cell).startswith(words)  # type: ignore[union-attr]
    ]


def _numbering_row(mapped: list[HeaderCell], columns: list[tuple[Cell, ...]]) -> set[int]:
    """The first row when it only numbers the columns: 1, 2, 3 … under the headers."""
    first = [plain(columns[cell.index][0]).removesuffix(".0") for cell in mapped]
    return {0} if len(first) > 1 and first == [str(place + 1) for place in range(len(first))] else set()


def _is_note(row: list[Cell]) -> bool:
    first = next((cell for cell in row if not is_blank(cell)), "")
    return isinstance(first, str) and plain(first).startswith(_footer_words())


def _blank_rows(anchors: list[tuple[Cell, ...]]) -> set[int]:
    blank = {index for index, cell in enumerate(anchors[0]) if is_blank(cell)}
    return {index for index in blank if all(is_blank(column[index]) for column in anchors[1:])}


def _cut(count: int, totals: set[int], notes: set[int], empty: set[int]) -> _Rows:
    """Data ends at a blank row or behind the last total; what looks like data below it is reported."""
    candidates = [index for index in range(count) if index not in totals and index not in notes and index not in empty]
    if not candidates:
        return _Rows([], [], [])
    end = min((index for index in empty if index > candidates[0]), default=count)
    closing = [index for index in totals if candidates[0] < index < end]
    if closing:
        end = max(closing)
    data = [index for index in candidates if index < end]
    lost = [index for index in candidates if index > end]
    # A total below a blank row still closes the data, as long as no data stands between.
    last = lost[0] if lost else count
    return _Rows(data, sorted(index for index in totals if index < last), lost)


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


def _written(cell: Any) -> str:
    """A cell that is not text, written as Excel shows it: 15 digits, ISO dates, no exponents."""
    if cell.__class__ is float:
        if -_EXACT_INTEGER < cell < _EXACT_INTEGER and cell == int(cell):
            return str(int(cell))
        text = format(cell, ".15g")
        return format(Decimal(text), "f") if "e" in text else text
    if isinstance(cell, Problem):
        return cell.text
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
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


def content_hash(tables: list[FormTable], contract: Contract, *said: object) -> str:
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
