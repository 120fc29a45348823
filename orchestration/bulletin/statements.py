"""What a sentence says of a figure: its value, how it moved, or why there is none. A silence is never told as zero."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from orchestration.bulletin.movement import Movement, since_last, since_last_year, tight
from orchestration.bulletin.words import sentence
from orchestration.site.doubt import LOW_COVERAGE, possible_range
from orchestration.site.kinds import Figure, Indicator, Place
from orchestration.site.opened import Opened
from orchestration.site.printed import Units, share

_State = Literal["told", "none of what came", "not returned", "not evaluated", "no denominator", "absent"]
_WITHOUT_VALUE: dict[str, _State] = {"not returned": "not returned", "not evaluated": "not evaluated"}


@dataclass(frozen=True)
class Statement:
    """What is said of an indicator of a place.

    Attributes:
        state: told; none of what came, where too little came for a zero; or why there is nothing to tell.
        is_older: the figure is not of the bulletin's period, but of the latest before it.
        coverage: on how much it rests, where that is too little to be left unsaid.
        range: what it may still become, likewise.
    """

    indicator: Indicator
    state: _State
    display: str = ""
    period_name: str = ""
    is_older: bool = False
    coverage: str | None = None
    range: str | None = None
    last: Movement | None = None
    last_year: Movement | None = None


def statement(opened: Opened, units: Units, indicator: Indicator, place: Place) -> Statement:
    """What is to be said of the latest figure of an indicator and place."""
    figure = opened.figure(indicator.indicator, place.division_code)
    if figure is None:
        return Statement(indicator, "absent")
    rests_on_little = is_low(figure)
    coverage = tight(share(figure.coverage) or "") if rests_on_little else None
    if figure.value is None or figure.display is None:
        return Statement(indicator, _WITHOUT_VALUE.get(figure.status, "no denominator"), coverage=coverage)
    if rests_on_little and figure.value == 0:
        return Statement(indicator, "none of what came", coverage=coverage)
    found_range = possible_range(units, indicator, figure) if rests_on_little else None
    return Statement(
        indicator=indicator,
        state="told",
        display=tight(figure.display),
        period_name=figure.period_name,
        is_older=figure.period < max(opened.periods),
        coverage=coverage,
        range=None if found_range is None else tight(found_range),
        last=since_last(opened, units, figure),
        last_year=since_last_year(opened, units, figure),
    )


def said(opened: Opened, place: Place, statements: Iterable[Statement]) -> str:
    """A paragraph of statements: what is told one after the other, then together what is not, state by state."""
    told: list[str] = []
    silent: list[Statement] = []
    for one in statements:
        if one.state == "told":
            told.append(sentence("told", one=one, than=_than(opened, one)))
        else:
            silent.append(one)
    order = [*dict.fromkeys(one.state for one in silent)]
    silent.sort(key=lambda one: order.index(one.state))
    period_name = opened.periods[max(opened.periods)]
    parts = [sentence("figures", period=period_name, place=_called(place), told=told)] if told else []
    for state, ones in groupby(silent, key=lambda one: one.state):
        parts.append(sentence("silent", state=state, ones=list(ones), place=_called(place), is_first=not parts))
    return "".join(parts)


def _called(place: Place) -> str:
    return sentence("place", place=place)


def _than(opened: Opened, one: Statement) -> str:
    """What the last figure before is called: the end of last period where it is that, its own period's otherwise."""
    if one.last is None:
        return ""
    earlier = [period for period in opened.periods if period < max(opened.periods)]
    is_last = not one.is_older and one.last.before.period == max(earlier, default="")
    return sentence("than", before=one.last.before, is_last=is_last, basis=one.indicator.basis)


def is_low(figure: Figure) -> bool:
    """Whether a figure rests on too little to be left unsaid."""
    return figure.coverage is not None and figure.coverage < LOW_COVERAGE
