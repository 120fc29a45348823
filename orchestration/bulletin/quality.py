"""The part of a bulletin about returns: what was owed and came, what is doubtful, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from orchestration.bulletin.document import Cell, Column, Paragraph, Picture, Section, Table, number_cell, text_cell
from orchestration.bulletin.words import bulletin_words, sentence
from orchestration.site.doubt import Owed, doubt_of, owed_of
from orchestration.site.kinds import Indicator, Place
from orchestration.site.opened import Opened

_SHOWN, _FORMS = 6, 8  # indicators with most questions, forms most often missing
_COUNTS = ("owed", "received", "nothing", "missing", "late", "rows_held")


def returns_section(
    opened: Opened, indicators: Sequence[Indicator], place: Place, pictures: tuple[Picture, ...]
) -> Section:
    """How far the figures of a place can be trusted."""
    owed = owed_of(opened, None if place.division_level == "city" else place.division_code)
    paragraphs = [Paragraph(_returned(opened, place)), Paragraph(_doubtful(opened, indicators, place))]
    if owed:
        paragraphs.append(Paragraph(_missing_forms(owed)))
    tables = [_county_table(opened)] if place.division_level == "city" else [_form_table(opened, place)]
    if owed and place.division_level != "city":
        tables.append(_missing_table(opened, owed))
    return Section(bulletin_words()["headings"]["returns"], tuple(paragraphs), tuple(tables), pictures)


def _sums(opened: Opened, place: Place) -> dict[str, int]:
    forms = opened.forms(place)
    return {name: sum(getattr(form, name) or 0 for form in forms) for name in _COUNTS}


def _returned(opened: Opened, place: Place) -> str:
    period_name = opened.name_of(opened.latest_period)
    called = sentence("place", place=place)
    return sentence("returned", period=period_name, place=called, **_sums(opened, place))


def _doubtful(opened: Opened, indicators: Sequence[Indicator], place: Place) -> str:
    doubt = doubt_of(opened, place)
    told = sentence(
        "doubtful",
        place=sentence("place", place=place),
        figures=doubt.figures,
        questioned=doubt.questioned,
        low=doubt.low_coverage,
        lowest="" if doubt.lowest_coverage is None else "".join(doubt.lowest_coverage.split()),
    )
    figures = [
        (one.indicator_name, figure.rows_questioned or 0)
        for one in indicators
        if (figure := opened.figure(one.indicator, place.division_code, opened.latest_period)) is not None
    ]
    found = sorted((pair for pair in figures if pair[1]), key=lambda pair: -pair[1])
    ones = [{"name": name, "rows": rows} for name, rows in found]
    return told + (sentence("questioned", ones=ones, all=len(figures), shown=_SHOWN) if ones else "")


def _missing_forms(owed: Sequence[Owed]) -> str:
    forms = Counter(title for one in owed for title in one.form_titles)
    return sentence(
        "missing_forms", ones=[{"name": name, "count": count} for name, count in forms.most_common()], shown=_FORMS
    )


def _count_columns() -> list[Column]:
    words = bulletin_words()
    columns, units = words["columns"], words["units"]
    return [Column(columns[name], units["rows" if name == "rows_held" else "count"]) for name in _COUNTS]


def _county_table(opened: Opened) -> Table:
    """What the city and each county owed, what came, and how many figures are doubtful."""
    words = bulletin_words()
    columns, units = words["columns"], words["units"]
    rows: list[tuple[Cell, ...]] = []
    for place in (opened.whole, *opened.counties):
        sums, doubt = _sums(opened, place), doubt_of(opened, place)
        counts = [*sums.values(), doubt.questioned, doubt.low_coverage]
        rows.append((text_cell(place.short_name), *(number_cell(count, 0) for count in counts)))
    head = [Column(columns["place"], is_number=False), *_count_columns()]
    head += [Column(columns[name], units["figures"]) for name in ("questioned", "low")]
    return Table(*_titled(opened, "returns"), tuple(head), tuple(rows))


def _form_table(opened: Opened, place: Place) -> Table:
    """What a county owed of each form, and what came."""
    columns = bulletin_words()["columns"]
    rows = [
        (text_cell(form.form_title), *(number_cell(getattr(form, name) or 0, 0) for name in _COUNTS))
        for form in opened.forms(place)
        if form.owed
    ]
    head = [Column(columns["form"], is_number=False), *_count_columns()]
    return Table(*_titled(opened, "returns"), tuple(head), tuple(rows))


def _missing_table(opened: Opened, owed: Sequence[Owed]) -> Table:
    """The offices that owe something, each with its forms."""
    words = bulletin_words()
    columns, units = words["columns"], words["units"]
    rows = [
        (
            text_cell(one.submitter_name),
            number_cell(len(one.form_titles), 0),
            text_cell(words["separator"].join(one.form_titles)),
        )
        for one in owed
    ]
    head = (
        Column(columns["submitter"], is_number=False),
        Column(columns["missing"], units["count"]),
        Column(columns["forms"], is_number=False),
    )
    return Table(*_titled(opened, "missing"), head, tuple(rows))


def _titled(opened: Opened, name: str) -> tuple[str, str]:
    shape = bulletin_words()["tables"][name]
    return shape["sheet"], shape["caption"].format(period=opened.name_of(opened.latest_period))
