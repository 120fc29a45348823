"""What a clerk sees in a formatted cell is what is read; formats that only round or group change nothing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.workbook.cells import iso_moment, shown
from orchestration.workbook.format_code import read_format
from orchestration.workbook.number_format import built_in
from orchestration.workbook.words import load_words
from tests.fuzz import examples
from tests.typed_cells import typed, typing_connection


def seen(value, code, *, is_1904=False):
    return shown(value, read_format(code), is_1904=is_1904)[0]


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("0%", 0.0475, "4.75%"),
        ("0.00%", 0.28305, "28.305%"),
        ('0.00"%"', 4.75, "4.75%"),
        ("0!.0000", 354000, "35.4"),
        (r"0\.0000", 354000, "35.4"),
        ("0!.0,", 354000, "35.4"),
        ('0!.0,"万"', 354000, "35.4万"),
        ('0!.0,"万元"', 354000, "35.4万元"),
        ("0,", 354000, "354"),
        ("#,##0,,", 1234567890, "1234.56789"),
        ("0.00,", 354000, "354"),
        ('0"万元"', 35.4, "35.4万元"),
        ('#,##0.00"元"', 35.4, "35.4元"),
        ('0"人"', 3, "3人"),
        ("0万元", 35.4, "35.4万元"),
        ('0"000"', 35, "35000"),
        ("000000", 1234, "001234"),
        ('[>=10000]0!.0,"万";0', 354000, "35.4万"),
        ('"US$"#,##0', 5, "US$5"),
        ('0"．"0000', 354000, "35.4"),
        ('0"·"0000', 354000, "35.4"),
        ("[$€-407]0", 5, "€5"),
        ('0"美元"', 5, "5美元"),
    ],
)
def test_what_multiplies_divides_or_names_a_unit_is_applied(code, value, expected):
    assert not read_format(code).is_plain
    assert seen(value, code) == expected


FOREIGN = [word for word in load_words().foreign_units if not word[-1].isdigit()]
ELSEWHERE = ["美元", "USD", "HKD", "港币", "公斤", "KG", "斤/亩", "分", "吨"]


@pytest.mark.parametrize("word", FOREIGN)
def test_every_unit_that_nothing_is_read_in_is_shown_with_its_number(word):
    for text in (word, f" {word}", f"（{word}）", word.upper()):
        assert seen(5.0, f'0"{text}"') == f"5{text.strip()}"
        assert seen(5.5, f'G/通用格式"{text}"') == f"5.5{text.strip()}"


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("#,##0.00 [$€-407]", 5, "5€"),
        ("[$USD-409] 0", 5, "USD5"),
        ("0 [$HKD]", 5, "5HKD"),
        ('"₩"0', 5, "₩5"),
        ('"美元"0', 5, "美元5"),
        ('"（万元）"0', 5, "（万元）5"),
        ('0"萬"', 5, "5萬"),
        ('0"Ｗ"', 5, "5Ｗ"),
        ('0"公顷"', 5, "5公顷"),
        ('0"平方公里"', 5, "5平方公里"),
        ('0"美元";-0"美元";0"美元"', 0, "0美元"),
        ('0.0,"K"', 354000, "354K"),
        ('0"k"', 354, "354k"),
        ('0.0,,"M"', 354000, "0.354M"),
    ],
)
def test_a_unit_that_a_format_states_is_never_passed_over(code, value, expected):
    assert seen(float(value), code) == expected


def test_a_number_whose_format_states_a_unit_that_cannot_be_applied_is_not_read():
    """What is left is the text as it is shown: its cell is told as one that cannot be read."""
    with typing_connection() as connection:
        for code in (*(f'0"{word}"' for word in ELSEWHERE), '"美元"0', "0 [$€-407]", '0"公顷"'):
            (amount,) = typed(connection, "guarantee_loans", "principal_yuan", [str(seen(5000.0, code))])
            assert amount is None, code
        assert typed(connection, "households", "farmland_area_mu", [seen(2.0, '0"公顷"')]) == [30]


@pytest.mark.parametrize(
    "code",
    [
        '"约"0',
        '"人民币"0',
        "[$CNY] 0",
        "0 [$CNY]",
        '"元"0',
        '0" 整"',
        "General",
        "",
        "0",
        "0.00",
        "#,##0",
        "#,##0.00",
        "@",
        "0.00E+00",
        "# ?/?",
        "[Red]0;[Blue]-0",
        "0_ ",
        "0;-0;;@",
        '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
        '"¥"#,##0.00',
        "[$￥-804]#,##0.00",
        '0"左右"',
        "[DBNum1]0",
        "G/通用格式",
    ],
)
def test_what_only_rounds_or_groups_leaves_the_number(code):
    assert read_format(code).is_plain
    for value in (0.0, 1.0, -2.5, 354000.125):
        assert seen(value, code) == value


@pytest.mark.parametrize("code", ["yyyy-mm-dd", 'yyyy"年"m"月"', "m/d/yy h:mm", "[$-804]yyyy/m/d", "e年m月"])
def test_days_are_days_whatever_part_is_shown(code):
    assert seen(42735.0, code) == date(2016, 12, 31)
    assert seen(42735.5, code) == datetime(2016, 12, 31, 12)


@pytest.mark.parametrize("seconds", [0.0005, 0.003, 0.4, 0.6, 1])
def test_a_moment_just_before_midnight_is_of_its_own_day(seconds):
    day = seen(42735.0 + 1 - seconds / 86_400, "yyyy-mm-dd")
    assert f"{day}"[:10] == ("2016-12-31" if seconds > 0.001 else "2017-01-01")


def test_what_a_stored_number_misses_makes_no_other_day():
    assert seen(42735 + 0.1 + 0.2 - 0.3, "yyyy-mm-dd") == date(2016, 12, 31)
    assert seen(2958465.9999999995, "yyyy-mm-dd") == 2958465.9999999995  # the day after the last one


def test_times_durations_and_the_first_days_of_both_calendars():
    assert seen(0.5, "h:mm") == time(12)
    assert seen(1.5, "[h]:mm") == timedelta(hours=36)
    assert seen(0.0, "yyyy-mm-dd") == time(0)
    assert seen(1.0, "yyyy-mm-dd") == date(1900, 1, 1)
    assert seen(61.0, "yyyy-mm-dd") == date(1900, 3, 1)
    assert seen(0.0, "yyyy-mm-dd", is_1904=True) == date(1904, 1, 1)
    assert seen(-1.0, "yyyy-mm-dd") == -1.0
    assert seen(20170630.0, "yyyy-mm-dd") == 20170630.0


@pytest.mark.parametrize(("code", "value"), [(";;;", 5.0), ("0;;", -5.0), ('"已填"', 5.0), ('0;"无"', -1.0)])
def test_a_value_that_its_format_hides_is_told(code, value):
    assert shown(value, read_format(code), is_1904=False) == (value, True)


@pytest.mark.parametrize("code", ["0;0", "#,##0.00;#,##0.00", "¥0;¥0", "0;0;0", "General;General"])
def test_a_negative_number_without_any_mark_is_the_one_that_is_seen(code):
    assert seen(-5000.0, code) == 5000.0
    assert seen(5000.0, code) == 5000.0


@pytest.mark.parametrize(
    "code",
    ["0", "0;-0", "0;(0)", "0_);[Red](0)", "0;[Red]0", "0;[红色]0", '0;"负"0', '_ * 0_ ;_ * -0_ ;_ * "-"??_ ;_ @_ '],
)
def test_a_negative_number_that_is_marked_stays_one(code):
    assert seen(-5000.0, code) == -5000.0


@pytest.mark.parametrize("code", ['"-"0', '"负"0.00', "-0", '"-"#,##0;0', "¥-0", '"-"General'])
def test_a_positive_number_behind_a_drawn_minus_is_the_negative_one_that_is_seen(code):
    assert seen(5000.0, code) == -5000.0
    assert seen(0.0, code) == 0.0


def test_a_drawn_minus_and_a_scale_are_both_applied():
    assert seen(5000.0, '"-"0,') == "-5"
    assert seen(-5000.0, "0,;0,") == "5"


def test_a_hidden_zero_is_a_zero():
    assert shown(0.0, read_format(";;;"), is_1904=False) == (0.0, False)


def test_only_a_format_with_an_empty_fourth_part_hides_texts():
    assert read_format(";;;").hides_text
    assert not read_format("0;-0;0;@").hides_text


@pytest.mark.parametrize("number", [14, 22, 27, 31, 36, 50, 57, 58])
def test_days_that_workbooks_name_by_number_only(number):
    assert seen(42735.0, built_in(number)) == date(2016, 12, 31)


@given(st.integers(0, 10**12), st.integers(0, 6))
@settings(max_examples=examples(100), deadline=None)
def test_a_drawn_point_and_a_scale_keep_every_digit(stored, digits):
    text = seen(float(stored), "0!." + "0" * (digits or 1))
    whole, _, rest = text.partition(".")
    assert int(whole + rest.ljust(digits or 1, "0")) == stored


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016-12-31", date(2016, 12, 31)),
        ("2016-12-31T00:00:00", date(2016, 12, 31)),
        ("2016-12-31T00:00:00.000Z", date(2016, 12, 31)),
        ("2016-12-31T15:30", datetime(2016, 12, 31, 15, 30)),
        ("2016-12-30T16:00:00Z", date(2016, 12, 31)),
        ("2016-12-31T08:00:00+08:00", date(2016, 12, 31)),
        ("15:05:00", time(15, 5)),
        ("2016-13-31", "2016-13-31"),
        ("no day", "no day"),
    ],
)
def test_iso_moments_with_and_without_seconds_and_zones(text, expected):
    assert iso_moment(text) == expected
