"""In which unit each column of a sheet is written: what its header, its group and the sheet state together.

A unit that is stated is understood, or the form is refused (FL-25); only a column of which nothing is
stated is read in the unit its template prints. Which words are units is told in ``units``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from expectations.model import Column, Contract
from orchestration.workbook.notices import Notice
from orchestration.workbook.unit_notices import Statement, UnitProblem, unit_notice
from orchestration.workbook.unit_words import converted_factors, measure_words, native_factors, time_words, unit_factors
from orchestration.workbook.units import NOTHING, Label, above_headers, below_rows, closing_label
from orchestration.workbook.words import column_letter, load_words
from orchestration.workbook.workbook import Sheet

# A statement and the words of it that speak of one column.
_Spoken = tuple["Statement", list[str]]
_NOTES_BELOW = 10  # rows at the end of a sheet among which a note may stand
_CELLS_OF_A_NOTE = 2


@dataclass(frozen=True)
class ColumnUnit:
    """The unit a column is read in: its word, the factor to the typed value, and where it was found.

    ``place`` is none where nothing was stated and the template's own unit stands in.
    """

    word: str
    factor: float
    place: str | None

    @property
    def shown(self) -> str:
        """The unit and where it was found, as a finding tells it."""
        words = load_words()
        if self.place is None:
            return words.phrase("unit_default", word=self.word)
        return words.phrase("unit_read", place=self.place, word=self.word)


def general_statements(sheet: Sheet, end: int, start: int) -> tuple[Statement, ...]:
    """What the rows above the headers, the sheet's name and the notes below the rows state for every column.

    Args:
        sheet: the sheet.
        end: the first row of the headers.
        start: the first row of data.
    """
    found = [Statement(load_words().phrases["unit_sheet_name"], sheet.name, above_headers(sheet.name))]
    for row, cells in enumerate(sheet.rows[:end]):
        label: Label = "none"
        for index, cell in enumerate(cells):
            if isinstance(cell, str) and cell.strip():
                stated = above_headers(cell, label)
                label = closing_label(cell)
                found.append(Statement(cell_address(sheet, row, index), cell, stated))
    for row in range(max(start, len(sheet.rows) - _NOTES_BELOW), len(sheet.rows)):
        filled = [(index, cell) for index, cell in enumerate(sheet.rows[row]) if cell != ""]
        if len(filled) <= _CELLS_OF_A_NOTE:
            found += [
                Statement(cell_address(sheet, row, i), cell, below_rows(cell))
                for i, cell in filled
                if isinstance(cell, str)
            ]
    return tuple(statement for statement in found if statement.stated != NOTHING)


def cell_address(sheet: Sheet, row: int, column: int) -> str:
    """The address of a cell as Excel shows it."""
    return f"{column_letter(column)}{sheet.number(row)}"


def settle_units(
    contract: Contract, sheet: Sheet, own: dict[str, tuple[Statement, ...]], general: tuple[Statement, ...]
) -> tuple[dict[str, ColumnUnit], list[Notice]]:
    """The unit of every column that has one, and what cannot be told.

    Args:
        contract: the form.
        sheet: where it stands.
        own: for every column found, what its header, the row of units below it and its groups state; header first.
        general: what is stated for the whole sheet.
    """
    units: dict[str, ColumnUnit] = {}
    problems: dict[tuple[str, tuple[Statement, ...], tuple[str, ...]], list[tuple[Column, UnitProblem]]] = {}
    columns = [contract.column(name) for name in own]
    for column in columns:
        if not column.unit:
            continue
        found = _settle(column, own[column.name], _heard(column, columns, general))
        if isinstance(found, ColumnUnit):
            units[column.name] = found
        else:
            problems.setdefault((found.phrase, found.general, found.words), []).append((column, found))
    notices = [unit_notice(contract, sheet, same) for same in problems.values()]
    return units, notices or _idle(contract, sheet, units, general)


def _heard(column: Column, columns: Sequence[Column], general: tuple[Statement, ...]) -> list[_Spoken]:
    """The sheet-wide statements that speak of the column's kind of unit, with the words that do.

    亩 and 平方米 in one line are for the columns of each; 平方米 alone is for the 亩 columns, too.
    """
    others = {word for other in columns if other.unit != column.unit for word in native_factors(other.unit or "")}
    heard = []
    for statement in general:
        words = [word for word, _ in statement.stated.words]
        native = [word for word in words if word in native_factors(column.unit or "")]
        converted = [word for word in words if word in converted_factors(column.unit or "") and word not in others]
        heard.append((statement, native or converted))
    return heard


def _settle(column: Column, own: tuple[Statement, ...], heard: list[_Spoken]) -> ColumnUnit | UnitProblem:
    """The unit of one column, or why it cannot be told."""
    stated = [(statement, words) for statement in own if (words := _applicable(column, statement))]
    header = own[0]
    if not stated:
        if unread_place := next((statement for statement in own if statement.stated.is_unread), None):
            return UnitProblem("unit_unread", (unread_place,), (), ())
        if foreign := _foreign(column, header):
            return UnitProblem("unit_inapplicable", (header,), (), foreign)
    spoken = [(statement, words) for statement, words in heard if words]
    factors = {_factor(column, statement, word) for statement, words in stated for word in words}
    if len(factors) > 1:
        return _contradiction(column, stated, [])
    for statement, words in spoken:
        said = {_factor(column, statement, word) for word in words}
        if (factors and not factors <= said) or (not factors and len(said) > 1):
            return _contradiction(column, stated, [(statement, words)])
    if not stated and len({_factor(column, s, word) for s, words in spoken for word in words}) > 1:
        return _contradiction(column, [], spoken)
    if not stated and not spoken:
        unread = [statement for statement, _ in heard if statement.stated.is_unread and not _is_counted(column)]
        return UnitProblem("unit_unread", (), tuple(unread[:1]), ()) if unread else _unstated(column, own, heard)
    statement, words = (stated or spoken)[0]
    return ColumnUnit(words[0], _factor(column, statement, words[0]), statement.shown)


def _applicable(column: Column, statement: Statement) -> list[str]:
    """The words of a header or group in which the column can be read: its own kind's before convertible ones."""
    words = [word for word, _ in statement.stated.words]
    native = [word for word in words if word in native_factors(column.unit or "")]
    return native or [word for word in words if word in converted_factors(column.unit or "")]


def _foreign(column: Column, header: Statement) -> tuple[str, ...]:
    """Units in a column's own header that it cannot be read in; 年 behind an amount says of which span it is."""
    spans = frozenset() if column.unit in load_words().time_units else time_words()
    return tuple(word for word, _ in header.stated.words if word not in spans)


def _factor(column: Column, statement: Statement, word: str) -> float:
    return unit_factors(column)[word] * _count(statement, word)


def _count(statement: Statement, word: str) -> int:
    return next(count for said, count in statement.stated.words if said == word)


def _counted(statement: Statement, word: str) -> str:
    """A unit word as it was said: 10000元 is no 元."""
    count = _count(statement, word)
    return word if count == 1 else f"{count}{word}"


def _is_counted(column: Column) -> bool:
    return column.unit not in load_words().measure_units


def _unstated(column: Column, own: tuple[Statement, ...], heard: list[_Spoken]) -> ColumnUnit:
    """The currency's own unit where only the currency is named, else what the template prints."""
    if column.unit in load_words().currency_units and (
        named := next((s for s in (*own, *(s for s, _ in heard)) if s.stated.is_currency), None)
    ):
        base = next(word for word, factor in native_factors(column.unit or "").items() if factor == 1)
        return ColumnUnit(base, 1.0, named.shown)
    factors = unit_factors(column)
    word = column.header_unit or next((word for word, factor in factors.items() if factor == 1), "")
    return ColumnUnit(word, factors.get(word, 1.0), None)


def _contradiction(column: Column, own: Iterable[_Spoken], general: Iterable[_Spoken]) -> UnitProblem:
    own, general = list(own), list(general)
    words = dict.fromkeys(_counted(statement, word) for statement, said in (*own, *general) for word in said)
    return UnitProblem("unit_contradiction", tuple(s for s, _ in own), tuple(s for s, _ in general), tuple(words))


def _idle(
    contract: Contract, sheet: Sheet, units: dict[str, ColumnUnit], general: tuple[Statement, ...]
) -> list[Notice]:
    """Sheet-wide units none of which is for any column, over measured columns of which nothing else is stated."""
    columns = [contract.column(name) for name in units]
    known = {word for column in columns for word in unit_factors(column)}
    silent = [column for column in columns if units[column.name].place is None and not _is_counted(column)]
    for statement in general:
        words = [word for word, _ in statement.stated.words]
        if silent and words and not known & set(words) and measure_words() & set(words):
            problem = UnitProblem("unit_inapplicable", (), (statement,), tuple(words))
            return [unit_notice(contract, sheet, [(silent[0], problem)])]
    return []
