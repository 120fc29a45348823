"""Text tables whose rows do not fit their header, and returns that were not read whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.contract import load_contracts
from orchestration.read.wholeness import judge_whole
from orchestration.receive.archive import FormNotice
from orchestration.workbook.delimited import RowsUntoldError, read_text_table
from orchestration.workbook.row_shape import headless_notice, shape_notices
from orchestration.workbook.table import read_form
from orchestration.workbook.workbook import Sheet
from tests.builders import header_text

CONTRACT = load_contracts()["cooperatives"]
COLUMNS = [column for column in CONTRACT.columns if column.name != "row_action"]
HEADER = [header_text(column) for column in COLUMNS]
MONEY = next(index for index, column in enumerate(COLUMNS) if column.unit == "yuan")


def row(number, **cells):
    filled = [f"{number}-{index}" for index in range(len(HEADER))]
    for index, cell in cells.items():
        filled[int(index.removeprefix("c"))] = cell
    return filled


def text(*rows, header=None):
    return "".join(",".join(cells) + "\r\n" for cells in (header or HEADER, *rows)).encode()


def shapes(content):
    sheet = read_text_table("a.csv", content)
    return [(notice.row_number, notice.value) for notice in shape_notices(sheet, read_form(sheet, CONTRACT))]


def whole(content, mode="full", count=None):
    sheet = read_text_table("a.csv", content)
    notice = FormNotice(form="cooperatives", mode=mode, sheets=("a.csv",), control_rows=count)
    return judge_whole(notice, [sheet], [read_form(sheet, CONTRACT)])


def codes(notices):
    return [notice.code for notice in notices]


# --- rows and header ------------------------------------------------------------------------------


def test_rows_as_long_as_the_header_are_fine():
    assert shapes(text(row(1), row(2), row(3))) == []


def test_an_amount_with_an_unquoted_thousands_mark_names_its_lines():
    split = row(2)
    split[MONEY : MONEY + 1] = ["8", "000"]
    ((line, said),) = shapes(text(row(1), split, row(3), split))
    assert line == 3
    assert "第3、5行比表头的" in said


def test_a_shifted_row_is_found_although_its_last_cells_are_blank():
    split = row(2, **{f"c{len(HEADER) - 1}": ""})
    split[MONEY : MONEY + 1] = ["8", "000"]
    assert [line for line, _ in shapes(text(row(1), split, row(3)))] == [3]


def test_thousands_marks_on_every_row_are_no_blank_last_column():
    rows = []
    for number in range(1, 6):
        cells = row(number, **{f"c{len(HEADER) - 1}": ""})
        cells[MONEY : MONEY + 1] = [str(number), "500"]
        rows.append(cells)
    assert [line for line, _ in shapes(text(*rows))] == [2]
    assert [line for line, _ in shapes(text(*rows, header=[*HEADER, ""]))] == [2]


def test_a_delimiter_behind_every_row_costs_nothing():
    assert shapes(text(*([*row(n), ""] for n in range(1, 5)))) == []
    assert shapes(text(*([*row(n), ""] for n in range(1, 5)), header=[*HEADER, ""])) == []
    assert shapes(text(*(row(n) for n in range(1, 5)), header=[*HEADER, ""])) == []


@pytest.mark.parametrize("place", [1, 2])
def test_a_row_cut_by_another_mark_names_its_line_and_is_no_note(place):
    rows = [row(1), row(2), row(3)]
    rows[place] = [";".join(rows[place])]
    ((line, said),) = shapes(text(*rows))
    assert (line, "没有分成列" in said) == (place + 2, True)


def test_a_note_with_marks_in_it_is_no_row():
    assert shapes(text(row(1), row(2), ["填表人：某；审核人：某"])) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (text(row(1), row(2)).replace(b",", "、".encode()), "每行只有一个单元格"),
        ("合作社\r\n莘田村\r\n".encode(), "每行只有一个单元格"),
        (b"", "每行只有一个单元格"),
        (text(row(1), header=row(2)), "没有找到表头"),
        (text(row(1)).decode().encode("hz"), "没有找到表头"),
    ],
    ids=["、", "one column", "nothing", "no header", "another encoding"],
)
def test_a_text_table_without_a_header_says_what_it_lacks(content, said):
    sheet = read_text_table("a.csv", content)
    assert read_form(sheet, CONTRACT).is_headless
    assert said in headless_notice(sheet, CONTRACT).value


def test_a_row_that_lost_a_delimiter_names_its_line():
    short = row(2)
    short[3:5] = [" ".join(short[3:5])]
    ((line, said),) = shapes(text(row(1), short, row(3)))
    assert (line, "少" in said) == (3, True)


def test_a_header_with_one_name_too_many_moves_every_row_and_is_refused():
    assert [line for line, _ in shapes(text(row(1), row(2), header=[*HEADER[:2], "多余", *HEADER[2:]]))] == [2]


def test_the_block_that_excel_writes_without_its_blank_last_columns_is_fine():
    rows = [row(n) for n in range(1, 16)]  # with the header the first sixteen rows
    rows += [row(n)[:-1] for n in range(16, 32)]
    assert shapes(text(*rows)) == []
    rows[20] = [*rows[20][:3], *rows[20][4:]]
    assert [line for line, _ in shapes(text(*rows))] == [22]


def test_a_last_line_that_was_cut_off_is_named():
    assert [line for line, _ in shapes(text(row(1), row(2), row(3)[:4]))] == [4]


def test_blank_rows_and_footers_need_no_length():
    content = text(row(1), row(2)) + "合计\r\n填表人：某\r\n\r\n,,,\r\n".encode()
    assert shapes(content) == []


def test_a_second_header_in_another_order_names_its_line_and_the_same_header_does_not():
    moved = [HEADER[1], HEADER[0], *HEADER[2:]]
    ((line, said),) = shapes(text(row(1), moved, row(2)))
    assert (line, "又出现一次" in said) == (3, True)
    assert not any("又出现一次" in said for _, said in shapes(text(row(1), HEADER, row(2))))


@settings(deadline=None)
@given(st.integers(1, 30), st.data())
def test_no_row_with_a_cell_too_many_or_too_few_is_ever_passed_over(count, data):
    rows = [row(n) for n in range(1, count + 2)]
    place = data.draw(st.integers(0, count))
    cell = data.draw(st.integers(0, len(HEADER) - 1))
    if data.draw(st.booleans()):
        rows[place].insert(cell, "7")
    else:
        del rows[place][cell]
    assert place + 2 in [line for line, _ in shapes(text(*rows))]


# --- counts ---------------------------------------------------------------------------------------


def test_a_whole_csv_without_a_record_count_is_asked_about_and_a_correction_is_not():
    assert codes(whole(text(row(1), row(2)))) == ["FL-30"]
    assert whole(text(row(1), row(2)), mode="correction") == []


def test_a_count_in_the_name_or_in_the_last_line_is_enough():
    assert whole(text(row(1), row(2)), count=2) == []
    assert whole(text(row(1), row(2)) + "记录数,2\r\n".encode()) == []


def test_a_csv_with_fewer_rows_than_it_says_is_not_whole():
    (notice,) = whole(text(row(1), row(2)), count=3)
    assert notice.code == "FL-27"
    assert "文件名写明3行，只读到第2行到第3行的2行数据" in str(notice.value)
    assert codes(whole(text(row(1)) + "记录数,2\r\n".encode())) == ["FL-27"]


def test_a_csv_with_more_rows_than_it_says_lost_none_and_is_asked_about():
    (notice,) = whole(text(row(1), row(2), row(3)), count=2)
    assert (notice.code, notice.value) == ("FL-14", "3 行")
    assert "第2行到第4行" in notice.expected


def test_a_count_at_the_end_that_cannot_be_read_is_told_with_its_line():
    (notice,) = whole(text(row(1)) + "记录数,②\r\n".encode())
    assert (notice.code, notice.row_number, notice.value) == ("FL-29", 3, "②")


def test_rows_below_a_blank_line_are_told_once_and_by_the_mode():
    content = text(row(1), row(2), [], row(3))
    (notice,) = whole(content, count=3)
    assert (notice.code, notice.cell) == ("FL-27", "A5")
    assert codes(whole(content, mode="correction")) == ["FL-18"]


def test_rows_below_the_end_are_no_loss_when_the_count_agrees_with_the_rows_read():
    assert codes(whole(text(row(1), row(2), [], row(9)), count=2)) == ["FL-18"]


def test_a_row_below_the_total_that_repeats_a_row_read_is_no_loss():
    content = text(row(1), row(2), ["合计"], row(1))
    assert codes(whole(content, count=3)) == ["FL-18"]
    assert codes(whole(text(row(1), row(2), ["合计"], row(3)), count=3)) == ["FL-27"]


def test_a_count_on_the_cover_of_a_workbook_that_differs_is_asked_about():
    sheet = Sheet("合作社登记表", [list(HEADER), *(list(row(n)) for n in (1, 2))])
    notice = FormNotice(form="cooperatives", mode="full", sheets=(sheet.name,), control_rows=9)
    (told,) = judge_whole(notice, [sheet], [read_form(sheet, CONTRACT)])
    assert (told.code, told.value) == ("FL-14", "2 行")
    assert "封面填写；系统数的是第2行到第3行的2行数据" in told.expected


@pytest.mark.parametrize("kept", [1, 2, 5, 8])
def test_a_file_cut_off_anywhere_is_never_taken_for_the_whole(kept):
    content = text(*(row(n) for n in range(1, 10)))
    cut = content[: len(content) * kept // 9]
    try:
        assert shapes(cut) or "FL-27" in codes(whole(cut, count=9))
    except RowsUntoldError as error:
        assert "不完整" in str(error.notice.value)
