"""Tables sent as text: decoded and cut into the rows a workbook would give, strictly.

Every cell of such a file is text. A quote that is never closed, or closed in the wrong place, is an error with
its line. Whether a row is as long as its header is ``row_shape``'s work, which form it is ``file_names``'.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from orchestration.workbook.clutter import is_clutter
from orchestration.workbook.damage import damage_as
from orchestration.workbook.headers import is_blank
from orchestration.workbook.notices import Notice
from orchestration.workbook.packed import member_name
from orchestration.workbook.quoting import LINE_END, at_line, misquoted, one_line_end, swallowed_lines
from orchestration.workbook.record_count import StatedCount, count_in_row
from orchestration.workbook.utf_16 import unmarked_utf_16
from orchestration.workbook.words import load_words
from orchestration.workbook.workbook import Cell, Sheet

_WRAPPED = re.compile(r'^="(.*)"$', re.DOTALL)
_QUOTED = re.compile(r'"[^"]*"')
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
DELIMITERS = (",", "\t", ";", "|", "，")
_LINES_LOOKED_AT = 1000
_ONLY_CHINESE_UTF_8 = re.compile(rb"(?:[\x00-\x7f]|[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc-\xbd][\x80-\xbf])+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# How Python calls a character whose last bytes are missing, in UTF-8, GB18030 and UTF-16.
_CUT = {"unexpected end of data", "incomplete multibyte sequence", "truncated data"}
_ASCII = bytes(range(128))
_CHINESE_ENOUGH = 3  # so many characters of three bytes each are no accident of another encoding
_CLOSING_ROWS = 6  # the record count stands in the last rows, before or behind who filled in the form


class UndecodableError(ValueError):
    """Text in no encoding that is accepted, or no table at all."""


class RowsUntoldError(UndecodableError):
    """Text that cannot be cut into rows; ``notice`` says which line, without its form and sheet."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(f"{notice.code}: {notice.value}")
        self.notice = notice


@dataclass
class TextTable(Sheet):
    """A text table: beside its rows how many cells each had as written, and the record count it closes with."""

    lengths: list[int] = field(default_factory=list)
    stated: StatedCount | None = None


def decode(content: bytes) -> str:
    """Decode by byte order mark, as UTF-16 that plainly lacks it, as UTF-8, as GB18030 (rare names need it).

    Raises:
        UndecodableError: none of them fits, or some lines are in one and some in the other.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding)
    if unmarked := unmarked_utf_16(content):
        return _decoded(content, unmarked)
    if b"\0" in content:
        raise UndecodableError("no text: it holds bytes of zero")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse_cut_off(content, error)
    _refuse_mixture(content)
    return _decoded(content, "gb18030")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        _refuse_cut_off(content, error)
        raise UndecodableError(str(error)) from error
    if "\0" in text:
        raise UndecodableError(f"{encoding} with zero characters")
    return text


def _refuse_cut_off(content: bytes, error: UnicodeDecodeError) -> None:
    """A text whose last character lacks bytes was not saved or sent to its end."""
    whole = content[: error.start].decode(error.encoding, errors="ignore")
    if error.reason in _CUT and _CHINESE.search(whole):
        raise RowsUntoldError(at_line("cut_off", len(LINE_END.split(whole)))) from error


def _refuse_mixture(content: bytes) -> None:
    """Lines of UTF-8 within another encoding would be read as other Chinese characters, without an error."""
    first: bool | None = None
    for number, line in enumerate(content.splitlines(), start=1):
        is_utf_8 = bool(_ONLY_CHINESE_UTF_8.fullmatch(line))
        if is_utf_8 and len(line.translate(None, _ASCII)) < 3 * _CHINESE_ENOUGH:
            continue  # ASCII, or so short that it might be either
        if first is None:
            first = is_utf_8
        elif is_utf_8 != first:
            raise RowsUntoldError(at_line("mixed_encodings", number))


def read_text_table(name: str, content: bytes) -> TextTable:
    """Cut a text table into rows; a row's number is the line it begins on.

    Raises:
        UndecodableError: the content is no text table.
        RowsUntoldError: it is one, but its rows cannot be told; says where and why.
    """
    text = one_line_end(decode(content))
    delimiter = _delimiter(text)
    rows, numbers = _cut_rows(name, text, delimiter)
    table = TextTable(name, rows, numbers, lengths=[len(row) for row in rows])
    if (line := swallowed_lines(rows, numbers, delimiter)) is not None:
        raise RowsUntoldError(at_line("open_quote", line))
    width = max((filled_cells(row) for row in rows), default=0)
    if width * len(rows) > load_words().limits.sheet_cells:
        raise RowsUntoldError(_too_many(name, width * len(rows)))
    for cells in rows:
        del cells[width:]
        cells.extend([""] * (width - len(cells)))
    _take_count(table)
    return table


def filled_cells(row: list[Cell]) -> int:
    """How many cells a row has up to its last one that is filled."""
    count = len(row)
    while count and is_blank(row[count - 1]):
        count -= 1
    return count


# --- delimiter ------------------------------------------------------------------------------------


def _delimiter(text: str) -> str:
    """The mark that cuts most of the lines into equally many cells; quoted marks do not count."""
    lines = [line for line in _first_lines(text) if line.strip()]
    best, best_score = ",", (0, 0)
    for mark in DELIMITERS:
        counts = Counter(line.count(mark) for line in lines)
        counts.pop(0, None)
        if not counts:
            continue
        marks, covered = max(counts.items(), key=lambda item: (item[1], item[0]))
        # A line more or less (a title, who filled it in) says nothing against many marks in each line.
        score = (covered * 10 // len(lines), marks)
        if score > best_score:
            best, best_score = mark, score
    return best


def _first_lines(text: str) -> list[str]:
    """Whole lines from the beginning, without what stands in quotes."""
    ends = (match.end() for match in LINE_END.finditer(text))
    end = next(islice(ends, _LINES_LOOKED_AT - 1, None), len(text))
    return LINE_END.split(_QUOTED.sub("", text[:end]))


# --- rows -----------------------------------------------------------------------------------------


def _cut_rows(name: str, text: str, delimiter: str) -> tuple[list[list[Cell]], list[int]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[Cell]] = []
    numbers = []
    last = cells = 0
    limit = load_words().limits.sheet_cells
    try:
        for row in reader:
            cells += len(row)
            if cells > limit:
                raise RowsUntoldError(_too_many(name, cells))
            rows.append([_unwrapped(cell) for cell in row])
            numbers.append(last + 1)
            last = reader.line_num
    except csv.Error as error:
        raise RowsUntoldError(misquoted(text, delimiter, last + 1, reader.line_num)) from error
    return rows, numbers


def _too_many(name: str, count: int) -> Notice:
    words = load_words()
    expected = words.phrase("cells_limit", count=words.limits.sheet_cells)
    return Notice("FL-07", value=words.phrase("too_many_cells", name=name, count=count), expected=expected)


def _unwrapped(cell: str) -> str:
    """The text inside ``="…"``, the shape in which some exporters keep digits from becoming numbers."""
    if cell.startswith('="'):
        match = _WRAPPED.match(cell.rstrip())
        return match[1].replace('""', '"') if match else cell
    return cell


# --- the record count a table closes with -----------------------------------------------------------


def _take_count(table: TextTable) -> None:
    """Take the last line that states how many rows there are out of the rows; a line of sums stays."""
    looked_at = 0
    for index in range(len(table.rows) - 1, -1, -1):
        if not filled_cells(table.rows[index]):
            continue
        stated = count_in_row(table.rows[index], table.number(index))
        looked_at += 1
        if stated is not None:
            table.stated = stated
            del table.rows[index], table.lengths[index]
            if table.numbers is not None:
                del table.numbers[index]
        if stated is not None or looked_at == _CLOSING_ROWS:
            return


# --- zips of tables ---------------------------------------------------------------------------------


def bundle_members(path: Path) -> tuple[str, ...]:
    """Names of a bundle's files, without what archivers leave behind."""
    with zipfile.ZipFile(path) as archive:
        names = [member_name(info) for info in archive.infolist() if not info.is_dir()]
    return tuple(name for name in names if not is_clutter(name))


def read_members(path: Path, names: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """The content of the named members.

    Raises:
        UndecodableError: a member is damaged.
    """
    with damage_as(UndecodableError, path.name), zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if (name := member_name(info)) in names:
                yield name, archive.read(info)
