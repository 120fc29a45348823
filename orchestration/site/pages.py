"""Which pages there are, and what each is given; how it looks is its template's business."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestration.site import chart_rows
from orchestration.site.article import article_sections
from orchestration.site.doubt import doubt_of, owed_of
from orchestration.site.kinds import Flow, Indicator, Need, Place
from orchestration.site.opened import Opened
from orchestration.site.printed import Units
from orchestration.site.rows import Line, latest_lines, line, named
from orchestration.site.words import words

_POOR = "poor"  # the population whose coming and going a theme is about
_FLOWS = 4  # periods of it


@dataclass(frozen=True)
class Page:
    """A page of the site: where it lies, what it is made by, and of what."""

    path: str
    template: str
    title: str
    given: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Theme:
    """A theme with its indicators that the release has figures of."""

    theme: str
    name: str
    indicators: tuple[Indicator, ...]

    @property
    def path(self) -> str:
        return f"theme/{self.theme}.html"


def themes_of(opened: Opened) -> tuple[Theme, ...]:
    """The themes, in their order."""
    found: dict[str, list[Indicator]] = {}
    for indicator in opened.indicators.values():
        if indicator.latest_period is not None:
            found.setdefault(indicator.theme, []).append(indicator)
    return tuple(Theme(theme, ones[0].theme_name, tuple(ones)) for theme, ones in found.items())


def indicator_path(indicator: Indicator) -> str:
    """Where the page of an indicator lies."""
    return f"indicator/{indicator.indicator}.html"


def county_path(place: Place) -> str:
    """Where the page of a county lies."""
    return f"county/{place.division_code}.html"


def _from_folder(place: Place) -> str:
    return f"../{county_path(place)}"


def site_pages(opened: Opened, units: Units) -> Iterator[Page]:
    """Every page, the start page first."""
    themes = themes_of(opened)
    yield _start(opened, units)
    yield from (_county(opened, units, themes, county) for county in opened.counties)
    yield from (_theme(opened, units, theme) for theme in themes)
    yield Page("indicator/index.html", "indicators.html.j2", words()["titles"]["indicators"], {"themes": themes})
    yield from (_indicator(opened, units, indicator) for theme in themes for indicator in theme.indicators)
    if opened.article:
        yield Page(
            "article.html",
            "article.html.j2",
            words()["titles"]["article"],
            {"sections": article_sections(opened, units)},
        )
    yield Page("help.html", "help.html.j2", words()["titles"]["help"])


def _start(opened: Opened, units: Units) -> Page:
    lines = latest_lines(opened, units, named(opened, words()["headlines"]), opened.whole)
    doubts = [doubt_of(opened, place) for place in opened.counties]
    given = {
        "lines": lines,
        "maps": [chart_rows.tiles(opened, one, county_path) for one in named(opened, words()["maps"])],
        "series": _series(opened, units, named(opened, words()["maps"]), opened.whole),
        "questioned": [one for one in lines if one.rows_questioned or one.range],
        "whole_doubt": doubt_of(opened, opened.whole),
        "doubts": doubts,
        "owed": owed_of(opened),
    }
    return Page("index.html", "start.html.j2", words()["titles"]["start"], given)


def _county(opened: Opened, units: Units, themes: Sequence[Theme], county: Place) -> Page:
    city = {
        indicator: one.display
        for theme in themes
        for indicator in (each.indicator for each in theme.indicators)
        if (one := opened.figure(indicator, opened.whole.division_code)) is not None
    }
    heads = named(opened, words()["headlines"])
    given = {
        "county": county,
        "lines": [one for one in latest_lines(opened, units, heads, county) if one.is_there],
        "series": _series(opened, units, named(opened, words()["maps"]), county),
        "bars": _with_rows(
            [chart_rows.townships(opened, one, county) for one in named(opened, words()["county_bars"])]
        ),
        "flows": _flows(opened, county),
        "doubt": doubt_of(opened, county),
        "coverage": chart_rows.form_coverage(county.short_name, opened.forms(county)),
        "owed": owed_of(opened, county.division_code),
        "themes": [(theme, latest_lines(opened, units, theme.indicators, county)) for theme in themes],
        "city": city,
    }
    return Page(county_path(county), "county.html.j2", county.short_name, given)


def _theme(opened: Opened, units: Units, theme: Theme) -> Page:
    shape = words()["themes"].get(theme.theme, {})
    lead = named(opened, shape.get("lead", ())) or list(theme.indicators[:2])
    by_county: list[tuple[Place, list[Line]]] = [
        (county, latest_lines(opened, units, lead, county)) for county in opened.counties
    ]
    given = {
        "theme": theme,
        "lead": lead,
        "lines": latest_lines(opened, units, lead, opened.whole),
        "maps": [chart_rows.tiles(opened, one, _from_folder) for one in lead[:2]],
        "series": _series(opened, units, lead[:4], opened.whole),
        "flows": _flows(opened, opened.whole) if shape.get("flow") else [],
        "needs": _needs(opened, opened.whole) if shape.get("needs") else [],
        "coverage": chart_rows.form_coverage(theme.name, opened.forms(opened.whole)) if shape.get("coverage") else None,
        "owed": owed_of(opened) if shape.get("coverage") else [],
        "by_county": by_county,
        "all_lines": latest_lines(opened, units, theme.indicators, opened.whole),
    }
    return Page(theme.path, "theme.html.j2", theme.name, given)


def _indicator(opened: Opened, units: Units, indicator: Indicator) -> Page:
    history = [
        line(opened, units, indicator, opened.whole, one)
        for one in reversed(opened.history(indicator.indicator, opened.whole.division_code))
    ]
    given = {
        "indicator": indicator,
        "line": next((one for one in history if one.period_name == opened.name_of(indicator.latest_period)), None),
        "figure": opened.figure(indicator.indicator, opened.whole.division_code),
        "history": history,
        "map": chart_rows.tiles(opened, indicator, _from_folder),
        "series": chart_rows.series(opened, units, indicator, opened.whole),
        "bars": chart_rows.townships(opened, indicator),
        "coverage": chart_rows.county_coverage(opened, indicator),
        "counties": [
            (county, [opened.figure(indicator.indicator, county.division_code, period) for period in opened.periods])
            for county in opened.counties
        ],
        "townships": [
            (place, one)
            for place in opened.townships()
            if (one := opened.figure(indicator.indicator, place.division_code)) is not None
        ],
    }
    return Page(indicator_path(indicator), "indicator.html.j2", indicator.indicator_name, given)


def _series(opened: Opened, units: Units, indicators: Sequence[Indicator], place: Place) -> list[chart_rows.Chart]:
    return _with_rows([chart_rows.series(opened, units, one, place) for one in indicators])


def _flows(opened: Opened, place: Place) -> list[tuple[Flow, chart_rows.Chart]]:
    """The coming and going of the poor, the latest first."""
    found = [one for one in opened.flows if (one.population, one.division_code) == (_POOR, place.division_code)]
    return [(one, chart_rows.flow(opened, one, place)) for one in reversed(found[-_FLOWS:])]


def _needs(opened: Opened, place: Place) -> list[tuple[list[Need], chart_rows.Chart]]:
    """The causes of the latest period."""
    of_place = [one for one in opened.needs if one.division_code == place.division_code]
    latest = [one for one in of_place if one.period == of_place[-1].period]
    return [(latest, chart_rows.needs(opened, latest, place))] if latest else []


def _with_rows(charts: Sequence[chart_rows.Chart]) -> list[chart_rows.Chart]:
    """The charts that have something to draw."""
    return [chart for chart in charts if chart.rows]
