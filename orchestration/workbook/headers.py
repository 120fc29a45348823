"""Where a form's columns stand on a sheet: header rows are found by names, never by position.

One to three header rows are tried; a header may carry a group above it, a unit behind it and a row of
units below it. What the units mean is ``stated_units``' work, rows of data are the table's.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from expectations.contract import load_cover
from expectations.model import Column, Contract
from orchestration.workbook.characters import shows_nothing
from orchestration.workbook.header_names import is_group, meanings, split_name
from orchestration.workbook.notices import Notice
from orchestration.workbook.stated_units import ColumnUnit, cell_address, general_statements, settle_units
from orchestration.workbook.unit_notices import Statement
from orchestration.workbook.unit_words import unit_factors
from orchestration.workbook.units import NOTHING, in_header, is_bracketed, is_unit
from orchestration.workbook.words import load_words, plain
from orchestration.workbook.workbook import Cell, Problem, Sheet

_UNKNOWN, _UNKNOWN_NAMED = "FL-15", 5


@dataclass(frozen=True)
class HeaderCell:
    """One header as it stands on the sheet: 0-based column, its text and the group above it.

    ``above`` holds every group it stands under, as row, column and text.
    """

    index: int
    row: int
    text: str
    group: str
    above: tuple[tuple[int, int, str], ...] = ()


@dataclass
class Header:
    """The header of a sheet: where data begins, where each column stands, and in which unit."""

    data_start: int = 0
    columns: dict[str, HeaderCell] = field(default_factory=dict)
    units: dict[str, ColumnUnit] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)


def locate(sheet: Sheet, contract: Contract) -> Header:
    """Find the header rows of a form on a sheet, and say what is missing, doubled or unknown."""
    best: list[HeaderCell] = []
    best_score, start = 0, 0
    for row, depth in _windows(sheet, contract):
        cells = _flatten(sheet, row, depth)
        score = len({name for cell in cells for name in meanings(contract.form, cell.text)})
        if score > best_score:
            best, best_score, start = cells, score, row + depth
    header = Header(data_start=start)
    if best_score < 2:
        required = "、".join(column.header for column in contract.columns if column.required)
        header.notices.append(Notice("FL-05", form=contract.form, sheet=sheet.name, value=required))
        return header
    _assign(header, sheet, contract, best)
    header.notices = _unknown_together(header.notices)
    _read_units(header, sheet, contract)
    return header


def _windows(sheet: Sheet, contract: Contract) -> list[tuple[int, int]]:
    """Header rows that may be meant (first row, number of rows): those around the row with most known names."""
    limits = load_words().limits
    enough = sum(column.required for column in contract.columns) // 2
    best_row, best_hits = 0, 0
    for row, cells in enumerate(sheet.rows[: limits.header_rows_searched]):
        hits = sum(1 for cell in cells if isinstance(cell, str) and meanings(contract.form, cell))
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
    carried: dict[int, tuple[int, int, str]] = {}
    for index in range(len(rows[0])):
        texts = [_shown(line[index]) if index < len(line) else "" for line in rows]
        level = max((level for level, text in enumerate(texts) if text), default=None)
        above = [text for text in texts[:level] if text] if level is not None else []
        if above:
            group = above[-1]
        elif level == 0 and depth > 1:
            group = ""
        if level is not None:
            _carry(carried, row, index, texts[:level])
            groups = tuple(carried[place] for place in sorted(carried)) if level and group else ()
            cells.append(HeaderCell(index, row + level, texts[level], group if level else "", groups))
    return cells


def _carry(carried: dict[int, tuple[int, int, str]], row: int, index: int, above: list[str]) -> None:
    """Keep the groups a column stands under: those of the columns before it, until others begin."""
    if not above:
        carried.clear()
    for level, text in enumerate(above):
        if text:
            for ended in [place for place in carried if place >= level]:
                del carried[ended]
            carried[level] = (row + level, index, text)


def _shown(cell: Cell) -> str:
    return cell.text if isinstance(cell, Problem) else str(cell).strip()


def _assign(header: Header, sheet: Sheet, contract: Contract, cells: list[HeaderCell]) -> None:
    claims: dict[str, list[HeaderCell]] = {}
    for cell in cells:
        names = meanings(contract.form, cell.text)
        name = next((n for n in names if is_group(contract.column(n), cell.group)), None)
        if name or names:
            claims.setdefault(name or names[0], []).append(cell)
        else:
            header.notices.append(_unknown(contract, sheet, cell))
    for name, claimed in claims.items():
        chosen = _in_group(contract, contract.column(name), claimed) if len(claimed) > 1 else claimed
        if len(chosen) == 1:
            header.columns[name] = chosen[0]
            header.notices += [_unknown(contract, sheet, cell) for cell in claimed if cell not in chosen]
        else:
            places = "、".join(cell_address(sheet, cell.row, cell.index) for cell in claimed)
            text = contract.column(name).header
            header.notices.append(Notice("FL-19", form=contract.form, sheet=sheet.name, cell=places, value=text))
    for column in contract.columns:
        if column.required and column.name not in claims:
            header.notices.append(Notice("FL-05", form=contract.form, sheet=sheet.name, value=column.header))


def _in_group(contract: Contract, column: Column, claimed: list[HeaderCell]) -> list[HeaderCell]:
    """Of several headers that read the same, those under the column's own group, and in a unit it can have."""
    own = [cell for cell in claimed if is_group(column, cell.group)]
    spread = Counter(plain(cell.group) for cell in own)
    if own and len(own) < len(claimed) and max(spread.values()) == 1:
        return own
    words = unit_factors(column)
    fitting = [
        cell
        for cell in claimed
        if all(word in words for word, _ in in_header(split_name(contract.form, cell.text)[1]).words)
    ]
    return fitting if len(fitting) == 1 else claimed


def _unknown(contract: Contract, sheet: Sheet, cell: HeaderCell) -> Notice:
    return Notice(
        _UNKNOWN,
        form=contract.form,
        sheet=sheet.name,
        row_number=sheet.number(cell.row),
        cell=cell_address(sheet, cell.row, cell.index),
        value=cell.text,
    )


def _unknown_together(notices: list[Notice]) -> list[Notice]:
    """The notices, many unknown columns told as one: another table beside the form is one cause."""
    unknown = [notice for notice in notices if notice.code == _UNKNOWN]
    if len(unknown) <= _UNKNOWN_NAMED:
        return notices
    words, named = load_words(), unknown[:_UNKNOWN_NAMED]
    cells = "、".join(str(notice.cell) for notice in named)
    values = words.phrase("quoted_parting").join(str(notice.value) for notice in named)
    together = replace(unknown[0], cell=words.phrase("and_more", listed=cells, count=len(unknown)), value=values)
    return [notice for notice in notices if notice.code != _UNKNOWN] + [together]


def _read_units(header: Header, sheet: Sheet, contract: Contract) -> None:
    """The unit of each column: from its header, its group, a row of units, or the lines above, else the contract."""
    rows = [row for cell in header.columns.values() for row in (cell.row, *(row for row, _, _ in cell.above))]
    row_of_units = _row_of_units(header, sheet, contract)
    own = {
        name: _own_statements(contract, sheet, cell, row_of_units, header.data_start)
        for name, cell in header.columns.items()
    }
    general = general_statements(sheet, min(rows, default=0), header.data_start)
    header.units, notices = settle_units(contract, sheet, own, general)
    header.notices += notices
    if row_of_units:
        header.data_start += 1


def _row_of_units(header: Header, sheet: Sheet, contract: Contract) -> dict[int, str]:
    """What stands for units in a row of their own below the headers, by column; none where the row is one of data.

    Above a column of another kind a word may stand: （年月日）, 文本, a dash. A row of data has numbers where the units
    are, and digits in what it is about.
    """
    row = sheet.rows[header.data_start] if header.data_start < len(sheet.rows) else []
    filled = {index: cell for index, cell in enumerate(row) if not is_blank(cell)}
    texts = {index: cell for index, cell in filled.items() if isinstance(cell, str)}
    measured = {cell.index for name, cell in header.columns.items() if contract.column(name).unit}
    units = {index: text for index, text in texts.items() if is_unit(text)}
    others = [t for i, t in texts.items() if i not in units and i not in measured and not is_bracketed(t)]
    has_numbers = bool(measured & (filled.keys() - texts.keys())) or len(filled) - len(texts) > 1
    if not units or has_numbers or any(mark.isdigit() for text in others for mark in text):
        return {}
    if not measured & units.keys():
        return {} if others else units
    blanks = {plain(word) for word in load_cover().null_words}
    return {index: text for index, text in texts.items() if index in measured and plain(text) not in blanks} | units


def _own_statements(
    contract: Contract, sheet: Sheet, cell: HeaderCell, row_of_units: dict[int, str], units_row: int
) -> tuple[Statement, ...]:
    """What a column's header, the row of units and its groups state, the header first."""
    behind = split_name(contract.form, cell.text)[1]
    found = [Statement(cell_address(sheet, cell.row, cell.index), cell.text, in_header(behind))]
    if cell.index in row_of_units:
        text = row_of_units[cell.index]
        stated = in_header(text)
        stated = replace(stated, is_unread=True) if stated == NOTHING else stated
        found.append(Statement(cell_address(sheet, units_row, cell.index), text, stated))
    found += [
        Statement(cell_address(sheet, row, index), text, in_header(text)) for row, index, text in reversed(cell.above)
    ]
    return tuple(found)


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return cell == "" or (isinstance(cell, str) and shows_nothing(cell))
