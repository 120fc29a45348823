"""The one table of characters: which show nothing, which are blanks, and which stand for another one.

Python (headers, cover, sheet and file names) and the SQL of typing read the same table, so a text means the same
wherever it stands. Words are not here (``contracts/reading.yaml``), nor what a text must look like (``values``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

# Written by code point, as no eye tells them apart or sees them at all.
_INVISIBLE = (
    (0x00, 0x08), (0x0E, 0x1B), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x034F, 0x034F), (0x061C, 0x061C),
    (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F),
    (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0xE0000, 0xE0FFF),
)  # fmt: skip
_BLANK = (
    (0x09, 0x0D), (0x1C, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
    (0x202F, 0x202F), (0x205F, 0x205F), (0x2800, 0x2800), (0x3000, 0x3000),
)  # fmt: skip
_DASHES = (
    (0x02D7, 0x02D7), (0x2010, 0x2015), (0x2043, 0x2043), (0x207B, 0x207B), (0x208B, 0x208B), (0x2212, 0x2212),
    (0x23AF, 0x23AF), (0x2500, 0x2501), (0x2796, 0x2796), (0x2E3A, 0x2E3B), (0x30FC, 0x30FC), (0xFE31, 0xFE32),
    (0xFE58, 0xFE58), (0xFE63, 0xFE63), (0xFF0D, 0xFF0D), (0xFF70, 0xFF70),
)  # fmt: skip
_FULL_WIDTH = (0xFF01, 0xFF5E)
# Characters whose compatibility form is the character a reader sees: radicals (as copied from PDF), compatibility
# ideographs, small and vertical forms. Circled, raised and bracketed figures are not: ② is a mark, not a 2.
_COMPATIBLE = ((0x2E80, 0x2FD5), (0xF900, 0xFAD9), (0xFE10, 0xFE19), (0xFE30, 0xFE6B), (0x2F800, 0x2FA1D))
# Radicals of simplified characters, which Unicode gives no compatibility form.
_RADICALS = dict(
    zip(
        "⺠⺟⺩⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
        "民母王虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
        strict=True,
    )
)
# Colons and points that are drawn like those of a keyboard.
_MARKS = {0x2236: ":", 0xA789: ":", 0x2024: ".", 0x2044: "/", 0x2215: "/", 0x201A: ","}
# Letters of other scripts, and signs, that are drawn like a Latin capital. In a code of Latin letters and digits
# they mean that letter; in a name they would mean themselves.
_LOOK_ALIKES = (
    ("\u0410\u0412\u0421\u0415\u041d\u0406\u0408\u041a\u041c\u041e", "ABCEHIJKMO"),
    ("\u0420\u0405\u0422\u0425\u0423\u04ae", "PSTXYY"),
    ("\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7", "ABEZHIKMNOPTYX"),
    ("\u2160\u2164\u2169\u216c\u216d\u216e\u216f\u00d7\u2715\u2716\u2a09", "IVXLCDMXXXX"),
)  # fmt: skip
# What is drawn like a digit and is none: named where a number cannot be read, never taken for the digit.
DIGIT_LIKE = {
    "O": "0", "o": "0", "I": "1", "l": "1", "|": "1", "〇": "0", "○": "0", "◯": "0",
    "\u041e": "0", "\u043e": "0", "\u0417": "3", "\u0437": "3", "\u039f": "0", "\u03bf": "0", "\u0406": "1",
}  # fmt: skip


# What moves the cursor, turns the direction of writing or is half of a character, and so could forge other lines.
_ACTING_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def _characters(ranges: Iterable[tuple[int, int]]) -> str:
    return "".join(chr(code) for first, last in ranges for code in range(first, last + 1))


def bracket(characters: str, code: str = r"\x{{{:x}}}") -> str:
    """The inside of a bracket of a regular expression, as few ranges as can be; code points are written for RE2."""
    codes = {*map(ord, characters)}
    first = sorted(point for point in codes if point - 1 not in codes)
    last = sorted(point for point in codes if point + 1 not in codes)
    return "".join(f"{code.format(a)}-{code.format(b)}" for a, b in zip(first, last, strict=True))


INVISIBLE = bracket(_characters(_INVISIBLE))
UNSEEN = bracket(_characters((*_INVISIBLE, *_BLANK)))
COMPATIBLE = bracket(_characters(_COMPATIBLE))
_SEEN = re.compile(f"[^{bracket(_characters((*_INVISIBLE, *_BLANK)), chr(92) + 'U{:08x}')}]")


@cache
def folded() -> tuple[str, str]:
    """Characters met every day and the ones they stand for: full-width forms, blanks, dashes, drawn-alike marks."""
    full = [chr(code) for code in range(_FULL_WIDTH[0], _FULL_WIDTH[1] + 1)]
    pairs = {character: chr(ord(character) - 0xFEE0) for character in full}
    pairs |= dict.fromkeys(_characters(_BLANK), " ") | dict.fromkeys(_characters(_DASHES), "-")
    pairs |= {chr(code): sign for code, sign in _MARKS.items()}
    del pairs[" "]
    return "".join(pairs), "".join(pairs.values())


@cache
def compatible() -> tuple[str, str]:
    """Rare characters and the ones a reader takes them for."""
    pairs = dict(_RADICALS)
    for character in _characters(_COMPATIBLE):
        form = unicodedata.normalize("NFKC", character)
        if len(form) == 1 and form != character and character not in folded()[0]:
            pairs.setdefault(character, form)
    return "".join(pairs), "".join(pairs.values())


@cache
def look_alikes() -> tuple[str, str]:
    """Capitals of other scripts and the Latin ones they are drawn like."""
    return "".join(other for other, _ in _LOOK_ALIKES), "".join(latin for _, latin in _LOOK_ALIKES)


@cache
def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(map(ord, _characters(_INVISIBLE)))
    for characters, signs in (compatible(), folded()):
        table |= zip(map(ord, characters), signs, strict=True)
    return table


def fold(text: str) -> str:
    """The text with what shows nothing taken out and every other character as the one it stands for."""
    return text if text.isascii() and text.isprintable() else text.translate(_table())


def shows_nothing(text: str) -> bool:
    """Whether a reader sees nothing of the text at all."""
    return _SEEN.search(text) is None


def visible(text: str) -> str:
    """A text for a terminal or a mail: a character that acts instead of being seen is named by its number."""
    return "".join(
        f"⟨U+{ord(sign):04X}⟩" if unicodedata.category(sign) in _ACTING_CATEGORIES else sign for sign in text
    )
