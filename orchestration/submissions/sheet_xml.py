"""One worksheet's XML → rows of cells, in one streaming pass of an XML parser.

Nothing is laid out before it was counted: a cell far away, or a sheet with more cells than the limit, ends the pass.
Which parts a workbook has is the workbook's; what a number format does is ``number_format``'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO

from orchestration.submissions.cells import Cell, Merged, Problem, iso_moment, shown
from orchestration.submissions.grid import (
    MAX_COLUMNS,
    MAX_ROWS,
    Cells,
    SheetTooLargeError,
    address,
    columns_by_letters,
    row_index,
    whole_number,
)
from orchestration.submissions.number_format import NumberFormat
from orchestration.submissions.xml_parts import PartError, is_true, new_parser, parse, prefix_of, unescaped

_MAX_MERGED = 100_000
_LARGEST = 1e308
_PLAIN = frozenset(("n", "s"))


@dataclass(frozen=True)
class Book:
    """What all sheets of a workbook share: texts by number, formats that change what is seen, where days count from."""

    texts: Mapping[str, str]
    formats: Mapping[str, NumberFormat]
    is_1904: bool
    max_cells: int


def read_cells(stream: IO[bytes], book: Book) -> Cells:
    """Read a worksheet part.

    Raises:
        SheetTooLargeError: it has more cells than are read.
        PartError: it is not well-formed, or its cells contradict each other.
    """
    sheet = _Sheet(book)
    parse(sheet.parser, stream)
    return sheet.finish()


class _Sheet:
    """A pass over one sheet: the parser calls twice for a plain cell, whose value is put down when the next one begins.

    Between the tags of a plain cell (a number or a shared text) stands nothing but its value and its formula. Of
    other cells each text is kept apart, which needs a call at each closing tag as well.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.found = Cells()
        self.parser = new_parser()
        self.parser.StartElementHandler = self._root
        self.buffer: list[str] = []  # text since the last tag that mattered
        self.runs: list[str] = []  # texts of a cell that is not plain
        self.formula: str | None = None
        self.is_phonetic = False
        self.row: list[Cell] = []
        self.row_index = -1
        self.is_hidden = False
        self.width = 0
        self.put: Callable[[], None] = lambda: None

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        prefix = prefix_of(name, attributes, "worksheet")
        self.parser.CharacterDataHandler = self.buffer.append
        self.parser.StartElementHandler = self._starter(prefix)

    def _starter(self, prefix: str) -> Callable[[str, dict[str, str]], None]:  # noqa: C901 - one call a tag, not five
        """The handler of every opening tag. Written for speed: it is called for each cell and each value."""
        cell_name, value_name, row_name, formula_name = (prefix + name for name in ("c", "v", "row", "f"))
        rare = self._rare(prefix)
        end = self._text_ender(prefix)
        columns, buffer, parser = columns_by_letters(), self.buffer, self.parser
        put = _no_cell
        row_text, cut, place = "", 0, -1
        in_formula = False
        kind: str | None = None
        style: str | None = None

        texts, formats = self.book.texts, self.book.formats
        hides_texts = any(number_format.hides_text for number_format in formats.values())

        def put_plainly() -> bool:
            """Put down what nearly every cell is: a shared text or a number, behind the cell before it."""
            value: Cell | None = None
            if kind == "s":
                value = None if hides_texts else texts.get(buffer[0])
            elif kind is None and style not in formats:
                try:
                    value = float(buffer[0])
                except ValueError:
                    return False
                if not -_LARGEST < value < _LARGEST:
                    return False
            row = self.row
            if (not value and value != 0.0) or place != len(row):
                return False
            row.append(value)
            return True

        def put_down() -> None:
            nonlocal in_formula, put
            put = _no_cell
            if len(buffer) == 1 and not in_formula and self.formula is None and put_plainly():
                return
            if in_formula:  # a formula without a value: its text was gathered last
                self.formula, in_formula = "".join(buffer), False
                buffer.clear()
            if buffer or self.formula is not None or self.runs or kind == "e":
                self._put(place, kind, style)

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal row_text, cut, place, kind, style, in_formula, put
            if name == cell_name:
                put()
                buffer.clear()
                put = put_down
                get = attributes.get
                address_text, kind, style = get("r"), get("t"), get("s")
                if address_text is None:
                    place += 1
                else:
                    place = columns.get(address_text[:cut], -1)
                    if place < 0 or address_text[cut:] != row_text:
                        place = self._column(address_text)
                if kind is not None and kind not in _PLAIN:
                    parser.EndElementHandler = end
            elif name == value_name:
                if in_formula:
                    self.formula, in_formula = "".join(buffer), False
                buffer.clear()
            elif name == formula_name:
                in_formula = True
                buffer.clear()
            elif name == row_name:
                put()
                row_text, place = self._start_row(attributes), -1
                cut = -len(row_text)
            elif name in rare:
                rare[name](attributes)
            else:
                put()

        self.put = lambda: put()
        return start

    def _rare(self, prefix: str) -> dict[str, Callable[[dict[str, str]], None]]:
        def text(_: dict[str, str]) -> None:
            self.buffer.clear()

        def phonetic(_: dict[str, str]) -> None:
            self.is_phonetic = True

        def nothing(_: dict[str, str]) -> None:
            return

        handlers: dict[str, Callable[[dict[str, str]], None]] = {
            "t": text,
            "rPh": phonetic,
            **dict.fromkeys(("is", "r", "rPr"), nothing),
            "col": self._start_columns,
            "mergeCell": self._start_merged,
        }
        return {prefix + name: handler for name, handler in handlers.items()}

    def _text_ender(self, prefix: str) -> Callable[[str], None]:
        """The handler of closing tags within a cell that is not plain."""
        texts, phonetic, formula, cell = (prefix + "v", prefix + "t"), prefix + "rPh", prefix + "f", prefix + "c"

        def end(name: str) -> None:
            if name in texts and not self.is_phonetic:
                self.runs.append("".join(self.buffer))
            elif name == phonetic:
                self.is_phonetic = False
            elif name == cell:
                self.parser.EndElementHandler = None
            if name != formula:
                self.buffer.clear()

        return end

    def _put(self, place: int, kind: str | None, style: str | None) -> None:
        text = self.buffer[0] if len(self.buffer) == 1 else "".join(self.buffer)
        if kind == "s":
            value: Cell = self._shared(text)
        elif kind is None or kind == "n":
            value = self._number(text, place, style)
        else:
            value = self._other(kind, "".join(self.runs))
            self.runs.clear()
        self.formula = None
        if value == "" and value.__class__ is str:
            return
        row = self.row
        if place == len(row):
            row.append(value)
        elif place > len(row):
            row.extend([""] * (place - len(row)))
            row.append(value)
        else:
            raise PartError(f"two cells in column {place + 1} of row {self.row_index + 1}, or cells out of order")
        if value.__class__ is str and kind is not None and self._hides_text(style):
            self.found.concealed.append((self.row_index, place))

    def _hides_text(self, style: str | None) -> bool:
        return style is not None and style in self.book.formats and self.book.formats[style].hides_text

    def _shared(self, text: str) -> str:
        if not text.strip():
            return ""
        found = self.book.texts.get(str(int(text)) if text.strip().isdecimal() else text)
        if found is None:
            raise PartError(f"no shared text {text[:20]!r}")
        return found

    def _number(self, text: str, place: int, style: str | None) -> Cell:
        try:
            value = float(text)
        except ValueError:
            if text.strip():
                return Problem("error", text)
            return "" if self.formula is None else Problem("formula", "=" + self.formula)
        if not -_LARGEST < value < _LARGEST:
            return Problem("error", text)
        if style is not None and style in self.book.formats:
            cell, is_hidden = shown(value, self.book.formats[style], is_1904=self.book.is_1904)
            if is_hidden:
                self.found.concealed.append((self.row_index, place))
            return cell
        return value

    def _other(self, kind: str, text: str) -> Cell:
        """Cells of the rarer kinds: a formula's text, a text in place, truths, errors, ISO moments."""
        if kind in {"str", "inlineStr"}:
            return unescaped(text) if text.strip() else ""
        if kind == "e":
            return Problem("error", text or "#")
        if not text.strip():
            return "" if self.formula is None else Problem("formula", "=" + self.formula)
        if kind == "b":
            return is_true(text.strip())
        if kind == "d":
            return iso_moment(text)
        raise PartError(f"a cell of kind {kind[:20]!r}")

    def _column(self, address_text: str) -> int:
        row, column = address(address_text)
        if row != self.row_index:
            raise PartError(f"cell {address_text[:20]} in row {self.row_index + 1}")
        return column

    def _start_row(self, attributes: dict[str, str]) -> str:
        self._end_row()
        text = attributes.get("r")
        index = self.row_index + 1 if text is None else row_index(text)
        if index <= self.row_index or index >= MAX_ROWS:
            raise PartError(f"row {index + 1} after row {self.row_index + 1}")
        self.row, self.row_index = [], index
        self.is_hidden = is_true(attributes.get("hidden"))
        return str(index + 1)

    def _end_row(self) -> None:
        if not self.row:
            return
        rows = self.found.rows
        self.width = max(self.width, len(self.row))
        if (self.row_index + 1) * self.width > self.book.max_cells:
            raise SheetTooLargeError((self.row_index + 1) * self.width)
        rows.extend([] for _ in range(self.row_index - len(rows)))
        rows.append(self.row)
        if self.is_hidden:
            self.found.hidden_rows.append(self.row_index)

    def _start_columns(self, attributes: dict[str, str]) -> None:
        if is_true(attributes.get("hidden")):
            first, last = (whole_number(attributes.get(name, "")) for name in ("min", "max"))
            self.found.hidden_columns.extend(range(max(first, 1) - 1, min(last, MAX_COLUMNS)))

    def _start_merged(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        if last and len(self.found.merged) < _MAX_MERGED:
            self.found.merged.append(Merged(*address(first), *address(last)))

    def finish(self) -> Cells:
        """The cells, all rows equally wide."""
        self.put()
        self._end_row()
        for row in self.found.rows:
            row.extend([""] * (self.width - len(row)))
        self._cover()
        return self.found

    def _cover(self) -> None:
        """Empty the cells that a merged range covers: nobody sees what a program left in them."""
        rows, area = self.found.rows, 0
        for merged in self.found.merged:
            last_row, last_column = min(merged.last_row, len(rows) - 1), min(merged.last_column, self.width - 1)
            area += max(last_row - merged.first_row + 1, 0) * max(last_column - merged.first_column + 1, 0)
            if area > self.book.max_cells:
                raise SheetTooLargeError(area)
            for row in range(merged.first_row, last_row + 1):
                start = merged.first_column + (row == merged.first_row)
                rows[row][start : last_column + 1] = [""] * max(last_column + 1 - start, 0)


def _no_cell() -> None:
    """What is put down when no cell is open: nothing."""
