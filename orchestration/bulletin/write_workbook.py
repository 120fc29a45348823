"""Writes a bulletin as a workbook: its sentences on the first sheet, then a sheet a table, numbers as numbers.

Every text is written as text: one that begins like a formula stays what it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter

from orchestration.bulletin.document import Bulletin, Cell, Column, Table
from orchestration.bulletin.words import bulletin_words

_TEXT_ONLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_A4, _WIDE_FROM = 9, 8  # columns from which a sheet lies on its side
_TITLE_ROW, _ABOUT_ROW, _HEAD_ROW = 0, 1, 2
_NARROWEST, _WIDEST, _TEXT_WIDTH = 8, 60, 66
_LINE, _TITLE_LINE = 16, 30  # points
_HAIR = 7  # the thinnest border
_WIDE_CHARACTERS = ("W", "F")


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({"font_name": bulletin_words()["font"], **properties})
        return self._made[key]

    def cell(self, cell: Cell) -> Any:
        """How a number is shown: its decimals, its sign, and the mark behind it."""
        shape = "#,##0" + (f".{'0' * cell.decimals}" if cell.decimals else "")
        mark = f'"{cell.mark}"' if cell.mark else ""
        shown = f"+{shape}{mark};-{shape}{mark};{shape}{mark}" if cell.signed else f"{shape}{mark};-{shape}{mark}"
        return self(num_format=shown, bottom=_HAIR, valign="vcenter")


def write_workbook(bulletin: Bulletin, target: Path) -> None:
    """Write the workbook."""
    with xlsxwriter.Workbook(str(target), _TEXT_ONLY) as workbook:
        workbook.set_properties({"title": bulletin.title, "author": bulletin.issuer, "comments": bulletin.release_id})
        formats = _Formats(workbook)
        _write_text(workbook.add_worksheet(bulletin_words()["sheet_text"]), formats, bulletin)
        for table in bulletin.tables:
            _write_table(workbook.add_worksheet(table.sheet), formats, bulletin, table)


def _about(bulletin: Bulletin) -> str:
    parts = (bulletin.origin, bulletin.issuer, bulletin.issue, bulletin.period_name, bulletin.release_id)
    return "　".join(part for part in parts if part)


def _write_text(sheet: Any, formats: _Formats, bulletin: Bulletin) -> None:
    """The sentences, a row a paragraph."""
    _set_up(sheet, bulletin, is_wide=False)
    sheet.set_column(0, 0, _TEXT_WIDTH)
    sheet.set_row(_TITLE_ROW, _TITLE_LINE)
    sheet.set_row(_ABOUT_ROW, 2 * _LINE)
    sheet.write_string(_TITLE_ROW, 0, bulletin.title, formats(bold=True, font_size=20, align="center"))
    sheet.write_string(_ABOUT_ROW, 0, _about(bulletin), formats(align="center", text_wrap=True))
    row, wrapped = _HEAD_ROW, formats(text_wrap=True, valign="top")
    for section in bulletin.sections:
        sheet.set_row(row, _TITLE_LINE)
        sheet.write_string(row, 0, section.heading, formats(bold=True, font_size=13, valign="bottom"))
        row += 1
        for paragraph in section.paragraphs:
            row = _write_wrapped(sheet, row, f"{paragraph.lead}。{paragraph.text}".removeprefix("。"), wrapped)
    for note in bulletin.notes:
        row = _write_wrapped(sheet, row, note, formats(text_wrap=True, valign="top", font_size=9))


def _write_wrapped(sheet: Any, row: int, text: str, shape: Any) -> int:
    """A paragraph in one cell, whose row is as high as it needs."""
    lines = -(-_width(text) // _TEXT_WIDTH)
    sheet.set_row(row, _LINE * lines)
    sheet.write_string(row, 0, text, shape)
    return row + 1


def _write_table(sheet: Any, formats: _Formats, bulletin: Bulletin, table: Table) -> None:
    _set_up(sheet, bulletin, is_wide=len(table.columns) >= _WIDE_FROM)
    sheet.set_default_row(_LINE + 2)
    sheet.write_string(_TITLE_ROW, 0, table.caption, formats(bold=True, font_size=14))
    sheet.write_string(_ABOUT_ROW, 0, _about(bulletin), formats(font_size=9))
    head = formats(bold=True, text_wrap=True, align="center", valign="vcenter", bg_color="#E8EEF4", top=1, bottom=1)
    sheet.set_row(_HEAD_ROW, 2 * _LINE)
    for place, column in enumerate(table.columns):
        sheet.write_string(_HEAD_ROW, place, _headed(column), head)
        sheet.set_column(place, place, _fitting(column, [row[place] for row in table.rows]))
    for number, cells in enumerate(table.rows, start=_HEAD_ROW + 1):
        for place, cell in enumerate(cells):
            _write_cell(sheet, formats, number, place, cell, table.columns[place])
    for number, note in enumerate(table.notes, start=_HEAD_ROW + 1 + len(table.rows)):
        sheet.write_string(number, 0, note, formats(font_size=9))
    sheet.freeze_panes(_HEAD_ROW + 1, 1)
    sheet.repeat_rows(_HEAD_ROW)


def _write_cell(sheet: Any, formats: _Formats, row: int, place: int, cell: Cell, column: Column) -> None:
    if cell.number is None:
        align = "right" if column.is_number else "left"
        sheet.write_string(row, place, cell.text, formats(bottom=_HAIR, align=align, valign="vcenter", text_wrap=True))
    else:
        sheet.write_number(row, place, cell.number, formats.cell(cell))


def _set_up(sheet: Any, bulletin: Bulletin, *, is_wide: bool) -> None:
    """For printing: A4, as wide as the paper, with page numbers."""
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_footer(bulletin_words()["sheet_footer"])
    if bulletin.origin:
        sheet.set_header(f"&R{bulletin.origin}")
    if is_wide:
        sheet.set_landscape()


def _headed(column: Column) -> str:
    return f"{column.name}\n（{column.unit}）" if column.unit else column.name


def _fitting(column: Column, cells: list[Cell]) -> int:
    """A width that the cells fit into, and the heading, whose unit stands below it."""
    widest = max((_width(cell.text + cell.mark) for cell in cells), default=0)
    return min(_WIDEST, max(_NARROWEST, widest + 2, _width(column.name) + 2))


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in _WIDE_CHARACTERS else 1 for character in text)
