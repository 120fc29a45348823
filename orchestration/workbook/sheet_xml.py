"""One worksheet's XML → rows of cells, in one streaming pass.

The tree of the part never gets larger than a piece of it: rows are taken off as they are complete, and handed to
``row_cells``. Nothing is laid out before it was counted: a cell far away, or a sheet with more cells than the limit,
ends the pass. What stands outside the rows (columns, merged ranges) is read here.
"""

from __future__ import annotations

from typing import IO
from xml.etree.ElementTree import Element

from orchestration.workbook.cell_values import BookParts, finite
from orchestration.workbook.cells import Merged
from orchestration.workbook.grid import MAX_COLUMNS, Cells, SheetTooLargeError, position_of, whole_number
from orchestration.workbook.row_cells import RowCells
from orchestration.workbook.xml_tree import drop, growing, is_true, namespace_of, take_complete

_MAX_MERGED = 100_000


def read_cells(stream: IO[bytes], book: BookParts) -> Cells:
    """Read a worksheet part: its cells, all rows equally wide.

    Raises:
        SheetTooLargeError: it has more cells than are read.
        PartError: it is not well-formed, or its cells contradict each other.
    """
    found = Cells()
    rows = RowCells(book, found)
    for root, is_all in growing(stream, "worksheet"):
        ours = namespace_of(root)
        for section in root:
            is_open = not is_all and section is root[-1]
            if section.tag == ours + "sheetData":
                rows.add(take_complete(section, is_open=is_open), ours)
            elif section.tag == ours + "cols":
                _add_columns(take_complete(section, is_open=is_open), found)
            elif section.tag == ours + "mergeCells":
                _add_merged(take_complete(section, is_open=is_open), found)
            elif is_open:
                drop(section)
        take_complete(root, is_open=not is_all)
    for row in found.rows:
        row.extend([""] * (rows.width - len(row)))
    _cover(found, rows.width, book.max_cells)
    return found


def _add_columns(columns: list[Element], found: Cells) -> None:
    for column in columns:
        if is_true(column.get("hidden")) or finite(column.get("width")) == 0:
            first, last = (whole_number(column.get(name, "")) for name in ("min", "max"))
            found.hidden_columns.extend(range(max(first, 1) - 1, min(last, MAX_COLUMNS)))


def _add_merged(ranges: list[Element], found: Cells) -> None:
    for merged in ranges:
        first, _, last = merged.get("ref", "").partition(":")
        if last and len(found.merged) < _MAX_MERGED:
            found.merged.append(Merged(*position_of(first), *position_of(last)))


def _cover(found: Cells, width: int, max_cells: int) -> None:
    """Empty the cells that a merged range covers: nobody sees what a program left in them."""
    rows, area = found.rows, 0
    for merged in found.merged:
        last_row, last_column = min(merged.last_row, len(rows) - 1), min(merged.last_column, width - 1)
        area += max(last_row - merged.first_row + 1, 0) * max(last_column - merged.first_column + 1, 0)
        if area > max_cells:
            raise SheetTooLargeError(area)
        for row in range(merged.first_row, last_row + 1):
            start = merged.first_column + (row == merged.first_row)
            rows[row][start : last_column + 1] = [""] * max(last_column + 1 - start, 0)
