"""The bulletin of a place: which parts it has, and what stands in each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from orchestration.bulletin.document import Bulletin, Column, Paragraph, Picture, Section, Table, text_cell
from orchestration.bulletin.drawing import HALF, WHOLE, drawn
from orchestration.bulletin.edition import issue_of
from orchestration.bulletin.places import place_paragraphs
from orchestration.bulletin.quality import returns_section
from orchestration.bulletin.revised import revisions_section
from orchestration.bulletin.revisions import RevisionsSince, of_place
from orchestration.bulletin.statements import said, statement
from orchestration.bulletin.tables import indicator_table, place_table
from orchestration.bulletin.words import bulletin_words, sentence
from orchestration.site import chart_rows
from orchestration.site.doubt import CONFIRMED
from orchestration.site.kinds import Indicator, Place
from orchestration.site.opened import Opened
from orchestration.site.printed import Units
from orchestration.site.rows import named

_YEAR, _MONTH = slice(4), slice(4, None)  # of a period
_CAUSES = 6  # that are drawn


def compose(opened: Opened, units: Units, place: Place, since: RevisionsSince, issuer: str) -> Bulletin:
    """The bulletin of the city or of a county, of the latest period of the edition (``edition.as_of``)."""
    words, period = bulletin_words(), opened.latest_period
    overview, mechanisms = _indicators(opened, "overview"), _indicators(opened, "mechanisms")
    told = [*overview, *mechanisms]
    return Bulletin(
        code=place.division_code,
        title=sentence("title", place=place),
        issue=issue_of(opened),
        issuer=issuer,
        dated=sentence("day", day=opened.known_on),
        period_name=opened.name_of(period),
        release_id=opened.release_id,
        known_on=f"{opened.known_on:%Y-%m-%d %H:%M}",
        origin=words["origin"].get(opened.data_origin),
        sections=(
            _overview(opened, units, place, overview),
            _places(opened, units, place),
            _mechanisms(opened, units, place, mechanisms),
            revisions_section(
                opened,
                units,
                told,
                place,
                of_place(since, place.division_code, period, is_city=place.division_level == "city"),
            ),
            returns_section(opened, told, place, _coverage(opened, place)),
        ),
        notes=_notes(opened),
        definitions=_definitions(told),
    )


def _indicators(opened: Opened, part: str) -> list[Indicator]:
    return [one for group in bulletin_words()[part] for one in named(opened, group["indicators"])]


def _grouped(opened: Opened, units: Units, place: Place, part: str) -> Iterable[Paragraph]:
    for group in bulletin_words()[part]:
        statements = [statement(opened, units, one, place) for one in named(opened, group["indicators"])]
        if any(one.state != "absent" for one in statements):
            yield Paragraph(said(opened, place, statements), group["lead"])


def _overview(opened: Opened, units: Units, place: Place, indicators: Sequence[Indicator]) -> Section:
    charts = [
        (one.indicator_name, chart_rows.series(opened, units, one, place))
        for one in named(opened, bulletin_words()["pictures"]["series"])
    ]
    drawings = [drawn(chart, name, HALF) for name, chart in charts if chart.rows]
    paragraphs = (Paragraph(_scope(opened, place)), *_grouped(opened, units, place, "overview"))
    table = indicator_table(opened, units, indicators, place, "overview")
    return Section(bulletin_words()["headings"]["overview"], paragraphs, (table,), tuple(drawings))


def _scope(opened: Opened, place: Place) -> str:
    """What is compared with what, and who has confirmed the figures of the period."""
    period = opened.latest_period
    earlier = max((one for one in opened.periods if one < period), default=None)
    year_before = f"{int(period[_YEAR]) - 1}{period[_MONTH]}"
    of_place = [place] if place.division_level != "city" else opened.counties
    figures = {one: found for one in of_place if (found := _status_of(opened, one, period)) is not None}
    return sentence(
        "scope",
        place=place,
        has_last=earlier is not None,
        last_name=opened.name_of(earlier),
        has_year=year_before in opened.periods,
        year_name=sentence("month", period=year_before),
        confirmed=[one.short_name for one, status in figures.items() if status in CONFIRMED],
        open=[one.short_name for one, status in figures.items() if status not in CONFIRMED],
    )


def _status_of(opened: Opened, place: Place, period: str) -> str | None:
    """The status of the first figure of a place that has a value: a period is confirmed as a whole."""
    found = (opened.figure(indicator, place.division_code, period) for indicator in opened.indicators)
    return next((one.status for one in found if one is not None and one.value is not None), None)


def _places(opened: Opened, units: Units, place: Place) -> Section:
    words = bulletin_words()
    is_city = place.division_level == "city"
    places = opened.counties if is_city else opened.townships(place.division_code)
    shown = words["pictures"]["tiles" if is_city else "bars"]
    pictures: list[Picture] = []
    for one in named(opened, shown):
        chart = chart_rows.tiles(opened, one, lambda _: "") if is_city else chart_rows.townships(opened, one, place)
        if chart.rows:
            title = sentence("picture", period=opened.name_of(one.latest_period), name=one.indicator_name)
            pictures.append(drawn(chart, title, HALF if is_city else WHOLE))
    return Section(
        words["headings"]["counties" if is_city else "townships"],
        place_paragraphs(opened, units, named(opened, words["ranked"]), places),
        tuple(place_table(opened, units, places, shape, place) for shape in words["place_tables"]),
        tuple(pictures),
    )


def _mechanisms(opened: Opened, units: Units, place: Place, indicators: Sequence[Indicator]) -> Section:
    needs = [one for one in opened.needs if one.division_code == place.division_code]
    latest = [one for one in needs if one.period == opened.latest_period]
    latest = sorted(latest, key=lambda one: -one.households)[:_CAUSES]
    title = sentence("picture_of_needs", shown=len(latest))
    pictures = [drawn(chart_rows.needs(opened, latest, place), title, WHOLE)] if latest else []
    return Section(
        bulletin_words()["headings"]["mechanisms"],
        tuple(_grouped(opened, units, place, "mechanisms")),
        (indicator_table(opened, units, indicators, place, "mechanisms"),),
        tuple(pictures),
    )


def _coverage(opened: Opened, place: Place) -> tuple[Picture, ...]:
    title = sentence("picture_of_coverage")
    chart = chart_rows.form_coverage(title, opened.forms(place))
    return (drawn(chart, title, WHOLE),) if chart.rows else ()


def _notes(opened: Opened) -> tuple[str, ...]:
    words = bulletin_words()
    told = [
        note.format(release_id=opened.release_id, known_on=f"{opened.known_on:%Y-%m-%d %H:%M}")
        for note in words["notes"]
    ]
    origin = words["origin_note"].get(opened.data_origin)
    return tuple(told if origin is None else [origin, *told])


def _definitions(indicators: Sequence[Indicator]) -> Table:
    words = bulletin_words()
    columns, shape = words["columns"], words["tables"]["definitions"]
    rows = [
        (
            text_cell(one.indicator_name),
            text_cell(one.unit_name),
            text_cell((one.definition or "") + ("" if one.is_verified else words["unverified"])),
        )
        for one in indicators
    ]
    head = tuple(Column(columns[name], is_number=False) for name in ("indicator", "unit", "definition"))
    return Table(shape["sheet"], shape["caption"], head, tuple(rows), shown=len(rows))
