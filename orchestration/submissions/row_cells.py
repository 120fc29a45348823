"""What the events of one row of a worksheet mean: which cells stand where, and what they hold.

A row is a flat list of events: an opening tag is its attributes and then its name, a text is itself, and (where
closing tags are told at all) a closing tag is ``CLOSED`` and then its name. Nearly every row is laid out at a stroke
by ``plain_row``; any other list of events is gone through one by one, and may begin or end within a cell. What a
cell's text stands for is ``cell_values``'; how events come about is ``sheet_xml``'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orchestration.submissions.cell_values import PLAIN, Attributes, Book, cell_value
from orchestration.submissions.cells import Cell
from orchestration.submissions.grid import MAX_ROWS, Cells, SheetTooLargeError, address, columns_by_letters, row_index
from orchestration.submissions.plain_row import NOT_PLAIN, PlainRows
from orchestration.submissions.xml_parts import PartError, is_true

CLOSED = None
Tags = Mapping[str, Callable[[Attributes], None]]


class ClosingTagsNeededError(Exception):
    """Blanks behind a text may be its own, or stand between two tags: closing tags would tell."""


class RowCells:
    """Lays out row after row: the cells of the row that is open, and the cell in it that is open.

    Args:
        book: what the sheets of the workbook share.
        found: where rows are put down.
        prefix: of the names of our tags.
        others: what is done at tags that are no part of a row.
        has_closing_tags: whether events tell of closing tags too.
    """

    def __init__(self, book: Book, found: Cells, prefix: str, others: Tags, *, has_closing_tags: bool) -> None:
        self.book = book
        self.found = found
        self.width = 0
        self._has_closing_tags = has_closing_tags
        self._row: list[Cell] = []
        self._row_index = -1
        self._row_text = ""  # the row's number as its cells' addresses end with
        self._is_hidden = False
        self._columns = columns_by_letters()
        self._place = -1
        self._kind: str | None = None
        self._style: str | None = None
        self._value: list[str] | None = None
        self._formula: list[str] | None = None
        self._text: list[str] | None = None  # where the text goes that comes next
        self._is_open = self._is_in_place = self._is_phonetic = False
        self._plain = PlainRows(book, prefix)
        own: Tags = {
            "row": self._start_row,
            "c": self._start_cell,
            "v": self._start_value,
            "t": self._start_value,
            "f": self._start_formula,
            "is": self._start_in_place,
            "rPh": self._start_phonetic,
        }
        self._starts = {prefix + name: start for name, start in own.items()} | dict(others)
        self._texts, self._phonetic = frozenset(prefix + name for name in "vtf"), prefix + "rPh"

    # --- a row of shared texts and numbers alone ----------------------------------------------------

    def lay_out(self, events: list[Any]) -> None:
        """Lay out a whole row, told from its opening tag to the next one's, with no break in a text.

        Raises:
            PartError: cells contradict each other.
            ClosingTagsNeededError: the row has to be told with closing tags.
        """
        try:
            row = self._plain.cells(events)
        except NOT_PLAIN:
            self.go_through(events)
            return
        self._start_row(events[0])
        self._row = row

    # --- any row ------------------------------------------------------------------------------------

    def go_through(self, events: list[Any]) -> None:
        """Go through events one by one, wherever they begin and end.

        Raises:
            PartError: cells contradict each other.
            ClosingTagsNeededError: these cells have to be told with closing tags.
        """
        starts = self._starts
        steps = iter(events)
        for event in steps:
            if event.__class__ is str:
                if self._text is not None:
                    self._text.append(event)
                continue
            name = next(steps)
            if event is CLOSED:
                self._end(name)
            else:
                self._text = None
                if name in starts:
                    starts[name](event)
                elif not self._is_in_place:
                    self.end_cell()

    def _end(self, name: str) -> None:
        if name in self._texts:
            self._text = None
        elif name == self._phonetic:
            self._is_phonetic = False

    def _start_cell(self, attributes: Attributes) -> None:
        if self._is_open:
            self.end_cell()
        self._is_open = True
        get = attributes.get
        text, self._kind, self._style = get("r"), get("t"), get("s")
        if text is None:
            self._place += 1
            return
        row = self._row_text
        place = self._columns.get(text[: -len(row)], -1)
        if place < 0 or text[-len(row) :] != row:
            place = self._far_place(text)
        self._place = place

    def _far_place(self, text: str) -> int:
        row, column = address(text)
        if row != self._row_index:
            raise PartError(f"cell {text[:20]} in row {self._row_index + 1}")
        return column

    def _start_value(self, _: Attributes) -> None:
        if self._is_open and not self._is_phonetic:
            self._text = self._value = [] if self._value is None else self._value

    def _start_formula(self, _: Attributes) -> None:
        if self._is_open:
            self._text = self._formula = []

    def _start_in_place(self, _: Attributes) -> None:
        self._is_in_place = self._is_open

    def _start_phonetic(self, _: Attributes) -> None:
        if not self._has_closing_tags:
            raise ClosingTagsNeededError
        self._is_phonetic = True

    def end_cell(self) -> None:
        """Put down the cell that is open, if it holds anything."""
        kind, value, formula = self._kind, self._value, self._formula
        is_held = value is not None or formula is not None or kind == "e"
        if self._is_open and is_held:
            if kind not in PLAIN and not self._has_closing_tags and _ends_in_blanks(value):
                raise ClosingTagsNeededError
            text, source = "".join(value or ()), None if formula is None else "".join(formula).strip()
            cell, is_concealed = cell_value(kind, self._style, text, source, self.book)
            self._put(cell)
            if is_concealed:
                self.found.concealed.append((self._row_index, self._place))
        self._value = self._formula = self._text = None
        self._is_open = self._is_in_place = self._is_phonetic = False

    def _put(self, cell: Cell) -> None:
        row, place = self._row, self._place
        if cell.__class__ is str and not cell:
            return
        if place < len(row):
            raise PartError(f"two cells in column {place + 1} of row {self._row_index + 1}, or cells out of order")
        row.extend([""] * (place - len(row)))
        row.append(cell)

    # --- rows as wholes -----------------------------------------------------------------------------

    def _start_row(self, attributes: Attributes) -> None:
        self.end_row()
        text = attributes.get("r")
        index = self._row_index + 1 if text is None else row_index(text)
        if index <= self._row_index or index >= MAX_ROWS:
            raise PartError(f"row {index + 1} after row {self._row_index + 1}")
        self._row, self._row_index, self._row_text, self._place = [], index, str(index + 1), -1
        self._is_hidden = "hidden" in attributes and is_true(attributes["hidden"])

    def end_row(self) -> None:
        """Put down the row that is open, if it holds anything.

        Raises:
            SheetTooLargeError: the sheet has more cells than are read.
        """
        if self._is_open:
            self.end_cell()
        row, rows = self._row, self.found.rows
        while row and row[-1] == "":
            row.pop()
        if not row:
            return
        if len(row) > self.width:
            self.width = len(row)
        if (self._row_index + 1) * self.width > self.book.max_cells:
            raise SheetTooLargeError((self._row_index + 1) * self.width)
        if len(rows) < self._row_index:
            rows.extend([] for _ in range(self._row_index - len(rows)))
        rows.append(row)
        self._row = []
        if self._is_hidden:
            self.found.hidden_rows.append(self._row_index)


def _ends_in_blanks(pieces: list[str] | None) -> bool:
    return any(piece[-1:].isspace() for piece in pieces or ())
