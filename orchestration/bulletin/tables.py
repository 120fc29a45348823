"""Tables of figures: of a place by indicator, and of places side by side. Each column or row keeps to one unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from orchestration.bulletin.document import Cell, Column, Table, number_cell, text_cell
from orchestration.bulletin.movement import Movement, since_last, since_last_year
from orchestration.bulletin.silence import is_low, is_told
from orchestration.bulletin.words import bulletin_words, sentence
from orchestration.site.kinds import Figure, Indicator, Place
from orchestration.site.opened import Opened
from orchestration.site.printed import Step, Units

_LARGEST_STEP = 10_000.0  # figures of one column are not told in hundreds of millions
_PER_CENT, _PER_CENT_DECIMALS = 100, 1


@dataclass(frozen=True)
class Scale:
    """How the numbers of a column or row are printed."""

    step: Step

    def cell(self, value: float, *, signed: bool = False, mark: str = "") -> Cell:
        """A number in the column's unit."""
        return number_cell(value / float(self.step.divisor), self.step.decimals, signed=signed, mark=mark)


def scale(units: Units, unit: str, values: Iterable[float | None]) -> Scale:
    """Of what is counted, ones; of amounts, the step of the largest up to tens of thousands."""
    least = units.step(unit, [None])
    if not least.decimals or unit not in units.steps:
        return Scale(least)
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    return Scale(units.step(unit, [min(largest, _LARGEST_STEP)]))


def indicator_table(opened: Opened, units: Units, indicators: Sequence[Indicator], place: Place, name: str) -> Table:
    """The figures of a place: now, before, a year before, and how they moved.

    Columns of the year before are there where any figure has one.
    """
    words = bulletin_words()
    columns, shape = words["columns"], words["tables"][name]
    lines = [line for one in indicators if (line := _Line(opened, units, one, place)).figure is not None]
    has_year = any(one.year is not None for one in lines)
    has_city = place.division_level != "city"
    percent = words["units"]["percent"]
    head = [Column(columns["indicator"], is_number=False), Column(columns["unit"], is_number=False)]
    head += [Column(columns["now"]), *([Column(opened.whole.short_name)] if has_city else [])]
    head += [Column(columns["last"]), Column(columns["change"]), Column(columns["relative"], percent)]
    head += [Column(columns["year"]), Column(columns["year_relative"], percent)] if has_year else []
    head += [Column(columns["coverage"], percent), Column(columns["rows_questioned"])]
    caption = shape["caption"].format(place=place.short_name, period=opened.name_of(opened.latest_period))
    rows = tuple(one.cells(has_city=has_city, has_year=has_year) for one in lines)
    return Table(shape["sheet"], caption, tuple(head), rows, (words["year_to_date_note"],))


class _Line:
    """An indicator in a table of a place: its latest figure, if the place has one, and what it is compared with."""

    def __init__(self, opened: Opened, units: Units, indicator: Indicator, place: Place) -> None:
        self.indicator = indicator
        self.figure = opened.figure(indicator.indicator, place.division_code)
        self.is_older = self.figure is not None and self.figure.period < opened.latest_period
        self.last = None if self.figure is None else since_last(opened, units, self.figure)
        self.year = None if self.figure is None else since_last_year(opened, units, self.figure)
        self.city = opened.figure(indicator.indicator, opened.whole.division_code)
        before = [one.before for one in (self.last, self.year) if one is not None]
        self.scale = scale(units, indicator.unit, [one.value for one in (self.figure, *before) if one is not None])

    def cells(self, *, has_city: bool, has_year: bool) -> tuple[Cell, ...]:
        """Its cells under the columns of ``indicator_table``."""
        figure, name = self.figure, self.indicator.indicator_name
        if figure is not None and self.is_older:
            name = sentence("older", name=name, period=figure.period_name)
        coverage = None if figure is None else figure.coverage
        year = [_before_cell(self.scale, self.year), relative_cell(self.year, figure)]
        return (
            text_cell(name),
            text_cell(self.scale.step.name),
            plain_cell(self.scale, figure),
            *([plain_cell(self.scale, self.city)] if has_city else []),
            _before_cell(self.scale, self.last),
            change_cell(self.scale, self.last, figure),
            relative_cell(self.last, figure),
            *(year if has_year else []),
            text_cell(None) if coverage is None else _percent(coverage),
            text_cell(None)
            if figure is None or figure.rows_questioned is None
            else number_cell(figure.rows_questioned, 0),
        )


def _before_cell(shown: Scale, moved: Movement | None) -> Cell:
    return text_cell(None) if moved is None else plain_cell(shown, moved.before)


def plain_cell(shown: Scale, figure: Figure | None) -> Cell:
    """A figure beside whose columns there are others for how sure it is."""
    return replace(figure_cell(shown, figure), mark="")


def place_table(opened: Opened, units: Units, places: Sequence[Place], shape: dict, total: Place) -> Table:
    """The figures of places side by side, below those of what they are parts of."""
    words, period = bulletin_words(), opened.latest_period
    indicators = [opened.indicators[key] for key in shape["indicators"] if key in opened.indicators]
    found = {
        (one.indicator, place.division_code): opened.figure(one.indicator, place.division_code, period)
        for one in indicators
        for place in (total, *places)
    }
    scales = {
        one.indicator: scale(units, one.unit, [_value(found[one.indicator, place.division_code]) for place in places])
        for one in indicators
    }
    rows = [
        (
            text_cell(place.short_name),
            *(figure_cell(scales[one.indicator], found[one.indicator, place.division_code]) for one in indicators),
        )
        for place in (total, *places)
    ]
    kind = "counties" if total.division_level == "city" else "townships"
    columns = [Column(one.indicator_name, scales[one.indicator].step.name) for one in indicators]
    return Table(
        sheet=shape["sheet"],
        caption=shape["caption"].format(period=opened.periods[period], places=words["places"][kind]),
        columns=(Column(words["columns"]["place"], is_number=False), *columns),
        rows=tuple(rows),
        notes=mark_notes(cell for row in rows for cell in row),
    )


def figure_cell(shown: Scale, figure: Figure | None) -> Cell:
    """A figure, or the word for why there is none."""
    if figure is None:
        return text_cell(None)
    if figure.value is None:
        return text_cell(figure.status_name)
    if not is_told(figure):
        return replace(text_cell(None), mark=_marks(figure))
    return shown.cell(figure.value, mark=_marks(figure))


def change_cell(shown: Scale, moved: Movement | None, figure: Figure | None) -> Cell:
    """How much a figure moved, with its sign; of a ratio in points."""
    if moved is None or figure is None or moved.direction == "incomparable":
        return text_cell(None)
    return shown.cell((figure.value or 0.0) - (moved.before.value or 0.0), signed=True)


def relative_cell(moved: Movement | None, figure: Figure | None) -> Cell:
    """By which share of what was before, with its sign."""
    if moved is None or figure is None or not figure.value or not moved.before.value or moved.relative is None:
        return text_cell(None)
    return _percent((figure.value - moved.before.value) / moved.before.value, signed=True)


def _percent(part: float, *, signed: bool = False) -> Cell:
    return number_cell(part * _PER_CENT, _PER_CENT_DECIMALS, signed=signed)


def _value(figure: Figure | None) -> float | None:
    return None if figure is None else figure.value


def _marks(figure: Figure) -> str:
    marks = bulletin_words()["marks"]
    return (marks["low"] if is_low(figure) else "") + (marks["questioned"] if figure.rows_questioned else "")


def mark_notes(cells: Iterable[Cell]) -> tuple[str, ...]:
    """What the marks behind some numbers mean."""
    words = bulletin_words()
    used = "".join(cell.mark for cell in cells)
    return tuple(words["mark_notes"][key] for key, mark in words["marks"].items() if mark in used)
