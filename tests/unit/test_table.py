"""Cells → rows: headers found by names, totals and notes told from data, columns as text."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from expectations.contract import load_contracts
from orchestration.workbook.headers import locate
from orchestration.workbook.table import column_kinds, column_texts, form_hash, read_form
from orchestration.workbook.workbook import Problem, open_workbook
from tests.builders import HOUSEHOLD, VILLAGE, make_workbook
from tests.funds import FUND_HEADERS, fund, sheet

HOUSEHOLDS = load_contracts()["households"]
FUNDS = load_contracts()["guarantee_funds"]
LOANS = load_contracts()["guarantee_loans"]
MEMBERS = load_contracts()["members"]
VILLAGES = load_contracts()["village_income"]


def codes(table):
    return table.texts["fund_code"]


def notices(table, code):
    return [notice for notice in table.notices if notice.code == code]


def test_a_clerks_workbook_gives_its_rows_with_their_numbers(tmp_path):
    rows = [{"sequence": n, "village_code": VILLAGE, "household_code": HOUSEHOLD, "person_count": n} for n in (1, 2)]
    path = make_workbook(tmp_path / "a.xlsx", forms={"households": rows})
    with open_workbook(path) as workbook:
        table = read_form(workbook.sheet(HOUSEHOLDS.title), HOUSEHOLDS)
    assert (table.row_numbers, table.is_total, table.rows_read) == ([4, 5, 6], [False, False, True], 2)
    assert table.texts["person_count"][:2] == ["1", "2"]
    assert table.notices == []
    assert table.header_rows["household_code"] == 3


def test_the_header_is_found_below_any_title_and_in_any_order_of_columns():
    table = read_form(sheet(["担保基金登记表"], ["填报单位：溪尾乡"], [""], FUND_HEADERS[::-1], fund(1)[::-1]), FUNDS)
    assert codes(table) == ["35042620201"]
    assert table.row_numbers == [5]


def test_groups_over_two_header_rows_are_flattened_and_the_group_named_like_a_column_stays_a_group():
    upper = [
        "序号",
        "行政村",
        "是否建档立卡贫困村",
        "村集体经济收入",
        "",
        "",
        "",
        "",
        "",
        "是否空壳村",
    ]
    lower = ["", "", "", "经营收入", "发包及上交收入", "投资收益", "补助收入", "其他收入", "合计", ""]
    table = read_form(sheet(upper, lower, [1, VILLAGE, "是", 1, 2, 3, 4, 5, 15, "否"]), VILLAGES)
    assert table.notices == []
    assert table.texts["operating_income_yuan"] == ["1"]
    assert table.texts["total_income_yuan"] == ["15"]


@pytest.mark.parametrize("mark", [".", "-", ""])
def test_a_single_header_row_may_carry_the_group_in_front(mark):
    headers = [
        "行政村",
        "是否建档立卡贫困村",
        *(
            f"村集体经济收入{mark}{c}"
            for c in ("经营收入", "发包及上交收入", "投资收益", "补助收入", "其他收入", "合计")
        ),
        "是否空壳村",
    ]
    table = read_form(sheet(headers, [VILLAGE, "是", 1, 2, 3, 4, 5, 15, "否"]), VILLAGES)
    assert table.notices == []
    assert table.texts["total_income_yuan"] == ["15"]


def test_headers_are_known_by_alias_with_line_breaks_stars_and_full_width_signs():
    headers = [
        "序号",
        "*基金\n编号",
        "基金名称 ",
        "基金层级：",
        "成立时间",
        "基金规模(万元)",
        "在保余额（万元）",
        "累计担保贷款",
    ]
    assert codes(read_form(sheet(headers, fund(1)), FUNDS)) == ["35042620201"]


@pytest.mark.parametrize(
    ("header", "line", "factor"),
    [
        ("基金规模（万元）", "", 10000),
        ("基金规模（元）", "", 1),
        ("基金规模", "", 10000),
        ("基金规模", "单位：溪尾乡", 10000),
        ("基金规模", "金额单位：万元", 10000),
    ],
)
def test_the_unit_comes_from_the_header_then_the_unit_line_then_the_contract(header, line, factor):
    headers = [header if text.startswith("基金规模") else text for text in FUND_HEADERS]
    assert read_form(sheet([line], headers, fund(1)), FUNDS).factors["fund_amount_yuan"] == factor


def test_a_column_in_a_unit_it_cannot_be_read_in_refuses_the_form_with_its_cell_and_text():
    headers = [text.replace("基金规模（万元）", "基金规模（亩）") for text in FUND_HEADERS]
    table = read_form(sheet(headers, fund(1)), FUNDS)
    (found,) = table.notices
    assert (found.code, found.cell, table.is_refused) == ("FL-25", "F1", True)
    assert found.value == "F1“基金规模（亩）”写的单位“亩”不能用于该列"


def test_two_units_that_contradict_each_other_refuse_the_form_with_both_places_in_one_finding():
    headers = [text.replace("万元", "元") for text in FUND_HEADERS]
    table = read_form(sheet(["单位：万元"], headers, fund(1)), FUNDS)
    (found,) = table.notices
    assert (found.code, found.cell) == ("FL-25", "F2、G2、H2、A1")
    assert found.value.startswith("F2“基金规模（元）”、G2“在保余额（元）”、A1“单位：万元”等4处写的单位不一致")
    assert "基金规模" in found.expected


def test_a_name_that_goes_on_behind_its_bracket_is_another_column():
    headers = [text.replace("基金规模（万元）", "基金规模（万元）占比") for text in FUND_HEADERS]
    found = read_form(sheet(headers, fund(1)), FUNDS).notices
    assert [(notice.code, notice.value) for notice in found] == [
        ("FL-15", "基金规模（万元）占比"),
        ("FL-05", "基金规模"),
    ]


def test_a_header_of_another_unit_beside_the_column_itself_is_a_column_nobody_asked_for():
    table = read_form(sheet([*FUND_HEADERS, "基金规模（户）"], [*fund(1), 3]), FUNDS)
    assert [(notice.code, notice.cell) for notice in table.notices] == [("FL-15", "I1")]
    assert table.texts["fund_amount_yuan"] == ["100"]


def test_a_missing_required_column_an_unknown_and_a_doubled_one_are_named_with_their_cells():
    headers = [*FUND_HEADERS[:4], "成立年月", *FUND_HEADERS[5:], "基金编号"]
    header = locate(sheet(headers, fund(1)), FUNDS)
    found = {(notice.code, notice.value, notice.cell) for notice in header.notices}
    assert found == {("FL-05", "成立时间", None), ("FL-15", "成立年月", "E1"), ("FL-19", "基金编号", "B1、I1")}


def test_many_unknown_columns_are_told_once():
    others = [f"其他{number}" for number in range(50)]
    table = read_form(sheet([*FUND_HEADERS, *others], [*fund(1), *others]), FUNDS)
    (notice,) = table.notices
    assert (notice.code, notice.cell) == ("FL-15", "I1、J1、K1、L1、M1等50处")
    assert "“其他0”、“其他1”" in notice.finding("s", "a.xlsx", None, None).message


def test_the_same_name_in_two_groups_is_told_apart_by_the_group():
    columns = [column for column in LOANS.columns if column.required or column.name == "overdue_yuan"]
    upper = [*(column.group or column.header for column in columns), "原贷款情况"]
    lower = [*(column.header if column.group else "" for column in columns), "逾期金额"]
    data = [*(f"of {column.name}" for column in columns), "999"]
    table = read_form(sheet(upper, lower, data), LOANS)
    assert table.texts["overdue_yuan"] == ["of overdue_yuan"]
    assert [notice.code for notice in table.notices] == ["FL-15"]


def test_a_sheet_without_any_header_misses_all_required_columns_in_one_finding():
    table = read_form(sheet(["随便写的"], ["一些话"]), FUNDS)
    assert [notice.code for notice in table.notices] == ["FL-05"]
    assert "基金编号" in table.notices[0].value


def test_totals_between_villages_and_at_the_end_are_no_data():
    total = ["合  计", "", "", "", "", 200.0, 120.0, 240.0]
    table = read_form(sheet(FUND_HEADERS, fund(1), ["小计"], fund(2), ["小计"], total), FUNDS)
    assert codes(table) == ["35042620201", "", "35042620202", "", ""]
    assert table.is_total == [False, True, False, True, True]
    assert table.notices == []


def test_a_total_above_the_data_ends_nothing():
    table = read_form(sheet(FUND_HEADERS, ["合计", "", "", "", "", 200.0], fund(1), fund(2)), FUNDS)
    assert table.rows_read == 2


def test_footers_and_notes_are_no_data():
    foot = [["填表人：某", "", "", "审核人：某"], ["注：本表一式两份"], ["备注", "", "无"]]
    table = read_form(sheet(FUND_HEADERS, fund(1), ["合计"], *foot), FUNDS)
    assert (table.rows_read, table.notices) == (1, [])
    assert read_form(sheet(FUND_HEADERS, fund(1), *foot), FUNDS).rows_read == 1


def test_a_row_that_numbers_the_columns_is_no_data():
    numbering = [float(number) for number in range(1, len(FUND_HEADERS) + 1)]
    assert codes(read_form(sheet(FUND_HEADERS, numbering, fund(1)), FUNDS)) == ["35042620201"]


def test_rows_below_a_blank_row_or_the_total_are_not_read_but_reported_with_their_place():
    for gap in ([""], ["合计"]):
        table = read_form(sheet(FUND_HEADERS, fund(1), gap, fund(2), fund(3), ["填表人："]), FUNDS)
        assert table.rows_read == 1
        (lost,) = notices(table, "FL-18")
        assert (lost.row_number, lost.cell, lost.value) == (4, "A4", "2")


def test_a_total_below_a_blank_row_still_controls():
    table = read_form(sheet(FUND_HEADERS, fund(1), [""], ["合计"], ["填表人："]), FUNDS)
    assert table.is_total == [False, True]


def test_a_row_without_its_key_is_data_as_long_as_more_is_filled_in():
    broken = ["2", "", "基金", "乡镇级", "", 1.0]
    table = read_form(sheet(FUND_HEADERS, fund(1), broken, fund(3)), FUNDS)
    assert codes(table) == ["35042620201", "", "35042620203"]


def test_merged_household_cells_are_repeated_within_the_household_only():
    headers = [column.header for column in MEMBERS.columns if column.required]
    places = {column.name: index for index, column in enumerate(c for c in MEMBERS.columns if c.required)}

    def member(household, village, person):
        row = [""] * len(headers)
        row[places["household_code"]], row[places["village_code"]] = household, village
        row[places["person_code"]], row[places["name"]], row[places["sex"]] = person, "甲乙", "男"
        return row

    first, second = HOUSEHOLD, HOUSEHOLD[:-1] + "2"
    rows = [
        member(first, VILLAGE, first + "001"),
        member("", "", first + "002"),
        member(second, "", second + "001"),
        member("", "", "3504262022030009" + "001"),
    ]
    table = read_form(sheet(headers, *rows), MEMBERS)
    assert table.texts["household_code"] == [first, first, second, ""]
    assert table.texts["village_code"] == [VILLAGE, VILLAGE, "", ""]


def test_cells_are_written_as_excel_shows_them():
    values = (
        3.0,
        0.1 + 0.2,
        350490196808151234.0,
        1e-7,
        25100.000000000004,
        True,
        date(2017, 6, 30),
        datetime(2017, 6, 30),
        datetime(2017, 6, 30, 8, 5),
        "文",
        Problem("error", "#N/A"),
        7,
    )
    assert column_texts(values) == [
        "3",
        "0.3",
        "350490196808151000",
        "0.0000001",
        "25100",
        "TRUE",
        "2017-06-30",
        "2017-06-30",
        "2017-06-30 08:05:00",
        "文",
        "#N/A",
        "7",
    ]
    assert column_kinds(values) == [
        "number",
        "number",
        "number",
        "number",
        "number",
        "text",
        "date",
        "date",
        "date",
        "text",
        "error",
        "number",
    ]


def test_equal_cells_have_equal_hashes_whatever_the_layout_and_other_units_or_words_do_not():
    one = read_form(sheet(FUND_HEADERS, fund(1), ["合计"]), FUNDS)
    same = read_form(sheet(["title"], FUND_HEADERS[::-1], fund(1)[::-1]), FUNDS)
    other_unit = read_form(sheet([h.replace("规模（万元）", "规模（元）") for h in FUND_HEADERS], fund(1)), FUNDS)
    other_cell = read_form(sheet(FUND_HEADERS, fund(1, amount=101.0)), FUNDS)
    hashes = [form_hash([table], FUNDS, "full") for table in (one, same, other_unit, other_cell)]
    assert hashes[0] == hashes[1]
    assert len({*hashes, form_hash([one], FUNDS, "correction")}) == 4


def test_a_row_of_units_may_be_labelled_as_one():
    units = ["计量单位", "", "", "", "", "万元", "万元", "万元"]
    table = read_form(sheet(["担保基金登记表"], FUND_HEADERS, units, fund(1)), FUNDS)
    assert (table.rows_read, codes(table)) == (1, ["35042620201"])
