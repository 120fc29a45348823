"""XML parts of a workbook's zip: how they are parsed, and the small ones that say what the others are.

A document type is refused (nothing of ours has one), so that nothing is expanded or fetched. What stands in cells is
``sheet_xml``'s.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from orchestration.submissions.number_format import NumberFormat, built_in, read_format

_SPREADSHEET = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_RELATIONSHIPS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_PACKAGE = ("http://schemas.openxmlformats.org/package/2006/relationships",)
_CHUNK = 1 << 16
_LONGEST_TEXT = 1 << 18  # a cell holds 32,767 characters
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = frozenset(("1", "true", "on"))


class PartError(ValueError):
    """A part that is missing, no XML of the expected kind, or contradicts itself."""


def new_parser() -> expat.XMLParserType:
    """A parser that hands out the text between two tags in one piece."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = _LONGEST_TEXT

    def refuse(*_: object) -> None:
        raise PartError("a document type declaration")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def parse(parser: expat.XMLParserType, stream: IO[bytes], after_piece: Callable[[], None] | None = None) -> None:
    """Run a parser over a part.

    Args:
        parser: what the part is handed to, piece by piece.
        stream: the part.
        after_piece: called after each piece; texts never go across, so that two may follow each other there.

    Raises:
        PartError: it is not well-formed.
    """
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
            if after_piece is not None:
                after_piece()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise PartError(str(error)) from error


def prefix_of(name: str, attributes: Mapping[str, str], local: str, namespaces: Sequence[str] = _SPREADSHEET) -> str:
    """The prefix (with its colon, or empty) that the first element of a part gives to our namespace.

    Raises:
        PartError: the element is another one, or of another namespace.
    """
    prefix, colon, own = name.rpartition(":")
    if own != local or attributes.get(f"xmlns:{prefix}" if prefix else "xmlns") not in namespaces:
        raise PartError(f"{name!r} where {local!r} was expected")
    return prefix + colon


def unescaped(text: str) -> str:
    """A text with ``_x000D_`` and the like as the characters they stand for."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


# --- elements that are nothing but attributes ----------------------------------------------------


@dataclass(frozen=True)
class Element:
    """An element's name without prefix, the names of those around it, and its attributes."""

    name: str
    around: tuple[str, ...]
    attributes: dict[str, str]


def elements(stream: IO[bytes], root: str, namespaces: Sequence[str] = _SPREADSHEET) -> list[Element]:
    """All elements of a small part, in order; those of foreign namespaces are left out with what they hold."""
    found: list[Element] = []
    path: list[str] = []
    prefix: str | None = None

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal prefix
        if prefix is None:
            prefix = prefix_of(name, attributes, root, namespaces)
        own = name.removeprefix(prefix)
        is_ours = name.startswith(prefix) and ":" not in own and "" not in path
        if is_ours:
            found.append(Element(own, tuple(path), attributes))
        path.append(own if is_ours else "")

    def end(_name: str) -> None:
        path.pop()

    parser = new_parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parse(parser, stream)
    return found


def is_true(text: str | None) -> bool:
    """Whether an attribute says yes."""
    return (text or "").lower() in _TRUE


# --- the parts of the package --------------------------------------------------------------------


@dataclass(frozen=True)
class SheetPart:
    """A sheet of the book: its name, the part it stands in (none for charts), and whether it is hidden."""

    name: str
    part: str | None
    is_hidden: bool


class Package:
    """A workbook's zip: parts by name, whatever case and slashes their names are written with."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._parts = {_plain_name(info.filename): info for info in archive.infolist()}
        self._related: dict[str, dict[str, tuple[str, str]]] = {}

    def open(self, name: str) -> IO[bytes]:
        """The content of a part.

        Raises:
            PartError: there is no such part.
        """
        info: ZipInfo | None = self._parts.get(_plain_name(name))
        if info is None:
            raise PartError(f"no part {name!r}")
        return self._archive.open(info)

    def has(self, name: str) -> bool:
        return _plain_name(name) in self._parts

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Id → (kind, target) of what a part refers to inside the package; looked up once."""
        if part not in self._related:
            self._related[part] = self._look_up(part)
        return self._related[part]

    def _look_up(self, part: str) -> dict[str, tuple[str, str]]:
        folder, name = posixpath.split(part)
        relations = f"{folder}/_rels/{name}.rels"
        if not self.has(relations):
            return {}
        with self.open(relations) as stream:
            found = elements(stream, "Relationships", _PACKAGE)
        return {
            e.attributes.get("Id", ""): (
                e.attributes.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, e.attributes.get("Target", "").replace("\\", "/"))),
            )
            for e in found
            if e.name == "Relationship" and e.attributes.get("TargetMode") != "External"
        }


def _plain_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def book_part(package: Package) -> str:
    """The part that lists the sheets."""
    targets = (target for kind, target in package.related("/").values() if kind == "officeDocument")
    return next(targets, "/xl/workbook.xml")


def sheet_parts(package: Package, book: str) -> tuple[list[SheetPart], bool]:
    """The sheets in their order, and whether days count from 1904."""
    with package.open(book) as stream:
        found = elements(stream, "workbook")
    related = package.related(book)
    sheets = []
    for element in found:
        if element.name == "sheet" and element.around[-1:] == ("sheets",):
            kind, target = related.get(_relation(element.attributes), ("", ""))
            part = target if kind == "worksheet" else None
            sheets.append(
                SheetPart(element.attributes.get("name", ""), part, "idden" in element.attributes.get("state", ""))
            )
    is_1904 = any(e.name == "workbookPr" and is_true(e.attributes.get("date1904")) for e in found)
    return sheets, is_1904


def _relation(attributes: Mapping[str, str]) -> str:
    """The id of the part an element refers to, under whatever prefix."""
    return next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id" and ":" in name), "")


def special_formats(package: Package, book: str) -> dict[str, NumberFormat]:
    """Number of a cell style → its number format, where that changes what is seen."""
    part = next((target for kind, target in package.related(book).values() if kind == "styles"), None)
    if part is None or not package.has(part):
        return {}
    with package.open(part) as stream:
        found = elements(stream, "styleSheet")
    own = {
        e.attributes.get("numFmtId", ""): e.attributes.get("formatCode", "")
        for e in found
        if e.name == "numFmt" and e.around[-1:] == ("numFmts",)
    }
    styles = [e.attributes.get("numFmtId", "0") for e in found if e.name == "xf" and e.around[-1:] == ("cellXfs",)]
    formats = {number: read_format(own[number] if number in own else _built_in(number)) for number in set(styles)}
    return {str(index): formats[n] for index, n in enumerate(styles) if not formats[n].is_plain}


def _built_in(number: str) -> str:
    return built_in(int(number)) if number.isdecimal() else "General"
