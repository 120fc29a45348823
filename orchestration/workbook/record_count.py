"""How many rows somebody says a form has: on the cover, in a file's name, or in the last line of a text table.

Counts are written as people write them (``9个``, ``５行``, ``1,234``, 十二); what cannot be read for certain is no
count, and whoever asked says so. Whether a count agrees with the rows is told after reading.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from expectations.contract import load_cover
from orchestration.workbook.words import load_words, plain
from orchestration.workbook.workbook import Cell

_DIGITS = re.compile(r"^(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?$")
_BARE = re.compile(r"^(?:0|[1-9]\d{0,6})$")
_COPY = re.compile(r"\(\d+\)$")
_COUNTED = re.compile(r"(\d[\d,]*\D{1,3}?)\)?$")
_TEN = 10
_LABEL_AND_NUMBER = 2


@dataclass(frozen=True)
class StatedCount:
    """A record count as it stands: its text, the number it means (or none), and the line it stands on."""

    text: str
    count: int | None
    row_number: int | None = None


@cache
def _units() -> tuple[str, ...]:
    return tuple(sorted(map(plain, load_words().count_units), key=len, reverse=True))


def count_of(text: str) -> int | None:
    """The number a text states; none for anything that is not plainly a count within the limit."""
    if _has_mark(text):
        return None
    number = _without_words(plain(text))
    count = _from_digits(number) if number[:1].isdecimal() else _from_chinese(number)
    return count if count is not None and count <= load_words().limits.record_count else None


def _has_mark(text: str) -> bool:
    """Whether a figure in the text is a mark: ② looks like a footnote as much as like a number."""
    return any(unicodedata.category(mark) == "No" for mark in text)


def _without_words(text: str) -> str:
    for prefix in map(plain, load_words().count_prefixes):
        text = text.removeprefix(prefix)
    unit = next((unit for unit in _units() if text.endswith(unit)), "")
    return text.removesuffix(unit)


def _from_digits(text: str) -> int | None:
    if not _DIGITS.match(text):
        return None
    digits = text.partition(".")[0].replace(",", "")
    return int(digits) if len(digits) < _TEN else None


def _from_chinese(text: str) -> int | None:
    """A whole number in Chinese numerals below ten thousand: 九, 十二, 一百零五, 二〇."""
    values = [unicodedata.numeric(mark, None) for mark in text]
    if not values or any(value is None or value > 1000 for value in values):
        return None
    numbers = [int(value or 0) for value in values]
    if all(number < _TEN for number in numbers):
        return int("".join(map(str, numbers)))
    total = digit = 0
    last = 10 * 1000
    for number in numbers:
        if number < _TEN:
            if digit:
                return None
            digit = number
            continue
        if number >= last:
            return None
        total, digit, last = total + (digit or 1) * number, 0, number
    return total + digit


@cache
def _labels() -> tuple[str, ...]:
    return tuple(plain(word) for word in (load_cover().rows_header, *load_words().count_labels))


def count_in_row(row: list[Cell], row_number: int) -> StatedCount | None:
    """The record count a closing row states: 记录数 with a number, or 合计 with a number of rows; none for sums."""
    places = [place for place, cell in enumerate(row) if plain(cell)]
    if not places:
        return None
    texts = [str(row[place]).strip() for place in places]
    label = next((label for label in _labels() if plain(texts[0]).startswith(label)), None)
    if label is not None and len(texts) <= _LABEL_AND_NUMBER:
        text = texts[1] if len(texts) > 1 else plain(texts[0]).removeprefix(label).lstrip(":=")
        return StatedCount(text, count_of(text), row_number) if text else None
    if len(texts) == 1 and (text := _sentence(plain(texts[0]))):
        return StatedCount(text, count_of(text), row_number)
    total = next((word for word in map(plain, load_cover().total_row_words) if plain(texts[0]).startswith(word)), None)
    if total is None:
        return None
    text = plain(texts[0]).removeprefix(total).lstrip(":")
    is_alone = len(texts) == _LABEL_AND_NUMBER and places[1] == places[0] + 1
    if not text and (is_alone or (len(texts) > 1 and plain(texts[1]).endswith(_units()))):
        text = texts[1]
    count = count_of(text) if text else None
    return None if count is None else StatedCount(text, count, row_number)


def _sentence(text: str) -> str:
    """The count in a line of its own, from the word that announces it to its unit: 共6行 of 本表共6行; else empty."""
    for prefix in map(plain, load_words().count_prefixes):
        _, found, number = text.rpartition(prefix)
        if found and number.endswith(_units()) and count_of(number) is not None:
            return prefix + number
    return ""


def count_in_name(parts: list[str]) -> int | None:
    """The record count in a file's name, of its parts from the mode on: ``全量_132``, ``全量_132行``, ``全量132行``.

    A date, or the number a copy got, is none: a bare number stands alone and has no leading zero.
    """
    for place, part in enumerate(parts):
        if _has_mark(part):
            return None
        text = _COPY.sub("", plain(part))
        if place and _BARE.match(text):
            return count_of(text)
        counted = _COUNTED.search(text)
        if counted and counted[1].endswith(_units()):
            return count_of(counted[1])
    return None
