"""A number format's code taken apart: what each of its parts shows, draws and multiplies by.

Format codes follow ECMA-376 part 1, 18.8.31. What a number becomes under them is ``number_format``'s work.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from orchestration.workbook import unit_words, units
from orchestration.workbook.number_format import NumberFormat, Section
from orchestration.workbook.words import load_words

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<exponent>[eE][+-])|(?P<clock>AM/PM|A/P|上午/下午)|(?P<plain>.)",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"^(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)$")
_ELAPSED = re.compile(r"^(h+|m+|s+)$", re.IGNORECASE)
_DIGITS = "0#?"
_POINTS = frozenset(".．·")  # drawn between digits
_DATE_LETTERS = frozenset("ymdhsegab")
_YUAN_SIGNS = dict.fromkeys(map(ord, "¥￥"))
_MINUS_SIGNS = frozenset("-−–－负")


@lru_cache(maxsize=1024)
def read_format(code: str) -> NumberFormat:
    """Take a format code apart."""
    return NumberFormat(tuple(_section(tokens) for tokens in _sections(code or "General")))


def _sections(code: str) -> Iterator[list[tuple[str, str]]]:
    tokens: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup
        if kind == "plain" and match[0] == ";":
            yield tokens
            tokens = []
        elif kind is not None:
            tokens.append(("literal" if kind in {"quoted", "escaped"} else kind, match[kind]))
    yield tokens


def _section(tokens: list[tuple[str, str]]) -> Section:
    brackets = [text for kind, text in tokens if kind == "bracket"]
    condition = next(((m[1], float(m[2])) for text in brackets if (m := _CONDITION.match(text))), None)
    if any(_ELAPSED.match(text) for text in brackets):
        return Section("duration", condition=condition)
    if any(kind == "clock" or (kind == "plain" and text.lower() in _DATE_LETTERS) for kind, text in tokens):
        return Section("date", condition=condition)
    if any(kind == "general" for kind, _ in tokens):
        return Section("number", 0, 0, *_around(tokens), condition, *_signs(tokens))
    if any(kind == "plain" and text == "@" for kind, text in tokens):
        return Section("text", condition=condition)
    if not any(kind == "plain" and text in _DIGITS for kind, text in tokens):
        return Section("nothing", condition=condition)
    power, padding = _scale(tokens)
    return Section("number", power, padding, *_around(tokens), condition, *_signs(tokens))


def _scale(tokens: list[tuple[str, str]]) -> tuple[int, int]:
    """The power of ten between stored and shown number, and the digits shown at least."""
    power, digits, zeros = 0, 0, 0
    has_point, dotted = False, None
    for place, (kind, text) in enumerate(tokens):
        if kind == "plain" and text in _DIGITS:
            digits += 1
            zeros += text == "0"
        elif kind == "plain" and text == ".":
            has_point = True
        elif kind == "plain" and text == "%":
            power += 2
        elif kind == "plain" and text == "," and digits:
            following = next((other for other in tokens[place + 1 :] if other != ("plain", ",")), ("", ""))
            power -= 0 if following[0] == "plain" and following[1] in _DIGITS else 3
        elif kind == "literal" and text in _POINTS and digits and dotted is None:
            dotted = digits  # 0!.0000: a point drawn between digits of a whole number
    if dotted is not None and not has_point:
        power -= digits - dotted
    is_whole = not has_point and dotted is None and not any(kind == "exponent" for kind, _ in tokens)
    return power, zeros if is_whole and zeros > 1 else 0


def _signs(tokens: list[tuple[str, str]]) -> tuple[bool, bool]:
    """Whether the number is marked, and whether by a minus: what stands before the digits and is no currency's sign.

    A colour marks as well, as Excel paints losses.
    """
    brackets = [text for kind, text in tokens if kind == "bracket"]
    end = next(i for i, (kind, text) in enumerate(tokens) if kind == "general" or (kind == "plain" and text in _DIGITS))
    before = "".join(text for kind, text in tokens[:end] if kind in {"literal", "plain"})
    drawn = before.translate(_YUAN_SIGNS).strip(" ,.$")
    return bool(drawn) or any(text[:1].isalpha() for text in brackets), drawn in _MINUS_SIGNS


def _around(tokens: list[tuple[str, str]]) -> tuple[str, str]:
    """What stands before and behind the number, each where it changes what the number says."""
    places = [
        index for index, (kind, text) in enumerate(tokens) if kind == "general" or (kind == "plain" and text in _DIGITS)
    ]
    before = [_said(*token) for token in tokens[: places[0]]]
    behind = [_said(*token) for token in tokens[places[-1] + 1 :]]
    prefix, suffix = "".join(before).strip(), "".join(behind).strip()
    return prefix if _counts_before(prefix) else "", suffix if _counts_behind(suffix) else ""


def _said(kind: str, text: str) -> str:
    if kind == "bracket":  # [$€-407]: a currency and a language
        return text[1:].split("-")[0] if text.startswith("$") else ""
    return text if kind == "literal" or (kind == "plain" and text not in ",.") else ""


def _counts_before(prefix: str) -> bool:
    """Digits that are drawn in front, or a unit; the one that money is read in anyway says nothing."""
    return any(character.isdigit() for character in prefix) or _states_unit(prefix, but=_plain_currency())


def _counts_behind(suffix: str) -> bool:
    """A percent sign, digits drawn behind, a size (354K), or anything that names a unit."""
    folded = unit_words.fold_unit(suffix)
    is_size = folded.strip() in load_words().latin_sizes
    return is_size or suffix[:1].isdigit() or any(word in folded for word in _column_words()) or _states_unit(suffix)


def _states_unit(text: str, but: frozenset[str] = frozenset()) -> bool:
    """Whether a text names a unit, of a column or one that nothing is read in, or bears a foreign currency's sign."""
    stated = units.in_header(text)
    has_sign = any(unicodedata.category(character) == "Sc" for character in text.translate(_YUAN_SIGNS))
    return has_sign or stated.is_unread or any(word not in but for word, _ in stated.words)


@cache
def _column_words() -> tuple[str, ...]:
    return tuple(word for words in load_words().units.values() for word in words)


@cache
def _plain_currency() -> frozenset[str]:
    factors = [unit_words.native_factors(unit) for unit in load_words().currency_units]
    return frozenset(word for words in factors for word, factor in words.items() if factor == 1)
