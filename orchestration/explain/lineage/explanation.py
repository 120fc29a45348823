"""A figure as released and what it came from: the rows, their cells and the units they were read in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orchestration.explain.lineage.fact_rows import FactRows
from orchestration.explain.lineage.figure_context import FigureContext

PUBLISHED = "release.reports.indicator"
FIGURE = ("indicator", "map_edition", "division_code", "period")


@dataclass(frozen=True)
class SourceRow:
    """A row of a return that stands behind a figure.

    Attributes:
        in_numerator: whether the numerator came from it.
        in_denominator: whether the denominator did.
        cells: the cells of the row that the figure's models read, like ``D12``.
    """

    submission_id: str
    form: str
    sheet: str
    row_number: int
    in_numerator: bool
    in_denominator: bool
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Conversion:
    """A column of a sheet whose numbers were multiplied when they were read: 万元 became yuan."""

    submission_id: str
    sheet: str
    column: str
    factor: Decimal


@dataclass(frozen=True)
class Explanation:
    """A figure as released, and what it came from.

    Attributes:
        figure: the figure's row of ``reports.indicator``.
        beside: what a reader has to know of it.
        facts: the rows of facts between the figure and the returns.
        columns: names of the forms' columns that the figure's models read, also through what is derived of them.
        conversions: where a column was written in another unit than it is read in.
        rows: none for a figure that counts nothing.
    """

    release_id: str
    figure: dict[str, Any]
    beside: FigureContext
    facts: tuple[FactRows, ...]
    columns: frozenset[str]
    conversions: tuple[Conversion, ...]
    rows: tuple[SourceRow, ...]


@dataclass(frozen=True)
class Figure:
    """What names one figure of a release."""

    indicator: str
    division: str
    period: str
    map_edition: str = "2017"

    @property
    def key(self) -> list[str]:
        return [self.indicator, self.map_edition, self.division, self.period]
