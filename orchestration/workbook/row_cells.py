"""Rows of a worksheet: which cells stand where in them, and what they hold.

Nearly every cell is a shared text or a plain number; those are read in the loop over a row, all others by one and
the same function. What a cell's text stands for is ``cell_values``'; how rows come about is ``sheet_xml``'s.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from orchestration.workbook.cell_values import BookParts, cell_value, finite
from orchestration.workbook.cells import Cell
from orchestration.workbook.grid import (
    MAX_COLUMNS,
    MAX_ROWS,
    Cells,
    SheetTooLargeError,
    column_letters,
    position_of,
    row_index,
)
from orchestration.workbook.xml_tree import PartError, is_true, rich_text


class RowCells:
    """Lays out row after row of one sheet.

    Args:
        book: what the sheets of the workbook share.
        found: where rows are put down.
    """

    def __init__(self, book: BookParts, found: Cells) -> None:
        self.width = 0
        self._book = book
        self._found = found
        self._index = -1  # of the row at hand
        self._letters = column_letters()

    def add(self, children: list[Element], namespace: str) -> None:
        """Put down the next rows, those that hold anything.

        Args:
            children: what stands in the sheet's data; other elements than rows are left out.
            namespace: what the names of our elements begin with.

        Raises:
            PartError: cells contradict each other.
            SheetTooLargeError: the sheet has more cells than are read.
        """
        for row in children:
            if row.tag == namespace + "row":
                self._start(row.get("r"))
                cells = self._cells(row, namespace)
                if cells:
                    self._put_down(cells)
                    if is_true(row.get("hidden")) or ((height := row.get("ht")) and finite(height) == 0):
                        self._found.hidden_rows.append(self._index)

    def _start(self, number: str | None) -> None:
        index = self._index + 1 if number is None else row_index(number)
        if index <= self._index or index >= MAX_ROWS:
            raise PartError(f"row {index + 1} after row {self._index + 1}")
        self._index = index

    def _cells(self, row: Element, namespace: str) -> list[Cell]:
        """A row's cells from column A on. Written for speed: a third of what reading a sheet costs is this loop."""
        letters, texts, formats = self._letters, self._book.texts, self._book.formats
        number, value_name, column = str(self._index + 1), namespace + "v", -1
        cells: list[Cell] = []
        for cell in row.findall(namespace + "c"):
            column += 1
            attributes = cell.attrib
            if attributes.get("r") != letters[column] + number:
                column = self._column(attributes.get("r"), column)
            value: Cell | None = None
            if attributes.get("s") not in formats:
                if "t" not in attributes:
                    value = finite(cell.findtext(value_name))
                elif attributes["t"] == "s":
                    value = texts.get(cell.findtext(value_name, ""))
            if value is None:
                value = self._value(cell, column, namespace)
            if value != "":
                if column != len(cells):
                    self._fill(cells, column)
                cells.append(value)
        return cells

    def _column(self, text: str | None, following: int) -> int:
        """The column of a cell that does not stand in the next one by its own words, or says nothing of it."""
        if text is None:
            if following >= MAX_COLUMNS:
                raise PartError(f"more cells in row {self._index + 1} than there are columns")
            return following
        row, column = position_of(text)
        if row != self._index:
            raise PartError(f"cell {text[:20]} in row {self._index + 1}")
        return column

    def _value(self, cell: Element, column: int, namespace: str) -> Cell:
        """What any cell holds, empty where it holds nothing."""
        kind = cell.get("t")
        if not len(cell) and kind != "e":
            return ""
        formula, in_place = cell.find(namespace + "f"), cell.find(namespace + "is")
        source = None if formula is None else (formula.text or "").strip()
        text = cell.findtext(namespace + "v", "")
        if in_place is not None:
            text += rich_text(in_place, namespace)
        value, is_concealed = cell_value(kind, cell.get("s"), text, source, self._book)
        if is_concealed:
            self._found.concealed.append((self._index, column))
        return value

    def _fill(self, cells: list[Cell], column: int) -> None:
        """Leave cells empty up to a column."""
        if column < len(cells):
            raise PartError(f"two cells in column {column + 1} of row {self._index + 1}, or cells out of order")
        cells.extend([""] * (column - len(cells)))

    def _put_down(self, cells: list[Cell]) -> None:
        self.width = max(self.width, len(cells))
        count = (self._index + 1) * self.width
        if count > self._book.max_cells:
            raise SheetTooLargeError(count)
        rows = self._found.rows
        if len(rows) < self._index:
            rows.extend([] for _ in range(self._index - len(rows)))
        rows.append(cells)
