"""The check digit of a citizen's ID number (GB 11643-1999). What such a number says of a person is read elsewhere."""

from __future__ import annotations

import duckdb

from expectations.sql_text import literal

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


def check_digit(first_17: str) -> str:
    """The 18th digit, which follows from the 17 before it.

    Raises:
        ValueError: they are not 17 digits.
    """
    return _CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True)) % 11]


def create_check_digit(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the SQL function ``id_check_digit(number)``: the same of a number's first 17, null where they are none."""
    digits = "cast(string_split(left(number, 17), '') as double[])"
    weighted = f"list_dot_product({digits}, {list(_WEIGHTS)}::double[])"
    connection.execute(
        "create or replace macro id_check_digit(number) as case when regexp_matches(number, '^\\d{17}')"
        f" then substr({literal(_CHECK_DIGITS)}, cast({weighted} as bigint) % 11 + 1, 1) end"
    )
