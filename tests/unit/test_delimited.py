"""CSV files and zips of them: encodings, delimiters, quoting, and the line each row begins on."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.submissions.delimited import UndecodableError, bundle_members, decode, read_members, read_table

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


def test_text_with_zero_bytes_is_no_table():
    with pytest.raises(UndecodableError):
        decode("序号,姓名".encode("utf-16-le"))


def test_rows_carry_the_line_they_begin_on_although_cells_hold_line_breaks():
    sheet = read_table("a.csv", '标题\r\n序号,备注\r\n1,"两\r\n行"\r\n2,x\r\n'.encode())
    assert [sheet.number(index) for index in range(4)] == [1, 2, 3, 5]
    assert sheet.rows[2] == ["1", "两\r\n行"]


def test_the_tab_file_of_excel_is_read_as_a_table():
    sheet = read_table("a.txt", "序号\t姓名\r\n1\t张，三\r\n".encode("utf-16"))
    assert sheet.rows == [["序号", "姓名"], ["1", "张，三"]]


def test_digits_wrapped_as_a_formula_are_unwrapped():
    sheet = read_table("a.csv", b'="350426202",="a""b",="",=1+1,"=""7"""\n')
    assert sheet.rows == [["350426202", 'a"b', "", "=1+1", "7"]]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending_ends_a_row(ending):
    assert read_table("a.csv", f"a,b{ending}1,2{ending}".encode()).rows == [["a", "b"], ["1", "2"]]


def test_short_rows_are_filled_up_to_the_widest():
    assert read_table("a.csv", b"a,b,c\n1\n").rows == [["a", "b", "c"], ["1", "", ""]]


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
