"""What a sentence says of a figure: its value, how it moved, or why there is none. A silence is never told as zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from orchestration.bulletin.movement import Movement, since_last, since_last_year, tight
from orchestration.bulletin.silence import is_low, is_told
from orchestration.bulletin.words import sentence
from orchestration.site.doubt import possible_range
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
    if not is_told(figure):
        return Statement(indicator, "none of what came", coverage=coverage)
    found_range = possible_range(units, indicator, figure) if rests_on_little and not _is_anything(figure) else None
    return Statement(
        indicator=indicator,
        state="told",
        display=tight(figure.display),
        period_name=figure.period_name,
        is_older=figure.period < opened.latest_period,
        coverage=coverage,
        range=None if found_range is None else tight(found_range),
        last=since_last(opened, units, figure),
        last_year=since_last_year(opened, units, figure),
    )


def _is_anything(figure: Figure) -> bool:
    """Whether all that is known of a ratio is that it is one."""
    return (figure.low or 0.0) <= 0.0 and figure.high == 1.0


def said(opened: Opened, place: Place, statements: Sequence[Statement]) -> str:
    """A paragraph of statements: what is told one after the other, then together what is not, state by state."""
    told = [one for one in statements if one.state == "told"]
    coverages = {one.coverage for one in told}
    common = coverages.pop() if len(told) > 1 and len(coverages) == 1 else None  # is said once
    parts = []
    if told:
        parts.append(
            sentence(
                "figures",
                period=opened.name_of(opened.latest_period),
                place=_called(place),
                told=[
                    sentence("told", one=replace(one, coverage=None) if common else one, than=_than(opened, one))
                    for one in told
                ],
                coverage=common,
                is_little=any(one.coverage and (one.last or one.last_year) for one in told),
            )
        )
    silent: dict[str, list[Statement]] = {}
    for one in statements:
        if one.state != "told":
            silent.setdefault(one.state, []).append(one)
    for state, ones in silent.items():
        parts.append(sentence("silent", state=state, ones=ones, place=_called(place), is_first=not parts))
    return "".join(parts)


def _called(place: Place) -> str:
    return sentence("place", place=place)


def _than(opened: Opened, one: Statement) -> str:
    """What the last figure before is called: the end of last period where it is that, its own period's otherwise."""
    if one.last is None:
        return ""
    earlier = [period for period in opened.periods if period < opened.latest_period]
    is_last = not one.is_older and one.last.before.period == max(earlier, default="")
    return sentence("than", before=one.last.before, is_last=is_last, basis=one.indicator.basis)
