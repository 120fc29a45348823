"""What is told of the parts of a place: which have most and least, and in how many a figure rose or fell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orchestration.bulletin.document import Paragraph
from orchestration.bulletin.movement import moved, tight
from orchestration.bulletin.silence import is_told
from orchestration.bulletin.words import sentence
from orchestration.site.changes import figure_before
from orchestration.site.kinds import Figure, Indicator, Place
from orchestration.site.opened import Opened
from orchestration.site.printed import Units

_MOST = 3
_DIRECTIONS = {"up": "up", "down": "down", "same": "same", "about the same": "same"}


@dataclass(frozen=True)
class Named:
    """A place with its figure as it is printed, and how many places have the same."""

    name: str
    display: str
    count: int = 1


def place_paragraphs(
    opened: Opened, units: Units, indicators: Sequence[Indicator], places: Sequence[Place]
) -> tuple[Paragraph, ...]:
    """A paragraph an indicator."""
    return tuple(Paragraph("".join(_sentences(opened, units, indicator, places))) for indicator in indicators)


def _sentences(opened: Opened, units: Units, indicator: Indicator, places: Sequence[Place]) -> Iterator[str]:
    period = opened.latest_period
    found = {place: opened.figure(indicator.indicator, place.division_code, period) for place in places}
    told = {place: one for place, one in found.items() if one is not None and is_told(one)}
    if not told:
        yield sentence("no_places", name=indicator.indicator_name)
        return
    ordered = sorted(told.items(), key=lambda pair: -(pair[1].value or 0.0))
    yield sentence(
        "ranked",
        name=indicator.indicator_name,
        most=[_named(*pair) for pair in ordered[: _MOST if len(ordered) > _MOST else 1]],
        least=_named(*ordered[-1], [one.display for _, one in ordered]) if len(ordered) > 1 else None,
        silent=[place.short_name for place in found if place not in told],
        kind=indicator.unit,
        same=len(ordered) if len({one.display for _, one in ordered}) == 1 and len(ordered) > 1 else None,
    )
    yield from _directions(opened, units, indicator, told)


def _directions(opened: Opened, units: Units, indicator: Indicator, told: dict[Place, Figure]) -> Iterator[str]:
    earlier = max((one for one in opened.periods if one < opened.latest_period), default="")
    found: dict[str, list[str]] = {"up": [], "down": [], "same": []}
    for place, figure in told.items():
        before = figure_before(opened, figure)
        if before is not None and before.period == earlier:
            way = _DIRECTIONS.get(moved(units, indicator, before, figure).direction)
            if way is not None:
                found[way].append(place.short_name)
    if any(found.values()):
        than = sentence("than", before=None, is_last=True, basis=indicator.basis)
        yield sentence("directions", name=indicator.indicator_name, than=than, kind=indicator.unit, **found)


def _named(place: Place, figure: Figure, displays: Sequence[str | None] = ()) -> Named:
    return Named(place.short_name, tight(figure.display or ""), displays.count(figure.display))
