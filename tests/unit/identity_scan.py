"""Finds ID numbers of real people in bytes: pure functions, used by the guard on tracked files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date

# Address codes that were never given out; the only ones a test identity may begin with.
TEST_ADDRESS_CODES = frozenset(str(code) for code in range(350490, 350500))
_CANDIDATE = re.compile(rb"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


def is_valid_id_number(text: str) -> bool:
    """Whether 18 characters are a well-formed citizen ID number: a real date and the right check digit."""
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text[:17], strict=True))
    return 1880 <= born.year <= 2030 and _CHECK_DIGITS[total % 11] == text[17].upper()


def forbidden_id_numbers(content: bytes) -> list[str]:
    """Valid ID numbers in the content, inside zip containers too, whose address code is not a test one."""
    return sorted({number for text in _texts(content) for number in _foreign(text)})


def _foreign(text: bytes) -> Iterator[str]:
    for match in _CANDIDATE.finditer(text):
        number = match.group().decode("ascii")
        if number[:6] not in TEST_ADDRESS_CODES and is_valid_id_number(number):
            yield number


def _texts(content: bytes) -> Iterator[bytes]:
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield archive.read(member)
