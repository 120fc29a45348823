"""Whether the rows of a text table stand under its header: a comma too many moves every value behind it.

A row is asked for as many cells as the header has. What writers do honestly is known: blank cells behind the last
column on every row, and rows cut short behind their last filled cell by Excel, which it does sixteen rows at a time.
"""

from __future__ import annotations

import re

from expectations.model import Contract
from orchestration.workbook.delimited import DELIMITERS, TextTable, filled_cells
from orchestration.workbook.notices import Notice
from orchestration.workbook.table import FormTable
from orchestration.workbook.words import load_words, plain
from orchestration.workbook.workbook import Cell

_EXCEL_BLOCK = 16
_LINES_NAMED = 5
_BEFORE_THOUSANDS = re.compile(r"^[-+¥￥$]?\d{1,3}$")
_THOUSANDS = re.compile(r"^\d{3}(\.\d+)?$")


def headless_notice(table: TextTable, contract: Contract) -> Notice:
    """What refuses a text table in which no header was found: most often its lines were not cut at all."""
    words = load_words()
    if all(filled_cells(row) <= 1 for row in table.rows):
        return Notice("FL-24", contract.form, table.name, value=words.phrase("not_cut"))
    named = "、".join(column.header for column in contract.columns if column.required)
    return Notice("FL-24", contract.form, table.name, value=words.phrase("no_header", names=named))


def shape_notices(table: TextTable, form: FormTable) -> list[Notice]:
    """What refuses a text table whose rows do not fit its header, with their lines."""
    if not form.header_rows:
        return []
    places = {number: index for index, number in enumerate(table.numbers or ())}
    header = sorted({places[number] for number in form.header_rows.values()})
    data = [places[number] for number, total in zip(form.row_numbers, form.is_total, strict=True) if not total]
    again = _second_headers(table, form, range(header[-1] + 1, len(table.rows)))
    if again:
        return [_notice("second_header", table, again)]
    named = max((filled_cells(table.rows[index]) for index in header), default=0)
    written = max(table.lengths[index] for index in header)
    if uncut := [index for index in range(header[-1] + 1, len(table.rows)) if _is_uncut(table.rows[index], named)]:
        return [_notice("other_delimiter", table, uncut)]
    amounts = [form.header_cells[name].index for name in form.factors]
    longer, shorter = _misfits(table, data, named, written, amounts)
    return [
        _notice(phrase, table, rows, cells=written)
        for phrase, rows in (("longer_rows", longer), ("shorter_rows", shorter))
        if rows
    ]


def _misfits(
    table: TextTable, data: list[int], named: int, written: int, amounts: list[int]
) -> tuple[list[int], list[int]]:
    """Rows longer and rows shorter than the header."""
    lengths = {table.lengths[index] for index in data}
    if _are_split_thousands(table, data, named, amounts):
        return data, []
    is_even = len(lengths) == 1 and min(lengths) >= named
    longer = [
        index
        for index in data
        if filled_cells(table.rows[index]) > named or (table.lengths[index] > written and not is_even)
    ]
    shorter = [
        index for index in data if table.lengths[index] < written and not is_even and not _is_cut_by_excel(table, index)
    ]
    return longer, shorter


def _are_split_thousands(table: TextTable, data: list[int], named: int, amounts: list[int]) -> bool:
    """Whether every row is longer since its amounts were cut at their thousands marks."""
    if not data or min(table.lengths[index] for index in data) <= named:
        return False
    return any(
        all(
            _BEFORE_THOUSANDS.match(plain(table.rows[index][place]))
            and _THOUSANDS.match(plain(table.rows[index][place + 1]))
            for index in data
        )
        for place in amounts
        if place + 1 < len(table.rows[data[0]])
    )


def _is_uncut(row: list[Cell], named: int) -> bool:
    """Whether a row is one cell that holds most of a row's cells, parted by another mark."""
    text = str(row[0]) if filled_cells(row) == 1 else ""
    return any(text.count(mark) * 2 >= named for mark in DELIMITERS)


def _is_cut_by_excel(table: TextTable, index: int) -> bool:
    """Excel writes sixteen rows at a time and leaves out the columns behind the last cell that any of them fills."""
    start = index - index % _EXCEL_BLOCK
    block = range(start, min(start + _EXCEL_BLOCK, len(table.rows)))
    if start == 0 or len(block) == 1:
        return False  # beside the header no row is short, and a row alone may as well have lost a delimiter
    widest = max(table.lengths[other] for other in block)
    return table.lengths[index] == widest == max(filled_cells(table.rows[other]) for other in block)


def _second_headers(table: TextTable, form: FormTable, rows: range) -> list[int]:
    """Rows that name the columns once more in another order; a header repeated as it was moves nothing."""
    places = {cell.text: cell.index for cell in form.header_cells.values()}
    found = []
    for index in rows:
        row = table.rows[index]
        if len(places.keys() & set(row)) * 2 <= len(places):
            continue
        if any(places.get(str(cell).strip(), place) != place for place, cell in enumerate(row)):
            found.append(index)
    return found


def _notice(phrase: str, table: TextTable, rows: list[int], **values: object) -> Notice:
    words = load_words()
    numbers = [table.number(index) for index in rows]
    lines = words.phrase("lines", lines="、".join(map(str, numbers[:_LINES_NAMED])))
    if len(numbers) > _LINES_NAMED:
        lines = words.phrase("lines_and_more", lines=lines, count=len(numbers))
    return Notice("FL-24", sheet=table.name, row_number=numbers[0], value=words.phrase(phrase, lines=lines, **values))
