"""A cell that could not be read never looks right in its message: what the eye does not see is named."""

from __future__ import annotations

import duckdb
import pytest

from expectations.contract import load_contracts
from orchestration.check.unread_cells import explain_unread, hint_of


@pytest.mark.parametrize(
    ("form", "column", "value", "told"),
    [
        ("guarantee_loans", "principal_yuan", "3O000", ["第2个字符是“O”（U+004F）", "数字0"]),
        ("guarantee_loans", "principal_yuan", "3\u041e000", ["第2个字符", "U+041E", "数字0"]),
        ("guarantee_loans", "principal_yuan", "l2000", ["第1个字符", "U+006C", "数字1"]),
        ("guarantee_loans", "principal_yuan", "3②", ["第2个字符", "U+2461"]),
        ("guarantee_loans", "borrower_id_number", "35049O196905120116", ["第6个字符", "U+004F"]),
        ("guarantee_loans", "contract_number", "DB-3504262O2-00003", ["第11个字符", "U+004F"]),
        ("households", "village_code", "高\u03bf山村", ["第2个字符", "U+03BF"]),
        ("households", "village_code", "高\ue000山村", ["第2个字符", "U+E000"]),
        ("guarantee_loans", "released_on", "0", ["日期为0"]),
        ("guarantee_loans", "released_on", "1905-07-09", ["1950年"]),
        ("guarantee_loans", "released_on", "1905年7月9日", ["1950年"]),
        ("guarantee_loans", "released_on", "2017.06", ["缺少日"]),
        ("guarantee_loans", "released_on", "201706", ["缺少日"]),
        ("households", "identified_on", "2017.1", ["10月"]),
    ],
)
def test_what_the_eye_does_not_see_is_named(form, column, value, told):
    hint = hint_of(load_contracts()[form].column(column), value)
    assert [part for part in told if part not in hint] == []


@pytest.mark.parametrize(
    ("form", "column", "value"),
    [
        ("guarantee_loans", "principal_yuan", "约三千"),
        ("guarantee_loans", "principal_yuan", "1048笔5390"),
        ("guarantee_loans", "contract_number", "DB-350426202"),
        ("guarantee_loans", "released_on", "去年底"),
        ("guarantee_loans", "released_on", "2017-02-30"),
        ("households", "village_code", "元山村"),
        ("households", "village_code", "元山村（旧）"),
        ("households", "household_attribute", "富裕户"),
        ("guarantee_loans", "borrower_id_number", "350490690512011"),
    ],
)
def test_what_can_be_seen_needs_no_hint(form, column, value):
    assert hint_of(load_contracts()[form].column(column), value) == ""


def test_many_odd_characters_are_named_up_to_three():
    assert hint_of(load_contracts()["guarantee_loans"].column("principal_yuan"), "OOOOO1").count("个字符") == 3


def test_only_findings_of_cells_are_explained_and_each_once():
    rows = [
        ("GL-02", "guarantee_loans", "principal_yuan", "3O000", "不能识别。"),
        ("GL-13", "guarantee_loans", "principal_yuan", "3O000", "大于贷款金额。"),
        ("GL-02", "guarantee_loans", "principal_yuan", "约三千", "不能识别。"),
        ("FL-04", None, None, "草稿O1", "不是任何一张报表。"),
        ("FL-02", "guarantee_loans", None, "O1", "不是可读的报表。"),
    ]
    with duckdb.connect() as connection:
        connection.execute(
            "create table finding (rule_code text, form text, column_name text, value text, message text)"
        )
        connection.executemany("insert into finding values (?, ?, ?, ?, ?)", rows)
        explain_unread(connection)
        explain_unread(connection)
        told = [message for (message,) in connection.execute("select message from finding").fetchall()]
    assert sorted(told) == sorted(
        ["不能识别。第2个字符是“O”（U+004F），不是数字0。", *(message for *_, message in rows[1:])]
    )
