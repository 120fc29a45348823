"""Contract → one form's sheet of the template: title, headers with comments, formats of the columns.

What a cell takes is said in ``template_entries``, how a sheet is printed in ``template_print``; the cover, the
instructions and the code sheet around the forms are written in ``templates``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlsxwriter.worksheet import Worksheet

from expectations.model import Column, Contract
from expectations.template_book import Choices, TemplateBook, list_name
from expectations.template_entries import guard_entries
from expectations.template_print import pages_of, print_sideways

_MOST_KEPT = 5
_WIDEST = 32


def header_text(column: Column) -> str:
    """The header as the template prints it: with its unit, unless the header carries it already."""
    if column.header_unit is None or f"（{column.header_unit}）" in column.header:
        return column.header
    return f"{column.header}（{column.header_unit}）"


def write_form_sheet(
    book: TemplateBook, sheet: Worksheet, contract: Contract, choices: Choices, place: Mapping[str, str]
) -> None:
    """Write one form's empty sheet.

    Args:
        book: the workbook under way.
        sheet: the sheet to fill.
        contract: the form.
        choices: where the drop-downs' lists stand.
        place: ``submitter`` and ``period`` for the line under the title.
    """
    words = book.words["template"]
    widths = [_width(book, column, choices) for column in contract.columns]
    last = len(contract.columns) - 1
    if pages_of(widths) == 1 and last > 0:
        sheet.merge_range(0, 0, 0, last, contract.title, book.style("title"))
    else:  # in the middle of several pages it would be cut
        sheet.write_string(0, 0, contract.title, book.style("left_title"))
    sheet.set_row(0, 26, book.style("left_title"))
    info = words["info_line"].format(code=contract.code, frequency=book.words["frequency"][contract.frequency], **place)
    sheet.set_row(1, None, book.style("info"))
    sheet.write_string(1, 0, info, book.style("info"))
    depth = _write_headers(book, sheet, contract.columns, top=2)
    for index, column in enumerate(contract.columns):
        sheet.set_column(index, index, widths[index], book.style(_cell_style(column)))
        guard_entries(book, sheet, index, column, choices, first_row=2 + depth)
    kept = _kept_in_sight(contract)
    sheet.freeze_panes(2 + depth, kept)
    print_sideways(sheet, contract.title, widths, header_rows=(2, 1 + depth), kept=kept)


def _width(book: TemplateBook, column: Column, choices: Choices) -> int:
    """Wide enough for the header, and for the longest choice with the arrow beside it."""
    header = min(26, 2 * len(header_text(column)) + 3)
    chosen = 2 * choices.longest.get(list_name(book, column), 0) + 4
    several = 2 * chosen if column.multiple else chosen
    return max(9, header, min(_WIDEST, several), 21 if column.text_only else 0, 12 if _is_date(column) else 0)


def _kept_in_sight(contract: Contract) -> int:
    """How many columns stay where a wide sheet is scrolled or printed on: up to the last one that names the row."""
    named = [index for index, column in enumerate(contract.columns) if column.name in contract.key]
    return max(named) + 1 if named and max(named) < _MOST_KEPT else 0


def _write_headers(book: TemplateBook, sheet: Worksheet, columns: Sequence[Column], *, top: int) -> int:
    """Write one header row, or two when some columns share a group. Returns how many."""
    depth = 2 if any(column.group for column in columns) else 1
    bottom = top + depth - 1
    for index, column in enumerate(columns):
        style = book.style("required" if column.required else "optional")
        if depth == 2 and column.group is None:
            sheet.merge_range(top, index, bottom, index, header_text(column), style)
        else:
            sheet.write_string(bottom, index, header_text(column), style)
        sheet.write_comment(top if column.group is None else bottom, index, _comment(book, column), {"x_scale": 2})
    for group, first, last in _group_spans(columns):
        if first == last:
            sheet.write_string(top, first, group, book.style("group"))
        else:
            sheet.merge_range(top, first, top, last, group, book.style("group"))
    sheet.set_row(bottom, 32)
    return depth


def _group_spans(columns: Sequence[Column]) -> list[tuple[str, int, int]]:
    """Runs of neighbouring columns that share a group, as (group, first, last)."""
    spans: list[tuple[str, int, int]] = []
    for index, column in enumerate(columns):
        if column.group is None:
            continue
        if spans and spans[-1][0] == column.group and spans[-1][2] == index - 1:
            spans[-1] = (column.group, spans[-1][1], index)
        else:
            spans.append((column.group, index, index))
    return spans


def _comment(book: TemplateBook, column: Column) -> str:
    words = book.words["template"]
    return str(
        words["comment"].format(
            description=column.description,
            required=words["is_required"] if column.required else words["is_optional"],
            unit=column.header_unit or words["none"],
            example=column.example or words["none"],
        )
    )


def _is_date(column: Column) -> bool:
    return column.logical_type == "date"


def _cell_style(column: Column) -> str:
    if _is_date(column):
        return column.date_precision
    if column.unit == "percent":
        return "percent"
    if column.logical_type in ("integer", "number"):
        return column.logical_type
    return "text"
