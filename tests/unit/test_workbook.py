"""Workbooks as cells: what the fast reader loses comes back, whoever wrote the file."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter

from orchestration.submissions.workbook import Problem, WorkbookError, open_workbook


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
