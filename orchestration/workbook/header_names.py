"""What a header may be called: the spellings of a form's columns and groups, and what stands behind a name.

Finding the headers on a sheet is ``headers``' work, what a unit behind a name says is ``units``'.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from expectations.contract import load_contracts
from expectations.model import Column
from orchestration.workbook.units import begins_with_unit
from orchestration.workbook.words import plain

# A number before a name or a footnote behind it; a plain figure behind it may make it another column.
_NUMBER = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）.、．:：\s]+|[①-⑳]\s*)")
_FOOTNOTE = re.compile(r"[\s①-⑳¹²³⁴-⁹※★☆▲△#†‡]+$")
_BRACKET = re.compile(r"^(.+?)[(\[【]([^()\[\]【】]*)[)\]】]$")


@cache
def _spellings(form: str) -> dict[str, tuple[str, ...]]:
    """Every accepted spelling of a header → the columns it may mean."""
    found: dict[str, list[str]] = {}
    for column in load_contracts()[form].columns:
        texts = {plain(text) for text in (column.header, *column.aliases)}
        texts |= {match[1] for text in tuple(texts) if (match := _BRACKET.match(text)) and column.header_unit}
        if column.group:
            group = plain(column.group)
            texts |= {f"{group}{mark}{text}" for text in tuple(texts) for mark in ("", ".", "-", "_", "/")}
        for text in texts:
            found.setdefault(text, []).append(column.name)
    return {text: tuple(names) for text, names in found.items()}


@cache
def _spellings_by_head(form: str) -> dict[str, list[str]]:
    """The spellings that begin with a character, longest first."""
    found: dict[str, list[str]] = {}
    for text in sorted(_spellings(form), key=lambda text: (-len(text), text)):
        found.setdefault(text[0], []).append(text)
    return found


@lru_cache(maxsize=4096)
def split_name(form: str, raw: str) -> tuple[tuple[str, ...], str]:
    """The columns a header may mean, and what stands behind the name: a unit, or a remark in brackets."""
    spellings = _spellings(form)
    text = plain(raw)
    begun = [known for known in _spellings_by_head(form).get(text[:1], ()) if text.startswith(known)]
    whole = next((known for known in begun if known == text or begins_with_unit(text[len(known) :])), None)
    if whole is None:
        bare = _FOOTNOTE.sub("", _NUMBER.sub("", raw, count=1))
        return split_name(form, bare) if bare != raw else ((), "")
    same = [known for known in begun if spellings[known] == spellings[whole]]
    name = next((k for k in reversed(same) if k == whole or begins_with_unit(text[len(k) :])), whole)
    return spellings[whole], _behind(raw, name)


def _behind(text: str, name: str) -> str:
    """What stands behind a name, with its blanks: they part a unit from a remark."""
    ends = (end for end in range(len(name), len(text) + 1) if plain(text[:end]) == name)
    return text[next(ends, len(text)) :]


def meanings(form: str, text: str) -> tuple[str, ...]:
    """The columns a header may mean."""
    return split_name(form, text)[0]


def is_group(column: Column, group: str) -> bool:
    """Whether a column stands under this group; a unit behind the group's name is no part of it."""
    own, found = plain(column.group or ""), plain(group)
    return found == own or (bool(own) and found.startswith(own) and begins_with_unit(found[len(own) :]))
