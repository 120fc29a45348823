"""What a file is by its content, and whether it may be opened: its suffix is only a claim.

Nothing is unpacked here beyond the zip's own directory, and the one workbook a zip holds; limits against zip
bombs are applied to what the directory says and again by the unzipping itself, which stops at the stated size.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from orchestration.core.machine_faults import is_of_the_machine
from orchestration.workbook.clutter import is_clutter
from orchestration.workbook.damage import DAMAGE
from orchestration.workbook.notices import Notice
from orchestration.workbook.packed import member_name, workbook_file
from orchestration.workbook.utf_16 import unmarked_utf_16
from orchestration.workbook.words import load_words
from orchestration.workbook.workbook import WorkbookError

FileKind = Literal["workbook", "table", "bundle"]
_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HTML = re.compile(rb"^\s*(<\?xml[^>]*>\s*)?(<!doctype\s+html|<html|<table|<meta|<head|<style)", re.IGNORECASE)
_XML_WORKBOOKS = {
    "open_document": b"urn:oasis:names:tc:opendocument",
    "xml_workbook": b"urn:schemas-microsoft-com:office:spreadsheet",
}
_WORKBOOK_PART = "xl/workbook.xml"  # as nearly all are called; the relations may name another
_CONTENT_TYPES, _WORKBOOK_FOLDER = "[content_types].xml", "xl/"
_OTHER_WORKBOOKS = {"binary_workbook": {"xl/workbook.bin"}, "open_document": {"mimetype", "content.xml"}}
_ENCRYPTED_FLAG = 0x1
_NAMES_LISTED = 5
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
_PATCHED_OR_MASKED = 0x60  # what the library does not unpack whatever the method


@dataclass(frozen=True)
class Content:
    """What the file is, or the notice that says why it is not read; ``member`` is the workbook within a zip."""

    kind: FileKind | None
    notice: Notice | None = None
    member: str | None = None


def sniff(path: Path) -> Content:
    """Tell a workbook, a table of text and a bundle of tables apart by content, within the limits."""
    words = load_words()
    size = path.stat().st_size
    if size > words.limits.file_bytes:
        return _too_big("too_large", "size_limit", size, words.limits.file_bytes)
    with path.open("rb") as stream:
        head = stream.read(4096)
    if size == 0 or (size <= len(head) and not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe")):
        return Content(None, Notice("FL-01"))
    if head.startswith(b"PK"):
        return _sniff_zip(path)
    if head.startswith(_OLE_MAGIC):
        if _ENCRYPTED in path.read_bytes():
            return Content(None, Notice("FL-03"))
        return _old("old_workbook")
    if _HTML.match(head):
        return _old("html")
    if old := next((phrase for phrase, mark in _XML_WORKBOOKS.items() if mark in head), None):
        return _old(old)
    is_table = path.suffix.lower() in words.table_suffixes
    if is_table and _is_text(head):
        return Content("table")
    return _not_readable("text" if _is_text(head) else "broken")


def _is_text(head: bytes) -> bool:
    return b"\0" not in head or head[:2] in {b"\xff\xfe", b"\xfe\xff"} or unmarked_utf_16(head) is not None


def _old(phrase: str) -> Content:
    words = load_words()
    return Content(None, Notice("FL-13", value=words.phrase(phrase), expected=words.phrase("workbook")))


def _not_readable(phrase: str) -> Content:
    words = load_words()
    return Content(None, Notice("FL-02", value=words.phrase(phrase), expected=words.phrase("workbook")))


def _too_big(found: str, allowed: str, count: int, limit: int, name: str = "") -> Content:
    words = load_words()
    return Content(
        None,
        Notice(
            "FL-07",
            value=words.phrase(found, count=count, name=name),
            expected=words.phrase(allowed, count=limit),
        ),
    )


def _sniff_zip(path: Path) -> Content:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
    except NotImplementedError:  # made for a newer version of zip than the library knows
        return _not_readable("packing")
    except DAMAGE as error:
        if is_of_the_machine(error):
            raise
        return _not_readable("broken")
    refused = _beyond_limits(members) or _unsafe_name(members)
    if refused:
        return refused
    if any(info.flag_bits & _ENCRYPTED_FLAG for info in members):
        return Content(None, Notice("FL-03"))
    if any(info.compress_type not in _METHODS or info.flag_bits & _PATCHED_OR_MASKED for info in members):
        return _not_readable("packing")
    names = [name for name in map(member_name, members) if not is_clutter(name)]
    if old := next((phrase for phrase, parts in _OTHER_WORKBOOKS.items() if parts <= {*names}), None):
        return _old(old)
    if _has_workbook_parts({name.lower() for name in names}):
        return Content("workbook")
    return _sniff_bundle(path, names) if path.suffix.lower() == ".zip" else _not_readable("no_workbook_parts")


def _has_workbook_parts(parts: set[str]) -> bool:
    is_in_folder = any(part.startswith(_WORKBOOK_FOLDER) and part.endswith(".xml") for part in parts)
    return _WORKBOOK_PART in parts or (_CONTENT_TYPES in parts and is_in_folder)


def _sniff_bundle(path: Path, names: list[str]) -> Content:
    """A zip somebody packed: tables of text, or one workbook that is read as if it had come alone."""
    words = load_words()
    tables = [name for name in names if name.lower().endswith(words.table_suffixes)]
    books = [name for name in names if name.lower().endswith(words.workbook_suffixes)]
    if not books:
        return Content("bundle") if tables else _not_readable("no_workbook_parts")
    if len(names) > 1:
        listed = "、".join(PurePosixPath(name).name for name in names[:_NAMES_LISTED])
        found = words.phrase("mixed_zip" if tables else "several_workbooks", count=len(names), names=listed)
        return Content(None, Notice("FL-02", value=found, expected=words.phrase("one_workbook")))
    try:
        with workbook_file(path, books[0]) as file:
            inner = sniff(file)
    except WorkbookError:
        return _not_readable("broken")
    if inner.kind == "workbook" and inner.member is None:
        return Content("workbook", member=books[0])
    return Content(None, inner.notice) if inner.notice else _not_readable("broken")


def _beyond_limits(members: list[zipfile.ZipInfo]) -> Content | None:
    limits = load_words().limits
    if len(members) > limits.members:
        return _too_big("too_many_members", "members_limit", len(members), limits.members)
    total = sum(info.file_size for info in members)
    if total > limits.unpacked_bytes:
        return _too_big("too_large", "size_limit", total, limits.unpacked_bytes)
    for info in members:
        ratio = info.file_size // max(info.compress_size, 1)
        if info.file_size >= limits.ratio_from_bytes and ratio > limits.member_ratio:
            return _too_big("ratio", "ratio_limit", ratio, limits.member_ratio, member_name(info))
    return None


def _unsafe_name(members: list[zipfile.ZipInfo]) -> Content | None:
    for info in members:
        name = member_name(info)
        if ".." in name.split("/") or name.startswith("/") or re.match(r"^[A-Za-z]:", name):
            return Content(None, Notice("FL-08", value=name))
    return None
