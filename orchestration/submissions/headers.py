"""Where a form's columns stand on a sheet: header rows are found by names, never by position.

One to three header rows are tried; a header may carry a group above it and a unit in brackets behind
it. Rows of data are the table's work.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, lru_cache

from expectations.contract import load_contracts
from expectations.model import Column, Contract
from orchestration.submissions.characters import shows_nothing
from orchestration.submissions.notices import Notice
from orchestration.submissions.words import column_letter, load_words, plain
from orchestration.submissions.workbook import Cell, Problem, Sheet

_BRACKET = re.compile(r"^(.+?)[(\[【]([^()\[\]【】]*)[)\]】]$")


@dataclass(frozen=True)
class HeaderCell:
    """One header as it stands on the sheet: 0-based column, its text and the group above it."""

    index: int
    row: int
    text: str
    group: str


@dataclass
class Header:
    """The header of a sheet: where data begins, where each column stands, and in which unit."""

    data_start: int = 0
    columns: dict[str, HeaderCell] = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)


@cache
def _spellings(form: str) -> dict[str, tuple[str, ...]]:
    """Every accepted spelling of a header → the columns it may mean."""
    found: dict[str, list[str]] = {}
    for column in load_contracts()[form].columns:
        texts = {plain(text) for text in (column.header, *column.aliases)}
        texts |= {match[1] for text in tuple(texts) if (match := _BRACKET.match(text)) and column.header_unit}
        if column.group:
            group = plain(column.group)
            texts |= {f"{group}{mark}{text}" for text in tuple(texts) for mark in ("", ".", "-", "_", "/")}
        for text in texts:
            found.setdefault(text, []).append(column.name)
    return {text: tuple(names) for text, names in found.items()}


@cache
def _unit_words() -> frozenset[str]:
    return frozenset(plain(word) for words in load_words().units.values() for word in words)


def unit_factors(column: Column) -> dict[str, float]:
    """Unit words that may stand with a column → factor to the unit of its typed value."""
    words = load_words().units.get(column.unit or "", {})
    return {plain(word): factor for word, factor in words.items()}


def locate(sheet: Sheet, contract: Contract) -> Header:
    """Find the header rows of a form on a sheet, and say what is missing, doubled or unknown."""
    best: list[HeaderCell] = []
    best_score, start = 0, 0
    for row, depth in _windows(sheet, contract):
        cells = _flatten(sheet, row, depth)
        score = len({name for cell in cells for name in _meanings(contract.form, cell.text)})
        if score > best_score:
            best, best_score, start = cells, score, row + depth
    header = Header(data_start=start)
    if best_score < 2:
        required = "、".join(column.header for column in contract.columns if column.required)
        header.notices.append(Notice("FL-05", form=contract.form, sheet=sheet.name, value=required))
        return header
    _assign(header, sheet, contract, best)
    _read_factors(header, sheet, contract)
    return header


def _windows(sheet: Sheet, contract: Contract) -> list[tuple[int, int]]:
    """Header rows that may be meant (first row, number of rows): those around the row with most known names."""
    limits = load_words().limits
    enough = sum(column.required for column in contract.columns) // 2
    best_row, best_hits = 0, 0
    for row, cells in enumerate(sheet.rows[: limits.header_rows_searched]):
        hits = sum(1 for cell in cells if cell.__class__ is str and _meanings(contract.form, cell))
        if hits > best_hits:
            best_row, best_hits = row, hits
        elif best_hits > enough:
            break
    return [
        (row, depth)
        for depth in range(1, limits.header_depth + 1)
        for row in range(max(best_row - depth + 1, 0), best_row + 1)
        if row + depth <= len(sheet.rows)
    ]


def _flatten(sheet: Sheet, row: int, depth: int) -> list[HeaderCell]:
    """The lowest text of each column within the header rows, and the group it stands under."""
    rows = sheet.rows[row : row + depth]
    cells = []
    group = ""
    for index in range(len(rows[0])):
        texts = [_shown(line[index]) if index < len(line) else "" for line in rows]
        level = max((level for level, text in enumerate(texts) if text), default=None)
        above = [text for text in texts[:level] if text] if level is not None else []
        if above:
            group = above[-1]
        elif level == 0 and depth > 1:
            group = ""
        if level is not None:
            cells.append(HeaderCell(index, row + level, texts[level], group if level else ""))
    return cells


def _shown(cell: Cell) -> str:
    return cell.text if isinstance(cell, Problem) else str(cell).strip()


@lru_cache(maxsize=4096)
def _meanings(form: str, text: str) -> tuple[str, ...]:
    """The columns a header may mean; a unit in brackets that the column does not know rules it out."""
    contract, spellings = load_contracts()[form], _spellings(form)
    text = plain(text)
    if text in spellings:
        return spellings[text]
    match = _BRACKET.match(text)
    if not match or match[1] not in spellings:
        return ()
    names = spellings[match[1]]
    if match[2] not in _unit_words():
        return names
    return tuple(name for name in names if match[2] in unit_factors(contract.column(name)))


def _assign(header: Header, sheet: Sheet, contract: Contract, cells: list[HeaderCell]) -> None:
    claims: dict[str, list[HeaderCell]] = {}
    for cell in cells:
        names = _meanings(contract.form, cell.text)
        name = next((n for n in names if plain(contract.column(n).group or "") == plain(cell.group)), None)
        if name or names:
            claims.setdefault(name or names[0], []).append(cell)
        else:
            header.notices.append(_unknown(contract, sheet, cell))
    for name, claimed in claims.items():
        chosen = _in_group(contract.column(name), claimed) if len(claimed) > 1 else claimed
        if len(chosen) == 1:
            header.columns[name] = chosen[0]
            header.notices += [_unknown(contract, sheet, cell) for cell in claimed if cell not in chosen]
        else:
            places = "、".join(_address(sheet, cell) for cell in claimed)
            text = contract.column(name).header
            header.notices.append(Notice("FL-19", form=contract.form, sheet=sheet.name, cell=places, value=text))
    for column in contract.columns:
        if column.required and column.name not in claims:
            header.notices.append(Notice("FL-05", form=contract.form, sheet=sheet.name, value=column.header))


def _in_group(column: Column, claimed: list[HeaderCell]) -> list[HeaderCell]:
    """Of several headers that read the same, those under the column's own group."""
    own = [cell for cell in claimed if plain(cell.group) == plain(column.group or "")]
    spread = Counter(plain(cell.group) for cell in claimed)
    return own if own and spread[plain(column.group or "")] == 1 else claimed


def _address(sheet: Sheet, cell: HeaderCell) -> str:
    return f"{column_letter(cell.index)}{sheet.number(cell.row)}"


def _unknown(contract: Contract, sheet: Sheet, cell: HeaderCell) -> Notice:
    return Notice(
        "FL-15",
        form=contract.form,
        sheet=sheet.name,
        row_number=sheet.number(cell.row),
        cell=_address(sheet, cell),
        value=cell.text,
    )


def _read_factors(header: Header, sheet: Sheet, contract: Contract) -> None:
    """The factor of each column with a unit: from its header, its group, the unit line, or the contract."""
    sheet_unit = _sheet_unit(sheet, header.data_start)
    for name, cell in header.columns.items():
        column = contract.column(name)
        factors = unit_factors(column)
        if not factors:
            continue
        stated = [_bracketed(cell.text), _bracketed(cell.group), sheet_unit, plain(column.header_unit or "")]
        unit = next((word for word in stated if word in factors), None)
        header.factors[name] = factors[unit] if unit else 1.0


def _bracketed(text: str) -> str:
    match = _BRACKET.match(plain(text))
    return match[2] if match else ""


def _sheet_unit(sheet: Sheet, end: int) -> str:
    """The unit of a line such as 单位：万元 above the data; a line naming an office is none."""
    labels = {plain(label) for label in load_words().unit_labels}
    for row in sheet.rows[:end]:
        for index, cell in enumerate(row):
            label, _, rest = plain(cell).partition(":") if isinstance(cell, str) and cell else ("", "", "")
            if label in labels:
                following = [plain(other) for other in row[index + 1 :] if other != ""]
                return rest or (following[0] if following else "")
    return ""


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return cell == "" or (isinstance(cell, str) and shows_nothing(cell))
