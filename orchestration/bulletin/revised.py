"""The part of a bulletin about revisions: which published figures moved, what came that moved them, and why."""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.bulletin.document import Cell, Column, Paragraph, Section, Table, number_cell, text_cell
from orchestration.bulletin.revisions import Correction, RevisedFigure, RevisionsSince, count_of
from orchestration.bulletin.tables import scale
from orchestration.bulletin.words import bulletin_words, sentence
from orchestration.core import clock
from orchestration.site.kinds import Indicator, Place
from orchestration.site.opened import Opened
from orchestration.site.printed import Units

_WAS, _IS = 3, 4  # cells of a revised figure


def revisions_section(
    opened: Opened, units: Units, indicators: Sequence[Indicator], place: Place, since: RevisionsSince
) -> Section:
    """What was revised of a place, and why; the figures of these indicators are listed."""
    heading = bulletin_words()["headings"]["revisions"]
    if since.before is None:
        return Section(heading, (Paragraph(sentence("no_release_before")),))
    keys = {one.indicator for one in indicators}
    rows = [_figure_row(opened, units, since, one) for one in since.figures if one.indicator in keys]
    listed = [row for row in rows if row[_WAS].text != row[_IS].text]
    before, known_on = since.before.release_id, clock.minute_of(since.before.known_on)
    if since.is_kept:
        told = sentence(
            "revised",
            before=before,
            known_on=known_on,
            revised=len(since.figures),
            listed=len(listed),
            place=sentence("place", place=place),
        )
    else:
        told = sentence("release_before_gone", before=before, known_on=known_on)
    arrived = sentence(
        "arrived",
        corrections=count_of(since.corrections),
        explained=sum(one.explained for one in since.corrections),
        refused=count_of(one for one in since.corrections if one.is_refused),
        late=count_of(since.late),
        definitions_changed=since.definitions_changed,
    )
    tables = []
    if listed:
        tables.append(_figures(place, listed))
    if since.corrections:
        tables.append(_corrections(opened, place, since.corrections))
    return Section(heading, (Paragraph(told), Paragraph(arrived)), tuple(tables))


def _figures(place: Place, rows: Sequence[tuple[Cell, ...]]) -> Table:
    words = bulletin_words()
    columns, shape = words["columns"], words["tables"]["revised"]
    texts = [Column(columns[key], is_number=False) for key in ("indicator", "period", "unit")]
    numbers = [Column(columns[key]) for key in ("was", "is")]
    caption = shape["caption"].format(place=place.short_name)
    return Table(shape["sheet"], caption, (*texts, *numbers, Column(columns["reason"], is_number=False)), tuple(rows))


def _figure_row(opened: Opened, units: Units, since: RevisionsSince, one: RevisedFigure) -> tuple[Cell, ...]:
    indicator = opened.indicators[one.indicator]
    shown = scale(units, indicator.unit, [one.before, one.after])
    of_form = [each for each in since.corrections if (each.form, each.period) == (one.form, one.period)]
    counted = [each for each in of_form if not each.is_refused]
    reason = sentence(
        "reason",
        corrections=count_of(counted),
        explained=sum(each.explained for each in counted),
        late=count_of(each for each in since.late if (each.form, each.period) == (one.form, one.period)),
        definitions_changed=since.definitions_changed,
    )
    return (
        text_cell(indicator.indicator_name),
        text_cell(opened.name_of(one.period)),
        text_cell(shown.step.name),
        *(text_cell(None) if value is None else shown.cell(value) for value in (one.before, one.after)),
        text_cell(reason),
    )


def _corrections(opened: Opened, place: Place, corrections: Sequence[Correction]) -> Table:
    """By the office that sent them; of the city by county."""
    words = bulletin_words()
    columns, shape, units = words["columns"], words["tables"]["corrections"], words["units"]
    is_city = place.division_level == "city"
    lines: dict[tuple[str, ...], list[Correction]] = {}
    for one in corrections:
        office = _county(opened, one) if is_city else one.submitter_name or one.county_code or ""
        period = opened.name_of(one.period)
        lines.setdefault((office, one.form_title, period, one.kind_name, one.verdict_name), []).append(one)
    texts = ("county" if is_city else "submitter", "form", "period", "kind", "verdict")
    counts = {"count": "count", "explained": "count"}
    counts |= dict.fromkeys(("rows_changed", "rows_added", "rows_withdrawn"), "rows")
    rows = [
        (
            *(text_cell(text) for text in key),
            *(number_cell(sum(getattr(one, name) for one in ones), 0) for name in counts),
        )
        for key, ones in lines.items()
    ]
    head = [Column(columns[name], is_number=False) for name in texts]
    head += [Column(columns[name], units[unit]) for name, unit in counts.items()]
    return Table(shape["sheet"], shape["caption"], tuple(head), tuple(rows))


def _county(opened: Opened, one: Correction) -> str:
    found = opened.places.get(one.county_code or "")
    return found.short_name if found is not None else bulletin_words()["city_office"]
