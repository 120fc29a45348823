"""Contract → one form's sheet of the template: title, headers with comments, formats, drop-downs.

The cover, the instructions and the code sheet around it are written in ``templates``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from expectations.model import Column, Contract
from expectations.wording import load_wording

# Rows that carry formats and drop-downs; the largest township has about a thousand registered persons.
PREPARED_ROWS = 5000
_A3, _A4 = 8, 9  # as Excel numbers paper
_COLUMNS_A_PAGE = 14
_MOST_KEPT = 5
_DAY_FORMATS = {"day": "yyyy-mm-dd", "month": "yyyy-mm"}
# A fixed date, so that the same contract gives the same file.
_CREATED = datetime(2017, 1, 1)
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"},
    "info": {"font_color": "#595959", "valign": "vcenter"},
    "label": {"bold": True, "border": 1, "bg_color": "#F2F2F2", "valign": "vcenter"},
    "given": {"border": 1, "bg_color": "#E7E6E6", "num_format": "@"},
    "input": {"border": 1, "bg_color": "#FFF9DB", "num_format": "@"},
    "count": {"border": 1, "bg_color": "#FFF9DB", "num_format": "0"},
    "required": {"bold": True, "border": 1, "bg_color": "#F8CBAD", "align": "center", "text_wrap": True},
    "optional": {"bold": True, "border": 1, "bg_color": "#EDEDED", "align": "center", "text_wrap": True},
    "group": {"bold": True, "border": 1, "bg_color": "#DDEBF7", "align": "center"},
    "wrapped": {"text_wrap": True, "valign": "top", "border": 1},
    "text": {"num_format": "@"},
    "integer": {"num_format": "0"},
    "number": {"num_format": "0.######"},
    "day": {"num_format": _DAY_FORMATS["day"]},
    "month": {"num_format": _DAY_FORMATS["month"]},
}
_CENTRED = ("required", "optional", "group")


@dataclass(frozen=True)
class Choices:
    """The lists on the code sheet: list → the range a drop-down points at, list → the title above it."""

    ranges: Mapping[str, str]
    titles: Mapping[str, str]

    def title(self, listed: str) -> str:
        """What stands above the list on the code sheet."""
        return self.titles.get(listed, listed)


class Book:
    """One workbook under way: its formats by name and the words of the contract folder."""

    def __init__(self, path: Path) -> None:
        """Begin the workbook; nothing is on disk before it is closed."""
        self.workbook: Workbook = xlsxwriter.Workbook(str(path))
        self.workbook.set_properties({"created": _CREATED})
        self.words: dict[str, Any] = load_wording()
        self._formats = {
            name: self.workbook.add_format({**style, "valign": "vcenter"} if name in _CENTRED else style)
            for name, style in _STYLES.items()
        }

    def style(self, name: str) -> Any:
        """The cell format of that name."""
        return self._formats[name]


def header_text(column: Column) -> str:
    """The header as the template prints it: with its unit, unless the header carries it already."""
    if column.header_unit is None or f"（{column.header_unit}）" in column.header:
        return column.header
    return f"{column.header}（{column.header_unit}）"


def write_form_sheet(
    book: Book, sheet: Worksheet, contract: Contract, choices: Choices, place: Mapping[str, str]
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
    last = len(contract.columns) - 1
    sheet.merge_range(0, 0, 0, last, contract.title, book.style("title"))
    sheet.set_row(0, 26)
    info = words["info_line"].format(code=contract.code, frequency=book.words["frequency"][contract.frequency], **place)
    sheet.write_string(1, 0, info, book.style("info"))
    depth = _write_headers(book, sheet, contract.columns, top=2)
    for index, column in enumerate(contract.columns):
        width = max(9, min(26, 2 * len(header_text(column)) + 3, 40), 21 if column.text_only else 0)
        sheet.set_column(index, index, width, book.style(_cell_style(column)))
        validation = _validation(book, column, choices)
        if validation:
            sheet.data_validation(2 + depth, index, 1 + depth + PREPARED_ROWS, index, validation)
    sheet.freeze_panes(2 + depth, _kept_in_sight(contract))
    _set_up_print(sheet, contract, header_rows=(2, 1 + depth))


def _kept_in_sight(contract: Contract) -> int:
    """How many columns stay where a wide sheet is scrolled or printed on: up to the last one that names the row."""
    named = [index for index, column in enumerate(contract.columns) if column.name in contract.key]
    return max(named) + 1 if named and max(named) < _MOST_KEPT else 0


def _set_up_print(sheet: Worksheet, contract: Contract, *, header_rows: tuple[int, int]) -> None:
    """Readable on paper: as many pages side by side as the columns need, each with the headers and the row's names."""
    pages = -(-len(contract.columns) // _COLUMNS_A_PAGE)
    sheet.set_paper(_A3 if pages > 1 else _A4)
    sheet.set_landscape()
    sheet.repeat_rows(*header_rows)
    kept = _kept_in_sight(contract)
    if kept and pages > 1:
        sheet.repeat_columns(0, kept - 1)
    sheet.fit_to_pages(pages, 0)


def _write_headers(book: Book, sheet: Worksheet, columns: Sequence[Column], *, top: int) -> int:
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


def _comment(book: Book, column: Column) -> str:
    words = book.words["template"]
    return str(
        words["comment"].format(
            description=column.description,
            required=words["is_required"] if column.required else words["is_optional"],
            unit=column.header_unit or words["none"],
            example=column.example or words["none"],
        )
    )


def _cell_style(column: Column) -> str:
    if column.logical_type == "date":
        return column.date_precision
    if column.logical_type in ("integer", "number"):
        return column.logical_type
    return "text"


def _validation(book: Book, column: Column, choices: Choices) -> dict[str, Any] | None:
    """The drop-down or prompt of a column, or nothing. Ranges are judged by the rules, not by Excel."""
    words = book.words["template"]
    listed = list_name(book, column)
    if listed in choices.ranges and not column.multiple:
        return {
            "validate": "list",
            "source": choices.ranges[listed],
            "error_title": words["error_title"],
            "error_message": words["error_text"],
            # A village may also be given by its code; the other lists are closed.
            "error_type": "warning" if column.place else "stop",
        }
    if column.multiple:
        prompt = (words["multiple_prompt_title"], words["multiple_prompt"])
    elif column.text_only:
        prompt = (words["text_prompt_title"], words["text_prompt"])
    else:
        return None
    return {"validate": "any", "input_title": prompt[0], "input_message": prompt[1]}


def list_name(book: Book, column: Column) -> str:
    """Name of the list on the code sheet that this column chooses from, or an empty text."""
    if column.place:
        return str(book.words["template"]["place_lists"].get(column.place, ""))
    if column.logical_type == "boolean":
        return str(book.words["template"]["boolean_list"])
    return column.code_list or ""
