"""A row of a worksheet that holds nothing but shared texts and numbers, as nearly all do: laid out at a stroke.

Its list of events (``row_cells`` tells what events are) has one shape: the row's tag, and for each cell its tag, its
value's tag and a text. That is looked at with whole slices, since a look at each event would cost more than the
parser does. A row of any other shape, or with an address, a text or a format that asks for a second look, is refused
here and read there.
"""

from __future__ import annotations

from functools import lru_cache
from operator import lt
from typing import Any

from orchestration.submissions.cell_values import LARGEST, NUMBERS, Attributes, Book, cell_value
from orchestration.submissions.cells import Cell
from orchestration.submissions.grid import columns_by_letters


class _NotPlainError(Exception):
    """A row that is not laid out at a stroke."""


NOT_PLAIN = (_NotPlainError, KeyError, TypeError, ValueError)


class PlainRows:
    """Lays out plain rows of one sheet.

    Args:
        book: what the sheets of the workbook share.
        prefix: of the names of our tags.
    """

    def __init__(self, book: Book, prefix: str) -> None:
        self._book = book
        self._hides_texts = book.hides_texts
        self._cell_name, self._value_name = prefix + "c", prefix + "v"

    def cells(self, events: list[Any]) -> list[Cell]:
        """A whole row's cells from column A on.

        Raises:
            NOT_PLAIN: it is another row.
        """
        values = self._values(events)
        places = self._places(events[2::5], events[0]["r"])
        if places[-1] == len(places) - 1:
            return values
        row: list[Cell] = [""] * (places[-1] + 1)
        for place, value in zip(places, values, strict=True):
            row[place] = value
        return row

    def _values(self, events: list[Any]) -> list[Cell]:
        """The values of cells that have nothing but a value; a list of another shape raises."""
        count = len(events) // 5
        if (
            len(events) % 5 != 2
            or events[3::5] != [self._cell_name] * count
            or events[5::5] != [self._value_name] * count
            or any(events[4::5])
        ):
            raise _NotPlainError
        if not count or self._hides_texts:
            raise _NotPlainError
        texts, formats, number, largest = self._book.texts, self._book.formats, self._number, LARGEST
        return [
            (texts[text] if cell["t"] == "s" else number(text, cell))
            if "t" in cell
            else value
            if -largest < (value := float(text)) < largest and cell.get("s") not in formats
            else number(text, cell)
            for text, cell in zip(events[6::5], events[2::5], strict=True)
        ]

    def _number(self, text: str, cell: Attributes) -> Cell:
        """A number with a format that changes what is seen, or that says its kind."""
        if cell.get("t") not in NUMBERS:
            raise _NotPlainError
        value, is_concealed = cell_value(None, cell.get("s"), text, None, self._book)
        if is_concealed:
            raise _NotPlainError
        return value

    def _places(self, cells: list[Attributes], row: str) -> tuple[int, ...]:
        """The columns of cells whose addresses all lie in their row."""
        addresses = ",".join([cell["r"] for cell in cells] + [""])
        letters = addresses.replace(row + ",", ",")
        places = _ascending_columns(letters)
        if len(places) != len(cells) or len(addresses) - len(letters) != len(cells) * len(row):
            raise _NotPlainError  # an address of another row, or with a comma of its own
        return places


@lru_cache
def _ascending_columns(letters: str) -> tuple[int, ...]:
    """The columns that letters, each with a comma behind them, stand for; nearly all rows have those of another."""
    columns = columns_by_letters()
    places = tuple(columns[text] for text in letters.split(",")[:-1])
    if not all(map(lt, places, places[1:])):
        raise _NotPlainError
    return places
