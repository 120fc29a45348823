"""By how much a figure moved, in words: against the period before and against the same month a year before."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.site.kinds import Figure, Indicator
from orchestration.site.opened import Opened
from orchestration.site.printed import Units, share
from orchestration.site.words import words

_YEAR, _MONTH = slice(4), slice(4, None)  # of a period
_OF_THIS_YEAR = "year-to-date"


@dataclass(frozen=True)
class Change:
    """What a figure is compared with, and how it moved; no text where there is nothing to compare."""

    text: str
    period_name: str | None = None


def figure_before(opened: Opened, figure: Figure) -> Figure | None:
    """The latest one of an earlier period that has a value."""
    history = opened.history(figure.indicator, figure.division_code)
    return next((one for one in reversed(history) if one.period < figure.period and one.value is not None), None)


def figure_year_before(opened: Opened, figure: Figure) -> Figure | None:
    """The one of the same month of the year before."""
    wanted = f"{int(figure.period[_YEAR]) - 1}{figure.period[_MONTH]}"
    return opened.figure(figure.indicator, figure.division_code, wanted)


def is_comparable(indicator: Indicator, before: Figure, figure: Figure) -> bool:
    """Whether a figure can be compared with one before it: what counts from January on begins anew each year."""
    is_same_year, is_same_month = (before.period[part] == figure.period[part] for part in (_YEAR, _MONTH))
    return indicator.basis != _OF_THIS_YEAR or is_same_year or is_same_month


def since_last(opened: Opened, units: Units, figure: Figure) -> Change:
    """Against the latest period before it that has a value."""
    indicator, last = opened.indicators[figure.indicator], figure_before(opened, figure)
    if last is None:
        return Change(words()["change"]["none"])
    if not is_comparable(indicator, last, figure):
        return Change(words()["change"]["not_comparable"])
    return _change(units, indicator, last, figure)


def since_last_year(opened: Opened, units: Units, figure: Figure) -> Change:
    """Against the same month of the year before."""
    before = figure_year_before(opened, figure)
    if before is None:
        return Change(words()["change"]["none"])
    return _change(units, opened.indicators[figure.indicator], before, figure)


def _change(units: Units, indicator: Indicator, before: Figure, figure: Figure) -> Change:
    said = words()["change"]
    if before.value is None or figure.value is None:
        return Change(said["none"])
    difference = figure.value - before.value
    if difference == 0:
        return Change(said["same"], before.period_name)
    amount = units.text(abs(difference), indicator.unit)
    if not float(amount.split()[0]):
        return Change(said["about_the_same"], before.period_name)
    if indicator.unit == "ratio":
        amount = said["points"].format(amount.split()[0])
    elif before.value:
        amount = said["relative"].format(amount, share(abs(difference / before.value)))
    return Change(said["up" if difference > 0 else "down"].format(amount), before.period_name)
