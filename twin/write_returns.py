"""Writes what one submitter sends for one period: a workbook, CSVs, or a zip of CSVs.

Returns where every tagged row ended up, so that the answer key can name file, sheet and row.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from expectations.contract import load_contracts, load_cover
from twin.habits import Habits, habits_of
from twin.identity import phone
from twin.person_states import last_day
from twin.places import words
from twin.sheets import CoverLine, FormRows, cover_sheet, form_sheet, spell_form
from twin.spelling import Cell
from twin.xlsx_file import FIXED_TIME, Sheet, write_xlsx

ENCODING = "gb18030"
CSV_BESIDE = "village_income"
# Tags of places of a form that are no data row.
HEADER_ROW, BELOW_TOTAL = "@header", "@below_total"


@dataclass(frozen=True)
class Address:
    """Where a row stands."""

    file: str
    sheet: str
    row_number: int


@dataclass
class Return:
    """One submitter's return for one period, before it is written.

    ``stray_sheets`` are no forms; ``says_counts`` is whether the names of its CSVs say how many rows they have.
    ``mode`` is ``correction`` for one that names what it changes; ``comes`` is the folder of the day it comes on.
    ``nothing_because`` is why a form has no rows where some were sent before.
    """

    submitter: str
    name: str
    period: str
    forms: dict[str, FormRows]
    nothing: tuple[str, ...] = ()
    filled_by: str = ""
    stray_sheets: list[Sheet] = field(default_factory=list)
    says_counts: bool = True
    mode: Literal["full", "correction"] = "full"
    comes: Path = Path()
    nothing_because: Mapping[str, str] = field(default_factory=dict)

    @property
    def workbook(self) -> str:
        """The name of its workbook."""
        name = words()["workbook_name" if self.mode == "full" else "correction_name"]
        return str(name.format(township=self.name, period=self.period))


def write_return(folder: Path, sent: Return) -> dict[tuple[str, str], Address]:
    """Write the files of a return into ``folder``; (form, tag) → address of every tagged row."""
    folder.mkdir(parents=True, exist_ok=True)
    habits = habits_of(sent.submitter)
    addresses: dict[tuple[str, str], Address] = {}
    in_workbook = dict(sent.forms)
    if sent.mode == "correction":
        _write_workbook(folder, sent, in_workbook, habits, addresses)
        return addresses
    if habits.delivery == "zip" and sent.forms:
        _write_zip(folder, sent, habits, addresses)
        in_workbook = {}
    elif habits.delivery == "workbook_and_csv" and CSV_BESIDE in in_workbook:
        _write_csv_beside(folder, sent, in_workbook.pop(CSV_BESIDE), habits, addresses)
    if in_workbook or sent.nothing or sent.stray_sheets:
        _write_workbook(folder, sent, in_workbook, habits, addresses)
    return addresses


def place_of(sent: Return, habits: Habits) -> dict[str, str]:
    """The words of a return's cover and footer."""
    end = last_day(sent.period)
    text = words()["period_spellings"][habits.period_style].format(y=end.year, m=end.month)
    return {
        "code": sent.submitter,
        "name": sent.name,
        "period": sent.period,
        "period_text": text,
        "filled_by": sent.filled_by,
        "filled_on": end.isoformat(),
        "phone": phone(99_000_000 + int("".join(c for c in sent.submitter[2:] if c.isdigit())) % 1_000_000),
    }


def _write_workbook(
    folder: Path, sent: Return, forms: Mapping[str, FormRows], habits: Habits, addresses: dict[tuple[str, str], Address]
) -> None:
    contracts, place = load_contracts(), place_of(sent, habits)
    name = sent.workbook
    lines: list[CoverLine] = []
    sheets = []
    for form, contract in contracts.items():
        if form in forms:
            rows = forms[form]
            sheet, numbers = form_sheet(contract, rows, habits, place)
            sheets.append(sheet)
            announced = len(rows.rows) + rows.lost_rows + rows.misses
            lines.append((form, sent.mode, announced, rows.explanation))
            _note(addresses, rows, name, sheet.name, numbers)
        elif form in sent.nothing:
            lines.append((form, "nothing", None, sent.nothing_because.get(form)))
    write_xlsx(folder / name, [cover_sheet(place, lines), *sheets, *sent.stray_sheets])


def _note(
    addresses: dict[tuple[str, str], Address], form: FormRows, file: str, sheet: str, numbers: Sequence[int]
) -> None:
    addresses[form.form, HEADER_ROW] = Address(file, sheet, numbers[0] - 1)
    addresses[form.form, BELOW_TOTAL] = Address(file, sheet, numbers[-1] + 2)
    if "tag" not in form.rows.columns:
        return
    for number, tag in zip(numbers, form.rows["tag"].tolist(), strict=True):
        if isinstance(tag, str):
            addresses[form.form, tag] = Address(file, sheet, number)


def csv_bytes(headers: list[str], cells: list[list[Cell]]) -> bytes:
    """A CSV as a Windows clerk saves it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows(zip(*(_texts(column) for column in cells), strict=True))
    return buffer.getvalue().encode(ENCODING)


def _texts(cells: list[Cell]) -> list[str]:
    return ["" if c is None else c.isoformat() if isinstance(c, date) else str(c) for c in cells]


def _form_csv(form: FormRows, habits: Habits, township: str) -> bytes:
    spelled = spell_form(load_contracts()[form.form], form, habits, township, merges=False)
    return csv_bytes(spelled.headers, spelled.cells)


def _csv_numbers(form: FormRows) -> range:
    """The rows of a CSV below its header."""
    return range(2, 2 + len(form.rows))


def _mode(sent: Return, form: FormRows) -> str:
    """The last part of a CSV's name: that it is the whole, and how many rows that are."""
    count = words()["row_count"].format(rows=len(form.rows)) if sent.says_counts else ""
    return f"{load_cover().modes['full'][0]}{count}"


def _write_csv_beside(
    folder: Path, sent: Return, form: FormRows, habits: Habits, addresses: dict[tuple[str, str], Address]
) -> None:
    name = words()["csv_name"].format(
        code=sent.submitter, period=sent.period, title=load_contracts()[form.form].title, mode=_mode(sent, form)
    )
    (folder / name).write_bytes(_form_csv(form, habits, sent.submitter))
    _note(addresses, form, name, name, _csv_numbers(form))


def _write_zip(folder: Path, sent: Return, habits: Habits, addresses: dict[tuple[str, str], Address]) -> None:
    name = words()["zip_name"].format(code=sent.submitter, period=sent.period)
    with zipfile.ZipFile(folder / name, "w") as archive:
        for form in sent.forms.values():
            title = load_contracts()[form.form].title
            member_name = words()["zip_member_name"].format(title=title, mode=_mode(sent, form))
            member = zipfile.ZipInfo(member_name, FIXED_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, _form_csv(form, habits, sent.submitter))
            _note(addresses, form, name, member_name, _csv_numbers(form))
