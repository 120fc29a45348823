"""The sheets of one return: cover, and per form title, header row(s), data, totals and footer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from expectations.contract import load_contracts, load_cover
from expectations.model import Column, Contract
from twin.habits import Habits
from twin.places import words
from twin.spelling import Cell, fill_down_blanks, header_of, sent_columns, spell
from twin.xlsx_file import Sheet

Overrides = Mapping[str, Mapping[str, Cell]]
"""Row tag → column name → the raw cell that stands there instead of the spelled value."""


@dataclass(frozen=True)
class Desk:
    """How a form is written where several clerks do it, or page by page.

    Attributes:
        habits: who laid the sheet out.
        hands: the habits of each hand with the positions of its rows; nobody else's where there are none.
        page_rows: how many rows follow the header on a page; none where it stands once.
    """

    habits: Habits
    hands: tuple[tuple[Habits, np.ndarray], ...] = ()
    page_rows: int | None = None


@dataclass(frozen=True)
class FormRows:
    """One form of one return: the rows (column ``tag`` names those somebody asks the address of).

    ``extra_columns`` are sent beyond the contract (header → cells); ``misses`` is how many rows too many the cover
    announces; ``lost_rows`` repeats so many rows below the total; ``explanation`` stands on the cover.
    Without a ``desk`` one clerk writes it, on one page.
    """

    form: str
    rows: pd.DataFrame
    overrides: Overrides
    extra_columns: Mapping[str, list[Cell]] = field(default_factory=dict)
    misses: int = 0
    lost_rows: int = 0
    explanation: str | None = None
    desk: Desk | None = None


@dataclass(frozen=True)
class SpelledForm:
    """Headers and cells of one form as a clerk writes them."""

    columns: list[Column]
    headers: list[str]
    cells: list[list[Cell]]
    merged_rows: list[tuple[int, int]]


def spell_form(contract: Contract, form: FormRows, habits: Habits, township: str, *, merges: bool) -> SpelledForm:
    """Spell the rows of a form; ``merges`` leaves repeated household cells blank where the clerk does so."""
    habits = form.desk.habits if form.desk else habits
    columns = sent_columns(contract, habits, form.rows)
    cells = [_cells(form, column, habits, township) for column in columns]
    merged: list[tuple[int, int]] = []
    if merges and habits.merges_households and any(c.fill_down for c in columns):
        merged = fill_down_blanks(columns, cells, form.rows["household_code"].tolist())
    position = {column.name: i for i, column in enumerate(columns)}
    if form.overrides and "tag" in form.rows.columns:
        for row, tag in enumerate(form.rows["tag"].tolist()):
            for name, cell in form.overrides.get(tag, {}).items() if isinstance(tag, str) else ():
                cells[position[name]][row] = cell
                # A cell inside a merged range would be hidden.
                merged = [
                    span for span in merged if not (columns[position[name]].fill_down and span[0] <= row <= span[1])
                ]
    headers = [header_of(column, habits) for column in columns]
    for header, extra in form.extra_columns.items():
        headers.append(header)
        cells.append(extra)
    return SpelledForm(columns, headers, cells, merged)


def _cells(form: FormRows, column: Column, habits: Habits, township: str) -> list[Cell]:
    """The cells of one column, each as its hand writes it."""
    hands = form.desk.hands if form.desk and column.name != "sequence" else ()
    if not hands:
        return spell(form.rows, column, habits, township)
    cells: list[Cell] = [None] * len(form.rows)
    for hand, positions in hands:
        for position, cell in zip(positions, spell(form.rows.iloc[positions], column, hand, township), strict=True):
            cells[position] = cell
    return cells


def form_sheet(contract: Contract, form: FormRows, habits: Habits, place: Mapping[str, str]) -> tuple[Sheet, list[int]]:
    """The sheet of a form, and the numbers of its data rows (1-based).

    Args:
        contract: the form's contract.
        form: its rows and what is wrong with them.
        habits: how the clerk writes.
        place: ``code``, ``name`` and ``period`` of the return.
    """
    habits = form.desk.habits if form.desk else habits
    spelled = spell_form(contract, form, habits, place["code"], merges=True)
    width = len(spelled.headers)
    heading: list[list[Cell]] = [[contract.title]]
    merges = [(1, 1, 1, width)]
    if habits.info_line:
        heading.append([words()["info_line"].format(township=place["name"], period=place["period"])])
    header_rows, header_merges = _header(spelled, len(heading) + 1)
    heading.extend(header_rows)
    numbers, pages = _paginated(spelled, header_rows, len(heading) + 1, form.desk.page_rows if form.desk else None)
    merges.extend(header_merges)
    for index, column in enumerate(spelled.columns, 1):
        if column.fill_down:
            merges.extend((numbers[a], index, numbers[b], index) for a, b in spelled.merged_rows)
    lost = [[cells[row] for cells in spelled.cells] for row in range(form.lost_rows)]
    closing = [_totals(spelled, is_divided=bool(form.desk and form.desk.hands)), *lost, *_footer(place)]
    return Sheet(contract.title, heading, pages, closing, merges), numbers


def _paginated(
    spelled: SpelledForm, header: list[list[Cell]], first: int, page_rows: int | None
) -> tuple[list[int], list[list[Cell]]]:
    """The numbers of the data rows, and the columns with the header again on every page; no merged cell is cut."""
    count = len(spelled.cells[0])
    if page_rows is None or count <= page_rows:
        return list(range(first, first + count)), spelled.cells
    inside = {row for start, end in spelled.merged_rows for row in range(start + 1, end + 1)}
    starts = {row for row in range(page_rows, count, page_rows) if row not in inside}
    numbers: list[int] = []
    pages: list[list[Cell]] = [[] for _ in spelled.cells]
    for row in range(count):
        if row in starts:
            for page, lines in zip(pages, zip(*header, strict=True), strict=True):
                page.extend(lines)
        numbers.append(first + len(pages[0]))
        for page, cells in zip(pages, spelled.cells, strict=True):
            page.append(cells[row])
    return numbers, pages


def _header(spelled: SpelledForm, row: int) -> tuple[list[list[Cell]], list[tuple[int, int, int, int]]]:
    groups = [column.group for column in spelled.columns] + [None] * (len(spelled.headers) - len(spelled.columns))
    headers: list[Cell] = list(spelled.headers)
    if not any(groups):
        return [headers], []
    top: list[Cell] = []
    below: list[Cell] = []
    merges = []
    for i, (group, header) in enumerate(zip(groups, headers, strict=True)):
        if group is None:
            top.append(header)
            below.append(None)
            merges.append((row, i + 1, row + 1, i + 1))
            continue
        is_first = i == 0 or groups[i - 1] != group
        top.append(group if is_first else None)
        below.append(header)
        if is_first:
            last = i
            while last + 1 < len(groups) and groups[last + 1] == group:
                last += 1
            if last > i:
                merges.append((row, i + 1, row, last + 1))
    return [top, below], merges


def _totals(spelled: SpelledForm, *, is_divided: bool) -> list[Cell]:
    row: list[Cell] = [None] * len(spelled.headers)
    row[0] = words()["total_label"]
    for i, column in enumerate(spelled.columns):
        summed = column.unit in ("yuan", "mu") or column.name == "person_count"
        numbers = [cell for cell in spelled.cells[i] if isinstance(cell, int | float)]
        # Excel adds up no texts: where one hand writes them, nobody has put the formula.
        is_mixed = any(isinstance(cell, str) for cell in spelled.cells[i]) and is_divided
        if summed and numbers and not is_mixed:
            row[i] = round(sum(numbers), 6)
    return row


def _footer(place: Mapping[str, str]) -> list[list[Cell]]:
    texts = [t.format(filled_by=place["filled_by"], filled_on=place["filled_on"]) for t in words()["footer"]]
    return [[text] for text in texts]


CoverLine = tuple[str, str, int | None, str | None]
"""Form, mode, announced rows, explanation."""


def cover_sheet(place: Mapping[str, str], lines: list[CoverLine]) -> Sheet:
    """The cover: labelled values, then one line per form."""
    cover = load_cover()
    values: dict[str, Any] = {
        "submitter_code": place["code"],
        "submitter_name": place["name"],
        "period": place["period_text"],
        "template_version": cover.template_version,
        "filled_by": place["filled_by"],
        "phone": place["phone"],
        "filled_on": place["filled_on"],
    }
    heading: list[list[Cell]] = [[cover.title]]
    heading.extend([f.label, values.get(f.name)] for f in cover.fields)
    heading.append([cover.form_header, cover.mode_header, cover.rows_header, cover.explanation_header])
    contracts = load_contracts()
    closing: list[list[Cell]] = [
        [contracts[form].title, cover.modes[mode][0], rows, explanation] for form, mode, rows, explanation in lines
    ]
    return Sheet(cover.sheet, heading, [], closing, [(1, 1, 1, 4)])
