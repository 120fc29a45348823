"""One worksheet's XML → rows of cells, in one streaming pass of an XML parser.

The parser's handlers do nothing but list what they are told; when the next row begins, ``row_cells`` reads the list.
Nothing is laid out before it was counted: a cell far away, or a sheet with more cells than the limit, ends the pass.
Which parts a workbook has is the workbook's; what stands outside the rows (columns, merged ranges) is read here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

from orchestration.submissions.cell_values import Attributes, Book
from orchestration.submissions.cells import Merged
from orchestration.submissions.grid import MAX_COLUMNS, Cells, SheetTooLargeError, address, whole_number
from orchestration.submissions.row_cells import CLOSED, ClosingTagsNeededError, RowCells
from orchestration.submissions.xml_parts import is_true, new_parser, parse, prefix_of

_MAX_MERGED = 100_000


def read_cells(stream: IO[bytes], book: Book) -> Cells:
    """Read a worksheet part; once more with closing tags, which take their time, where it cannot be told without.

    Raises:
        SheetTooLargeError: it has more cells than are read.
        PartError: it is not well-formed, or its cells contradict each other.
    """
    try:
        return _Sheet(book, has_closing_tags=False).read(stream)
    except ClosingTagsNeededError:
        stream.seek(0)
        return _Sheet(book, has_closing_tags=True).read(stream)


class _Sheet:
    """A pass over one sheet. The events since the last row began are handed on before a list could grow long."""

    def __init__(self, book: Book, *, has_closing_tags: bool) -> None:
        self.book = book
        self.found = Cells()
        self.has_closing_tags = has_closing_tags
        self.events: list[Any] = []
        self.is_whole = False  # whether the events began with their row, and no piece of the part ended among them
        self.rows: RowCells | None = None
        self.parser = new_parser()
        self.parser.StartElementHandler = self._root

    def _root(self, name: str, attributes: Attributes) -> None:
        prefix = prefix_of(name, attributes, "worksheet")
        others = {prefix + "col": self._start_columns, prefix + "mergeCell": self._start_merged}
        self.rows = RowCells(self.book, self.found, prefix, others, has_closing_tags=self.has_closing_tags)
        self.parser.CharacterDataHandler = self.events.append
        self.parser.StartElementHandler = self._starter(prefix + "row", self.rows)
        if self.has_closing_tags:
            self.parser.EndElementHandler = lambda name: self.events.extend((CLOSED, name))

    def _starter(self, row_name: str, rows: RowCells) -> Callable[[str, Attributes], None]:
        """The handler of every opening tag. Written for speed: it is called for each cell and each value."""
        events, append = self.events, self.events.append

        def start(name: str, attributes: Attributes) -> None:
            if name == row_name:
                (rows.lay_out if self.is_whole else rows.go_through)(events)
                events.clear()
                self.is_whole = True
            append(attributes)
            append(name)

        return start

    def _end_piece(self) -> None:
        if self.rows is not None:
            self.rows.go_through(self.events)
        self.events.clear()
        self.is_whole = False

    def _start_columns(self, attributes: Attributes) -> None:
        if is_true(attributes.get("hidden")):
            first, last = (whole_number(attributes.get(name, "")) for name in ("min", "max"))
            self.found.hidden_columns.extend(range(max(first, 1) - 1, min(last, MAX_COLUMNS)))

    def _start_merged(self, attributes: Attributes) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        if last and len(self.found.merged) < _MAX_MERGED:
            self.found.merged.append(Merged(*address(first), *address(last)))

    def read(self, stream: IO[bytes]) -> Cells:
        """The cells, all rows equally wide."""
        parse(self.parser, stream, self._end_piece)
        width = 0
        if self.rows is not None:
            self.rows.go_through(self.events)
            self.rows.end_row()
            width = self.rows.width
        for row in self.found.rows:
            row.extend([""] * (width - len(row)))
        self._cover(width)
        return self.found

    def _cover(self, width: int) -> None:
        """Empty the cells that a merged range covers: nobody sees what a program left in them."""
        rows, area = self.found.rows, 0
        for merged in self.found.merged:
            last_row, last_column = min(merged.last_row, len(rows) - 1), min(merged.last_column, width - 1)
            area += max(last_row - merged.first_row + 1, 0) * max(last_column - merged.first_column + 1, 0)
            if area > self.book.max_cells:
                raise SheetTooLargeError(area)
            for row in range(merged.first_row, last_row + 1):
                start = merged.first_column + (row == merged.first_row)
                rows[row][start : last_column + 1] = [""] * max(last_column + 1 - start, 0)
