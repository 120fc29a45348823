"""A workbook's sheets as rows of cells, as a person sees them.

Which parts a workbook has is ``xml_parts``', how a sheet is read ``sheet_xml``'s. Where headers and rows are is the
table's work.
"""

from __future__ import annotations

import gc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestration.workbook.cell_values import BookParts
from orchestration.workbook.cells import Cell, Merged, Problem
from orchestration.workbook.damage import damage_as
from orchestration.workbook.grid import Cells, SheetTooLargeError
from orchestration.workbook.shared_texts import shared_texts
from orchestration.workbook.sheet_xml import read_cells
from orchestration.workbook.words import load_words
from orchestration.workbook.xml_parts import (
    Package,
    SheetPart,
    book_part,
    sheet_parts,
    special_formats,
)
from orchestration.workbook.xml_tree import PartError

__all__ = ["Cell", "Merged", "Problem", "Sheet", "Workbook", "WorkbookError", "WorkbookTooLargeError", "open_workbook"]


class WorkbookError(ValueError):
    """A workbook that cannot be opened although it looks like one."""


class WorkbookTooLargeError(WorkbookError):
    """A sheet with more cells than are read: ``sheet`` names it, ``cells`` is how many it claims."""

    def __init__(self, sheet: str, cells: int) -> None:
        super().__init__(f"sheet {sheet}: {cells} cells")
        self.sheet = sheet
        self.cells = cells


@dataclass
class Sheet:
    """One sheet, or one CSV file: rows of cells and the number each row has for its reader.

    Attributes:
        numbers: none where the rows are numbered as they stand (row 1 is the first).
        hidden_rows: 0-based rows with values that are hidden; they are read like the others.
        hidden_columns: 0-based columns that are hidden.
        concealed: 0-based places of values that their number format does not show.
    """

    name: str
    rows: list[list[Cell]]
    numbers: list[int] | None = None
    is_1904: bool = False
    merged: tuple[Merged, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    concealed: tuple[tuple[int, int], ...] = ()

    def number(self, index: int) -> int:
        """The row's number as Excel (or an editor, for a CSV file) shows it."""
        return index + 1 if self.numbers is None else self.numbers[index]


class Workbook:
    """An open workbook: its sheet names, which of them are hidden, and each sheet when asked for."""

    def __init__(self, path: Path, package: Package) -> None:
        self._path = path
        self._package = package
        self._main = book_part(package)
        parts, self._is_1904 = sheet_parts(package, self._main)
        if len({part.name for part in parts}) < len(parts):
            raise PartError("two sheets of one name")
        self._parts: dict[str, SheetPart] = {part.name: part for part in parts}
        self.names: tuple[str, ...] = tuple(self._parts)
        self.hidden: frozenset[str] = frozenset(part.name for part in parts if part.is_hidden)
        self._book: BookParts | None = None
        self._last: tuple[str, Cells] | None = None  # several sheets may point at one part: it is read once

    def sheet(self, name: str) -> Sheet:
        """Read one sheet from A1 on.

        Raises:
            WorkbookTooLargeError: it has more cells than are read.
            WorkbookError: the sheet's content is broken.
        """
        part = self._parts[name].part
        with damage_as(WorkbookError, f"{self._path.name}, sheet {name}"):
            try:
                found = Cells() if part is None else self._cells(part)
            except SheetTooLargeError as error:
                raise WorkbookTooLargeError(name, error.cells) from error
        return Sheet(
            name,
            found.rows,
            is_1904=self._is_1904,
            merged=tuple(found.merged),
            hidden_rows=tuple(found.hidden_rows),
            hidden_columns=tuple(found.hidden_columns),
            concealed=tuple(found.concealed),
        )

    def _cells(self, part: str) -> Cells:
        if self._last is None or self._last[0] != part:
            with self._package.open(part) as stream, _uncollected():
                self._last = part, read_cells(stream, self._shared())
        return self._last[1]

    def _shared(self) -> BookParts:
        if self._book is None:
            texts = shared_texts(self._package, self._main)
            formats = special_formats(self._package, self._main)
            self._book = BookParts(texts, formats, self._is_1904, load_words().limits.sheet_cells)
        return self._book


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cyclic garbage, a tenth of the time: elements come by the million, none refers back."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def open_workbook(path: Path) -> Iterator[Workbook]:
    """Open a workbook that was sniffed as one.

    Raises:
        WorkbookError: it cannot be opened.
    """
    with damage_as(WorkbookError, path.name):
        archive = zipfile.ZipFile(path)
    with archive:
        with damage_as(WorkbookError, path.name):
            workbook = Workbook(path, Package(archive))
        yield workbook
