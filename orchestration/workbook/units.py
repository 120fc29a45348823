"""Unit words: which words name a unit of a column, and which of them a text states.

Words are looked for as tokens (元 in 万元 or in 单元 is none); where on a sheet a unit may stand, and
what two statements make of a column, is ``stated_units``' work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from orchestration.workbook.unit_words import fold_unit, measure_words, native_factors, time_words, unit_words
from orchestration.workbook.words import load_words

_OPENING, _CLOSING = "([{<【〔〖「『《", ")]}>】〕〗」』》"
_OPENS, _CLOSES = re.escape(_OPENING), re.escape(_CLOSING)
# Two blanks part what one blank may only space out (万 元). A point within a number parts nothing.
_PART = re.compile(r"[ ]{2,}|[、,;/|\\:·•+&。!?~\"'“”‘’_=→—–\-]|(?<!\d)\.|\.(?!\d)|[" + _OPENS + _CLOSES + "]")
_BRACKETED = re.compile(f"[{_OPENS}][^{_CLOSES}]*(?:[{_CLOSES}]|$)")

Label = Literal["none", "office", "plain", "unit"]


@dataclass(frozen=True)
class Stated:
    """What a text says about units.

    Attributes:
        words: unit words in their plain spelling, each with what a number before it multiplies (1万元).
        is_currency: only the currency is named (人民币), not how many of it.
        is_unread: something stands where a unit must stand, or looks like one, and none was understood.
    """

    words: tuple[tuple[str, int], ...] = ()
    is_currency: bool = False
    is_unread: bool = False


NOTHING = Stated()


def _any(words: tuple[str, ...] | list[str] | frozenset[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


@cache
def _token() -> re.Pattern[str]:
    words = load_words()
    lead = _any((*words.currency_marks, *words.unit_lead_words))
    closing = _any((*words.currency_marks, *words.unit_closing_words))
    named = rf"(?:\D*?(?:{_any(words.unit_subjects)}))?(?:{lead})*"
    return re.compile(rf"{named}(?P<count>\d{{1,6}})?(?P<word>{_any(unit_words())})(?:{closing})*")


@cache
def _currency() -> re.Pattern[str]:
    return re.compile(rf"(?:{_any(load_words().currency_marks)})+")


@cache
def _compound() -> re.Pattern[str]:
    """A unit of more than one character inside a text, or one with a size of its own: too plain to be passed over."""
    long = [word for word in measure_words() if len(word) > 1 and not word.isascii()]
    sized = _any([word for unit in load_words().measure_units for word in native_factors(unit)])
    return re.compile(rf"{_any(long)}|[\da-z](?:{sized})")


@cache
def _slip() -> re.Pattern[str]:
    """A short remark of a size (万亓) or of a currency with more behind it (cny10k): a unit that was mistyped."""
    words = load_words()
    sizes = _any(
        [word for word, size in words.unit_magnitudes.items() if size >= 1000 and len(word) == 1 and not word.isascii()]
    )
    return re.compile(rf".?(?:{sizes}).?|(?:{_any(words.currency_marks)})+[\da-z]+")


@cache
def _size() -> re.Pattern[str]:
    """A size in Latin letters: 10k, thousand."""
    return re.compile(rf"\d+[a-z]{{1,2}}|{_any(load_words().latin_sizes)}")


@cache
def _naming() -> re.Pattern[str]:
    """A measure with a word before it that says it is the unit: 折算成万元."""
    words = load_words()
    long = [word for unit in words.measure_units for word in native_factors(unit) if len(word) > 1]
    return re.compile(rf"(?:{_any(words.unit_naming_words)})(?:{_any(long)})")


def _names_unit(text: str) -> bool:
    """Whether a sentence says in which unit to write, however it goes on; 不要填万元 says nothing."""
    return _naming().search(text) is not None and not any(word in text for word in load_words().unit_negations)


@lru_cache(maxsize=4096)
def _unit_of(text: str) -> tuple[str, int] | None:
    """The unit word a whole fragment is, with the number before it."""
    match = _token().fullmatch(text)
    if match is None or (match["count"] and match["word"] in time_words()):  # 2017年 is a date
        return None
    return match["word"], int(match["count"] or 1)


def _label_of(text: str, *, ends: bool) -> Label:
    """Whether a fragment is the label of a unit, of an office, or none; ``ends``: a colon follows it."""
    words = load_words()
    if text.endswith(words.unit_only_labels):
        return "unit"
    if text == words.unit_label:
        return "plain"
    return "office" if ends and text.endswith(words.unit_label) else "none"


def _fragments(text: str) -> list[tuple[str, str, str]]:
    """The fragments of a folded text, each with the mark before and behind it ("" at the ends)."""
    marks = ["", *_PART.findall(text), ""]
    parts = _PART.split(text)
    return [(part.strip(), marks[place], marks[place + 1]) for place, part in enumerate(parts)]


def _spaced(fragment: str) -> list[str]:
    """The pieces of a fragment with single blanks: the longest labels and unit words first, spaced out or not."""
    pieces, found = fragment.split(), []
    while pieces:
        size = next((n for n in range(len(pieces), 1, -1) if _is_word("".join(pieces[:n]))), 1)
        found.append("".join(pieces[:size]))
        del pieces[:size]
    return found


def _is_word(text: str) -> bool:
    return _unit_of(text) is not None or _label_of(text, ends=False) == "plain"


def is_unit(text: str) -> bool:
    """Whether a whole cell states units, or the currency, and nothing else."""
    pieces = [piece for fragment, _, _ in _fragments(fold_unit(text)) for piece in _spaced(fragment)]
    own = [piece for piece in pieces if _label_of(piece, ends=False) == "none"]
    return bool(own) and all(_unit_of(piece) or _currency().fullmatch(piece) for piece in own)


def is_bracketed(text: str) -> bool:
    """Whether a whole cell stands in brackets."""
    return _BRACKETED.fullmatch(fold_unit(text).strip()) is not None


@lru_cache(maxsize=4096)
def in_header(text: str) -> Stated:
    """What stands behind a column's name, or in its group: 「（单位：万元）」, 「/万元」, 「，万元」."""
    words, currency, labelled, unread, sized = [], False, False, False, False
    for fragment, _, _ in _fragments(fold_unit(text)):
        for piece in _spaced(fragment):
            unit = _unit_of(piece)
            if unit is None and _size().fullmatch(piece):
                sized = True
                unread = unread or labelled or len(piece) > 1
            elif unit and (unit[1] == 1 or labelled):
                words.append(unit)
            elif (label := _label_of(piece, ends=True)) != "none":
                labelled = label != "office"
            elif _currency().fullmatch(piece):
                currency = True
            elif labelled or unit or _compound().search(piece) or _slip().fullmatch(piece):
                unread = True
    if sized and (words or currency):  # ten thousand yuan is no yuan
        return Stated(is_unread=True)
    return Stated(tuple(words), is_currency=currency, is_unread=unread and not words)


def begins_with_unit(text: str) -> bool:
    """Whether what follows a column's name is a bracket or begins with a unit, so that the name ended there.

    Behind the brackets only a unit may stand: 合计（万元）占比 is another column.
    """
    folded = fold_unit(text).strip()
    outside = _BRACKETED.sub(" ", folded).strip()
    pieces = [piece for fragment, _, _ in _fragments(outside) for piece in _spaced(fragment)]
    first = next((piece for piece in pieces if _label_of(piece, ends=True) == "none"), "")
    return (folded[:1] in {*_OPENING} and not first) or _unit_of(first) is not None


@lru_cache(maxsize=4096)
def above_headers(text: str, follows: Label = "none") -> Stated:
    """What a title or a line above the headers states for the whole sheet: 「单位：户、人、万元」.

    Args:
        text: the cell.
        follows: the label that ended the cell before it, when the label has a cell of its own.
    """
    words: list[tuple[str, int]] = []
    label, currency, unread, answered = follows, False, False, False
    fragments = [item for item in _fragments(fold_unit(text)) if item[0]]
    for fragment, before, behind in fragments:
        pieces = _spaced(fragment)
        apart = len(fragments) == 1 or (before[:1] in {*_OPENING} and behind in {"", "、", ",", "/", *_CLOSING})
        for piece in pieces:
            unit, named = _unit_of(piece), _label_of(piece, ends=":" in behind)
            if label in {"plain", "unit"} and unit is None and _size().fullmatch(piece):
                return Stated(is_unread=True)  # ten thousand yuan is no yuan
            if named != "none":
                label, answered = named, False
            elif unit and (label != "none" or _meant_for_all(unit, piece, apart=apart and all(map(_unit_of, pieces)))):
                words.append(unit)
                answered = True
            elif _currency().fullmatch(piece) and (label != "none" or apart):
                currency = answered = True
            else:
                asked = label == "unit" or (label == "plain" and bool(_compound().search(piece))) or _names_unit(piece)
                unread = unread or (asked and not answered)
                label = "none"
    return Stated(tuple(words), is_currency=currency, is_unread=unread and not words)


def _meant_for_all(unit: tuple[str, int], piece: str, *, apart: bool) -> bool:
    """Whether a unit without 单位 before it gives the sheet's unit: set apart, or too long to stand there by chance."""
    word, count = unit
    if load_words().unit_label in piece:
        return True
    if count != 1 or word in time_words():
        return False
    return apart or (len(word) > 1 and word in measure_words())


def below_rows(text: str) -> Stated:
    """What a note below the rows states for the whole sheet: only with 单位, or 以 and the like, is it more."""
    written = "".join(fold_unit(text).split())
    return above_headers(text) if load_words().unit_label in written or _naming().search(written) else NOTHING


def closing_label(text: str) -> Label:
    """The label a cell ends with, when its unit (or office) stands in the next cell."""
    parts = [fragment for fragment, _, _ in _fragments(fold_unit(text)) if fragment]
    return _label_of("".join(parts[-1].split()), ends=True) if parts else "none"
