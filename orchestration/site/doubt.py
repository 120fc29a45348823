"""How sure a figure is: confirmed or not, on how much it rests, what it may still become, and where to look first."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.site.kinds import Figure, Indicator, Place
from orchestration.site.opened import Opened
from orchestration.site.printed import Units, share

CONFIRMED = ("county-confirmed", "final")
LOW_COVERAGE = 0.95


@dataclass(frozen=True)
class Doubt:
    """What is doubtful of a place in the latest period.

    Attributes:
        figures: how many figures there are.
        questioned: how many of them rest on a row about which a question is open.
        low_coverage: how many rest on too little.
        lowest_coverage: of the figure that rests on least.
        late: returns that came after their day.
    """

    place: Place
    figures: int
    questioned: int
    low_coverage: int
    lowest_coverage: str | None
    missing: int
    late: int
    rows_held: int


def doubt_of(opened: Opened, place: Place) -> Doubt:
    """What is doubtful of a place in the latest period."""
    found = [
        figure
        for indicator in opened.indicators
        if (figure := opened.figure(indicator, place.division_code, opened.latest_period)) is not None
    ]
    covered = [figure.coverage for figure in found if figure.coverage is not None]
    forms = opened.forms(place)
    return Doubt(
        place=place,
        figures=len(found),
        questioned=sum(bool(figure.rows_questioned) for figure in found),
        low_coverage=sum(part < LOW_COVERAGE for part in covered),
        lowest_coverage=share(min(covered)) if covered else None,
        missing=sum(form.missing for form in forms),
        late=sum(form.late for form in forms),
        rows_held=sum(form.rows_held or 0 for form in forms),
    )


@dataclass(frozen=True)
class Owed:
    """The forms that a submitter owes still, by what became of them: they did not come, or were refused."""

    submitter_name: str
    state: str
    form_titles: tuple[str, ...]


def owed_of(opened: Opened, county: str | None = None) -> list[Owed]:
    """What did not come for the latest period, from everywhere or from a county."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in opened.missing:
        if one.period == opened.latest_period and county in (None, one.county_code):
            found.setdefault((one.submitter_name, one.state), []).append(one.form_title)
    return [Owed(name, state, tuple(titles)) for (name, state), titles in found.items()]


def possible_range(units: Units, indicator: Indicator, figure: Figure) -> str | None:
    """What a figure may still become; none where nothing is open or nobody can say how much may come."""
    if figure.low is None or figure.high is None or figure.low == figure.high:
        return None
    ends = [units.text(end, indicator.unit) for end in (figure.low, figure.high)]
    if ends[0] == ends[1]:  # told apart by a smaller step, where there is one
        ends = [units.step(indicator.unit, [None]).text(end) for end in (figure.low, figure.high)]
    return " – ".join(dict.fromkeys(ends))
