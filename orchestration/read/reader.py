"""Read archived submissions into text rows: what one child process does.

A child writes its rows of text as Arrow files and sends back only what is small: counts, hashes, where columns stood,
notices, and which files it could not read. Typing is done afterwards, for all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from expectations.contract import load_contracts
from expectations.model import Contract
from orchestration.core.settings import Settings
from orchestration.read.raw_rows import raw_rows, write_rows
from orchestration.read.wholeness import judge_whole
from orchestration.receive.archive import FormNotice, Receipt, original_path
from orchestration.workbook.child import Failure, attempt
from orchestration.workbook.delimited import (
    RowsUntoldError,
    TextTable,
    UndecodableError,
    read_members,
    read_text_table,
)
from orchestration.workbook.notices import Notice, too_large
from orchestration.workbook.packed import workbook_file
from orchestration.workbook.row_shape import headless_notice, shape_notices
from orchestration.workbook.sniff import sniff
from orchestration.workbook.table import FormTable, form_hash, read_form
from orchestration.workbook.unseen import unseen
from orchestration.workbook.words import column_letter, load_words
from orchestration.workbook.workbook import Sheet, WorkbookError, WorkbookTooLargeError, open_workbook


@dataclass
class FormReading:
    """What was read of one form of one submission, without its rows."""

    submission_id: str
    form: str
    status: str
    rows_read: int = 0
    content_sha256: str | None = None
    notices: list[Notice] = field(default_factory=list)
    layout: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class ReadResult:
    """What a child hands back for its share of the submissions.

    Attributes:
        failures: why a submission could not be read; nothing else is told of it.
    """

    forms: list[FormReading] = field(default_factory=list)
    parts: list[tuple[str, str, str]] = field(default_factory=list)  # form, period, path
    failures: dict[str, Failure] = field(default_factory=dict)


def read_share(settings: Settings, receipts: list[Receipt], folder: Path, name: str) -> ReadResult:
    """Read the given submissions and write their text rows to ``folder`` in files named after ``name``."""
    reading = ReadResult()
    rows: dict[tuple[str, str], list[pa.Table]] = {}
    for receipt in receipts:
        result = attempt(_read_one, settings, receipt)
        if isinstance(result, Failure):
            reading.failures[receipt.submission_id] = result
            continue
        forms, tables = result
        reading.forms += forms
        for form, parts in tables.items():
            rows.setdefault((form, receipt.period or ""), []).extend(parts)
    for (form, period), parts in rows.items():
        if parts:
            path = folder / f"{name}-{form}-{period}.arrow"
            write_rows(pa.concat_tables(parts), path)
            reading.parts.append((form, period, str(path)))
    return reading


def _read_one(settings: Settings, receipt: Receipt) -> tuple[list[FormReading], dict[str, list[pa.Table]]]:
    """What became of each form of a submission, and the rows of those that were read."""
    reading = ReadResult()
    rows: dict[str, list[pa.Table]] = {}
    for notice, tables in _read_receipt(settings, receipt, reading):
        contract = load_contracts()[notice.form]
        rows[notice.form] = [raw_rows(table, contract, receipt, notice.mode) for table in tables if table.row_numbers]
    return reading.forms, rows


def _read_receipt(
    settings: Settings, receipt: Receipt, reading: ReadResult
) -> Iterator[tuple[FormNotice, list[FormTable]]]:
    """The tables of every readable form; what became of each form goes into ``reading``."""
    wanted = []
    for notice in receipt.forms:
        said = (notice.mode, notice.control_rows, notice.explanation)
        if receipt.refuses(notice.form):
            status = "refused" if notice.sheets or notice.mode == "nothing" else "missing"
            reading.forms.append(FormReading(receipt.submission_id, notice.form, status))
        elif notice.mode == "nothing":
            digest = form_hash([], load_contracts()[notice.form], *said)
            reading.forms.append(FormReading(receipt.submission_id, notice.form, "nothing", content_sha256=digest))
        else:
            wanted.append(notice)
    if not wanted:
        return
    sheets = _sheets(original_path(settings, receipt), {name: n.form for n in wanted for name in n.sheets})
    for form, found in _by_form(sheets):
        notice = next(notice for notice in wanted if notice.form == form)
        wanted.remove(notice)
        yield notice, _read_tables(receipt, notice, found, reading)


def _by_form(
    sheets: Iterator[tuple[str, Sheet | Notice]],
) -> Iterator[tuple[str, list[Sheet | Notice]]]:
    """Gather the sheets of each form; forms come as their first sheet does."""
    gathered: dict[str, list[Sheet | Notice]] = {}
    for form, sheet in sheets:
        gathered.setdefault(form, []).append(sheet)
    yield from gathered.items()


def _sheets(path: Path, forms: dict[str, str]) -> Iterator[tuple[str, Sheet | Notice]]:
    """Every wanted sheet, member or file with its form; one that is broken is a notice instead."""
    found = sniff(path)
    if found.kind == "workbook":
        with workbook_file(path, found.member) as file, open_workbook(file) as workbook:
            for name, form in forms.items():
                try:
                    yield form, workbook.sheet(name)
                except WorkbookTooLargeError as error:
                    yield form, too_large(error, form)
                except WorkbookError:
                    yield form, _broken(form, name, "broken_sheet")
        return
    if found.kind == "bundle":
        contents = read_members(path, tuple(forms))
    else:
        contents = iter([(name, path.read_bytes()) for name in forms])
    seen = set()
    try:
        for name, content in contents:
            seen.add(name)
            yield forms[name], _table_or_notice(forms[name], name, content)
    except UndecodableError:
        for name in [name for name in forms if name not in seen]:
            yield forms[name], _broken(forms[name], name, "broken")


def _table_or_notice(form: str, name: str, content: bytes) -> Sheet | Notice:
    try:
        return read_text_table(name, content)
    except RowsUntoldError as error:
        return replace(error.notice, form=form, sheet=name)
    except UndecodableError:
        return _broken(form, name, "undecodable")


def _broken(form: str, sheet: str, phrase: str) -> Notice:
    words = load_words()
    return Notice("FL-02", form=form, sheet=sheet, value=words.phrase(phrase), expected=words.phrase("workbook"))


def _read_tables(
    receipt: Receipt, notice: FormNotice, found: list[Sheet | Notice], reading: ReadResult
) -> list[FormTable]:
    contract = load_contracts()[notice.form]
    result = FormReading(receipt.submission_id, notice.form, "read")
    reading.forms.append(result)
    result.notices = [sheet for sheet in found if isinstance(sheet, Notice)]
    sheets = [sheet for sheet in found if isinstance(sheet, Sheet)]
    tables = [read_form(sheet, contract) for sheet in sheets]
    for sheet, table in zip(sheets, tables, strict=True):
        result.layout += _layout(receipt, contract, table)
        if isinstance(sheet, TextTable) and table.is_headless:
            table.notices = [headless_notice(sheet, contract)]
        elif isinstance(sheet, TextTable) and not table.is_refused:
            result.notices += [replace(note, form=notice.form) for note in shape_notices(sheet, table)]
    if result.notices or any(table.is_refused or table.is_headless for table in tables):
        result.notices += [note for table in tables for note in table.notices]
        result.status = "refused"
        return []
    result.notices = judge_whole(notice, sheets, tables)
    result.notices += [
        note for sheet, table in zip(sheets, tables, strict=True) for note in unseen(sheet, table, contract)
    ]
    if any(note.code == "FL-27" for note in result.notices):
        result.status = "refused"
        return []
    result.rows_read = sum(table.rows_read for table in tables)
    result.content_sha256 = form_hash(tables, contract, notice.mode, notice.control_rows, notice.explanation)
    return tables


def _layout(receipt: Receipt, contract: Contract, table: FormTable) -> list[dict[str, Any]]:
    return [
        {
            "submission_id": receipt.submission_id,
            "form": contract.form,
            "sheet": table.sheet,
            "column_name": name,
            "excel_column": column_letter(cell.index),
            "header_row": table.header_rows[name],
            "header_text": cell.text,
            "unit_factor": table.factors.get(name, 1.0),
            "unit_word": table.units[name].word if name in table.units else None,
            "unit_told": table.units[name].shown if name in table.units else None,
        }
        for name, cell in table.header_cells.items()
    ]
