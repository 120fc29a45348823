"""Which sheet of a workbook, or member of a zip, is which announced form; what is read and what is passed over.

A form stands on one sheet. Hidden sheets are not read, scratch and instruction sheets are named in a note, and two
sheets that both could be the form are refused with both names: which of them counts is the sender's to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from unicodedata import numeric

from expectations.contract import load_contracts, load_cover
from orchestration.receive.archive import FormNotice
from orchestration.receive.cover import form_of_title
from orchestration.receive.file_names import TableName
from orchestration.workbook.delimited import RowsUntoldError, UndecodableError, filled_cells, read_text_table
from orchestration.workbook.headers import is_blank
from orchestration.workbook.notices import Notice
from orchestration.workbook.table import read_form
from orchestration.workbook.words import load_words, plain
from orchestration.workbook.workbook import Workbook


@dataclass
class _Found:
    """The sheets of one form, by what they hold."""

    filled: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    headless: list[str] = field(default_factory=list)


def match_sheets(
    announced: tuple[FormNotice, ...], workbook: Workbook, cover_sheet: str
) -> tuple[tuple[FormNotice, ...], list[Notice]]:
    """Give every announced form its sheet; sheets of nobody and forms without a sheet are noted."""
    known = {plain(name) for name in (cover_sheet, *load_cover().known_sheets)}
    visible = [name for name in workbook.names if plain(name) not in known and name not in workbook.hidden]
    hidden = [name for name in workbook.names if plain(name) not in known and name in workbook.hidden]
    # A sheet of the template left empty says nothing: the form is owed, or ticked as having no data.
    expected = {notice.form for notice in announced if notice.mode != "nothing"}
    sheets: dict[str, tuple[str, ...]] = {}
    notices = []
    for form, names in _by_form(visible).items():
        is_expected = form in expected
        # The usual sheet is read once, when its rows are: only what might be another is looked into here.
        alone = is_expected and [plain(name) for name in names] == [plain(load_contracts()[form].title)]
        chosen, passed_over = (tuple(names), []) if alone else _choose(_look(workbook, form, names), form, is_expected)
        if chosen:
            sheets[form] = chosen
        notices += [not_read("headless_sheet", [name], form) for name in passed_over]
        if len(chosen) > 1 and not _are_parts(form, chosen):
            notices.append(_several(form, chosen, "several_sheets"))
    notices += _scratch_notices(workbook, visible, sorted(expected - set(sheets)))
    notices += _hidden_notices(workbook, hidden)
    forms, disagreements = _reconcile(announced, sheets, {form_of_title(name): name for name in hidden})
    return forms, [*notices, *disagreements]


def _by_form(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        if form := form_of_title(name):
            found.setdefault(form, []).append(name)
    return found


def _look(workbook: Workbook, form: str, names: list[str]) -> _Found:
    found = _Found()
    for name in names:
        table = read_form(workbook.sheet(name), load_contracts()[form])
        if table.is_headless:
            found.headless.append(name)
        elif table.is_refused or table.rows_read or table.rows_below:
            found.filled.append(name)
        else:
            found.empty.append(name)
    return found


def _choose(found: _Found, form: str, is_expected: bool) -> tuple[tuple[str, ...], list[str]]:
    """The sheets that are the form, and those that are only named after it."""
    parts = [name for name in found.headless if _part_of(name)]
    notes = [name for name in found.headless if name not in parts]
    if found.filled:
        return (*found.filled, *parts), notes
    if not is_expected:
        return (), found.headless
    if found.empty:
        return tuple(found.empty[:1]), notes
    # Nothing beside it can be read: what bears the form's name is taken for it, and refused for its header.
    bare = [name for name in found.headless if plain(name) == plain(load_contracts()[form].title)]
    return tuple(bare or found.headless), [name for name in found.headless if bare and name not in bare]


def _part_of(title: str) -> str | None:
    """What makes a sheet a part of its form by name: a place (莘田村), a Chinese number (二), a word (续)."""
    form = form_of_title(title)
    rest = plain(title).removeprefix(plain(load_contracts()[form].title)) if form else ""
    part, words = rest.strip("()[]【】-_"), load_words()
    is_number = bool(part) and all(mark.isalpha() and numeric(mark, None) for mark in part)
    return part if is_number or part in words.part_words or part.endswith(words.part_endings) else None


def _are_parts(form: str, names: tuple[str, ...]) -> bool:
    """Whether each sheet is a part of its own (Excel names a copy with a digit); one may bear the bare title."""
    bare = plain(load_contracts()[form].title)
    places = [_part_of(name) if plain(name) != bare else bare for name in names]
    return all(places) and len(set(places)) == len(places)


def _is_blank(workbook: Workbook, name: str) -> bool:
    return all(is_blank(cell) for row in workbook.sheet(name).rows for cell in row)


def _scratch_notices(workbook: Workbook, visible: list[str], missing: list[str]) -> list[Notice]:
    """Sheets of nobody: a note, unless one has the columns of a form that was announced and is missing."""
    scratch, notices = [], []
    for name in visible:
        if form_of_title(name) or _is_blank(workbook, name):
            continue
        contracts = [load_contracts()[form] for form in missing]
        meant = next((c.title for c in contracts if not read_form(workbook.sheet(name), c).is_headless), None)
        if meant:
            expected = load_words().phrase("form_titles", titles=meant)
            notices.append(Notice("FL-04", sheet=name, value=name, expected=expected))
        else:
            scratch.append(name)
    return [*notices, not_read("scratch_sheet", scratch)] if scratch else notices


def _hidden_notices(workbook: Workbook, hidden: list[str]) -> list[Notice]:
    named = [name for name in hidden if not _is_blank(workbook, name)]
    return [not_read("hidden_sheet", named)] if named else []


def not_read(phrase: str, names: list[str], form: str | None = None) -> Notice:
    """The note that names what was passed over."""
    words = load_words()
    title = load_contracts()[form].title if form else ""
    listed = "、".join(words.phrase("quoted", name=name) for name in names)
    return Notice("FL-28", form=form, sheet=names[0], value=words.phrase(phrase, names=listed, title=title))


def _several(form: str, names: Iterable[str], phrase: str) -> Notice:
    words = load_words()
    chosen = list(names)
    value = words.phrase(phrase, names="、".join(words.phrase("quoted", name=name) for name in chosen))
    return Notice("FL-21", form=form, sheet=chosen[0], value=value, expected=words.phrase("one_sheet"))


def _reconcile(
    announced: tuple[FormNotice, ...], sheets: dict[str, tuple[str, ...]], hidden: dict[str | None, str]
) -> tuple[tuple[FormNotice, ...], list[Notice]]:
    words = load_words()
    forms, notices = [], []
    for notice in announced:
        found = sheets.get(notice.form, ())
        if notice.mode == "nothing" and found and not notice.control_rows:  # a count was told on the cover
            notices.append(_disagreement(notice.form, found[0], words.phrase("sheet_nothing")))
        elif notice.mode != "nothing" and not found:
            name = hidden.get(notice.form)
            value = words.phrase("sheet_hidden", name=name) if name else words.phrase("sheet_missing")
            notices.append(_disagreement(notice.form, name, value))
        forms.append(notice.model_copy(update={"sheets": found}))
    for form in sheets.keys() - {notice.form for notice in announced}:
        notices.append(_disagreement(form, sheets[form][0], words.phrase("sheet_unannounced")))
        forms.append(FormNotice(form=form, mode="full", sheets=sheets[form]))
    return tuple(forms), notices


def _disagreement(form: str, sheet: str | None, value: str) -> Notice:
    return Notice("FL-21", form=form, sheet=sheet, value=value, expected=load_words().phrase("agree"))


def forms_of_members(tables: list[tuple[str, TableName]]) -> tuple[tuple[FormNotice, ...], list[Notice]]:
    """The forms of a zip's members (name → what it says): one form is one member, whatever its mode."""
    members: dict[str, list[tuple[str, TableName]]] = {}
    for name, table in tables:
        if table.form:
            members.setdefault(table.form, []).append((name, table))
    forms, notices = [], []
    for form, own in members.items():
        names = tuple(name for name, _ in own)
        counts = [table.count for _, table in own if table.count is not None]
        modes = {table.mode for _, table in own}
        if len(own) > 1 and (len(modes) > 1 or not _are_parts(form, tuple(table.title for _, table in own))):
            notices.append(_several(form, names, "several_modes" if len(modes) > 1 else "several_members"))
        forms.append(
            FormNotice(
                form=form,
                mode=own[0][1].mode or "full",
                sheets=names,
                control_rows=sum(counts) if len(counts) == len(own) else None,
            )
        )
    return tuple(forms), notices


def nil_with_rows(form: str, name: str, content: bytes) -> Notice | None:
    """What refuses a text table that is named 无数据 and has rows, or whose rows cannot be told."""
    words = load_words()
    try:
        sheet = read_text_table(name, content)
    except RowsUntoldError as error:
        return replace(error.notice, form=form, sheet=name)
    except UndecodableError:
        return Notice("FL-02", form, name, value=words.phrase("undecodable"), expected=words.phrase("workbook"))
    table = read_form(sheet, load_contracts()[form])
    rows = table.rows_read + table.rows_below
    if table.is_headless or table.is_refused:
        rows = sum(filled_cells(row) > 1 for row in sheet.rows)
    value = words.phrase("file_nothing", count=rows)
    return Notice("FL-21", form, name, value=value, expected=words.phrase("agree_name")) if rows else None
