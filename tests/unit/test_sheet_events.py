"""A sheet as any program may write it: the same cells wherever blanks, comments and breaks stand between its tags."""

from __future__ import annotations

import gc
import re

import openpyxl
import pytest
import xlsxwriter

from orchestration.workbook import xml_tree
from orchestration.workbook.workbook import Problem, WorkbookError, open_workbook
from tests.unit.test_workbook import cells, rewrite

_PART = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

# what stands in a sheet's data → it is compared with what openpyxl reads there
_DATA = {
    "plain": '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>12.5</v></c></row>',
    "gaps": '<row r="2"><c r="B2"><v>1</v></c><c r="D2"><v>2</v></c></row><row r="4"><c r="C4"><v>3</v></c></row>',
    "blanks with a style": '<row r="1"><c r="A1" s="0"/><c r="B1" s="0"/><c r="C1"><v>1</v></c><c r="D1" s="0"/></row>',
    "kind n": '<row r="1"><c r="A1" t="n"><v>1</v></c><c r="B1" t="n"><v>2</v></c></row>',
    "truths": '<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1"><v>3</v></c></row>',
    "text in place": '<row r="1"><c r="A1" t="inlineStr"><is><t>甲 </t></is></c><c r="B1"><v>3</v></c></row>',
    "runs in place": (
        '<row r="1"><c r="A1" t="inlineStr"><is><r><rPr><b/><sz val="11"/></rPr><t>甲</t></r><r><t>乙</t></r></is></c>'
        '<c r="B1"><v>3</v></c></row>'
    ),
    "readings in place": (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t><rPh sb="0" eb="1"><t>jia</t></rPh></is></c></row>'
    ),
    "texts of formulas": (
        '<row r="1"><c r="A1" t="str"><f>B1&amp;""</f><v>甲</v></c><c r="B1"><f>1+1</f><v>2</v></c></row>'
    ),
    "formula behind its value": '<row r="1"><c r="A1"><v>5</v><f>2+3</f></c><c r="B1"><v>1</v></c></row>',
    "parts of a text": (
        '<row r="1"><c r="A1" t="str"><v>a&amp;b&#x7532;<![CDATA[<&]]></v></c><c r="B1"><v>1</v></c></row>'
    ),
    "empty rows": '<row r="1"/><row r="2"><c r="A2"><v>1</v></c></row><row r="3" hidden="1"/>',
    "places unsaid": '<row><c><v>1</v></c><c/><c><v>2</v></c></row><row><c t="s"><v>0</v></c></row>',
    "tags of others": (
        '<row r="1"><c r="A1"><v>1</v><extLst><ext uri="o" xmlns:o="o"><o:v>9</o:v></ext></extLst></c>'
        '<c r="B1"><v>2</v></c><extLst><ext uri="o" xmlns:o="o"><o:c r="Z1"><o:v>9</o:v></o:c></ext></extLst></row>'
    ),
    "far columns": '<row r="1"><c r="AAB1"><v>1</v></c></row>',
}
_WRITERS = {
    "as it is": lambda data: data,
    "blanks between tags": lambda data: re.sub(r"(?<=[^\]]>)(?=<(?!t|/t|!))", "\n  ", data),
    "comments between tags": lambda data: re.sub(r"(<v>|</c>|</v>|<is>)", r"<!-- 7 -->\1<?p 8?>", data),
    "our tags with a prefix": lambda data: re.sub(r"<(/?)(?=\w)(?!\w+:)", r"<\1z:", data),
}


def sheet_of(path, data, *, prefix=""):
    """A workbook with one text, and with the given rows in its only sheet."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("x").write("A1", "行政村")
    colon, named = prefix + ":" * bool(prefix), ":" * bool(prefix) + prefix
    xml = f'<{colon}worksheet xmlns{named}="{_MAIN}"><{colon}sheetData>{data}</{colon}sheetData></{colon}worksheet>'
    rewrite(path, _PART, lambda _: xml)
    return path


def by_openpyxl(path):
    """What openpyxl reads, blank cells left out."""
    sheet = openpyxl.load_workbook(path, data_only=True)["x"]
    return {(c.row, c.column): c.value for row in sheet.iter_rows() for c in row if c.value is not None}


def ours(path):
    return {(r, c): value for r, row in enumerate(cells(path), 1) for c, value in enumerate(row, 1) if value != ""}


@pytest.mark.parametrize("writer", _WRITERS)
@pytest.mark.parametrize("data", _DATA)
def test_cells_are_what_another_reader_finds(tmp_path, data, writer):
    written = _WRITERS[writer](_DATA[data])
    path = sheet_of(tmp_path / "a.xlsx", written, prefix="z" if written.startswith("<z:") else "")
    expected = by_openpyxl(sheet_of(tmp_path / "b.xlsx", _DATA[data]))
    assert expected
    assert ours(path) == expected


@pytest.mark.parametrize("size", [1, 7])
@pytest.mark.parametrize("data", _DATA)
def test_where_the_pieces_of_a_part_end_makes_no_difference(tmp_path, monkeypatch, data, size):
    path = sheet_of(tmp_path / "a.xlsx", _WRITERS["blanks between tags"](_DATA[data]))
    expected = ours(path)
    monkeypatch.setattr(xml_tree, "_CHUNK", size)
    assert ours(path) == expected


def test_a_text_longer_than_what_the_parser_gathers_is_whole(tmp_path):
    long = "甲乙" * xml_tree._CHUNK
    data = f'<row r="1"><c r="A1" t="str"><v>{long}</v></c><c r="B1"><v>1</v></c></row>'
    assert cells(sheet_of(tmp_path / "a.xlsx", data)) == [[long, 1.0]]


@pytest.mark.parametrize("blank", ["", "\n"])
def test_errors_and_formulas_without_a_value_end_where_their_tags_end(tmp_path, blank):
    data = (
        f'<row r="1">{blank}<c r="A1" t="e">{blank}<v>#N/A</v>{blank}</c>{blank}<c r="B1">{blank}<f>1+1</f>{blank}<v/>'
        f'{blank}</c>{blank}<c r="C1" t="b">{blank}<f>1=1</f>{blank}</c>{blank}<c r="D1" t="e"/>{blank}'
        f'<c r="E1">{blank}<v>1</v>{blank}</c>{blank}</row>'
    )
    expected = [Problem("error", "#N/A"), Problem("formula", "=1+1"), Problem("formula", "=1=1"), Problem("error", "#")]
    assert cells(sheet_of(tmp_path / "a.xlsx", data)) == [[*expected, 1.0]]


def test_rows_of_many_patterns_stand_where_their_addresses_say(tmp_path):
    patterns = ["A B C", "B D", "A C D E", "C", "A B C D E", "AA AC"]
    rows = [patterns[number % len(patterns)].split() for number in range(1, 40)]
    data = "".join(
        f'<row r="{number}">' + "".join(f'<c r="{column}{number}"><v>{number}</v></c>' for column in row) + "</row>"
        for number, row in enumerate(rows, 1)
    )
    path = sheet_of(tmp_path / "a.xlsx", data)
    assert ours(path) == by_openpyxl(path)


@pytest.mark.parametrize(
    "data",
    [
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="5"><c r="A15"><v>1</v></c></row>',
        '<row r="5"><c r="A"><v>1</v></c></row>',
        '<row r="5"><c r="A5,B5"><v>1</v></c></row>',
        '<row r="5"><c r="A5,B"><v>1</v></c><c r="C5"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        '<row r="1"><c r="A1" t="x"><v>7</v></c></row>',
        '<row r="0"><c r="A0"><v>7</v></c></row>',
        '<row r="1"><c r="ZZZZ1"><v>7</v></c></row>',
    ],
)
def test_cells_that_contradict_each_other_are_refused(tmp_path, data):
    with pytest.raises(WorkbookError):
        cells(sheet_of(tmp_path / "a.xlsx", data))


@pytest.mark.parametrize("text", ["nan", "inf", "1e309", "x"])
def test_what_is_no_number_is_an_error_of_its_cell_alone(tmp_path, text):
    data = f'<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>{text}</v></c></row>'
    assert cells(sheet_of(tmp_path / "a.xlsx", data)) == [[1.0, Problem("error", text)]]


def test_blank_texts_at_the_end_of_a_row_make_no_columns(tmp_path):
    path = sheet_of(tmp_path / "a.xlsx", '<row r="1"><c r="A1"><v>1</v></c><c r="C1" t="s"><v>0</v></c></row>')
    rewrite(path, "xl/sharedStrings.xml", lambda xml: xml.replace("行政村", "  "))
    assert cells(path) == [[1.0]]


def test_a_sheet_is_read_with_all_that_stands_around_its_rows(tmp_path):
    path = tmp_path / "a.xlsx"
    data = (
        f'<worksheet xmlns="{_MAIN}"><cols><col min="2" max="2" hidden="1"/></cols><sheetData><row r="1" hidden="1">'
        '<c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row></sheetData>'
        '<mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>'
    )
    rewrite(sheet_of(path, ""), _PART, lambda _: data)
    with open_workbook(path) as workbook:
        sheet = workbook.sheet("x")
    assert (sheet.rows, sheet.hidden_rows, sheet.hidden_columns) == ([[1.0, ""]], (0,), (1,))


_MANY = 100_000


@pytest.mark.parametrize(
    "row",
    [
        "<c/>" * 3 * _MANY,
        "<c><v>1</v></c>" * 2 * _MANY,
        '<c t="inlineStr"><is>' + "<r/>" * 3 * _MANY + "</is></c>",
        "<a>" * _MANY + "</a>" * _MANY,
        '<c t="str"><v>' + "a<!---->" * 3 * _MANY + "</v></c>",
        '<c t="str"><v>7</v>' + "a<?b?>" * 3 * _MANY + "</c>",
    ],
    ids=["blanks", "numbers", "runs", "depth", "comments", "instructions"],
)
def test_a_row_without_end_is_refused_before_it_is_read_to_its_end(tmp_path, row):
    with pytest.raises(WorkbookError, match=r"more than|deep"):
        cells(sheet_of(tmp_path / "a.xlsx", f"<row>{row}</row>"))


def test_what_stands_outside_the_rows_may_be_long(tmp_path):
    path = sheet_of(tmp_path / "a.xlsx", '<row r="1"><c r="A1"><v>1</v></c></row>')
    long = "</sheetData><extLst><ext><x>" + "<y/>" * 3 * _MANY + "</x></ext></extLst>"
    rewrite(path, _PART, lambda xml: xml.replace("</sheetData>", long))
    assert cells(path) == [[1.0]]


def test_texts_and_rows_of_other_namespaces_are_none(tmp_path):
    rows = '<o:row xmlns:o="o" r="1"><c><v>7</v></c></o:row><row r="1"><c><v>1</v></c><o:c xmlns:o="o" r="Z9"/></row>'
    path = sheet_of(tmp_path / "a.xlsx", rows + '<row><c t="s"><v>0</v></c></row>')
    rewrite(path, "xl/sharedStrings.xml", lambda xml: xml.replace("<si>", '<o:si xmlns:o="o"><t>x</t></o:si><si>'))
    assert cells(path) == [[1.0], ["行政村"]]


def test_a_sheet_of_the_strict_kind_is_read(tmp_path):
    path = sheet_of(tmp_path / "a.xlsx", "<row><c><v>1</v></c></row>")
    rewrite(path, _PART, lambda xml: xml.replace(_MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"))
    assert cells(path) == [[1.0]]


@pytest.mark.parametrize(
    "head",
    [
        '<?xml version="1.0" encoding="nobody-knows"?>',
        '<!DOCTYPE worksheet [<!ENTITY a "1">]>',
        "<!--" + "x" * 3 * xml_tree._CHUNK + "--><!DOCTYPE worksheet>",
    ],
    ids=["an unknown encoding", "a document type", "a document type far down"],
)
def test_what_stands_before_a_sheet_is_looked_at_first(tmp_path, head):
    path = sheet_of(tmp_path / "a.xlsx", "<row><c><v>1</v></c></row>")
    rewrite(path, _PART, lambda xml: head + xml)
    with pytest.raises(WorkbookError, match=r"encoding|document type"):
        cells(path)


def test_reading_leaves_the_collector_as_it_was(tmp_path):
    path = sheet_of(tmp_path / "a.xlsx", '<row r="2"><c r="A1"><v>1</v></c></row>')
    with pytest.raises(WorkbookError):
        cells(path)
    assert gc.isenabled()
