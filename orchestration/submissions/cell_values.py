"""What the text stored in one cell stands for, by the cell's kind, its style and what the workbook's sheets share.

Where cells stand in a sheet is told by ``row_cells``, what a number format does by ``number_format``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.submissions.cells import Cell, Problem, iso_moment, shown
from orchestration.submissions.number_format import NumberFormat
from orchestration.submissions.xml_parts import PartError, is_true, unescaped

Attributes = dict[str, str]
LARGEST = 1e308
NUMBERS = frozenset((None, "n"))  # kinds of a cell that holds a number
PLAIN = NUMBERS | {"s"}  # kinds of a cell that holds nothing but its value and its formula


@dataclass(frozen=True)
class Book:
    """What all sheets of a workbook share: texts by number, formats that change what is seen, where days count from."""

    texts: Mapping[str, str]
    formats: Mapping[str, NumberFormat]
    is_1904: bool
    max_cells: int

    @property
    def hides_texts(self) -> bool:
        """Whether a text can be concealed by its cell's format."""
        return any(number_format.hides_text for number_format in self.formats.values())


def cell_value(kind: str | None, style: str | None, text: str, formula: str | None, book: Book) -> tuple[Cell, bool]:
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
    if kind in NUMBERS:
        return _number(text, style, formula, book)
    value = _shared(text, book) if kind == "s" else _other(kind, text, formula)
    is_seen = value.__class__ is not str or value == "" or style not in book.formats
    return value, not is_seen and book.formats[style or ""].hides_text


def _shared(text: str, book: Book) -> str:
    if not text.strip():
        return ""
    found = book.texts.get(str(int(text)) if text.strip().isdecimal() else text)
    if found is None:
        raise PartError(f"no shared text {text[:20]!r}")
    return found


def _number(text: str, style: str | None, formula: str | None, book: Book) -> tuple[Cell, bool]:
    try:
        value = float(text)
    except ValueError:
        return (Problem("error", text) if text.strip() else _uncalculated(formula)), False
    if not -LARGEST < value < LARGEST:
        return Problem("error", text), False
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
