"""What the text stored in one cell stands for, by the cell's kind, its style and what the workbook's sheets share.

Where cells stand in a sheet is told by ``row_cells``, what a number format does by ``number_format``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.workbook.cells import Cell, Problem, iso_moment, shown
from orchestration.workbook.number_format import NumberFormat
from orchestration.workbook.xml_tree import PartError, is_true, unescaped

_LARGEST = 1e308
_NUMBERS = frozenset((None, "n"))  # kinds of a cell that holds a number


@dataclass(frozen=True)
class BookParts:
    """What all sheets of a workbook share: texts by number, formats that change what is seen, where days count from."""

    texts: Mapping[str, str]
    formats: Mapping[str, NumberFormat]
    is_1904: bool
    max_cells: int


def finite(text: str | None) -> float | None:
    """A number as it is stored; none where it is no number, or one without end."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if -_LARGEST < value < _LARGEST else None


def cell_value(
    kind: str | None, style: str | None, text: str, formula: str | None, book: BookParts
) -> tuple[Cell, bool]:
    """The value of a cell, empty where it has none, and whether its format conceals it.

    Args:
        kind: the cell's ``t``.
        style: the cell's ``s``.
        text: what is stored as its value.
        formula: none where the cell has no formula.
        book: what the sheets share.

    Raises:
        PartError: there is no such kind, or no such shared text.
    """
    is_concealed = False
    if kind in _NUMBERS:
        value, is_concealed = _number(text, style, formula, book)
    else:
        value = _shared(text, book) if kind == "s" else _other(kind, text, formula)
    is_text = kind is not None and value.__class__ is str and value != ""
    return value, is_concealed or (is_text and style in book.formats and book.formats[style or ""].hides_text)


def _shared(text: str, book: BookParts) -> str:
    if not text.strip():
        return ""
    found = book.texts.get(str(int(text)) if text.strip().isdecimal() else text)
    if found is None:
        raise PartError(f"no shared text {text[:20]!r}")
    return found


def _number(text: str, style: str | None, formula: str | None, book: BookParts) -> tuple[Cell, bool]:
    value = finite(text)
    if value is None:
        return (Problem("error", text) if text.strip() else _uncalculated(formula)), False
    if style is None or style not in book.formats:
        return value, False
    return shown(value, book.formats[style], is_1904=book.is_1904)


def _other(kind: str | None, text: str, formula: str | None) -> Cell:
    """Cells of the rarer kinds: a formula's text, a text in place, truths, errors, ISO moments."""
    if kind in {"str", "inlineStr"}:
        return unescaped(text) if text.strip() else ""
    if kind == "e":
        return Problem("error", text or "#")
    if not text.strip():
        return _uncalculated(formula)
    if kind == "b":
        return is_true(text.strip())
    if kind == "d":
        return iso_moment(text)
    raise PartError(f"a cell of kind {(kind or '')[:20]!r}")


def _uncalculated(formula: str | None) -> Cell:
    return "" if formula is None else Problem("formula", "=" + formula)
