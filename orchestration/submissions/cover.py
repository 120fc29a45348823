"""The cover sheet (封面): labelled cells, then one line per form.

Labels and words come from ``contracts/cover.yaml``. Whether what it says is allowed is judged by the
envelope.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from expectations.contract import load_contracts, load_cover
from orchestration.submissions.archive import FormNotice
from orchestration.submissions.notices import Notice
from orchestration.submissions.words import column_letter, load_words, plain
from orchestration.submissions.workbook import Cell, Sheet

# A month of one digit is followed by none: else November would be read as the first of January.
_PERIOD = re.compile(r"^(20\d\d)\D{0,2}(0[1-9]|1[0-2]|[1-9](?!\d))(?:\D|01|\D0?1\D?)?$")


@dataclass
class CoverContent:
    """What a cover (or a file name) says, before anybody judges it."""

    fields: dict[str, str] = field(default_factory=dict)
    forms: list[FormNotice] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def read_cover(sheet: Sheet) -> CoverContent:
    """Read the labelled cells and the list of forms; what a required label lacks becomes a notice."""
    cover = load_cover()
    content = CoverContent()
    labels = {plain(label): item.name for item in cover.fields for label in (item.label, *item.aliases)}
    for row in sheet.rows:
        for index, cell in enumerate(row):
            name = labels.get(plain(cell)) if isinstance(cell, str) and cell else None
            if name and name not in content.fields and (text := _value_right_of(row, index)):
                content.fields[name] = text
    for item in cover.fields:
        if item.required and item.name not in content.fields:
            expected = load_words().phrase("cover_value")
            content.notices.append(Notice("FL-09", sheet=sheet.name, value=item.label, expected=expected))
    _read_forms(sheet, content)
    return content


def _value_right_of(row: list[Cell], index: int) -> str:
    for cell in row[index + 1 :]:
        if text := cell_text(cell):
            return text
    return ""


def cell_text(cell: Cell) -> str:
    """A cover cell as text: whole numbers without a point, dates as ISO days."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def _read_forms(sheet: Sheet, content: CoverContent) -> None:
    cover = load_cover()
    headers = {
        plain(header): key
        for key, header in (
            ("form", cover.form_header),
            ("mode", cover.mode_header),
            ("rows", cover.rows_header),
            ("explanation", cover.explanation_header),
        )
    }
    for index, row in enumerate(sheet.rows):
        places = {headers[plain(cell)]: i for i, cell in enumerate(row) if plain(cell) in headers}
        if {"form", "mode"} <= set(places):
            for number, line in enumerate(sheet.rows[index + 1 :], start=index + 2):
                _read_form_line(sheet, number, {key: cell_text(line[i]) for key, i in places.items()}, places, content)
            return
    content.notices.append(
        Notice("FL-09", sheet=sheet.name, value=cover.form_header, expected=load_words().phrase("cover_value"))
    )


def _read_form_line(
    sheet: Sheet, number: int, line: dict[str, str], places: dict[str, int], content: CoverContent
) -> None:
    title, mode_text = line["form"], line["mode"]
    if not title or plain(title) in {plain(word) for word in load_cover().footer_words}:
        return
    form = form_of_title(title)
    if form is None:
        if mode_text:
            cell = f"{column_letter(places['form'])}{number}"
            content.notices.append(unknown_form(title, sheet.name, cell, number))
        return
    if not mode_text and not line.get("rows"):
        return
    mode = mode_of(mode_text)
    if mode is None:
        content.notices.append(_unknown_mode(form, sheet.name, f"{column_letter(places['mode'])}{number}", number))
    rows = line.get("rows", "").replace(",", "")
    content.forms.append(
        FormNotice(
            form=form,
            mode=mode or "full",
            control_rows=int(rows) if rows.isdigit() else None,
            explanation=line.get("explanation") or None,
        )
    )


def unknown_form(title: str, sheet: str, cell: str | None = None, row_number: int | None = None) -> Notice:
    """A sheet, member or cover line that is none of the forms."""
    titles = "、".join(contract.title for contract in load_contracts().values())
    return Notice("FL-04", sheet=sheet, cell=cell, row_number=row_number, value=title, expected=titles)


def _unknown_mode(form: str, sheet: str, cell: str, row_number: int) -> Notice:
    cover = load_cover()
    words = "、".join(names[0] for names in cover.modes.values())
    expected = load_words().phrase("mode_words", words=words)
    return Notice(
        "FL-09", form=form, sheet=sheet, cell=cell, row_number=row_number, value=cover.mode_header, expected=expected
    )


def form_of_title(title: str) -> str | None:
    """The form a sheet title, member name or form name means; a title may carry more behind it."""
    wanted = plain(title)
    for contract in load_contracts().values():
        if wanted == contract.form or wanted.startswith(plain(contract.title)):
            return contract.form
    return None


def mode_of(text: str) -> str | None:
    """``full``, ``correction`` or ``nothing`` for the word that says so."""
    wanted = plain(text)
    for mode, words in load_cover().modes.items():
        if any(wanted == plain(word) or wanted.startswith(plain(word)) for word in words):
            return mode
    return None


def period_of(text: str) -> str | None:
    """``YYYY-MM`` for the ways a month is written: 2017-06, 2017年6月, 201706, 2017.6, 2017-06-01."""
    match = _PERIOD.match(plain(text))
    return f"{match[1]}-{int(match[2]):02d}" if match else None
