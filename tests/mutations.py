"""Real returns made wrong at random: cells, XML, zip, the lines of a CSV. The same seed gives the same file."""

from __future__ import annotations

import io
import random
import re
import warnings
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl

_VALUES = (
    None, "", " ", "\u200b", "0", "1e5", "1,918", "１２", "#N/A", "=1+1", "合计", "２０１６年２月３０日",
    "2016/12/31 0:00", "甲", "1", 0, -1, 0.1, 1e15, 1e300, True, date(1905, 7, 9),
    datetime(2016, 12, 31, 23, 59), "x" * 40_000, '"', "35.4万元",
)  # fmt: skip
_FORMATS = ("General", "0%", "0.00%", "0!.0000", '0"万元"', "yyyy-mm-dd", ";;;", "000000", "#,##0,", "@", "0;-0;;@")
_MARKS = ('"', ",", "\n", "\r", ";", "\t", "，", "\0", "\ufeff", '""', ',"', "合计,", "\u202d", " ")
_PARTS = re.compile(r"(worksheets/sheet\d+|workbook|styles|sharedStrings)\.xml$")

Mutation = Callable[[random.Random, bytes], bytes]


def mutated(seed: int, content: bytes, suffix: str) -> tuple[str, bytes]:
    """The file with one to three changes of one kind, and what kind that was."""
    chance = random.Random(seed)
    kinds = _TEXT if suffix == ".csv" else _ZIP if suffix == ".zip" else _WORKBOOK
    name = chance.choice(list(kinds))
    for _ in range(chance.choice((1, 1, 2, 3))):
        content = kinds[name](chance, content)
    return name, content


def returns_by_size(folder: Path, limit: int) -> tuple[list[Path], list[Path]]:
    """The stored returns of at most so many bytes, and the larger ones, in the order of their names."""
    returns = [path for path in sorted(folder.rglob("*")) if path.suffix in {".xlsx", ".csv", ".zip"}]
    small = [path for path in returns if path.stat().st_size <= limit]
    return small, [path for path in returns if path not in small]


# --- cells ---------------------------------------------------------------------------------------


def _cells(chance: random.Random, content: bytes) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content))
    except (KeyError, ValueError, zipfile.BadZipFile):
        return content  # a return that was broken from the beginning
    sheet = chance.choice(book.worksheets)
    row, column = chance.randint(1, sheet.max_row), chance.randint(1, sheet.max_column)
    action = chance.randrange(7)
    if action == 0:
        sheet.delete_rows(row)
    elif action == 1:
        sheet.insert_rows(row)
    elif action == 2:
        sheet.row_dimensions[row].hidden = True
    elif action == 3:
        sheet.merge_cells(start_row=row, end_row=row + chance.randint(0, 3), start_column=column, end_column=column)
    elif action == 4:
        for cell in sheet[row]:
            cell.number_format = chance.choice(_FORMATS)
    elif not isinstance(sheet.cell(row, column), openpyxl.cell.MergedCell):
        sheet.cell(row, column).value = chance.choice(_VALUES)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# --- XML and zip ---------------------------------------------------------------------------------


def _rezipped(content: bytes, change: Callable[[str, bytes], bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [(info, archive.read(info)) for info in archive.infolist()]
    except (zipfile.BadZipFile, RuntimeError, ValueError, NotImplementedError, EOFError, OSError):
        return content
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", method) as archive:
        warnings.simplefilter("ignore")
        for info, data in members:
            archive.writestr(info.filename, change(info.filename, data))
    return stream.getvalue()


def _xml(chance: random.Random, content: bytes) -> bytes:
    target = chance.random()

    def change(name: str, data: bytes) -> bytes:
        if not _PARTS.search(name) or chance.random() > max(target, 0.3):
            return data
        return chance.choice((_slice, _swap_quotes, _no_addresses, _spread, _prefix, _turn_attributes))(chance, data)

    return _rezipped(content, change)


def _slice(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data) + 1)
    end = start + chance.randint(0, 40)
    middle = chance.choice((b"", data[start:end] * 2, bytes([chance.randrange(256)]), b"<c/>", b"<v>7</v>"))
    return data[:start] + middle + data[end:]


def _swap_quotes(_chance: random.Random, data: bytes) -> bytes:
    return re.sub(rb'(\s\w+)="([^"\']*)"', rb"\1 = '\2'", data)


def _no_addresses(_chance: random.Random, data: bytes) -> bytes:
    return re.sub(rb'(<c)\s+r="[A-Z]+\d+"', rb"\1", data)


def _spread(_chance: random.Random, data: bytes) -> bytes:
    return re.sub(rb"(<(?:row|c|v|si)\b|</(?:row|c|si)>)", rb"\n  \1", data)


def _prefix(_chance: random.Random, data: bytes) -> bytes:
    if b"xmlns:z" in data or b":" in data.replace(b"xmlns:", b"").split(b">", 3)[-1][:0]:
        return data
    turned = re.sub(rb"<(/?)(worksheet|sheetData|row|c|v|f|is|t|mergeCells?|cols?)(?=[\s/>])", rb"<\1z:\2", data)
    return turned.replace(b" xmlns=", b" xmlns:z=", 1)


def _turn_attributes(_chance: random.Random, data: bytes) -> bytes:
    return re.sub(rb'<c (r="[^"]*") (s="[^"]*")', rb"<c \2 \1", data)


def _bytes(chance: random.Random, content: bytes) -> bytes:
    action = chance.randrange(4)
    if not content:
        return content
    place = chance.randrange(len(content))
    if action == 0:
        return content[:place]
    if action == 1:
        return content[:place] + bytes([chance.randrange(256)]) + content[place + 1 :]
    if action == 2:
        return b"junk" * chance.randint(1, 5) + content
    return content + b"tail" * chance.randint(1, 5)


def _packing(chance: random.Random, content: bytes) -> bytes:
    method = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    return _rezipped(content, lambda _, data: data, method)


def _members(chance: random.Random, content: bytes) -> bytes:
    return _rezipped(content, lambda name, data: _lines(chance, data) if name.endswith(".csv") else data)


# --- lines ---------------------------------------------------------------------------------------


def _lines(chance: random.Random, content: bytes) -> bytes:
    encoding = "utf-8" if _is_utf8(content) else "gb18030"
    text = content.decode(encoding, errors="replace")
    lines = text.split("\r\n")
    action, index = chance.randrange(6), chance.randrange(len(lines))
    place = chance.randrange(len(text) + 1)
    if action == 0:
        text = text[:place] + chance.choice(_MARKS) + text[place:]
    elif action == 1:
        text = text[:place]
    elif action == 2:
        text = "\r\n".join(lines[:index] + lines[index + 1 :])
    elif action == 3:
        text = "\r\n".join([*lines[:index], chance.choice(("", lines[0], lines[index])), *lines[index:]])
    elif action == 4:
        text = "\r\n".join([*lines[:index], lines[index].replace(",", chance.choice(",;，\t"), 1), *lines[index + 1 :]])
    return text.encode(chance.choice((encoding, encoding, "utf-8", "gb18030", "utf-16")), errors="replace")


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


_WORKBOOK: dict[str, Mutation] = {"cells": _cells, "xml": _xml, "bytes": _bytes, "packing": _packing}
_ZIP: dict[str, Mutation] = {"lines": _members, "bytes": _bytes, "packing": _packing}
_TEXT: dict[str, Mutation] = {"lines": _lines, "bytes": _bytes}
