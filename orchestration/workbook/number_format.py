"""What a number format makes of a stored number: percentages, scaling, units, days, and what it hides.

A clerk answers for what the sheet shows. A format that only rounds or groups digits leaves the stored value as it
is; one that multiplies, divides, names a unit or turns numbers into days is applied here. A format's code is taken
apart in ``format_code``; where formats and cells stand in a workbook's parts is read elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

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
_EXACT_DIGITS = ".15g"  # what Excel keeps of a number

FormatKind = Literal["number", "date", "duration", "text", "nothing"]


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
        is_minus: whether what stands before the number is a minus and nothing else.
    """

    kind: FormatKind
    power: int = 0
    padding: int = 0
    prefix: str = ""
    suffix: str = ""
    condition: tuple[str, float] | None = None
    is_marked: bool = False
    is_minus: bool = False

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
        is_plain = is_plain and not self.hides_text and not self.hides_minus and not self.draws_minus
        return is_plain and not any(section.condition for section in self.sections)

    @property
    def hides_minus(self) -> bool:
        """Whether a negative number looks like a positive one: a part of its own shows no sign but what it draws."""
        numbers = self.sections[:3]
        own = numbers[1] if len(numbers) > 1 and not any(section.condition for section in numbers) else None
        return own is not None and own.kind == "number" and not own.is_marked

    @property
    def draws_minus(self) -> bool:
        """Whether a positive number looks like a negative one: the part that shows it draws the sign itself."""
        return self.sections[0].is_minus and not any(section.condition for section in self.sections[:3])

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


def shown_number(value: float, section: Section) -> str:
    """A number as its section shows it, with all digits that are stored."""
    number = Decimal(format(value, _EXACT_DIGITS)).scaleb(section.power)
    text = format(number.normalize(), "f") if number else "0"
    if section.changes(value) and value >= 0:
        text = text.rjust(section.padding, "0")
    return f"{section.prefix}{text}{section.suffix}"
