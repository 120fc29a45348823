"""Which rows below a header are data: totals, notes, repeated headers and numbering lines are told from them.

What is data and stands where none is read is lost, and said so; cells are the table's work.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from statistics import median

from expectations.contract import load_cover
from expectations.model import Contract
from orchestration.workbook.header_names import meanings
from orchestration.workbook.headers import Header, is_blank
from orchestration.workbook.numbering import cells_with_places, numbering_rows
from orchestration.workbook.record_count import count_of
from orchestration.workbook.words import plain
from orchestration.workbook.workbook import Cell, Sheet

_TOTAL_LENGTH = 12
_CELLS_OF_A_NOTE = 2

Columns = list[tuple[Cell, ...]]


@dataclass
class Rows:
    """Rows by their place below the header.

    ``lost`` look like rows of the form and stand below a blank row or the total; ``foreign`` stand there too and
    look like something else, a second small table for instance.
    """

    data: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    foreign: list[int] = field(default_factory=list)


@cache
def _total_words() -> frozenset[str]:
    return frozenset(plain(word) for word in load_cover().total_row_words)


@cache
def _footer_words() -> tuple[str, ...]:
    return tuple(plain(word) for word in load_cover().footer_words)


def classify(sheet: Sheet, contract: Contract, header: Header, columns: Columns) -> Rows:
    """Split the rows below the header into data, totals, and data that stands where none is read."""
    mapped = sorted(header.columns.values(), key=lambda cell: cell.index)
    first = [cell.index for cell in mapped if cell in mapped[:3] or cell is header.columns.get("sequence")]
    totals = _rows_with_word(columns, first)
    anchors = [header.columns[name].index for name in contract.key if name in header.columns]
    anchors = anchors or [mapped[0].index]
    keyless = _blank_rows([columns[index] for index in anchors])
    totals |= {index for index in keyless if any(_says_total(columns[place][index]) for place in first)}
    totals |= {
        index for place in anchors for index in _candidates(columns[place]) if _says_total(columns[place][index])
    }
    empty: list[int] = []
    notes = set(_footer_rows(columns[mapped[0].index])) - totals
    notes |= {i for i in _footer_rows(columns[anchors[0]]) if _is_short(sheet.rows[header.data_start + i])} - totals
    notes |= _repeated_rows(sheet, contract, header, columns, anchors, keyless) - totals
    notes |= numbering_rows(sheet, header, mapped, columns[anchors[0]]) - totals
    for index in keyless - totals - notes:
        filled = sum(not is_blank(columns[cell.index][index]) for cell in mapped)
        if filled == 0 and all(is_blank(cell) for cell in sheet.rows[header.data_start + index]):
            empty.append(index)
        elif filled <= 1 or _is_note(sheet.rows[header.data_start + index]):
            notes.add(index)
    rows = _cut(len(columns[0]), totals, notes, set(empty))
    required = [header.columns[c.name].index for c in contract.columns if c.required and c.name in header.columns]
    _tell_foreign(rows, [columns[index] for index in required])
    return rows


def _begins(cell: str, heads: set[str]) -> bool:
    """Whether a text may begin with one of the characters: a look that costs nothing before it is made plain."""
    first = cell[:1]
    return first in heads if first.isalnum() else cell.lstrip()[:1] in heads or not cell.lstrip()[:1].isalnum()


def _rows_with_word(columns: Columns, places: list[int]) -> set[int]:
    """Rows that say 合计 (or the like) in one of the first columns, blanks inside the word included."""
    words = _total_words()
    heads = {word[0] for word in words}
    return {
        index
        for place in places
        for index, cell in enumerate(columns[place])
        if cell.__class__ is str and _begins(cell, heads) and plain(cell) in words  # type: ignore[arg-type]
    }


def _candidates(cells: tuple[Cell, ...]) -> list[int]:
    """Texts that hold the last character of a total's word: a look that costs little."""
    ends = {word[-1] for word in _total_words()}
    return [i for i, cell in enumerate(cells) if cell.__class__ is str and any(end in cell for end in ends)]  # type: ignore[operator]


def _says_total(cell: Cell) -> bool:
    """Whether a text is a total's word with whose total it is, or how many: 全乡合计, 合计6户."""
    text = plain(cell) if cell.__class__ is str else ""
    return 0 < len(text) <= _TOTAL_LENGTH and (
        text.endswith(tuple(_total_words())) or any(_is_counted(text, word) for word in _total_words())
    )


def _is_counted(text: str, word: str) -> bool:
    return text.startswith(word) and count_of(text.removeprefix(word).strip("():,")) is not None


def _footer_rows(first_column: tuple[Cell, ...]) -> list[int]:
    words = _footer_words()
    heads = {word[0] for word in words}
    return [
        index
        for index, cell in enumerate(first_column)
        if cell.__class__ is str and _begins(cell, heads) and plain(cell).startswith(words)  # type: ignore[arg-type]
    ]


def _repeated_rows(
    sheet: Sheet, contract: Contract, header: Header, columns: Columns, anchors: list[int], keyless: set[int]
) -> set[int]:
    """Rows that say again, in the same columns, what stands above the data: title and header of a new page."""
    names = {cell.index: name for name, cell in header.columns.items()}
    above = sheet.rows[: header.data_start]
    headings = [{plain(row[place]) for row in above if not is_blank(row[place])} for place in range(len(columns))]

    def is_heading(place: int, cell: Cell) -> bool:
        """Whether the header says so in this place, or names its column in another spelling."""
        name = names.get(place)
        return plain(cell) in headings[place] or (name is not None and name in meanings(contract.form, str(cell)))

    first = anchors[0]
    heads = {text[:1] for text in headings[first]}
    likely = {
        index
        for index, cell in enumerate(columns[first])
        if cell.__class__ is str and _begins(cell, heads) and is_heading(first, cell)  # type: ignore[arg-type]
    }
    return {
        index
        for index in likely | keyless
        if (filled := cells_with_places(sheet.rows[header.data_start + index]))
        and all(place < len(headings) and is_heading(place, cell) for place, cell in filled)
    }


# --- where data ends -------------------------------------------------------------------------------------


def _is_short(row: list[Cell]) -> bool:
    return len(cells_with_places(row)) <= _CELLS_OF_A_NOTE


def _is_note(row: list[Cell]) -> bool:
    first = next((cell for cell in row if not is_blank(cell)), "")
    return isinstance(first, str) and plain(first).startswith(_footer_words())


def _blank_rows(anchors: Columns) -> set[int]:
    blank = {index for index, cell in enumerate(anchors[0]) if is_blank(cell)}
    return {index for index in blank if all(is_blank(column[index]) for column in anchors[1:])}


def _cut(count: int, totals: set[int], notes: set[int], empty: set[int]) -> Rows:
    """Data ends at a blank row or behind the last total; what looks like data below it is reported."""
    candidates = [index for index in range(count) if index not in totals and index not in notes and index not in empty]
    if not candidates:
        return Rows()
    end = min((index for index in empty if index > candidates[0]), default=count)
    closing = [index for index in totals if candidates[0] < index < end]
    if closing:
        end = max(closing)
    data = [index for index in candidates if index < end]
    lost = [index for index in candidates if index > end]
    # A total below a blank row still closes the data, as long as no data stands between.
    last = lost[0] if lost else count
    return Rows(data, sorted(index for index in totals if index < last), lost)


def _tell_foreign(rows: Rows, required: Columns) -> None:
    """Of the rows not read, those filled less than half as well as the rows of data are none of the form's."""
    if not rows.lost:
        return

    def filled(index: int) -> int:
        return sum(not is_blank(column[index]) for column in required)

    usual = median(map(filled, rows.data)) if rows.data else len(required)
    rows.foreign = sorted(index for index in rows.lost if 2 * filled(index) < usual)
    rows.lost = [index for index in rows.lost if index not in rows.foreign]
