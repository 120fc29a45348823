"""Tables sent as text: CSV files and zips of them, decoded and cut into the rows a workbook would give.

Every cell of such a file is text. Which form a member holds is told by its name (see the envelope).
"""

from __future__ import annotations

import csv
import fnmatch
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from orchestration.machine_faults import is_of_the_machine
from orchestration.submissions.sniff import member_name
from orchestration.submissions.words import load_words
from orchestration.submissions.workbook import Cell, Sheet

_WRAPPED = re.compile(r'^="(.*)"$', re.DOTALL)
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class UndecodableError(ValueError):
    """Text in no encoding that is accepted, or no table at all."""


def decode(content: bytes) -> str:
    """Decode by byte order mark, then strict UTF-8, then GB18030 (rare characters of names need it).

    Raises:
        UndecodableError: none of them fits.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding)
    for encoding in ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UndecodableError("neither UTF-8 nor GB18030 nor UTF-16 with a byte order mark")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UndecodableError(str(error)) from error


def read_table(name: str, content: bytes) -> Sheet:
    """Cut a text table into rows; a row's number is the line it begins on.

    Raises:
        UndecodableError: the content is no text table.
    """
    text = decode(content)
    first = text[:4096]
    delimiter = max((",", "\t", ";"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[Cell]] = []
    numbers = []
    last = 0
    try:
        for row in reader:
            rows.append([_unwrapped(cell) for cell in row])
            numbers.append(last + 1)
            last = reader.line_num
    except csv.Error as error:
        raise UndecodableError(str(error)) from error
    width = max((len(row) for row in rows), default=0)
    for cells in rows:
        cells.extend([""] * (width - len(cells)))
    return Sheet(name, rows, numbers)


def _unwrapped(cell: str) -> str:
    """The text inside ``="…"``, the shape in which some exporters keep digits from becoming numbers."""
    if cell.startswith('="'):
        match = _WRAPPED.match(cell.rstrip())
        return match[1].replace('""', '"') if match else cell
    return cell


def bundle_members(path: Path) -> tuple[str, ...]:
    """Names of a bundle's files, without what archivers leave behind."""
    with zipfile.ZipFile(path) as archive:
        names = [member_name(info) for info in archive.infolist() if not info.is_dir()]
    clutter = load_words().archive_clutter
    return tuple(name for name in names if not any(fnmatch.fnmatch(name, pattern) for pattern in clutter))


def read_members(path: Path, names: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """The content of the named members.

    Raises:
        UndecodableError: a member is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if (name := member_name(info)) in names:
                    yield name, archive.read(info)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError) as error:
        if is_of_the_machine(error):
            raise
        raise UndecodableError(f"{path.name}: {error}") from error
