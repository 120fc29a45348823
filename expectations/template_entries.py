"""What a cell of a form's sheet takes: drop-downs, prompts, and bounds where a spreadsheet changes what was typed.

Whether a value is right is judged by the rules, not by the spreadsheet. Only what it would turn into another value
without a word is refused here: a month typed as a number becomes a day of 1905, and 4.75% becomes 0.0475.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from expectations.model import Column
from expectations.template_book import Choices, TemplateBook, list_name

# Rows that carry drop-downs and bounds; the largest township has about a thousand registered persons.
PREPARED_ROWS = 5000
_DAY_ZERO = date(1899, 12, 30)
_WHOLE = 100


def guard_entries(
    book: TemplateBook, sheet: Worksheet, index: int, column: Column, choices: Choices, *, first_row: int
) -> None:
    """Set what the cells of a column take, and how what was pasted over it shows.

    Args:
        book: the workbook under way.
        sheet: the form's sheet.
        index: the column on the sheet, from 0.
        column: the column of the contract.
        choices: where the lists of the drop-downs stand.
        first_row: the first row below the headers, from 0.
    """
    last_row = first_row + PREPARED_ROWS - 1
    cell = xl_rowcol_to_cell(first_row, index)
    validation = _validation(book, column, choices, cell)
    if validation:
        sheet.data_validation(first_row, index, last_row, index, validation)
    suspicious = _suspicious(book, column, cell)
    if suspicious:
        shown = {"type": "formula", "criteria": suspicious, "format": book.style("wrong")}
        sheet.conditional_format(first_row, index, last_row, index, shown)


def _validation(book: TemplateBook, column: Column, choices: Choices, cell: str) -> dict[str, Any] | None:
    """The validation of a column in the words of the template, or nothing."""
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
    if column.logical_type == "date":
        return _date_validation(book, column, cell)
    if column.unit == "percent":
        return _percent_validation(book, column, cell)
    if column.multiple:
        prompt = (words["multiple_prompt_title"], words["multiple_prompt"])
    elif column.text_only:
        prompt = (words["text_prompt_title"], words["text_prompt"])
    else:
        return None
    return {"validate": "any", "input_title": prompt[0], "input_message": prompt[1]}


def _date_validation(book: TemplateBook, column: Column, cell: str) -> dict[str, Any]:
    """A day between the bounds; a month is text that makes one with a first day behind it."""
    words = book.words["template"]["dates"]
    first, last = words["first_day"], words["last_day"]
    texts = words[column.date_precision]
    said = {
        "input_title": texts["title"],
        "input_message": texts["prompt"],
        "error_title": texts["title"],
        "error_message": texts["error"].format(first=first, last=last),
    }
    if column.date_precision == "day":
        return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last, **said}
    day = f'IF(ISNUMBER({cell}),{cell},DATEVALUE(SUBSTITUTE({cell},".","-")&"-01"))'
    return {"validate": "custom", "value": f"=AND({day}>={_serial(first)},{day}<={_serial(last)})", **said}


def _percent_validation(book: TemplateBook, column: Column, cell: str) -> dict[str, Any]:
    """Zero, or from one up to the whole; a share of a whole may be below one, so there it is only asked about."""
    words = book.words["template"]["percents"]
    maximum = column.maximum or _WHOLE
    is_share = column.maximum is not None
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": f"=IF({cell}=0,0,1)",
        "maximum": maximum,
        "input_title": words["title"],
        "input_message": words["prompt"],
        "error_title": words["title"],
        "error_message": words["ask" if is_share else "error"].format(maximum=f"{maximum:g}"),
        "error_type": "warning" if is_share else "stop",
    }


def _suspicious(book: TemplateBook, column: Column, cell: str) -> str | None:
    """When a number that was pasted, and so not held against the bounds, is shown in red."""
    if column.logical_type == "date":
        words = book.words["template"]["dates"]
        first, last = _serial(words["first_day"]), _serial(words["last_day"])
        return f"=AND(ISNUMBER({cell}),OR({cell}<{first},{cell}>={last + 1}))"
    if column.unit == "percent":
        return f"=AND(ISNUMBER({cell}),{cell}>0,{cell}<1)"
    return None


def _serial(day: date) -> int:
    """The number a spreadsheet stores for a day."""
    return (day - _DAY_ZERO).days
