"""The lines of tables and the cards: a figure with its name, how it moved, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.site.changes import Change, since_last, since_last_year
from orchestration.site.doubt import CONFIRMED, LOW_COVERAGE, possible_range
from orchestration.site.kinds import Figure, Indicator, Place
from orchestration.site.opened import Opened
from orchestration.site.printed import Units, share
from orchestration.site.words import words


@dataclass(frozen=True)
class Line:
    """A figure as a table or a card shows it.

    Attributes:
        range: what it may still become; none where nothing is open.
        is_there: whether the release has a row of it.
    """

    indicator: Indicator
    place: Place
    period_name: str
    display: str
    status_name: str
    is_confirmed: bool
    coverage: str | None
    is_low: bool
    rows_questioned: int | None
    range: str | None
    last: Change
    last_year: Change
    is_there: bool = True


def line(opened: Opened, units: Units, indicator: Indicator, place: Place, figure: Figure | None) -> Line:
    """What is told of a figure; also where there is none."""
    none = words()["change"]["none"]
    if figure is None:
        period = opened.name_of(indicator.latest_period)
        return Line(
            indicator, place, period, none, none, False, None, False, 0, None, Change(none), Change(none), False
        )
    return Line(
        indicator=indicator,
        place=place,
        period_name=figure.period_name,
        display=figure.display or figure.status_name or none,
        status_name=figure.status_name or figure.status,
        is_confirmed=figure.status in CONFIRMED,
        coverage=share(figure.coverage),
        is_low=figure.coverage is not None and figure.coverage < LOW_COVERAGE,
        rows_questioned=figure.rows_questioned,
        range=possible_range(units, indicator, figure),
        last=since_last(opened, units, figure),
        last_year=since_last_year(opened, units, figure),
    )


def latest_lines(opened: Opened, units: Units, indicators: Iterable[Indicator], place: Place) -> list[Line]:
    """The latest figure of each indicator, of a place."""
    return [
        line(opened, units, indicator, place, opened.figure(indicator.indicator, place.division_code))
        for indicator in indicators
    ]


def named(opened: Opened, keys: Iterable[str]) -> list[Indicator]:
    """The indicators of some keys that the release has figures of."""
    found = [opened.indicators[key] for key in keys if key in opened.indicators]
    return [indicator for indicator in found if indicator.latest_period is not None]
