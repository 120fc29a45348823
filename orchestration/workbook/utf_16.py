"""UTF-16 text without its byte order mark, as some programs write it: told by what it says, never guessed.

Read with the wrong order of bytes it says nothing that is known, so the names of columns decide.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import cache

from expectations.contract import load_contracts
from orchestration.workbook.words import plain

_ENCODINGS = ("utf-16-le", "utf-16-be")
_LOOKED_AT = 4096  # bytes from the beginning, where the header stands
_PARTS = re.compile(r"[,\t;|，\"\r\n]+")
_NO_TEXT = {"Cc", "Cn", "Cs"}
_HEADERS_ENOUGH = 2


def unmarked_utf_16(content: bytes) -> str | None:
    """The encoding of such a text, by its beginning; none where it is not plainly one."""
    fitting = [encoding for encoding in _ENCODINGS if b"\0" in content and _is_text(content[:_LOOKED_AT], encoding)]
    return fitting[0] if len(fitting) == 1 else None


def _is_text(beginning: bytes, encoding: str) -> bool:
    """Whether the bytes are text in this encoding, with the headers of columns in it; the last character may be cut."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(beginning)
    except UnicodeDecodeError:
        return False
    if any(unicodedata.category(sign) in _NO_TEXT for sign in set(text) - {"\t", "\r", "\n"}):
        return False
    return len({plain(part) for part in _PARTS.split(text)} & _headers()) >= _HEADERS_ENOUGH


@cache
def _headers() -> frozenset[str]:
    columns = (column for contract in load_contracts().values() for column in contract.columns)
    return frozenset(plain(text) for column in columns for text in (column.header, *column.aliases))
