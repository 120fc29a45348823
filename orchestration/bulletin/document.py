"""What a bulletin is made of, before it is a page or a workbook: both are written of the same cells and sentences."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Cell:
    """A cell of a table: a text, or a number as it is printed.

    Attributes:
        number: the printed number itself; none of a text.
        decimals: how many of them are printed.
        signed: whether a number above nothing is printed with its sign.
        mark: stands behind a number about which something is to be known.
    """

    text: str
    number: float | None = None
    decimals: int = 0
    signed: bool = False
    mark: str = ""


@dataclass(frozen=True)
class Column:
    """A column with its unit, and whether its cells are numbers."""

    name: str
    unit: str = ""
    is_number: bool = True


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        sheet: name of its sheet in the workbook.
        notes: what stands below it.
        shown: how many rows a page has room for; the workbook has them all.
    """

    sheet: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    shown: int = 40


@dataclass(frozen=True)
class Picture:
    """A drawn chart, with the words for who cannot see it."""

    title: str
    alt: str
    svg: str
    is_wide: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Sentences, under a lead-in."""

    text: str
    lead: str = ""


@dataclass(frozen=True)
class Section:
    """A numbered part of a bulletin."""

    heading: str
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Bulletin:
    """A bulletin of a place and period.

    Attributes:
        code: of the place; its files are called so.
        dated: the day in Sanming that it is known on.
        origin: a mark that everybody sees; none for real data.
    """

    code: str
    title: str
    issue: str
    issuer: str
    dated: str
    period_name: str
    release_id: str
    known_on: str
    origin: str | None
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    definitions: Table

    @property
    def tables(self) -> tuple[Table, ...]:
        """All its tables, in their order."""
        return (*(table for section in self.sections for table in section.tables), self.definitions)


def number_cell(value: float | Decimal, decimals: int, *, signed: bool = False, mark: str = "") -> Cell:
    """A number, rounded as it is printed."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if not rounded:
        rounded = abs(rounded)  # nothing has no sign
    text = f"{abs(rounded):,f}"
    sign = "−" if rounded < 0 else "+" if signed and rounded > 0 else ""
    return Cell(sign + text, float(rounded), decimals, signed, mark)


def text_cell(text: str | None) -> Cell:
    """A text, or a dash where there is none."""
    return Cell(text or "—")
