"""Every table and column that readers see has a Chinese name, and its comment tells name, key and reference."""

from __future__ import annotations

from collections import Counter

import pytest

from expectations.comments import Comment, read_comment
from expectations.contract import load_contracts
from expectations.published_names import column_name, load_names, table_name
from expectations.published_tables import PublishedTable, published_tables
from orchestration.release.draft import RELEASE_COLUMNS

RELEASE_INFO = PublishedTable("quality", "release_info", "", dict.fromkeys(RELEASE_COLUMNS, "string"), (), {})
TABLES = {table.qualified: table for table in (*published_tables(), RELEASE_INFO)}
# Tables of which no column identifies a row: why.
WITHOUT_KEY = {
    "reports.reconciliation": "several kinds of figures, each with a key of its own",
    "quality.release_info": "one row",
}


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_a_table_and_its_columns_have_a_name_each_and_no_two_the_same(table: PublishedTable) -> None:
    assert table_name(table.qualified)
    names = {column: column_name(table.qualified, column) for column in table.types}
    assert [column for column, name in names.items() if not name] == []
    assert [name for name, times in Counter(names.values()).items() if times > 1] == []


def test_no_two_tables_have_the_same_name() -> None:
    assert [name for name, times in Counter(map(table_name, TABLES)).items() if times > 1] == []


def test_every_name_names_something_that_is_there() -> None:
    columns = {column for table in TABLES.values() for column in table.types}
    for table, column in load_names():
        assert table or column
        assert not table or table in TABLES
        assert column in (TABLES[table].types if table else columns) or not column


def test_a_row_of_one_table_says_something_else_than_that_of_all() -> None:
    names = load_names()
    assert [key for key in names if all(key) and names.get(("", key[1])) == names[key]] == []


def test_names_are_chinese_and_hold_no_mark_of_a_comment() -> None:
    for name in load_names().values():
        assert any("一" <= sign <= "鿿" for sign in name)
        assert not set(name) & set("【】：；\n ")


def test_a_column_that_one_contract_names_is_called_so_or_says_more() -> None:
    """The name of the forms is the start: most columns that have one keep it."""
    headers: dict[str, set[str]] = {}
    for contract in load_contracts().values():
        for column in contract.columns:
            headers.setdefault(column.name, set()).add(column.header)
    named = [(column, column_name(table.qualified, column)) for table in TABLES.values() for column in table.types]
    shared = {(column, name) for column, name in named if len(headers.get(column, ())) == 1}
    kept = {(column, name) for column, name in shared if name in headers[column]}
    assert len(kept) > 0.75 * len(shared), sorted(shared - kept)


def test_every_table_has_a_key_that_its_comments_can_name() -> None:
    assert {name for name, table in TABLES.items() if not table.key} == set(WITHOUT_KEY)
    for table in TABLES.values():
        assert set(table.key) <= set(table.types)
        for target, column in table.references.values():
            assert column in TABLES[target].types


@pytest.mark.parametrize(
    ("comment", "text"),
    [
        (Comment("基金编号", "code: of the fund"), "基金编号：code: of the fund"),
        (Comment("报送期", "month", is_key=True), "报送期【主键】：month"),
        (
            Comment("报送期", "month", reference="marts.dim_period.period"),
            "报送期【见 marts.dim_period.period】：month",
        ),
        (Comment("期", "m\nn", True, "marts.dim_period.period"), "期【主键；见 marts.dim_period.period】：m\nn"),
        (Comment("", "month"), "month"),
        (Comment("", ""), ""),
    ],
)
def test_a_comment_is_read_back_as_it_was_written(comment: Comment, text: str) -> None:
    assert comment.text == text
    assert read_comment(text) == comment


@pytest.mark.parametrize("text", ["code：of the fund", "一个没有说明的注释"])
def test_a_comment_without_chinese_name_is_a_description(text: str) -> None:
    assert read_comment(text) == Comment("", text)
