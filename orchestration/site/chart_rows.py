"""The rows that stand in a page for each chart, with the words for who cannot see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.site.charts import DARK, LIGHT, SHADES
from orchestration.site.doubt import CONFIRMED, LOW_COVERAGE, possible_range
from orchestration.site.kinds import Figure, Flow, FormCoverage, Indicator, Need, Place
from orchestration.site.opened import Opened
from orchestration.site.printed import Units, share
from orchestration.site.words import words

QUESTIONED = " ⚠"
_LIGHT_FROM = 4  # of the shades, from the lightest
_LABELLED = 8  # points of a line that stand far enough apart to be told by their number
_TOWNSHIPS = 15
_SPAN = 1.5  # of the highest figure: drawn as far as it goes, a wide range would press the line flat
_STOCKS, _GOING = ("opening_persons", "closing_persons"), ("exited_persons", "removed_persons")


@dataclass(frozen=True)
class Chart:
    """A chart in a page.

    Attributes:
        specification: which of ``charts``.
        unit: what its numbers are in.
    """

    specification: str
    title: str
    alt: str
    rows: tuple[dict[str, Any], ...]
    unit: str | None = None


def tiles(opened: Opened, indicator: Indicator, link: Callable[[Place], str]) -> Chart:
    """The counties as tiles, by the latest figure of an indicator."""
    figures = {place: opened.figure(indicator.indicator, place.division_code) for place in opened.counties}
    valued = {place: one for place, one in figures.items() if one is not None and one.value is not None}
    values = [one.value for one in valued.values() if one.value is not None]
    displays = {place: (one.display or "").rpartition(" ") for place, one in valued.items()}
    units = {unit for *_, unit in displays.values()}
    rows = tuple(
        {
            "row": place.grid_row,
            "column": place.grid_column,
            "link": link(place),
            "shade": (shade := _shade(figure, values)),
            "ink": LIGHT if shade >= _LIGHT_FROM else DARK,
            **(told := _told(place.short_name, figure)),
            "number": displays[place][0] if len(units) == 1 and place in valued else told["display"],
        }
        for place, figure in figures.items()
        if place.grid_row is not None
    )
    period = opened.name_of(indicator.latest_period)
    alt = words()["alt"]["tiles_none"].format(period=period, name=indicator.indicator_name)
    if valued:
        alt = words()["alt"]["tiles"].format(period=period, name=indicator.indicator_name, **_extremes(valued))
    return Chart("tiles", indicator.indicator_name, alt, rows, units.pop() if len(units) == 1 else None)


def _shade(figure: Figure | None, values: Sequence[float]) -> int:
    """Where a value stands among all, in six shades; -1 without one.

    By rank: by its amount one county that is far off would make all the others look the same.
    """
    if figure is None or figure.value is None:
        return -1
    darkest, ranked = len(SHADES) - 2, sorted(set(values))
    return round(ranked.index(figure.value) / (len(ranked) - 1) * darkest) if len(ranked) > 1 else 0


def _extremes(valued: dict[Place, Figure]) -> dict[str, str | None]:
    ordered = sorted(valued, key=lambda place: valued[place].value or 0.0)
    least, most = ordered[0], ordered[-1]
    return {
        "most": most.short_name,
        "most_display": valued[most].display,
        "least": least.short_name,
        "least_display": valued[least].display,
    }


def _told(name: str, figure: Figure | None) -> dict[str, Any]:
    """What a reader is told who points at a mark."""
    if figure is None:
        none = words()["change"]["none"]
        return {"name": name, "display": none, "told": f"{name} {none}", "status": None, "coverage": None}
    shown = name + (QUESTIONED if figure.rows_questioned else "")
    return {
        "name": shown,
        "display": figure.display or figure.status_name,
        "told": f"{shown} {figure.display or figure.status_name}",
        "status": figure.status_name,
        "coverage": share(figure.coverage),
    }


def series(opened: Opened, units: Units, indicator: Indicator, place: Place) -> Chart:
    """An indicator of a place over the periods, in the unit of its largest figure."""
    history = opened.history(indicator.indicator, place.division_code)
    if all(one.value is None for one in history):
        return Chart("series", indicator.indicator_name, "", ())
    step = units.step(indicator.unit, (one.value for one in history))
    divisor = float(step.divisor)
    highest = _SPAN * max(one.value for one in history if one.value is not None) or float("inf")

    def scaled(value: float | None) -> float | None:
        return None if value is None else value / divisor

    rows = tuple(
        {
            **_told(place.short_name, one),
            "told": f"{one.period_name} {one.display or one.status_name}",
            "month": one.period,
            "period": one.period_name,
            "value": scaled(one.value),
            "low": scaled(one.value if one.low is None or one.high is None else one.low),
            "high": scaled(one.value if one.low is None or one.high is None else min(one.high, highest)),
            "range": possible_range(units, indicator, one),
            "confirmed": one.status in CONFIRMED,
        }
        for one in history
    )
    for row in rows[:-1] if len(rows) > _LABELLED else ():
        row["display"] = ""
    points = "，".join(f"{one.period_name} {one.display or one.status_name}" for one in history)
    said = words()["alt"]["series" if place.division_level == "city" else "series_of"]
    alt = said.format(name=indicator.indicator_name, place=place.short_name, points=points)
    return Chart("series", indicator.indicator_name, alt, rows, step.name)


def townships(opened: Opened, indicator: Indicator, county: Place | None = None) -> Chart:
    """The townships with the largest figures, of the city or of a county."""
    places = opened.townships(county.division_code if county else None)
    found = [(place, opened.figure(indicator.indicator, place.division_code)) for place in places]
    valued = [(place, one) for place, one in found if one is not None and one.value is not None]
    valued.sort(key=lambda pair: -(pair[1].value or 0.0))
    shown = valued[:_TOWNSHIPS]
    rows = tuple(
        {**_told(place.short_name if county else place.full_name, one), "value": one.value} for place, one in shown
    )
    alt = ""
    if shown:
        alt = words()["alt"]["townships"].format(
            period=shown[0][1].period_name,
            name=indicator.indicator_name,
            count=len(valued),
            shown=len(shown),
            most=shown[0][0].full_name,
            most_display=shown[0][1].display,
        )
    return Chart("bars", indicator.indicator_name, alt, rows)


def county_coverage(opened: Opened, indicator: Indicator) -> Chart:
    """How much of each county stands behind the latest figure of an indicator."""
    found = [(place, opened.figure(indicator.indicator, place.division_code)) for place in opened.counties]
    shares = [(place.short_name, one.coverage) for place, one in found if one is not None]
    return _coverage(indicator.indicator_name, shares)


def form_coverage(title: str, forms: Iterable[FormCoverage]) -> Chart:
    """How much came of each form that somebody owed and that is not there as a whole."""
    shares = [(form.form_title, float(form.coverage)) for form in forms if form.owed and form.coverage is not None]
    return _coverage(title, [(name, part) for name, part in shares if part < 1])


def _coverage(title: str, shares: Sequence[tuple[str, float | None]]) -> Chart:
    rows = tuple(
        {
            "name": name,
            "told": f"{name} {share(part)}",
            "share": part,
            "coverage": share(part),
            "low": part < LOW_COVERAGE,
        }
        for name, part in shares
        if part is not None
    )
    alt = words()["alt"]["coverage"].format(title=title, below=sum(bool(row["low"]) for row in rows))
    return Chart("coverage", title, alt, rows)


def flow(opened: Opened, found: Flow, place: Place) -> Chart:
    """Persons from one period to the next: each step begins where the one before it ended."""
    rows, level = [], 0
    for step, name in words()["flow"].items():
        amount = getattr(found, step)
        is_stock = step in _STOCKS
        change = -amount if step in _GOING else amount
        start, end = (0, amount) if is_stock else (level, level + change)
        level = end
        kind = "stock" if is_stock else "out" if change < 0 else "in"
        sign = "" if is_stock or not change else "+" if change > 0 else "−"
        shown = f"{sign}{abs(amount)}"
        rows.append(
            {
                "name": name,
                "start": start,
                "end": end,
                "most": max(start, end),
                "kind": kind,
                "amount": shown,
                "told": f"{name} {shown}",
            }
        )
    population = words()["populations"].get(found.population, found.population)
    alt = words()["alt"]["flow"].format(
        place=place.short_name,
        population=population,
        before=opened.name_of(found.previous_period),
        after=opened.name_of(found.period),
        opening=found.opening_persons,
        closing=found.closing_persons,
    )
    return Chart("flow", population, alt, tuple(rows))


def needs(opened: Opened, found: Sequence[Need], place: Place) -> Chart:
    """Households of each main cause beside those that are helped."""
    ordered = sorted(found, key=lambda need: -need.households)
    rows = tuple(
        {
            "name": need.cause_name,
            "series": name,
            "value": (amount := getattr(need, column)),
            "amount": str(amount),
            "told": f"{need.cause_name} {name} {amount}",
        }
        for need in ordered
        for column, name in words()["needs"].items()
    )
    alt = words()["alt"]["needs"].format(
        place=place.short_name, period=opened.name_of(found[0].period), most=ordered[0].cause_name
    )
    return Chart("needs", place.short_name, alt, rows)
