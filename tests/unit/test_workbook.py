"""Workbooks as cells: what the fast reader loses comes back, whoever wrote the file."""

from __future__ import annotations

import errno
import re
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter

from orchestration.workbook import xml_parts
from orchestration.workbook.sniff import sniff
from orchestration.workbook.workbook import Problem, WorkbookError, WorkbookTooLargeError, open_workbook


def rewrite(path, part, change):
    """Change one part of a workbook's zip, as another program might have written it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def cells(path, sheet="x"):
    with open_workbook(path) as workbook:
        return workbook.sheet(sheet).rows


def test_errors_and_formulas_without_a_value_are_cells_of_their_own_kind(tmp_path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "x"
    sheet["A1"], sheet["B2"] = "标题", 12
    sheet["C2"] = "=A1+1"
    sheet["D3"] = "#DIV/0!"
    sheet["F9"] = "=SUM(B2:B2)"
    book.save(path)
    rows = cells(path)
    assert rows[1][1] == 12
    assert rows[1][2] == Problem("formula", "=A1+1")
    assert rows[2][3] == Problem("error", "#DIV/0!")
    assert rows[8][5] == Problem("formula", "=SUM(B2:B2)")


def test_a_calculated_formula_is_its_value_and_a_calculated_empty_text_is_blank(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("x")
        sheet.write_formula("A1", "=1+2", value=3)
        sheet.write_formula("B1", '=""', value="")
        sheet.write_formula("C1", "=1/0", value="#DIV/0!")
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace('r="B1"', 'r="B1" t="str"'))  # as Excel does
    assert cells(path)[0][0] == 3
    assert cells(path)[0][1] == ""
    assert cells(path)[0][2] == Problem("error", "#DIV/0!")


def test_a_percentage_is_what_it_shows(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("x")
        for column, shown in enumerate(("0%", "0.00%", '0.0000"%"', "0.00")):
            sheet.write(0, column, 0.0475, book.add_format({"num_format": shown}))
        sheet.write(1, 0, "4.75%", book.add_format({"num_format": "0.00%"}))
    rows = cells(path)
    assert rows[0][:2] == ["4.75%", "4.75%"]
    assert rows[0][2:] == ["0.0475%", 0.0475]
    assert rows[1][0] == "4.75%"


def test_rows_are_numbered_from_a1_although_the_sheet_begins_lower(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("x").write("C4", "first")
    with open_workbook(path) as workbook:
        sheet = workbook.sheet("x")
    assert sheet.rows[3][2] == "first"
    assert sheet.number(3) == 4


def test_a_wrong_dimension_tag_loses_no_cell(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("x")
        sheet.write_column("A1", [1, 2, 3])
        sheet.write("D3", "far")
    rewrite(
        path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(r'<dimension ref="[^"]*"/>', '<dimension ref="A1"/>', xml)
    )
    assert cells(path)[2] == [3, "", "", "far"]


def test_hidden_rows_and_sheets_are_read_like_any_other(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("y").write("A1", 1)
        sheet = book.add_worksheet("x")
        sheet.write_column("A1", ["a", "b", "c"])
        sheet.set_row(1, options={"hidden": True})
        sheet.hide()
    assert [row[0] for row in cells(path)] == ["a", "b", "c"]


def test_a_workbook_that_counts_days_from_1904_says_so(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True, "default_date_format": "yyyy-mm-dd"}) as book:
        book.add_worksheet("x").write("A1", datetime(2017, 6, 30))
    with open_workbook(path) as workbook:
        sheet = workbook.sheet("x")
    assert sheet.is_1904
    assert sheet.rows[0][0] in {date(2017, 6, 30), datetime(2017, 6, 30)}


def test_names_with_signs_of_xml_find_their_sheet(tmp_path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "a&b<村>"
    book.active["A1"] = "=1+1"
    book.save(path)
    assert cells(path, "a&b<村>")[0][0] == Problem("formula", "=1+1")


def test_a_workbook_cut_off_in_the_middle_is_refused_not_half_read(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("x")
        for row in range(200):
            sheet.write_row(row, 0, [f"text {row} {column}" for column in range(10)])
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2])
    with pytest.raises(WorkbookError), open_workbook(path) as workbook:
        workbook.sheet("x")


def test_a_value_that_a_merged_range_covers_is_not_seen_and_not_read(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("x")
        sheet.merge_range("A1:A3", "莘田村")
        sheet.write("A2", "高山村")
        sheet.write("B1", 1)
        sheet.write("B3", 3)
    assert [row[0] for row in cells(path)] == ["莘田村", "", ""]
    assert [row[1] for row in cells(path)] == [1, "", 3]


def test_cells_without_addresses_stand_behind_each_other(tmp_path):
    path = make(tmp_path)
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(r'<(c|row) r="[^"]*"', r"<\1", xml))
    assert cells(path) == [["行政村", "利率"], ["莘田村", "4.75%"], ["", 1.0]]


def test_other_quotes_prefixes_and_blanks_between_tags_are_the_same_sheet(tmp_path):
    expected = cells(make(tmp_path))
    changes = (
        lambda xml: re.sub(r'(\s\w+)="([^"\']*)"', r"\1 = '\2'", xml),
        lambda xml: re.sub(r"(<(?:row|c|v)\b|</(?:row|c)>)", r"\n \1", xml),
        lambda xml: re.sub(r"<(/?)(\w+)", r"<\1z:\2", xml.split("?>", 1)[1]).replace(" xmlns=", " xmlns:z=", 1),
        lambda xml: re.sub(r'<c (r="[^"]*") (s="[^"]*")', r"<c \2 \1", xml),
    )
    for change in changes:
        path = make(tmp_path)
        rewrite(path, "xl/worksheets/sheet1.xml", change)
        assert cells(path) == expected


def test_a_blank_percentage_stays_blank_and_takes_nothing_from_its_neighbour(tmp_path):
    path = make(tmp_path)
    assert cells(path)[2] == ["", 1.0]
    assert cells(path)[1] == ["莘田村", "4.75%"]


def make(tmp_path):
    """A sheet with a text, a percentage, a blank percentage and a number beside it."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("x")
        percent = book.add_format({"num_format": "0.00%"})
        sheet.write_row(0, 0, ["行政村", "利率"])
        sheet.write(1, 0, "莘田村")
        sheet.write(1, 1, 0.0475, percent)
        sheet.write_blank(2, 0, None, percent)
        sheet.write(2, 1, 1)
    return path


def test_a_far_cell_is_refused_by_count_and_a_far_format_is_not_a_cell(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, bold = book.add_worksheet("x"), book.add_format({"bold": True})
        sheet.write(0, 0, 1)
        sheet.write_blank(1_048_575, 16_383, None, bold)
        sheet.write_string(1_048_574, 16_383, "  ")
    assert cells(path) == [[1.0]]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("x")
        sheet.write(0, 0, 1)
        sheet.write(99_999, 700, 1)
    with pytest.raises(WorkbookTooLargeError) as raised:
        cells(path)
    assert raised.value.cells == 100_000 * 701


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace('r="A2"', 'r="A9"', 1),
        lambda xml: xml.replace('<row r="2"', '<row r="1"', 1),
        lambda xml: xml.replace('r="B1"', 'r="A1"', 1),
        lambda xml: xml.replace("<worksheet", "<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet", 1),
        lambda xml: xml.replace("</worksheet>", ""),
        lambda xml: xml.replace("<worksheet", "<chartsheet", 1).replace("</worksheet", "</chartsheet"),
        lambda xml: re.sub(r"<v>\d+</v>", "<v>99999</v>", xml, count=1),
    ],
)
def test_a_sheet_that_contradicts_itself_is_broken(tmp_path, change):
    path = make(tmp_path)
    rewrite(path, "xl/worksheets/sheet1.xml", change)
    with pytest.raises(WorkbookError):
        cells(path)


def test_hidden_rows_and_columns_are_read_and_told(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("x")
        for row in range(4):
            sheet.write_row(row, 0, [row, row])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.write(3, 0, 7, book.add_format({"num_format": ";;;"}))
    with open_workbook(path) as workbook:
        read = workbook.sheet("x")
    assert len(read.rows) == 4
    assert read.hidden_rows == (2,)
    assert read.hidden_columns == (1,)
    assert read.concealed == ((3, 0),)


def test_readings_of_characters_are_no_text_and_escapes_are_what_they_stand_for(tmp_path):
    path = make(tmp_path)
    run = "<si><r><t>莘</t></r><r><t>田村</t></r><rPh sb='0' eb='1'><t>しん</t></rPh></si>"
    rewrite(path, "xl/sharedStrings.xml", lambda xml: xml.replace("<si><t>莘田村</t></si>", run))
    rewrite(path, "xl/sharedStrings.xml", lambda xml: xml.replace("行政村", "行政_x000D_村"))
    assert cells(path)[1][0] == "莘田村"
    assert cells(path)[0][0] == "行政\r村"


@pytest.mark.parametrize(
    ("written", "text"),
    [("_xD83D__xDE00_", "\U0001f600"), ("a_xD800_b", "a\ufffdb"), ("_xDE00_", "\ufffd"), ("_x0000_", "\0")],
)
def test_half_a_character_is_told_by_a_sign_and_two_halves_are_one(tmp_path, written, text):
    path = make(tmp_path)
    rewrite(path, "xl/sharedStrings.xml", lambda xml: xml.replace("行政村", written))
    assert cells(path)[0][0] == text


def test_the_main_part_may_be_called_otherwise_and_written_in_capitals(tmp_path):
    for old, new in (("xl/workbook.xml", "xl/workbook22.xml"), ("xl/workbook.xml", "XL/workbook.xml")):
        path = make(tmp_path)
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts.items():
                renamed = name.replace(old, new).replace("_rels/workbook.xml", f"_rels/{new.split('/')[1]}")
                archive.writestr(renamed, content.replace(old.encode(), new.encode()))
        assert sniff(path).kind == "workbook"
        assert cells(path)[1] == ["莘田村", "4.75%"]


def test_two_sheets_of_one_name_are_broken_and_none_is_taken_for_the_other(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("x", "y"):
            book.add_worksheet(name).write(0, 0, name)
    rewrite(path, "xl/workbook.xml", lambda xml: xml.replace('name="y"', 'name="x"'))
    with pytest.raises(WorkbookError), open_workbook(path):
        pass


def test_a_sheet_without_its_part_is_broken_and_not_blank(tmp_path):
    path = make(tmp_path)
    rewrite(path, "xl/_rels/workbook.xml.rels", lambda xml: xml.replace("rId1", "rId99", 1))
    with pytest.raises(WorkbookError):
        cells(path)


def test_a_column_without_width_and_a_row_without_height_are_hidden(tmp_path):
    path = make(tmp_path)
    rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("<sheetData>", '<cols><col min="2" max="2" width="0"/></cols><sheetData>').replace(
            '<row r="2"', '<row r="2" ht="0" customHeight="1"'
        ),
    )
    with open_workbook(path) as workbook:
        read = workbook.sheet("x")
    assert (read.hidden_rows, read.hidden_columns) == ((1,), (1,))


@pytest.mark.parametrize(("code", "kind"), [(errno.EIO, OSError), (errno.EINVAL, WorkbookError)])
def test_a_fault_of_the_disk_is_no_verdict_on_a_sheet(tmp_path, monkeypatch, code, kind):
    path = make(tmp_path)

    def fails(*_):
        raise OSError(code, "told by the system")

    with open_workbook(path) as workbook:
        monkeypatch.setattr(xml_parts.Package, "open", fails)
        with pytest.raises(kind, match="told by the system"):
            workbook.sheet("x")
