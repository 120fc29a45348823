"""A sheet's grid: addresses and row numbers, and what a pass over a sheet found on it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, product
from string import ascii_uppercase

from orchestration.workbook.cells import Cell, Merged
from orchestration.workbook.xml_tree import PartError

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_ADDRESS = re.compile(r"^\$?([A-Za-z]{1,3})\$?(\d{1,7})$", re.ASCII)


class SheetTooLargeError(PartError):
    """A sheet with more cells than are read; ``cells`` is how many it claims."""

    def __init__(self, cells: int) -> None:
        super().__init__(f"{cells} cells")
        self.cells = cells


@dataclass
class Cells:
    """What the pass found: rows from A1 on, all equally wide, and what the eye would not see.

    Attributes:
        hidden_rows: 0-based rows with values that are hidden, by a filter or by hand.
        hidden_columns: 0-based columns that are hidden.
        concealed: 0-based places of values that their number format does not show.
    """

    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    concealed: list[tuple[int, int]] = field(default_factory=list)


@cache
def column_letters() -> tuple[str, ...]:
    """The letters of all columns, and behind the last what no address has."""
    letters = ("".join(some) for length in (1, 2, 3) for some in product(ascii_uppercase, repeat=length))
    return (*islice(letters, MAX_COLUMNS), "?")


def position_of(text: str) -> tuple[int, int]:
    """0-based row and column of an address such as ``B7``.

    Raises:
        PartError: it is none, or beyond the grid.
    """
    match = _ADDRESS.match(text)
    row, column = (int(match[2]), _column_number(match[1])) if match else (0, 0)
    if not (1 <= row <= MAX_ROWS and 1 <= column <= MAX_COLUMNS):
        raise PartError(f"cell address {text[:20]!r}")
    return row - 1, column - 1


@cache  # of 18,278 different letters at most, in either case
def _column_number(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column


def whole_number(text: str) -> int:
    """A number of a row or column; zero for what is none."""
    return int(text) if text.isdecimal() and len(text) < 8 else 0


def row_index(text: str) -> int:
    """0-based row of a row's number.

    Raises:
        PartError: it is none.
    """
    number = whole_number(text.strip())
    if number < 1:
        raise PartError(f"row number {text[:20]!r}")
    return number - 1
