"""Writes xlsx files: cells by column, shared strings, merged ranges, three styles, no clock.

xlsxwriter takes about 9 µs a cell; a city has some 14 million, so the sheet XML is written here
directly. What is written is plain OOXML that Excel, WPS, openpyxl and calamine read.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from pathlib import Path

Cell = str | float | int | date | None
FIXED_TIME = (2017, 1, 1, 0, 0, 0)
SERIAL_BASE = date(1899, 12, 30)
PLAIN, HEADING, DAY = 0, 1, 2
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1">'
    '<alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass
class Sheet:
    """One sheet: heading rows, a block of data by column, closing rows, merged ranges (1-based rows and columns)."""

    name: str
    heading: list[list[Cell]]
    columns: list[list[Cell]] = field(default_factory=list)
    closing: list[list[Cell]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


def column_letter(index: int) -> str:
    """The letters of a 0-based column."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def write_xlsx(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write a workbook; equal sheets give equal bytes."""
    strings: dict[str, int] = {}
    parts = {f"xl/worksheets/sheet{i}.xml": _sheet_xml(sheet, strings) for i, sheet in enumerate(sheets, 1)}
    count = len(sheets)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for i in range(1, count + 1)
    )
    fixed = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{overrides}'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
        + "".join(f'<sheet name="{escape(s.name)}" sheetId="{i}" r:id="rId{i}"/>' for i, s in enumerate(sheets, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{i}" Type="{_REL}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in range(1, count + 1)
        )
        + f'<Relationship Id="rId{count + 1}" Type="{_REL}/styles" Target="styles.xml"/>'
        + f'<Relationship Id="rId{count + 2}" Type="{_REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
    }
    items = "".join(f'<si><t xml:space="preserve">{escape(text, quote=False)}</t></si>' for text in strings)
    shared = f'{_HEAD}<sst xmlns="{_MAIN}" uniqueCount="{len(strings)}">{items}</sst>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in {**fixed, **parts, "xl/sharedStrings.xml": shared}.items():
            member = zipfile.ZipInfo(name, FIXED_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, text)


def _sheet_xml(sheet: Sheet, strings: dict[str, int]) -> str:
    out = [f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>']
    row = 0
    for cells in sheet.heading:
        row += 1
        out.append(_row_xml(row, cells, strings, HEADING))
    if sheet.columns:
        first = row + 1
        rendered = [_column_xml(column_letter(i), first, cells, strings) for i, cells in enumerate(sheet.columns)]
        for number, texts in enumerate(zip(*rendered, strict=True), first):
            out.append(f'<row r="{number}">{"".join(texts)}</row>')
        row += len(sheet.columns[0])
    for cells in sheet.closing:
        row += 1
        out.append(_row_xml(row, cells, strings, PLAIN))
    out.append("</sheetData>")
    if sheet.merges:
        ranges = "".join(
            f'<mergeCell ref="{column_letter(c1 - 1)}{r1}:{column_letter(c2 - 1)}{r2}"/>'
            for r1, c1, r2, c2 in sheet.merges
        )
        out.append(f'<mergeCells count="{len(sheet.merges)}">{ranges}</mergeCells>')
    out.append("</worksheet>")
    return "".join(out)


def _row_xml(row: int, cells: Sequence[Cell], strings: dict[str, int], style: int) -> str:
    rendered = [_cell(f"{column_letter(i)}{row}", cell, strings, style) for i, cell in enumerate(cells)]
    return f'<row r="{row}">{"".join(rendered)}</row>'


def _column_xml(letters: str, first: int, cells: Sequence[Cell], strings: dict[str, int]) -> list[str]:
    return [_cell(f"{letters}{row}", cell, strings, PLAIN) for row, cell in enumerate(cells, first)]


def _cell(place: str, cell: Cell, strings: dict[str, int], style: int) -> str:
    if cell is None:
        return ""
    mark = f' s="{style}"' if style else ""
    if isinstance(cell, str):
        return f'<c r="{place}"{mark} t="s"><v>{strings.setdefault(cell, len(strings))}</v></c>'
    if isinstance(cell, date):
        return f'<c r="{place}" s="{DAY}"><v>{(cell - SERIAL_BASE).days}</v></c>'
    return f'<c r="{place}"{mark}><v>{cell!r}</v></c>'
