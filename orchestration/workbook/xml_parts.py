"""Parts of a workbook's zip, and the small ones that say what the others are.

How a part becomes elements is ``xml_tree``'s, what stands in cells ``sheet_xml``'s.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import IO
from xml.etree.ElementTree import Element
from zipfile import ZipFile, ZipInfo

from orchestration.workbook.format_code import read_format
from orchestration.workbook.number_format import NumberFormat, built_in
from orchestration.workbook.xml_tree import PartError, is_true, namespace_of, whole

_PACKAGE = ("http://schemas.openxmlformats.org/package/2006/relationships",)


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

    def part_of(self, part: str, kind: str) -> str | None:
        """The first part of a kind that a part refers to; none where it refers to none, or there is no such part."""
        target = next((target for found, target in self.related(part).values() if found == kind), None)
        return target if target is not None and self.has(target) else None

    def _look_up(self, part: str) -> dict[str, tuple[str, str]]:
        folder, name = posixpath.split(part)
        relations = f"{folder}/_rels/{name}.rels"
        if not self.has(relations):
            return {}
        with self.open(relations) as stream:
            root = whole(stream, "Relationships", _PACKAGE)
        return {
            relation.get("Id", ""): (
                relation.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "").replace("\\", "/"))),
            )
            for relation in root.iterfind(namespace_of(root) + "Relationship")
            if relation.get("TargetMode") != "External"
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
        root = whole(stream, "workbook")
    ours, related, sheets = namespace_of(root), package.related(book), []
    for sheet in root.iterfind(f"{ours}sheets/{ours}sheet"):
        kind, target = related.get(_relation(sheet), ("", ""))
        part = target if kind in {"worksheet", ""} else None  # a sheet that refers to nothing is no chart
        sheets.append(SheetPart(sheet.get("name", ""), part, "idden" in sheet.get("state", "")))
    is_1904 = any(is_true(properties.get("date1904")) for properties in root.iterfind(ours + "workbookPr"))
    return sheets, is_1904


def _relation(element: Element) -> str:
    """The id of the part an element refers to, of whatever namespace."""
    return next((value for name, value in element.items() if name.endswith("}id")), "")


def special_formats(package: Package, book: str) -> dict[str, NumberFormat]:
    """Number of a cell style → its number format, where that changes what is seen."""
    part = package.part_of(book, "styles")
    if part is None:
        return {}
    with package.open(part) as stream:
        root = whole(stream, "styleSheet")
    ours = namespace_of(root)
    own = {e.get("numFmtId", ""): e.get("formatCode", "") for e in root.iterfind(f"{ours}numFmts/{ours}numFmt")}
    styles = [e.get("numFmtId", "0") for e in root.iterfind(f"{ours}cellXfs/{ours}xf")]
    formats = {number: read_format(own[number] if number in own else _built_in(number)) for number in set(styles)}
    return {str(index): formats[n] for index, n in enumerate(styles) if not formats[n].is_plain}


def _built_in(number: str) -> str:
    return built_in(int(number)) if number.isdecimal() else "General"
