"""Builders of the files clerks send, shared by tests: workbooks, CSV files and zips as they really look."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from expectations.contract import load_contracts, load_cover
from expectations.id_number import check_digit
from expectations.model import Column, Contract
from expectations.seed_rows import read_seed_rows
from tests.rule_examples import SEEDS

Row = Mapping[str, Any]
_CREATED = datetime(2017, 7, 1)
SUBMITTER = "350426202"
VILLAGE = "莘田村"
VILLAGE_CODE = "350426202203"
HOUSEHOLD = f"{VILLAGE_CODE}0001"


def header_text(column: Column) -> str:
    """The header a template prints: with its unit in brackets unless it carries it already."""
    if column.header_unit is None or f"（{column.header_unit}）" in column.header:
        return column.header
    return f"{column.header}（{column.header_unit}）"


def make_workbook(
    path: Path,
    submitter: str = SUBMITTER,
    period: str = "2017-06",
    forms: Mapping[str, Sequence[Row]] | None = None,
    *,
    modes: Mapping[str, str] | None = None,
    explanations: Mapping[str, str] | None = None,
    control_rows: Mapping[str, int | None] | None = None,
    cover: Mapping[str, Any] | None = None,
    with_cover: bool = True,
    with_totals: bool = True,
    headers: Mapping[str, Mapping[str, str | None]] | None = None,
    extra_sheets: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    info_line: str = "",
    unannounced: Collection[str] = (),
) -> Path:
    """Write a clerk's workbook: cover, then per form a title row, (two-row) headers, rows and a total row.

    Args:
        path: where to write it.
        submitter: code on the cover.
        period: period on the cover.
        forms: rows by form; a row maps column names to cell values (missing ones stay empty).
        modes: the word on the cover by form; 全量 unless told, 无数据 for a form without a sheet.
        explanations: the text in the cover's explanation column by form.
        control_rows: 记录数 by form where it shall differ from the rows written.
        cover: cover fields by name where they shall differ; ``None`` leaves one blank.
        with_cover: whether there is a cover sheet at all.
        with_totals: whether a total row closes each sheet.
        headers: by form, column name → another header text, or ``None`` to leave the column out.
        extra_sheets: sheets that are no form: name → rows of cells.
        info_line: the second row of each form sheet.
        unannounced: forms with a sheet that the cover does not list.
    """
    forms = forms or {}
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"created": _CREATED})  # else equal workbooks would differ by the clock
        if with_cover:
            fields = {"submitter_code": submitter, "period": period, "template_version": "2017.1", **(cover or {})}
            listed = {form: rows for form, rows in forms.items() if form not in unannounced}
            _write_cover(book, fields, listed, modes or {}, explanations or {}, control_rows or {})
        for form, rows in forms.items():
            contract = load_contracts()[form]
            changed = (headers or {}).get(form, {})
            sheet = book.add_worksheet(contract.title)
            write_form(book, sheet, contract, rows, changed, with_totals=with_totals, info_line=info_line)
        for name, cells in (extra_sheets or {}).items():
            sheet = book.add_worksheet(name)
            for index, line in enumerate(cells):
                sheet.write_row(index, 0, list(line))
    return path


def _write_cover(
    book: xlsxwriter.Workbook,
    fields: Mapping[str, Any],
    forms: Mapping[str, Sequence[Row]],
    modes: Mapping[str, str],
    explanations: Mapping[str, str],
    control_rows: Mapping[str, int | None],
) -> None:
    cover = load_cover()
    sheet = book.add_worksheet(cover.sheet)
    sheet.merge_range(0, 0, 0, 3, cover.title)
    line = 1
    for item in cover.fields:
        sheet.write(line, 0, item.label)
        if fields.get(item.name) is not None:
            sheet.write(line, 1, fields[item.name])
        line += 1
    sheet.write_row(line, 0, [cover.form_header, cover.mode_header, cover.rows_header, cover.explanation_header])
    for form in dict.fromkeys([*forms, *modes]):
        line += 1
        mode = modes.get(form, cover.modes["full"][0])
        count = control_rows.get(form, len(forms.get(form, ())))
        sheet.write_row(line, 0, [load_contracts()[form].title, mode])
        if count is not None:
            sheet.write(line, 2, count)
        sheet.write(line, 3, explanations.get(form, ""))


def write_form(
    book: xlsxwriter.Workbook,
    sheet: Any,
    contract: Contract,
    rows: Sequence[Row],
    changed: Mapping[str, str | None],
    *,
    with_totals: bool = True,
    info_line: str = "",
) -> None:
    """Write one form's sheet the way the template looks."""
    columns = [column for column in contract.columns if changed.get(column.name, "") is not None]
    texts = [changed.get(column.name) or header_text(column) for column in columns]
    sheet.merge_range(0, 0, 0, len(columns) - 1, contract.title)
    if info_line:
        sheet.write(1, 0, info_line)
    depth = 2 if any(column.group for column in columns) else 1
    for index, (column, text) in enumerate(zip(columns, texts, strict=True)):
        if depth == 1:
            sheet.write(2, index, text)
        elif column.group is None:
            sheet.merge_range(2, index, 3, index, text)
        else:
            sheet.write(3, index, text)
    if depth == 2:
        _write_groups(sheet, columns)
    line = 2 + depth
    for row in rows:
        for index, column in enumerate(columns):
            write_cell(book, sheet, line, index, column, row.get(column.name))
        line += 1
    if with_totals:
        _write_total(sheet, line, columns, rows)
        sheet.write(line + 2, 0, "填表人：")


def _write_groups(sheet: Any, columns: Sequence[Column]) -> None:
    start = 0
    while start < len(columns):
        group = columns[start].group
        end = start
        while end + 1 < len(columns) and columns[end + 1].group == group:
            end += 1
        if group and end > start:
            sheet.merge_range(2, start, 2, end, group)
        elif group:
            sheet.write(2, start, group)
        start = end + 1


def write_cell(book: Any, sheet: Any, line: int, index: int, column: Column, value: Any) -> None:
    """Write a value as a clerk's cell: digits of codes as text, numbers as numbers, dates as dates."""
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(line, index, value)
    else:
        sheet.write(line, index, value)


def as_written(column: Column, value: Any) -> Any:
    """A typed value as a clerk enters it into the template's cell."""
    if value is None:
        return None
    if column.code_list:
        names = {row["code"]: row["name"] for row in read_seed_rows(SEEDS / f"code_{column.code_list}.csv")}
        return "、".join(names[code] for code in str(value).split(","))
    if column.logical_type == "boolean":
        cover = load_cover()
        return cover.true_words[0] if value else cover.false_words[0]
    if column.place:
        (village,) = [row for row in read_seed_rows(SEEDS / "village_2017.csv") if row["code"] == value]
        return village["short_name"]
    if column.logical_type == "number" and column.header_unit == "万元":
        return float(Decimal(str(value)) / 10000)
    return value


def _write_total(sheet: Any, line: int, columns: Sequence[Column], rows: Sequence[Row]) -> None:
    sheet.write(line, 0, "合计")
    for index, column in enumerate(columns):
        values = [row.get(column.name) for row in rows]
        if column.unit == "yuan" and all(isinstance(value, int | float) for value in values):
            sheet.write(line, index, sum(values))


def csv_text(form: str, rows: Sequence[Row], *, title: bool = False, delimiter: str = ",") -> str:
    """The text of a form's CSV file: headers as the template prints them, one line per row."""
    contract = load_contracts()[form]
    lines = [delimiter.join(header_text(column) for column in contract.columns)]
    for row in rows:
        lines.append(delimiter.join(str(row.get(column.name) or "") for column in contract.columns))
    return "\r\n".join([contract.title, *lines] if title else lines) + "\r\n"


def make_csv(
    folder: Path,
    form: str,
    rows: Sequence[Row],
    *,
    submitter: str = SUBMITTER,
    period: str = "2017-06",
    mode: str = "全量",
    encoding: str = "gb18030",
    delimiter: str = ",",
    count: int | str | None = "",
) -> Path:
    """Write a form as the CSV file a submitter would send, named as the rules ask.

    Args:
        folder: where it is written.
        form: the form.
        rows: its rows.
        submitter: code in the name.
        period: period in the name.
        mode: the word in the name.
        encoding: of the text.
        delimiter: between cells.
        count: the record count in the name: that of the rows unless told, none where it is ``None``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stated = "" if count is None else f"_{len(rows) if count == '' else count}"
    path = folder / f"{submitter}_{period}_{form}_{mode}{stated}.csv"
    path.write_bytes(csv_text(form, rows, delimiter=delimiter).encode(encoding))
    return path


def make_zip(
    folder: Path,
    forms: Mapping[str, Sequence[Row]],
    *,
    submitter: str = SUBMITTER,
    period: str = "2017-06",
    encoding: str = "gb18030",
    members: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a zip of the forms' CSV files, with further members as told."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{submitter}_{period}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for form, rows in forms.items():
            title = load_contracts()[form].title
            archive.writestr(f"{title}_全量_{len(rows)}.csv", csv_text(form, rows).encode(encoding))
        for name, content in (members or {}).items():
            archive.writestr(name, content)
    return path


def id_number(address: str, born: date, sequence: int) -> str:
    """An 18-digit ID number with a valid check digit; the address code must be one of the never-assigned ones."""
    assert "350490" <= address <= "350499", "test identities use address codes that were never assigned"
    digits = f"{address}{born:%Y%m%d}{sequence:03d}"
    return digits + check_digit(digits)
