"""What a cell holds, and how stored texts and numbers become it: numbers, days, truths, errors.

How cells are found in a sheet is ``row_cells``'; what its values mean for a form is the table's and typing's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from orchestration.core import clock
from orchestration.workbook.number_format import NumberFormat, shown_number

_DAYS_1900_TO_1904 = 1462
_LEAP_BUG = 60  # Excel counts a 29 February 1900 that never was: days before it are one day later
_LAST_SERIAL = 2_958_466  # the day after 9999-12-31
_DAY_ZERO = date(1899, 12, 30).toordinal()
_SECONDS_A_DAY = 86_400
_NOISE = 0.001  # of a second: what a stored number misses; 23:59:59.997 is no other day
_ISO = re.compile(r"^(?:(\d{4}-\d\d-\d\d))?T?(?:(\d\d:\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?(Z|[+-]\d\d:?\d\d)?$", re.ASCII)


@dataclass(frozen=True)
class Problem:
    """A cell without a usable value: an error, or a formula that was never calculated."""

    kind: Literal["error", "formula"]
    text: str


Cell = str | float | int | bool | date | datetime | time | timedelta | Problem


@dataclass(frozen=True)
class Merged:
    """A merged range by its 0-based corners, both within it; its value stands in the first cell."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


def shown(value: float, number_format: NumberFormat, *, is_1904: bool) -> tuple[Cell, bool]:
    """A number as its format shows it, and whether the format hides it.

    Days come as days whatever part of them is shown; a hidden zero is a zero, so that accounting formats stay numbers.
    """
    section = number_format.section(value)
    if section.kind == "nothing":
        return value, value != 0
    if section.kind == "date":
        return serial_moment(value, is_1904=is_1904), False
    if section.kind == "duration":
        return timedelta(seconds=round(value * _SECONDS_A_DAY, 3)), False
    if (value < 0 and number_format.hides_minus) or (value > 0 and number_format.draws_minus):
        value = -value
    return (shown_number(value, section) if section.changes(value) else value), False


def serial_moment(value: float, *, is_1904: bool) -> Cell:
    """The day (or time of day) a serial number stands for; beyond the calendar it stays a number."""
    serial = value + _DAYS_1900_TO_1904 if is_1904 else value
    if not 0 <= serial < _LAST_SERIAL - _NOISE / _SECONDS_A_DAY:
        return value
    if serial < 1:
        return (datetime(1900, 1, 1) + timedelta(seconds=int(serial * _SECONDS_A_DAY + _NOISE))).time()
    if serial < _LEAP_BUG:
        serial += 1
    day = datetime.fromordinal(_DAY_ZERO + int(serial))
    moment = day + timedelta(seconds=int((serial % 1) * _SECONDS_A_DAY + _NOISE))
    return moment.date() if moment.time() == time() else moment


def iso_moment(text: str) -> Cell:
    """A cell stored as an ISO 8601 day, moment or time; another text stays as it is.

    A moment with a zone that is not midnight there is told by Sanming's calendar: web exports write UTC.
    """
    match = _ISO.match(text.strip())
    if match is None or not (match[1] or match[2]):
        return text
    day, minute, second, zone = match.groups()
    clock_text = f"{minute or '00:00'}:{second or '00'}"
    try:
        if not day:
            return time.fromisoformat(clock_text)
        moment = datetime.fromisoformat(f"{day}T{clock_text}")
        if moment.time() == time():
            return moment.date()
        return clock.day_of(datetime.fromisoformat(f"{day}T{clock_text}{zone}")) if zone else moment
    except ValueError:
        return text
