"""How each township's clerk writes: spelling of villages and dates, units, aliases, file kind.

Every habit is legal; a fixed function of the township's place in the list decides it, so a township
writes the same way in every (sub-)city.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from twin.places import FIRST_TOWNSHIPS, read_places

TRUE_DATES = -1


@dataclass(frozen=True)
class Habits:
    """The habits of one township's clerk.

    Attributes:
        village_style: 0 short name, 1 full name, 2 bare name, 3 code.
        date_style: which spelling; ``TRUE_DATES`` writes date cells.
        money: how amounts look: plain numbers, texts with thousands signs, or full-width digits.
        other_unit: money columns carry the other of yuan and ten thousand yuan in their headers.
        delivery: one workbook, a workbook with a CSV of one form beside it, or a zip of CSVs.
    """

    village_style: int
    date_style: int
    period_style: int
    bool_style: int
    money: Literal["plain", "thousands", "full_width"]
    other_unit: bool
    aliases: bool
    merges_households: bool
    trailing_spaces: bool
    null_word: bool
    all_columns: bool
    info_line: bool
    swapped: bool
    delivery: Literal["workbook", "workbook_and_csv", "zip"]


PLAIN = Habits(0, 0, 0, 0, "plain", False, False, True, False, False, False, True, False, "workbook")


@cache
def habits_of(township: str) -> Habits:
    """The habits of a township; the article's three, and other offices, send plain workbooks, merged cells and all."""
    order = list(read_places().townships["code"])
    if township in FIRST_TOWNSHIPS or township not in order:
        return PLAIN
    n = order.index(township)
    return Habits(
        village_style=(0, 0, 1, 0, 2, 0, 3)[n % 7],
        date_style=(0, 1, 2, TRUE_DATES, 3, 0, 4, TRUE_DATES)[n % 8],
        period_style=n % 3,
        bool_style=n % 3,
        money="thousands" if n % 11 == 4 else "full_width" if n % 17 == 5 else "plain",
        other_unit=n % 10 == 3,
        aliases=n % 5 == 1,
        merges_households=n % 2 == 0,
        trailing_spaces=n % 9 == 7,
        null_word=n % 9 == 2,
        all_columns=n % 4 == 1,
        info_line=n % 3 != 1,
        swapped=n % 13 == 6,
        delivery="zip" if n % 7 == 6 else "workbook_and_csv" if n % 7 == 2 else "workbook",
    )
