"""What an eye does not see in a text that could not be read: characters drawn like others, named with their places."""

from __future__ import annotations

import re
import unicodedata

from orchestration.workbook.characters import DIGIT_LIKE, fold
from orchestration.workbook.words import load_words

_CHARACTERS_NAMED = 3
_ODD_CATEGORIES = {"Lu", "Ll", "Lt", "Lm", "Nd", "Nl", "No", "Sk", "So", "Co", "Cn"}


def odd_characters(text: str, number_ends: int | None = None, letters: str = "") -> str:
    """A sentence on each odd character, the first three; empty where what can be seen is what stands there.

    Args:
        text: as it was written.
        number_ends: how many characters from the first on ought to be digits (all of them unless told): there a
            character drawn like a digit is named as none.
        letters: of a keyboard that may stand in the text, too.
    """
    is_number = re.search(r"\d", text) is not None
    last = len(text) if number_ends is None else number_ends
    hints = (_about(place, sign, letters, is_digit=is_number and place <= last) for place, sign in enumerate(text, 1))
    return "".join([hint for hint in hints if hint][:_CHARACTERS_NAMED])


def _about(place: int, sign: str, letters: str, *, is_digit: bool) -> str:
    may_be_letter = sign.isascii() and sign in letters
    digit = DIGIT_LIKE.get(fold(sign)) if is_digit and not may_be_letter else None
    if digit is None and not _is_odd(sign):
        return ""
    phrase = "odd_digit" if digit is not None else "odd_character"
    return load_words().phrase(phrase, place=place, sign=sign, code=f"U+{ord(sign):04X}", digit=digit)


def _is_odd(sign: str) -> bool:
    """Whether it is neither of a keyboard nor of Chinese, nor stands for such a character."""
    shown = fold(sign)
    return not shown.isascii() and unicodedata.category(shown) in _ODD_CATEGORIES
