"""Which rows are data: repeated headers and numbering lines cost nothing, merged cells are filled or named once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter

from expectations.contract import load_contracts
from orchestration.workbook.table import read_form
from orchestration.workbook.workbook import Merged, open_workbook
from tests.builders import VILLAGE, header_text
from tests.funds import FUND_HEADERS, fund, sheet

FUNDS = load_contracts()["guarantee_funds"]
LOANS = load_contracts()["guarantee_loans"]
MEASURES = load_contracts()["assistance_measures"]
VILLAGES = load_contracts()["village_income"]


def codes(table):
    return table.texts["fund_code"]


def told(table):
    return [(notice.code, notice.value) for notice in table.notices]


@pytest.mark.parametrize(
    "marks",
    [
        "1 2 3 4 5 6 7 8",
        "甲 乙 丙 丁 1 2 3 4",
        "甲 乙 丙 丁 戊 己 庚 辛",
        "(1) (2) (3) (4) (5) (6) (7) (8)",
        "（1） （2） （3） （4） （5） （6） （7） （8）",
        "① ② ③ ④ ⑤ ⑥ ⑦ ⑧",
        "A B C D E F G H",
        "A B C D 1 2 3 4",
        "一 二 三 四 五 六 七 八",
        "1 2 3 4 5 6 7=5+6 8",
        "(1) (2) (3) (4) (5) (6) (7)=(5)+(6) (8)",
        "— 甲 乙 丙 丁 1 2 3",
        "第1栏 第2栏 第3栏 第4栏 第5栏 第6栏 第7栏 第8栏",
        "甲 乙 丙 丁 戊 1.0 2.0 3.0",
        "（一） （二） （三） （四） （五） （六） （七） （八）",
        "Ⅰ Ⅱ Ⅲ Ⅳ Ⅴ Ⅵ Ⅶ Ⅷ",
        "栏次 1 2 3 4 5 6 7",
        "0 1 2 3 4 5 6 7",
        "行次 甲 乙 丙 丁 1 2 3",
        "— — — — — 1 2 3",
    ],
)
def test_a_line_that_numbers_the_columns_is_no_data_wherever_it_stands(marks):
    line = marks.split()
    table = read_form(sheet(FUND_HEADERS, line, fund(1), line, fund(2)), FUNDS)
    assert codes(table) == ["35042620201", "35042620202"]
    assert table.notices == []


@pytest.mark.parametrize(
    "line", [["1", "2", "基金", "乡镇级"], ["1", "2"], ["3", "4", "5", "6", "7", "8", "9", "10"], ["0"] * 8]
)
def test_a_row_of_small_numbers_that_number_nothing_is_data(line):
    assert read_form(sheet(FUND_HEADERS, fund(1), line), FUNDS).rows_read == 2


def test_a_header_repeated_on_every_page_is_no_data():
    title = ["担保基金登记表"]
    spaced = [f" {text[:2]}\n{text[2:]}" for text in FUND_HEADERS]
    table = read_form(sheet(title, FUND_HEADERS, fund(1), FUND_HEADERS, fund(2), title, spaced, fund(3)), FUNDS)
    assert codes(table) == ["35042620201", "35042620202", "35042620203"]
    assert table.notices == []


def test_a_header_repeated_without_its_units_is_no_data():
    units = [header_text(c) for c in FUNDS.columns if c.required]
    bare = [c.header for c in FUNDS.columns if c.required]
    aliases = [c.aliases[0] if c.aliases else c.header for c in FUNDS.columns if c.required]
    table = read_form(sheet(units, fund(1), bare, fund(2), aliases, fund(3)), FUNDS)
    assert (table.rows_read, table.notices) == (3, [])


@pytest.mark.parametrize("word", ["全乡合计", "三村小计", "总合计：", "合计6户", "合 计（6）"])
@pytest.mark.parametrize("place", [0, 2])
def test_a_total_says_whose_it_is_or_of_how_many(word, place):
    line = ["", "", "", "", "", 3.0, 3.0, 3.0]
    line[place] = word
    table = read_form(sheet(FUND_HEADERS, fund(1), fund(2), line), FUNDS)
    assert (table.is_total, table.notices) == ([False, False, True], [])


@pytest.mark.parametrize("word", ["合计基金", "共同合计算基金", "合计划内6户"])
def test_a_name_with_a_totals_word_in_it_is_no_total(word):
    line = fund(2)
    line[2] = word
    assert read_form(sheet(FUND_HEADERS, fund(1), line), FUNDS).rows_read == 2


def test_a_header_of_two_rows_is_known_again():
    columns = [column for column in LOANS.columns if column.required]
    upper = [column.group or column.header for column in columns]
    lower = [column.header if column.group else "" for column in columns]
    data = [f"x{index}" for index in range(len(columns))]
    table = read_form(sheet(upper, lower, data, upper, lower, data), LOANS)
    assert (table.rows_read, table.notices) == (2, [])


def test_a_second_header_with_other_columns_is_not_passed_over():
    table = read_form(sheet(FUND_HEADERS, fund(1), FUND_HEADERS[::-1], fund(2)[::-1]), FUNDS)
    assert table.rows_read == 3


def test_a_second_small_table_below_is_one_finding_and_no_lost_row_of_the_form():
    small = [["村名", "户数"], ["莘田村", 12.0], ["高山村", 9.0]]
    table = read_form(sheet(FUND_HEADERS, fund(1), [""], *small), FUNDS)
    assert (table.rows_read, told(table)) == (1, [("FL-18", "3")])


def merged_measures(first_row, last_row, name, **values):
    columns = [column for column in MEASURES.columns if column.required or column.name == name]
    index = next(index for index, column in enumerate(columns) if column.name == name)
    rows = [[column.header for column in columns]]
    for number in range(4):
        row = [values.get(column.name, f"{column.name}{number}") for column in columns]
        if first_row < len(rows) <= last_row:
            row[index] = ""
        rows.append(row)
    return read_form(sheet(*rows, merged=(Merged(first_row, index, last_row, index),)), MEASURES)


@pytest.mark.parametrize("name", ["village_code", "household_code", "head_name", "sequence"])
def test_a_merged_cell_is_filled_down_over_its_rows_and_no_further(name):
    table = merged_measures(1, 3, name)
    assert table.texts[name] == [f"{name}0"] * 3 + [f"{name}3"]
    assert table.notices == []


@pytest.mark.parametrize("name", ["funds_yuan", "measure_code", "started_on", "ended_on"])
def test_a_merged_column_that_cannot_be_filled_is_one_finding_with_its_range(name):
    table = merged_measures(2, 4, name)
    (notice,) = table.notices
    index = [column.name for column in MEASURES.columns if column.required or column.name == name].index(name)
    letter = "ABCDEFGHIJ"[index]
    assert (notice.code, notice.cell, notice.value) == ("FL-31", f"{letter}3:{letter}5", MEASURES.column(name).header)
    assert table.is_refused


def test_cells_merged_across_two_columns_of_a_row_of_data_are_named():
    table = read_form(sheet(FUND_HEADERS, fund(1), fund(2), merged=(Merged(2, 6, 2, 7),)), FUNDS)
    assert [(notice.code, notice.cell) for notice in table.notices] == [("FL-31", "G3:H3")]


def test_merges_of_titles_totals_and_empty_cells_cost_nothing():
    areas = (Merged(0, 0, 0, 7), Merged(3, 0, 3, 2), Merged(2, 3, 2, 4), Merged(6, 0, 9, 7))
    rows = [["担保基金登记表"], FUND_HEADERS, [*fund(1)[:3], "", "", 1.0, 2.0, 3.0], ["合计"], [""], [""], ["注：无"]]
    table = read_form(sheet(*rows, [""], [""], [""], merged=areas), FUNDS)
    assert (table.rows_read, table.notices) == (1, [])


def test_many_merges_of_a_column_are_one_finding_with_their_number():
    areas = tuple(Merged(row, 3, row + 1, 3) for row in range(1, 21, 2))
    table = read_form(sheet(FUND_HEADERS, *(fund(n) for n in range(20)), merged=areas), FUNDS)
    (notice,) = table.notices
    assert notice.cell == "D2:D3、D4:D5、D6:D7、D8:D9、D10:D11 等 10 处"


def test_a_village_merged_over_its_rows_in_a_real_workbook_is_read_for_each(tmp_path):
    columns = [column for column in MEASURES.columns if column.required]
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        written = book.add_worksheet(MEASURES.title)
        written.write_row(0, 0, [header_text(column) for column in columns])
        for row in range(1, 4):
            written.write_row(row, 0, ["", *(f"{column.name}{row}" for column in columns[1:])])
        written.merge_range(1, 0, 3, 0, VILLAGE)
    with open_workbook(path) as workbook:
        table = read_form(workbook.sheet(MEASURES.title), MEASURES)
    assert table.texts["village_code"] == [VILLAGE] * 3
    assert table.notices == []


@pytest.mark.parametrize(
    ("cell", "is_1904", "text", "kind"),
    [
        (date(1905, 7, 9), False, "2017", "number"),
        (datetime(1905, 7, 9, 1, 26, 24), False, "2017.06", "number"),
        (datetime(1905, 7, 9, 2, 24), False, "2017.1", "number"),
        (datetime(1909, 7, 10, 1, 26, 24), True, "2017.06", "number"),
        (date(2452, 3, 31), False, "201706", "number"),
        (date(1900, 1, 6), False, "6", "number"),
        (datetime(1900, 1, 6, 7, 12), False, "6.3", "number"),
        (time(0, 0), False, "0", "number"),
        (timedelta(0), False, "0", "number"),
        (timedelta(days=42916), False, "42916", "number"),
        (date(1950, 1, 1), False, "1950-01-01", "date"),
        (date(2017, 6, 30), False, "2017-06-30", "date"),
        (datetime(2017, 6, 30, 18, 0), False, "2017-06-30 18:00:00", "date"),
        (date(9999, 12, 31), False, "9999-12-31", "date"),
        (time(12, 30), False, "12:30:00", "date"),
    ],
)
def test_a_date_cell_far_from_our_days_is_the_number_that_was_typed(cell, is_1904, text, kind):
    data = fund(1)
    data[4] = cell
    found = sheet(FUND_HEADERS, data)
    found.is_1904 = is_1904
    table = read_form(found, FUNDS)
    assert (table.texts["founded_on"], table.kinds["founded_on"]) == ([text], [kind])


def test_a_number_column_shows_what_its_cell_shows_even_as_a_date_or_a_duration():
    data = [*fund(1)[:5], date(1900, 1, 4), timedelta(days=2, hours=3), float("nan")]
    table = read_form(sheet(FUND_HEADERS, data), FUNDS)
    texts = [
        table.texts[n][0] for n in ("fund_amount_yuan", "guaranteed_outstanding_yuan", "cumulative_guaranteed_yuan")
    ]
    assert texts == ["1900-01-04", "51:00:00", "#NUM!"]


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u202d", "\u00ad", "\xa0", "\u2060", "\ufe0f"])
def test_a_header_a_total_and_a_blank_are_known_with_an_invisible_character_in_them(mark):
    headers = [f"{text[:1]}{mark}{text[1:]}{mark}" for text in FUND_HEADERS]
    table = read_form(sheet(headers, fund(1), [f"{mark}合{mark}计"], [mark], [f"{mark}填表人："]), FUNDS)
    assert (codes(table)[0], table.rows_read, table.notices) == ("35042620201", 1, [])


def test_a_header_with_an_error_in_it_is_named_as_the_clerk_sees_it(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        written = book.add_worksheet("x")
        written.write_row(0, 0, FUND_HEADERS)
        written.write_formula(0, len(FUND_HEADERS), "=NA()", value="#N/A")
        written.write_row(1, 0, fund(1))
    with open_workbook(path) as workbook:
        table = read_form(workbook.sheet("x"), FUNDS)
    assert told(table) == [("FL-15", "#N/A")]


def test_a_key_merged_over_two_rows_is_named_because_it_names_one_thing_twice():
    columns = [column for column in VILLAGES.columns if column.required]
    rows = [[column.header for column in columns], [VILLAGE, *"是123456否"], ["", *"是123456否"]]
    table = read_form(sheet(*rows, merged=(Merged(1, 0, 2, 0),)), VILLAGES)
    assert [notice.code for notice in table.notices] == ["FL-31"]


@pytest.mark.parametrize("mark", ["*", "：", "**"])
def test_a_mark_without_a_word_above_the_keys_is_no_header_to_repeat(mark):
    table = read_form(sheet(["", mark], FUND_HEADERS, fund(1), fund(2)), FUNDS)
    assert (table.rows_read, table.notices) == (2, [])


@pytest.mark.parametrize("written", ["{}①", "{}※", "{}²", "{} ③", "1.{}", "（2）{}", "③{}", "4、{}", "5 {}", "6){}①"])
def test_a_footnote_or_a_number_at_a_header_is_no_part_of_its_name(written):
    headers = [written.format(text) for text in FUND_HEADERS]
    table = read_form(sheet(headers, fund(1)), FUNDS)
    assert (codes(table), table.factors["fund_amount_yuan"], table.notices) == (["35042620201"], 10000, [])


def test_a_name_with_a_figure_behind_it_may_be_another_column():
    headers = [*FUND_HEADERS[:-1], f"{FUND_HEADERS[-1]}2"]
    assert ("FL-15", headers[-1]) in told(read_form(sheet(headers, fund(1)), FUNDS))


def test_a_header_far_down_is_found():
    table = read_form(sheet(*([""] for _ in range(40)), FUND_HEADERS, fund(1)), FUNDS)
    assert (codes(table), table.notices) == (["35042620201"], [])


def test_a_total_is_known_where_the_numbers_of_the_rows_stand_last():
    line = ["合计", "", "", "", "", 1.0, 1.0, 1.0]
    rows = [row[::-1] for row in (FUND_HEADERS, fund(1), line)]
    assert read_form(sheet(*rows), FUNDS).is_total == [False, True]


@pytest.mark.parametrize("note", ["说明：1、本表由村填报；", "审核：某某", "填表：某某", "经办："])
def test_a_note_below_the_keys_is_no_data(note):
    table = read_form(sheet(FUND_HEADERS, fund(1), ["", note], ["", "", note, "", "2017-06-30"]), FUNDS)
    assert (codes(table), table.notices) == (["35042620201"], [])
