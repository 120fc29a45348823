"""The workbook of a template under way: its cell formats by name, its words, and the lists it offers.

What is written with them stands in ``templates`` and ``template_sheets``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook

from expectations.model import Column
from expectations.wording import load_wording

_LINE = {"border": 1, "border_color": "#BFBFBF"}
# A fixed date, so that the same contract gives the same file.
_CREATED = datetime(2017, 1, 1)
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"},
    "left_title": {"bold": True, "font_size": 14, "valign": "vcenter"},
    "info": {"font_color": "#595959", "valign": "vcenter"},
    "label": {"bold": True, "border": 1, "bg_color": "#F2F2F2", "valign": "vcenter"},
    "given": {"border": 1, "bg_color": "#E7E6E6", "num_format": "@"},
    "input": {"border": 1, "bg_color": "#FFF9DB", "num_format": "@"},
    "explanation": {"border": 1, "bg_color": "#FFF9DB", "num_format": "@", "text_wrap": True},
    "count": {"border": 1, "bg_color": "#FFF9DB", "num_format": "0"},
    "required": {"bold": True, "border": 1, "bg_color": "#F8CBAD", "align": "center", "text_wrap": True},
    "optional": {"bold": True, "border": 1, "bg_color": "#EDEDED", "align": "center", "text_wrap": True},
    "group": {"bold": True, "border": 1, "bg_color": "#DDEBF7", "align": "center"},
    "wrapped": {"text_wrap": True, "valign": "top", "border": 1},
    "text": {"num_format": "@", **_LINE},
    "integer": {"num_format": "0", **_LINE},
    "number": {"num_format": "0.######", **_LINE},
    # A percentage is a plain number: with a % in the format the spreadsheet would keep 4.75 as 0.0475.
    "percent": {"num_format": "0.00##", **_LINE},
    "day": {"num_format": "yyyy-mm-dd", **_LINE},
    # A month is text: as a number, 2017.10 would be 2017.1, and as a date 1905.
    "month": {"num_format": "@", **_LINE},
    "wrong": {"bg_color": "#FF9999"},
    "warning": {"font_color": "#C00000", "bold": True},
}
_CENTRED = ("required", "optional", "group")


@dataclass(frozen=True)
class Choices:
    """The lists on the code sheet.

    Attributes:
        ranges: list → the range a drop-down points at.
        titles: list → the title above it.
        longest: list → how many characters its longest choice has.
    """

    ranges: Mapping[str, str]
    titles: Mapping[str, str]
    longest: Mapping[str, int]

    def title(self, listed: str) -> str:
        """What stands above the list on the code sheet."""
        return self.titles.get(listed, listed)


class TemplateBook:
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


def list_name(book: TemplateBook, column: Column) -> str:
    """Name of the list on the code sheet that this column chooses from, or an empty text."""
    if column.place:
        return str(book.words["template"]["place_lists"].get(column.place, ""))
    if column.logical_type == "boolean":
        return str(book.words["template"]["boolean_list"])
    return column.code_list or ""
