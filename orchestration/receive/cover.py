"""The cover sheet (封面): labelled cells, then one line per form.

Labels and words come from ``contracts/cover.yaml``. Whether what it says is allowed is judged by the
envelope.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache

from expectations.contract import load_contracts, load_cover
from orchestration.receive.archive import FormNotice
from orchestration.workbook.characters import DIGIT_LIKE
from orchestration.workbook.notices import Notice
from orchestration.workbook.record_count import count_of
from orchestration.workbook.words import coded, column_letter, load_words, plain
from orchestration.workbook.workbook import Cell, Problem, Sheet

_SIMILAR_TITLES = 3
_WHOLE = re.compile(r"(?<=\d)\.0+$")  # how programs write a number that is whole
_MONTH_LENGTH = len("2017-06")


@dataclass
class CoverContent:
    """What a cover (or a file name) says, before anybody judges it."""

    fields: dict[str, str] = field(default_factory=dict)
    forms: list[FormNotice] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)  # fields whose cell holds a number


def read_cover(sheet: Sheet) -> CoverContent:
    """Read the labelled cells and the list of forms; what a required label lacks becomes a notice."""
    cover = load_cover()
    content = CoverContent()
    labels = {plain(label): item.name for item in cover.fields for label in (item.label, *item.aliases)}
    problems: dict[str, str] = {}
    for number, row in enumerate(sheet.rows, start=1):
        for index, cell in enumerate(row):
            name = labels.get(plain(cell)) if isinstance(cell, str) and cell else None
            if name is None or name in content.fields:
                continue
            place = _filled_right_of(row, index)
            if place is None or plain(row[place]) in labels:
                continue
            if isinstance(row[place], Problem):
                problems.setdefault(name, f"{column_letter(place)}{number}")
            _take_field(content, name, row[place])
    for item in cover.fields:
        if item.name in problems or (item.required and item.name not in content.fields):
            text = content.fields.pop(item.name, None)
            if item.required:
                content.notices.append(_missing_field(sheet, item.label, problems.get(item.name), text))
    _read_forms(sheet, content)
    return content


def _take_field(content: CoverContent, name: str, cell: Cell) -> None:
    content.fields[name] = cell_text(cell)
    if isinstance(cell, float):
        content.numbers.add(name)
    if name == "period" and isinstance(cell, date):  # whatever day of it: the month is shown
        content.fields[name] = content.fields[name][:_MONTH_LENGTH]


def _missing_field(sheet: Sheet, label: str, cell: str | None, text: str | None) -> Notice:
    """A required field that is blank, or whose cell shows an error instead of a value."""
    words = load_words()
    expected = words.phrase("cover_value_by_hand", cell=cell, text=text) if cell else words.phrase("cover_value")
    return Notice("FL-09", sheet=sheet.name, cell=cell, value=label, expected=expected)


def _filled_right_of(row: list[Cell], index: int) -> int | None:
    return next((place for place in range(index + 1, len(row)) if plain(cell_text(row[place]))), None)


def cell_text(cell: Cell) -> str:
    """A cover cell as text: whole numbers without a point, dates as ISO days, what is wrong with a cell in words."""
    if isinstance(cell, Problem):
        return load_words().phrase(f"cell_{cell.kind}", text=cell.text)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip().lstrip("'")


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
        places = {headers[plain(cell)]: i for i, cell in enumerate(row) if cell != "" and plain(cell) in headers}
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
    place = f"{column_letter(places['mode'])}{number}"
    if earlier := content.places.get(form):
        both_places = load_words().phrase("cover_twice", cells=f"{earlier}、{place}")
        expected = load_words().phrase("one_line")
        content.notices.append(
            Notice("FL-21", form, sheet.name, row_number=number, cell=place, value=both_places, expected=expected)
        )
        return
    content.places[form] = place
    mode = sending_mode(mode_text)
    if mode is None:
        content.notices.append(_unknown_mode(form, sheet.name, place, number))
    rows = _stated_rows(sheet, number, line, places, content, form, mode)
    content.forms.append(
        FormNotice(form=form, mode=mode or "full", control_rows=rows, explanation=line.get("explanation") or None)
    )


def _stated_rows(
    sheet: Sheet,
    number: int,
    line: dict[str, str],
    places: dict[str, int],
    content: CoverContent,
    form: str,
    mode: str | None,
) -> int | None:
    """The record count of a line; one that cannot be read, or contradicts 无数据, becomes a notice."""
    text = line.get("rows", "")
    if plain(text) in {plain(word) for word in load_cover().null_words}:
        return None
    count, words = count_of(text), load_words()
    cell = f"{column_letter(places['rows'])}{number}"
    if count is None:
        expected = words.phrase("record_count", limit=words.limits.record_count)
        content.notices.append(Notice("FL-29", form, sheet.name, number, cell, value=text, expected=expected))
    elif mode == "nothing" and count:
        value = words.phrase("nothing_counted", cell=cell, count=count)
        expected = words.phrase("agree")
        content.notices.append(Notice("FL-21", form, sheet.name, number, cell, value=value, expected=expected))
    return count


def unknown_form(title: str, sheet: str, cell: str | None = None, row_number: int | None = None) -> Notice:
    """A sheet, member or cover line that is none of the forms; the forms it may mean are named, not all."""
    titles = [contract.title for contract in load_contracts().values()]
    within = [known for known in titles if plain(known) in plain(title)]
    similar = within or get_close_matches(plain(title), titles, _SIMILAR_TITLES, 0.4)
    expected = load_words().phrase("form_titles", titles="、".join(similar or titles[:1]))
    return Notice("FL-04", sheet=sheet, cell=cell, row_number=row_number, value=title, expected=expected)


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


def sending_mode(text: str) -> str | None:
    """``full``, ``correction`` or ``nothing`` for the word that says so; none where several are left to choose."""
    wanted = plain(text)
    named = [mode for mode, words in load_cover().modes.items() if any(plain(word) in wanted for word in words)]
    begun = [mode for mode in named if any(wanted.startswith(plain(word)) for word in load_cover().modes[mode])]
    return begun[0] if begun and len(named) == 1 else None


def period_of(text: str) -> str | None:
    """``YYYY-MM`` for the ways a month is written: 2017-06, 2017年6月, 201706, 2017.6, 2017-06-01."""
    match = _period().match(coded(text))
    return f"{match[1]}-{int(match[2]):02d}" if match else None


@cache
def _period() -> re.Pattern[str]:
    """What parts year and month is no other text: 2017年2季度 is not February, and 2017-l2 might be December."""
    mark = rf"(?![{re.escape(''.join(DIGIT_LIKE))}])[\W_{load_words().period_marks}]"
    # A month of one digit is followed by none: else November would be read as the first of January.
    month = "(0[1-9]|1[0-2]|[1-9](?![0-9]))"
    return re.compile(rf"^(20[0-9]{{2}})(?:{mark}){{0,2}}{month}(?:{mark}\D?|01|{mark}0?1(?:{mark})?)?$")


def code_of(text: str) -> str:
    """A submitter's code in the shape of the register, however its digits, letters and dashes were typed."""
    return _WHOLE.sub("", coded(text).replace("_", "-"))
