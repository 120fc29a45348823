"""CSV files and zips of them: encodings, delimiters, quoting, and the line each row begins on."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.contract import load_contracts
from orchestration.workbook.delimited import (
    RowsUntoldError,
    UndecodableError,
    bundle_members,
    decode,
    read_members,
    read_text_table,
)
from tests.builders import csv_text

TEXT = "序号,姓名\r\n1,㛃𠅤\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_in_use_is_told_apart(encoding):
    assert decode(TEXT.encode(encoding)) == TEXT


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_utf_8_is_never_mistaken_for_gb18030(text):
    text = text.lstrip("\ufeff")
    assert decode(text.encode("utf-8")) == text


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(UndecodableError):
        decode(b"\x81\xff\xfe\x00\x01")


HOUSEHOLDS = load_contracts()["households"]
TABLE = csv_text(HOUSEHOLDS.form, [dict(HOUSEHOLDS.clean_rows[0], head_name="㛃𠅤一")])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", [TABLE, TABLE.replace(",", "\t"), f"二〇一七年贫困户登记表\r\n{TABLE}", TABLE * 200], ids=len
)
def test_utf_16_without_its_mark_is_read_where_it_can_be_nothing_else(encoding, text):
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "content",
    [
        "一,二\r\n1,2\r\n".encode("utf-16-le"),  # no header of any form
        TABLE.encode("utf-16-le") + b"\0\0" * 8,  # padded with nothing
        TABLE.encode("utf-16-le") + b"\x00\xd8\x0a\x00",  # half a character
        b"\0" + TABLE.encode("utf-16-le"),  # each byte at the place of another
        TABLE.encode("utf-8").replace(b",", b"\0,"),
        "\r\n".join(TABLE.splitlines()).encode("utf-32-le"),
    ],
)
def test_text_with_zero_bytes_that_is_not_plainly_utf_16_is_no_table(content):
    with pytest.raises(UndecodableError) as refused:
        decode(content)
    assert not isinstance(refused.value, RowsUntoldError)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_that_is_cut_off_says_so(encoding):
    with pytest.raises(RowsUntoldError) as refused:
        decode(TABLE.encode(encoding)[:-1])
    assert "不完整" in str(refused.value.notice.value)


def test_rows_carry_the_line_they_begin_on_although_cells_hold_line_breaks():
    sheet = read_text_table("a.csv", '标题\r\n序号,备注\r\n1,"两\r\n行"\r\n2,x\r\n'.encode())
    assert [sheet.number(index) for index in range(4)] == [1, 2, 3, 5]
    assert sheet.rows[2] == ["1", "两\r\n行"]


def test_the_tab_file_of_excel_is_read_as_a_table():
    sheet = read_text_table("a.txt", "序号\t姓名\r\n1\t张，三\r\n".encode("utf-16"))
    assert sheet.rows == [["序号", "姓名"], ["1", "张，三"]]


def test_digits_wrapped_as_a_formula_are_unwrapped():
    sheet = read_text_table("a.csv", b'="350426202",="a""b",="",=1+1,"=""7"""\n')
    assert sheet.rows == [["350426202", 'a"b', "", "=1+1", "7"]]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\r\r\n"])
def test_any_line_ending_ends_a_row(ending):
    assert read_text_table("a.csv", f"a,b{ending}1,2{ending}".encode()).rows == [["a", "b"], ["1", "2"]]


def test_short_rows_are_filled_up_to_the_widest():
    assert read_text_table("a.csv", b"a,b,c\n1\n").rows == [["a", "b", "c"], ["1", "", ""]]


def test_member_names_written_by_chinese_windows_are_understood(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("__MACOSX/x.csv", "")
        archive.writestr("placeholder.csv", "content")
    raw = path.read_bytes()
    name = "村\\全量.csv".encode("gb18030")
    padded = name.ljust(len("placeholder.csv"), b"x")
    path.write_bytes(raw.replace(b"placeholder.csv", padded))
    (member,) = bundle_members(path)
    assert member.startswith("村/全量.csv")
    assert [content for _, content in read_members(path, (member,))] == [b"content"]


def test_a_damaged_member_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "content" * 1000)
    content = bytearray(path.read_bytes())
    content[60:70] = bytes(10)
    path.write_bytes(content)
    with pytest.raises(UndecodableError):
        list(read_members(path, ("a.csv",)))


# --- strictly -------------------------------------------------------------------------------------


def line_of(content):
    """The line a table that cannot be cut into rows is refused at, and what is said."""
    with pytest.raises(RowsUntoldError) as refused:
        read_text_table("a.csv", content.encode())
    return refused.value.notice.row_number, refused.value.notice.value


def lines(count, **changed):
    """A table of four columns; a line may be replaced by its number (the header is line 1)."""
    rows = ["序号,姓名,金额,备注", *(f"{n},甲{n},{n}00,无" for n in range(1, count + 1))]
    for name, line in changed.items():
        rows[int(name.removeprefix("line_")) - 1] = line
    return "\r\n".join(rows) + "\r\n"


def test_a_quote_never_closed_names_the_line_on_which_it_opens():
    line, said = line_of(lines(9, line_5='4,甲4,400,"无'))
    assert line == 5
    assert "第5行的引号" in said


def test_a_quote_closed_by_the_next_quoted_cell_names_the_line_on_which_it_opens():
    assert line_of(lines(9, line_3='2,甲2,200,"无', line_6='5,"甲5",500,无'))[0] == 3


def test_a_quote_closed_at_the_end_of_a_later_line_swallows_no_row():
    assert line_of(lines(9, line_3='2,甲2,200,"无', line_6='5,甲5,500,无"'))[0] == 3


def test_a_quote_closed_in_its_own_column_of_the_next_line_swallows_no_row():
    assert line_of(lines(9, line_3='2,"甲2,200,无', line_4='3,甲3",300,无'))[0] == 3


def test_an_open_quote_behind_a_cell_with_a_line_break_names_its_own_line():
    assert line_of(lines(4, line_3='2,"甲\r\n乙",200,"无'))[0] == 4


def test_something_behind_a_closed_quote_names_its_line():
    line, said = line_of(lines(4, line_3='2,"甲"乙,200,无'))
    assert (line, "用错" in said) == (3, True)


def test_a_line_break_within_a_quoted_cell_is_no_open_quote():
    sheet = read_text_table("a.csv", lines(3, line_3='2,"甲,\r\n乙",200,无').encode())
    assert sheet.rows[2] == ["2", "甲,\r\n乙", "200", "无"]


def test_a_quote_within_an_unquoted_cell_is_text():
    assert read_text_table("a.csv", lines(2, line_3='2,5" 管,200,无').encode()).rows[2][1] == '5" 管'


def test_a_very_long_cell_is_told_as_such_and_an_open_quote_before_it_as_one():
    assert "超过131072个字符" in line_of(lines(3, line_3=f"2,{'长' * 140_000},200,无"))[1]
    assert "没有合上" in line_of(lines(9000, line_3='2,"甲2,200,无'))[1]


@pytest.mark.parametrize("mark", [",", "\t", ";", "|", "，"])
def test_the_delimiter_is_told_by_whole_lines(mark):
    rows = [mark.join(("序号", "姓名", "备注")), *(mark.join((str(n), "甲", "a/b:c")) for n in range(9))]
    assert read_text_table("a.csv", "\n".join(rows).encode()).rows[1] == ["0", "甲", "a/b:c"]


def test_other_marks_within_cells_do_not_outnumber_the_delimiter():
    text = "标题；;；;；\n序号,备注\n" + "".join(f'{n},"a;b;c;d|e|f，g，h"\n' for n in range(5))
    assert read_text_table("a.csv", text.encode()).rows[2] == ["0", "a;b;c;d|e|f，g，h"]
    text = "序号;金额;面积\n" + "".join(f"{n};1,5;2,5\n" for n in range(5))
    assert read_text_table("a.csv", text.encode()).rows[1] == ["0", "1,5", "2,5"]


def test_lines_of_two_encodings_are_refused_at_the_first_that_differs():
    content = "序号,姓名\r\n1,张三丰某\r\n".encode("gb18030") + "2,李四光某某\r\n".encode()
    with pytest.raises(RowsUntoldError) as refused:
        read_text_table("a.csv", content)
    assert refused.value.notice.row_number == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_cut_off_within_a_character_is_told_at_its_last_line(encoding):
    with pytest.raises(RowsUntoldError) as refused:
        read_text_table("a.csv", "序号,姓名\r\n1,张三\r\n2,李四".encode(encoding)[:-1])
    assert (refused.value.notice.row_number, "不完整" in str(refused.value.notice.value)) == (3, True)


@given(st.lists(st.text("三明市将乐县大田湖山村一二", min_size=1, max_size=12), min_size=1))
def test_a_table_wholly_in_gb18030_is_never_taken_for_a_mixture(cells):
    text = "序号,姓名\r\n" + "".join(f"1,{cell}\r\n" for cell in cells)
    assert decode(text.encode("gb18030")) == text


def test_the_limit_on_cells_holds_before_rows_are_filled_up():
    with pytest.raises(RowsUntoldError) as refused:
        read_text_table("a.csv", b"," * 60_000 + b"x\n" + b"x\n" * 2_000)
    assert refused.value.notice.code == "FL-07"


def test_blank_cells_behind_the_last_column_cost_nothing():
    sheet = read_text_table("a.csv", b"a,b\n" + b"," * 60_000 + b"\n" + b"x,y\n" * 2_000)
    assert {len(row) for row in sheet.rows} == {2}


@pytest.mark.parametrize(
    ("last", "count"),
    [
        ("记录数,132", 132), ("记录数：132", 132), ("合计,132行", 132), ("合计132行", 132), ("共计,132", None),
        ("合计,132", 132), ("合计,,132,66", None), ("合计,,,132", None), ("总行数,１３２,,", 132), ("记录数,②", None),
        ("共132条", 132), ("本表共132行", 132), ("以上数据合计132户", 132), ("本表共132元", None), ("记录数,", None),
        ("本表一式两份，共132页", None),
    ],
)  # fmt: skip
def test_the_last_line_may_state_how_many_rows_there_are(last, count):
    sheet = read_text_table("a.csv", f"a,b,c,d\n1,2,3,4\n{last}\n,,,\n填表人：某,,,\n".encode())
    stated = sheet.stated and sheet.stated.count
    assert stated == count
    assert (sheet.stated is not None) == (len(sheet.rows) == 4)


CELLS = st.text("甲乙3,;|\t，\"' \n.", max_size=6)


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_a_table_or_refused(content):
    try:
        sheet = read_text_table("a.csv", content)
    except UndecodableError:
        return
    assert len({len(row) for row in sheet.rows}) <= 1
    assert len(sheet.rows) == len(sheet.numbers or ()) == len(sheet.lengths)


@given(st.lists(st.lists(CELLS, min_size=5, max_size=5), min_size=1, max_size=6), st.sampled_from(",;|\t，"))
def test_what_a_writer_wrote_is_read_back_or_refused(rows, mark):
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=mark, lineterminator="\r\n").writerows([["序号", "名称", "一", "二", "三"], *rows])
    try:
        sheet = read_text_table("a.csv", written.getvalue().encode())
    except RowsUntoldError:
        return
    width = max(len(row) for row in sheet.rows)
    wanted = [[cell.strip() for cell in row][:width] for row in [["序号", "名称", "一", "二", "三"], *rows]]
    assert [[str(cell).strip() for cell in row] for row in sheet.rows] == wanted
