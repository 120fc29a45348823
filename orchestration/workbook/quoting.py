"""Quotes of a text table that are wrong: never closed, closed too late, or closed within a cell.

An open quote swallows rows without an error as soon as another quote closes it, so both are looked for. What is
found names the line on which the quote opens; cutting rows is ``delimited``'s.
"""

from __future__ import annotations

import csv
import re
from collections import Counter

from orchestration.workbook.notices import Notice
from orchestration.workbook.words import load_words
from orchestration.workbook.workbook import Cell

LINE_END = re.compile(r"\r\n|\r|\n")
_ENDED_TWICE = re.compile(r"\r{2,}\n")
_ROWS_ARE_TOLD_FROM = 4  # so many columns make a line of a table known as one within a cell


def one_line_end(text: str) -> str:
    r"""A text whose lines a program ended twice (\r\r\n, as writing line ends as text does), with each ended once."""
    return _ENDED_TWICE.sub("\r\n", text)


def at_line(phrase: str, line: int, **values: object) -> Notice:
    """What is wrong with the table at a line of the file."""
    found = load_words().phrase(phrase, line=line, **values)
    return Notice("FL-24", row_number=line, value=found)


def misquoted(text: str, delimiter: str, first: int, last: int) -> Notice:
    """What is wrong with a row that cannot be cut, at the line where its last quote opened."""
    opened, closed = _last_quote(LINE_END.split(text)[first - 1 : last], delimiter)
    if opened is None:
        return at_line("long_cell", first, limit=csv.field_size_limit())
    return at_line("stray_quote" if closed == opened else "open_quote", first + opened)


def _last_quote(lines: list[str], delimiter: str) -> tuple[int | None, int | None]:
    """The lines (from 0) on which the last quoted cell opens and closes; none where it does not."""
    opened: int | None = None
    inside = False
    for index, line in enumerate(lines):
        at_start, place = not inside, 0
        while place < len(line):
            mark, following = line[place], line[place + 1 : place + 2]
            if inside and mark == following == '"':
                place += 1
            elif inside and mark == '"':
                inside = False
                if following not in {"", delimiter}:
                    return opened, index
            elif at_start and mark == '"':
                inside, opened = True, index
            at_start = not inside and mark == delimiter
            place += 1
    return opened, None


def swallowed_lines(rows: list[list[Cell]], numbers: list[int], delimiter: str) -> int | None:
    """The line of a quoted cell that holds whole lines of the table: opened by mistake, closed by the next quote.

    Such a row is as long as any other only where the quote closes in the column it opened in; then the cell holds
    all delimiters of as many lines as it has breaks.
    """
    widths = Counter(len(row) for row in rows)
    width = max(widths, key=lambda length: (widths[length], length), default=0)
    if width < _ROWS_ARE_TOLD_FROM:
        return None
    for index, row in enumerate(rows):
        if index + 1 < len(rows) and numbers[index + 1] == numbers[index] + 1:
            continue  # no cell of it holds a line break
        for cell in map(str, row):
            breaks = len(LINE_END.findall(cell))
            if breaks and cell.count(delimiter) >= breaks * (width - 1):
                return numbers[index]
    return None
