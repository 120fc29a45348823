"""Record counts as people write them, and what is no count at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.workbook.record_count import count_in_name, count_of

LIMIT = 1_048_576


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("9", 9), ("9个", 9), ("５行", 5), ("1,234", 1234), ("1，234 行", 1234), ("共9户", 9), ("9.0", 9), ("0", 0),
        ("九", 9), ("十二行", 12), ("一百零五", 105), ("二〇", 20), ("三千二百", 3200), ("合计 7 条", 7), ("٣", 3),
    ],
)  # fmt: skip
def test_a_count_is_read_as_people_write_it(text, count):
    assert count_of(text) == count


@pytest.mark.parametrize(
    "text",
    ["②", "-3", "9.5", "约9", "9-12", "1,23", "九十多", "", "个", "无", "1e3", "9行5列", "99999999999999999999",
     str(LIMIT + 1), "#N/A", "2017-06-30", "万", "十百", "Ⅸ", "¹", "九九十"],
)  # fmt: skip
def test_anything_else_is_no_count(text):
    assert count_of(text) is None


@given(st.text())
def test_no_text_is_an_error_and_no_count_is_absurd(text):
    count = count_of(text)
    assert count is None or 0 <= count <= LIMIT


@given(st.integers(0, LIMIT), st.sampled_from(["{}", "{}行", "共{}条", "{:,}", " {} ", "{}.0"]))
def test_every_count_comes_back(count, shape):
    assert count_of(shape.format(count)) == count


@pytest.mark.parametrize(
    ("parts", "count"),
    [
        (["全量", "132"], 132), (["全量", "132行"], 132), (["全量132行"], 132), (["全量（132行）"], 132),
        (["全量", "132(1)"], 132), (["全量", "132", "副本"], 132), (["全量", "0"], 0),
        (["全量"], None), (["全量(2)"], None), (["全量2"], None), (["全量", "20170701"], None),
        (["全量", "0701"], None),
        (["全量", "⑥"], None), (["全量", "６"], 6),
        (["全量(改)(2)最终版"], None), (["全量", "1,234行"], 1234),
    ],
)  # fmt: skip
def test_a_count_in_a_file_name_stands_behind_the_mode(parts, count):
    assert count_in_name(parts) == count
