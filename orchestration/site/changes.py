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


def since_last(opened: Opened, units: Units, figure: Figure) -> Change:
    """Against the latest period before it that has a value.

    What counts from January on begins anew each year: across its end nothing is compared.
    """
    indicator = opened.indicators[figure.indicator]
    before = [one for one in opened.history(figure.indicator, figure.division_code) if one.period < figure.period]
    valued = [one for one in before if one.value is not None]
    if not valued:
        return Change(words()["change"]["none"])
    last = valued[-1]
    is_same_year, is_same_month = (last.period[part] == figure.period[part] for part in (_YEAR, _MONTH))
    if indicator.basis == _OF_THIS_YEAR and not (is_same_year or is_same_month):
        return Change(words()["change"]["not_comparable"])
    return _change(units, indicator, last, figure)


def since_last_year(opened: Opened, units: Units, figure: Figure) -> Change:
    """Against the same month of the year before."""
    wanted = f"{int(figure.period[_YEAR]) - 1}{figure.period[_MONTH]}"
    before = opened.figure(figure.indicator, figure.division_code, wanted)
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
