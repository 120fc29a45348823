"""The check digit of a citizen's ID number (GB 11643-1999). What such a number says of a person is read elsewhere."""

from __future__ import annotations

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


def check_digit(first_17: str) -> str:
    """The 18th digit, which follows from the 17 before it.

    Raises:
        ValueError: they are not 17 digits.
    """
    return _CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True)) % 11]
