"""A workbook's sheets as rows of cells, with what the fast reader loses put back.

calamine reads values fast but returns an empty text for errors (``#DIV/0!``) and for formulas without
a cached value, and 0.0475 for a cell that shows 4.75%. A scan of the sheet's XML finds those cells;
they come back as ``Problem`` or as the text they show. Where headers and rows are is the table's work.
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Literal

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum, WorksheetNotFound

_CELL_ADDRESS = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>([^<]+)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f[^>]*>([^<]*)</")
_PERCENT_FORMATS = (b"9", b"10")  # Excel's built-in 0% and 0.00%
_OWN_FORMAT = re.compile(rb'<(?:\w+:)?numFmt\s[^>]*?numFmtId="(\d+)"[^>]*?formatCode="([^"]*)"')
_QUOTED = re.compile(rb"&quot;.*?&quot;|\\.")  # a sign in quotes is shown, but multiplies nothing
_STYLE_FORMAT = re.compile(rb'<(?:\w+:)?xf\s[^>]*?numFmtId="(\d+)"')
_PREFIX = re.compile(rb"<(\w+:)?worksheet\b")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')


class WorkbookError(ValueError):
    """A workbook that cannot be opened although it looks like one."""


@dataclass(frozen=True)
class Problem:
    """A cell without a usable value: an error, or a formula that was never calculated."""

    kind: Literal["error", "formula"]
    text: str


Cell = str | float | int | bool | date | datetime | time | timedelta | Problem


@dataclass(frozen=True)
class Merged:
    """A merged range by its 0-based corners, both within it; its value stands in the first cell."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass
class Sheet:
    """One sheet, or one CSV file: rows of cells and the number each row has for its reader.

    ``numbers`` is none where the rows are numbered as they stand (row 1 is the first).
    """

    name: str
    rows: list[list[Cell]]
    numbers: list[int] | None = None
    is_1904: bool = False
    merged: tuple[Merged, ...] = ()

    def number(self, index: int) -> int:
        """The row's number as Excel (or an editor, for a CSV file) shows it."""
        return index + 1 if self.numbers is None else self.numbers[index]


class Workbook:
    """An open workbook: its sheet names, which of them are hidden, and each sheet when asked for."""

    def __init__(self, reader: CalamineWorkbook, path: Path) -> None:
        self.names: tuple[str, ...] = tuple(reader.sheet_names)
        self.hidden: frozenset[str] = frozenset(
            sheet.name for sheet in reader.sheets_metadata if sheet.visible is not SheetVisibleEnum.Visible
        )
        self._reader = reader
        self._path = path
        self._found: dict[str, list[tuple[int, int, Problem | str]]] | None = None
        self._is_1904 = False

    def sheet(self, name: str) -> Sheet:
        """Read one sheet from A1 on.

        Raises:
            WorkbookError: the sheet's content is broken.
        """
        try:
            found = self._reader.get_sheet_by_name(name)
            rows: list[list[Cell]] = found.to_python(skip_empty_area=False)  # type: ignore[assignment]
        except (CalamineError, WorksheetNotFound) as error:
            raise WorkbookError(f"{self._path.name}, sheet {name}: {error}") from error
        if self._found is None:
            self._found, self._is_1904 = _scan(self._path)
        for row, column, cell in self._found.get(name, ()):
            _put(rows, row, column, cell)
        merged = tuple(Merged(*first, *last) for first, last in found.merged_cell_ranges or ())
        return Sheet(name, rows, is_1904=self._is_1904, merged=merged)


@contextmanager
def open_workbook(path: Path) -> Iterator[Workbook]:
    """Open a workbook that was sniffed as one.

    Raises:
        WorkbookError: it cannot be opened.
    """
    try:
        # Not by its path: there the suffix decides what the file is taken for.
        reader = CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
    except (CalamineError, OSError) as error:
        raise WorkbookError(f"{path.name}: {error}") from error
    with reader:
        yield Workbook(reader, path)


def _put(rows: list[list[Cell]], row: int, column: int, cell: Problem | str) -> None:
    width = max((len(line) for line in rows[:1]), default=0)
    while len(rows) <= row:
        rows.append([""] * width)
    if column >= width:
        for line in rows:
            line.extend([""] * (column + 1 - len(line)))
    rows[row][column] = cell


def _scan(path: Path) -> tuple[dict[str, list[tuple[int, int, Problem | str]]], bool]:
    """Cells the fast reader does not give as they are, by sheet name, and whether dates count from 1904."""
    try:
        with zipfile.ZipFile(path) as archive:
            book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
            is_1904 = re.search(r'date1904="(1|true)"', book) is not None
            members = archive.namelist()
            percent = _percent_styles(archive.read("xl/styles.xml")) if "xl/styles.xml" in members else []
            parts = [name for name in members if re.match(r"^xl/worksheets/[^/]+\.xml$", name)]
            found = {part: cells for part in parts if (cells := _cells(archive.read(part), percent))}
            names = _sheet_parts(archive, book) if found else {}
    except (zipfile.BadZipFile, KeyError, OSError, zlib.error) as error:
        raise WorkbookError(f"{path.name}: {error}") from error
    return {name: found[part] for name, part in names.items() if part in found}, is_1904


def _percent_styles(styles: bytes) -> list[bytes]:
    """Numbers of the cell styles that show a value as a percentage."""
    if b"%" not in styles and not any(b'numFmtId="' + number + b'"' in styles for number in _PERCENT_FORMATS):
        return []
    own = [match[1] for match in _OWN_FORMAT.finditer(styles) if b"%" in _QUOTED.sub(b"", match[2])]
    block = styles[styles.find(b"cellXfs") : styles.rfind(b"cellXfs")]
    formats = [match[1] for match in _STYLE_FORMAT.finditer(block)]
    return [b"%d" % index for index, number in enumerate(formats) if number in {*own, *_PERCENT_FORMATS}]


def _sheet_parts(archive: zipfile.ZipFile, book: str) -> dict[str, str]:
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
    targets = {}
    for match in _RELATION.finditer(relations):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        targets[attributes.get("Id", "")] = posixpath.join("/xl", attributes.get("Target", "")).lstrip("/")
    parts = {}
    for match in _SHEET.finditer(book):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        parts[html.unescape(attributes["name"])] = targets.get(attributes.get("r:id", ""), "")
    return parts


def _cells(xml: bytes, percent_styles: list[bytes]) -> list[tuple[int, int, Problem | str]]:
    """The cells of a sheet that hold an error, an uncalculated formula or a percentage."""
    prefix = _PREFIX.search(xml[:4096])
    name = prefix[1] or b"" if prefix else b""
    start, end = b"<" + name + b"c ", b"c>"
    formulas = (b"<" + name + b"f>", b"<" + name + b"f ", b"<" + name + b"f/")
    found: dict[tuple[int, int], Problem | str] = {}
    for mark in (*(b's="' + style + b'"' for style in percent_styles), *formulas, b't="e"'):
        place = xml.find(mark)  # most sheets have none, and finding that out must cost nothing
        while place >= 0:
            cell = xml[xml.rfind(start, 0, place) : xml.find(end, place)]
            shown = _percentage(cell) if mark.startswith(b"s=") else _problem(cell)
            address = _CELL_ADDRESS.search(cell)
            if shown and address:
                found[int(address[2]) - 1, _column_index(address[1])] = shown
            place = xml.find(mark, place + len(mark))
    return [(row, column, cell) for (row, column), cell in found.items()]


def _percentage(cell: bytes) -> str | None:
    """What a cell with a percentage format shows; none for texts, errors and cells without a value."""
    value = _VALUE.search(cell)
    if value is None or b' t="' in cell[: cell.find(b">")].replace(b' t="n"', b""):
        return None
    try:
        return f"{float(value[1]) * 100:.12g}%"
    except ValueError:
        return None


def _problem(cell: bytes) -> Problem | None:
    value = _VALUE.search(cell)
    opening = cell[: cell.find(b">")]
    if b't="e"' in opening:
        return Problem("error", html.unescape(value[1].decode()) if value else "#")
    if value or b't="str"' in opening:
        return None
    formula = _FORMULA.search(cell)
    return Problem("formula", "=" + html.unescape(formula[1].decode("utf-8", errors="replace")) if formula else "=")


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1
