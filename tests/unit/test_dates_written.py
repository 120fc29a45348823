"""A day keeps every digit in every spelling, whatever time, weekday or zone stands behind it."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest

from tests.typed_cells import typed, typing_connection


@pytest.fixture(scope="module")
def connection():
    with typing_connection() as connection:
        yield connection


MONTH = (2016, 12)
DAYS = [date(*MONTH, day) for day in range(1, calendar.monthrange(*MONTH)[1] + 1)]
FULL_WIDTH = str.maketrans({**{str(d): chr(0xFF10 + d) for d in range(10)}, "/": "／", ":": "：", "-": "－", ".": "．"})

SPELLINGS = {
    "iso": date.isoformat,
    "slashes": lambda d: f"{d.year}/{d.month}/{d.day}",
    "slashes and zeros": lambda d: f"{d:%Y/%m/%d}",
    "points": lambda d: f"{d.year}.{d.month}.{d.day}",
    "dashes": lambda d: f"{d.year}-{d.month}-{d.day}",
    "en dashes": lambda d: f"{d.year}–{d.month}–{d.day}",
    "words": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "words and blanks": lambda d: f"{d.year} 年 {d.month} 月 {d.day} 日",
    "number": lambda d: f"{d.year}年{d.month:02d}月{d.day:02d}号",
    "blanks": lambda d: f"{d.year} {d.month} {d.day}",
    "eight digits": lambda d: f"{d:%Y%m%d}",
    "full width": lambda d: f"{d.year}/{d.month}/{d.day}".translate(FULL_WIDTH),
}
HOURS = [
    "", " 0:00", " 0:00:00", " 00:00:00", "  9:05", " 9:05:07", " 23:59:59", " 12:00:00.000", " 24:00", " 9时",
    " 9时5分", " 9点05分7秒", " 9点半", " 9点整", " 下午3:05", " 上午 09:05:00", "下午3:05", " 3:05 PM",
    " 3:05:00PM", " 星期六", " 周六 9:05", "（星期六）", "T00:00:00", "T09:05", "T0905", "T090507",
    "T00:00:00.000", "T00:00:00.000Z", "T00:00:00Z", "T08:00:00+08:00", " 23:59:59+08:00", " 23:59 +0800",
    " 00:00:00 UTC", " 12:00:00 北京时间", "，9:05", "\t9:05", "\u30009:05", "\xa09：05", " ９：０５",
]  # fmt: skip


@pytest.mark.parametrize("hour", HOURS)
def test_every_day_of_a_month_is_read_in_every_spelling_with_every_hour_behind_it(connection, hour):
    cells = [write(day) + hour for write in SPELLINGS.values() for day in DAYS]
    assert typed(connection, "guarantee_loans", "released_on", cells) == DAYS * len(SPELLINGS)
    assert typed(connection, "households", "identified_on", cells) == [date(2016, 12, 1)] * len(cells)


@pytest.mark.parametrize(
    "text", ["20161231235959", "201612312359", "20161231 2359", "20161231T235959", "2016年12月31日9时"]
)
def test_a_time_that_nothing_parts_from_its_day_is_cut_off_too(connection, text):
    assert typed(connection, "guarantee_loans", "released_on", [text]) == [date(2016, 12, 31)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2016-12-31T16:00:00.000Z", date(2017, 1, 1)),
        ("2016-12-31T15:59:59Z", date(2016, 12, 31)),
        ("2016-12-31T16:00:00+00:00", date(2017, 1, 1)),
        ("2016-12-31T23:30:00+0900", date(2016, 12, 31)),
        ("2017-01-01T00:30:00+09:00", date(2016, 12, 31)),
        ("2016-12-31T12:00:00-05:00", date(2017, 1, 1)),
        ("2016-12-31T00:00:00.000Z", date(2016, 12, 31)),
        ("2016-12-31T00:00:00+09:00", date(2016, 12, 31)),
        ("2016-12-31T23:59:59+08:00", date(2016, 12, 31)),
        ("2016-12-31 23:59:59 UTC", date(2017, 1, 1)),
        ("2016-12-31T20Z", date(2017, 1, 1)),
    ],
)
def test_a_moment_with_a_zone_is_its_day_in_sanming_and_midnight_is_the_day_itself(connection, text, day):
    assert typed(connection, "guarantee_loans", "released_on", [text]) == [day]


@pytest.mark.parametrize(
    "text",
    [
        "2016-12-31 25:00",
        "2016-12-31 9:75",
        "2016/12/310:00",
        "2016-12-32 0:00",
        "9:05",
        "2017 1",
        "2016-02-30T00:00:00Z",
        "2016-12-31 上午",
        "2016-12-31至2017-01-05",
        "2016-13-01 0:00",
    ],
)
def test_what_is_no_day_with_a_time_is_not_guessed(connection, text):
    assert typed(connection, "guarantee_loans", "released_on", [text]) == [None]


def test_blanks_between_digits_part_them(connection):
    assert typed(connection, "households", "identified_on", ["2017 1 1", "2017 11", "2017 1"]) == [
        date(2017, 1, 1),
        date(2017, 11, 1),
        date(2017, 1, 1),
    ]


@pytest.mark.parametrize("text", ["1905-07-09", "1905/7/9", "1949年12月31日", "18000", "1905-07-09 01:26:24"])
def test_a_day_before_1950_is_none(connection, text):
    assert typed(connection, "guarantee_loans", "released_on", [text, "1950-01-01"]) == [None, date(1950, 1, 1)]


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "00:00:00",
        "0:00",
        "1900-01-00",
        "1900/1/0",
        "1900年1月0日",
        "1899-12-30",
        "0000-00-00 00:00:00",
        "1900/1/0 0:00",
    ],
)
def test_day_zero_is_blank_where_a_date_may_be_missing_and_told_where_it_may_not(connection, text):
    also = ("ended_on__text",)
    assert typed(connection, "assistance_measures", "ended_on", [text], also=also) == [(None, None)]
    assert typed(connection, "assistance_measures", "started_on", [text], also=("started_on__text",)) == [(None, "0")]


def test_a_serial_day_with_a_time_is_its_day(connection):
    serial = (date(2016, 12, 31) - date(1899, 12, 30)) // timedelta(days=1)
    cells = [f"{serial}.75", f"{serial}.0", str(serial)]
    assert typed(connection, "guarantee_loans", "released_on", cells, kind="number") == [date(2016, 12, 31)] * 3
