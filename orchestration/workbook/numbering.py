"""Rows that only number the columns of a table."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from orchestration.workbook.headers import Header, HeaderCell, is_blank
from orchestration.workbook.words import load_words, plain
from orchestration.workbook.workbook import Cell, Sheet

_COLUMNS_NUMBERED = 3  # two small numbers may stand side by side in a row of data
_MARK_LENGTH = 12  # with its sum behind it: (3)=(1)+(2)


def cells_with_places(row: list[Cell]) -> list[tuple[int, Cell]]:
    """The cells of a row that are not blank, with their places."""
    return [(place, cell) for place, cell in enumerate(row) if not is_blank(cell)]


def numbering_rows(sheet: Sheet, header: Header, mapped: list[HeaderCell], keys: tuple[Cell, ...]) -> set[int]:
    """Rows that only number the columns: 1 2 3, (1) (2) (3), 甲 乙 1 2, A B C, 3=1+2; 栏次 may stand before them."""
    enough, half = min(_COLUMNS_NUMBERED, len(mapped)), len(mapped) / 2
    found = set()
    for index, key in enumerate(keys):
        text = str(key)
        is_unnumbered = text != "" and len(text) <= _MARK_LENGTH and plain(text) in _numbering_words()
        if not is_unnumbered and (len(text) > _MARK_LENGTH or _mark(text) is None):
            continue
        filled = cells_with_places(sheet.rows[header.data_start + index])
        cells = [cell for _, cell in filled if plain(cell) not in _numbering_words()]
        if len(cells) >= (enough if is_unnumbered else max(enough, half)) and _is_numbering(cells):
            found.add(index)
    return found


@cache
def _numbering_words() -> frozenset[str]:
    """What may stand in a numbering line without being a number: its label, and a dash where none is needed."""
    return frozenset({"-", *map(plain, load_words().numbering_labels)})


def _is_numbering(cells: list[Cell]) -> bool:
    """Whether the cells are marks that count up from the first of their kind, or from 0."""
    reached: dict[str, int] = {}
    for cell in cells:
        mark = _mark(str(cell))
        if mark is None or mark[1] <= reached.get(mark[0], -1) or (mark[0] not in reached and mark[1] > 1):
            return False
        reached[mark[0]] = mark[1]
    return True


@cache
def _figure() -> re.Pattern[str]:
    around = f"[{re.escape(load_words().numbering_around)}]*"
    return re.compile(rf"{around}(\d{{1,3}}){around}")


@lru_cache(maxsize=4096)
def _mark(text: str) -> tuple[str, int] | None:
    """The kind of a numbering mark and its place in it; what it is the sum of does not matter."""
    if len(sign := text.strip()) == 1 and unicodedata.category(sign) == "Nl":
        return "Nl", int(unicodedata.numeric(sign))  # Ⅳ
    text = plain(text).removesuffix(".0").partition("=")[0]
    if figure := _figure().fullmatch(text):
        return "1", int(figure[1])
    text = text.strip(load_words().numbering_around)
    for kind in load_words().numbering_marks:
        if len(text) == 1 and text in kind:
            return kind, kind.index(text) + 1
    return None
