"""What a number format makes of a stored number: percentages, scaling, units, days, and what it hides.

A clerk answers for what the sheet shows. A format that only rounds or groups digits leaves the stored value as it
is; one that multiplies, divides, names a unit or turns numbers into days is applied here. Format codes follow
ECMA-376 part 1, 18.8.31. Where formats and cells stand in a workbook's parts is read elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal

from orchestration.submissions import units
from orchestration.submissions.words import load_words

_BUILT_IN = {
    9: "0%",
    10: "0.00%",
    14: "yyyy-mm-dd",
    **dict.fromkeys((15, 16, 17, 22), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21), "h:mm"),
    **dict.fromkeys((*range(27, 32), 36, *range(50, 55), 57, 58), "yyyy-mm-dd"),  # days of the Chinese Excel
    **dict.fromkeys((32, 33, 34, 35, 55, 56), "h:mm"),
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss",
}
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<exponent>[eE][+-])|(?P<clock>AM/PM|A/P|上午/下午)|(?P<plain>.)",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"^(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)$")
_ELAPSED = re.compile(r"^(h+|m+|s+)$", re.IGNORECASE)
_DIGITS = "0#?"
_DATE_LETTERS = frozenset("ymdhsegab")
_YUAN_SIGNS = dict.fromkeys(map(ord, "¥￥"))
_EXACT_DIGITS = ".15g"  # what Excel keeps of a number

Kind = Literal["number", "date", "duration", "text", "nothing"]


@dataclass(frozen=True)
class Section:
    """One of the parts of a format code: whether it applies to a number, and what it does to it.

    Attributes:
        power: the shown number is the stored one times ten to this power.
        padding: digits that are at least shown of a whole number, zeros in front.
        prefix: what stands before the number and changes what it says (another currency, digits).
        suffix: what stands behind it and changes what it says (a percent sign, a unit, digits).
        condition: operator and limit such as ``[>=10000]``; none where the place of the section decides.
        is_marked: whether anything stands before the number, or colours it: a sign, a bracket, 负.
    """

    kind: Kind
    power: int = 0
    padding: int = 0
    prefix: str = ""
    suffix: str = ""
    condition: tuple[str, float] | None = None
    is_marked: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the eye sees the stored number, however rounded or grouped."""
        return self.kind in {"number", "text"} and not (self.power or self.padding or self.prefix or self.suffix)

    def changes(self, value: float) -> bool:
        """Whether the shown number is written other than the stored one."""
        is_short = 0 <= value < 10.0 ** (self.padding - 1) if self.padding else False
        return bool(self.power or self.prefix or self.suffix or is_short)


@dataclass(frozen=True)
class NumberFormat:
    """A whole format code: up to four sections, for positive and negative numbers, zero and texts."""

    sections: tuple[Section, ...]

    @property
    def is_plain(self) -> bool:
        """Whether every number is seen as it is stored; a hidden zero is still a zero."""
        is_plain = all(section.is_plain for section in self.sections[:2])
        is_plain = is_plain and not self.hides_text and not self.hides_minus
        return is_plain and not any(section.condition for section in self.sections)

    @property
    def hides_minus(self) -> bool:
        """Whether a negative number looks like a positive one: a part of its own shows no sign but what it draws."""
        numbers = self.sections[:3]
        own = numbers[1] if len(numbers) > 1 and not any(section.condition for section in numbers) else None
        return own is not None and own.kind == "number" and not own.is_marked

    @property
    def hides_text(self) -> bool:
        """Whether a text in the cell is not seen."""
        return len(self.sections) > 3 and self.sections[3].kind == "nothing"

    def section(self, value: float) -> Section:
        """The section that shows the given number."""
        numbers = self.sections[:3]
        if any(section.condition for section in numbers):
            met = (s for s in numbers if s.condition is None or _meets(value, *s.condition))
            return next(met, numbers[-1])
        if len(numbers) == 1 or value > 0 or (value == 0 and len(numbers) < 3):
            return numbers[0]
        return numbers[1] if value < 0 else numbers[2]


def _meets(value: float, operator: str, limit: float) -> bool:
    return {
        "<": value < limit,
        "<=": value <= limit,
        ">": value > limit,
        ">=": value >= limit,
        "=": value == limit,
        "<>": value != limit,
    }[operator]


def built_in(number: int) -> str:
    """The code of a format that workbooks name by number only; those that change nothing are General."""
    return _BUILT_IN.get(number, "General")


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
        return Section("number", 0, 0, *_around(tokens), condition, is_marked=_is_marked(tokens))
    if any(kind == "plain" and text == "@" for kind, text in tokens):
        return Section("text", condition=condition)
    if not any(kind == "plain" and text in _DIGITS for kind, text in tokens):
        return Section("nothing", condition=condition)
    power, padding = _scale(tokens)
    return Section("number", power, padding, *_around(tokens), condition, is_marked=_is_marked(tokens))


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
        elif kind == "literal" and text == "." and digits and dotted is None:
            dotted = digits  # 0!.0000: a point drawn between digits of a whole number
    if dotted is not None and not has_point:
        power -= digits - dotted
    is_whole = not has_point and dotted is None and not any(kind == "exponent" for kind, _ in tokens)
    return power, zeros if is_whole and zeros > 1 else 0


def _is_marked(tokens: list[tuple[str, str]]) -> bool:
    """Whether anything stands before the digits that is no currency's sign, or colours them as Excel does losses."""
    brackets = [text for kind, text in tokens if kind == "bracket"]
    end = next(i for i, (kind, text) in enumerate(tokens) if kind == "general" or (kind == "plain" and text in _DIGITS))
    drawn = "".join(text for kind, text in tokens[:end] if kind in {"literal", "plain"})
    return bool(drawn.translate(_YUAN_SIGNS).strip(" ,.$")) or any(text[:1].isalpha() for text in brackets)


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
    """A percent sign, digits drawn behind, or anything that names a unit."""
    folded = units.fold(suffix)
    return suffix[:1].isdigit() or any(word in folded for word in _column_words()) or _states_unit(suffix)


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
    factors = [units.native_factors(unit) for unit in load_words().currency_units]
    return frozenset(word for words in factors for word, factor in words.items() if factor == 1)


def shown_number(value: float, section: Section) -> str:
    """A number as its section shows it, with all digits that are stored."""
    number = Decimal(format(value, _EXACT_DIGITS)).scaleb(section.power)
    text = format(number.normalize(), "f") if number else "0"
    if section.changes(value) and value >= 0:
        text = text.rjust(section.padding, "0")
    return f"{section.prefix}{text}{section.suffix}"
