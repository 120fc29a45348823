"""From what stands to every published figure: which divisions have one, which are not returned, and what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

import pandas as pd

from twin.oracle.answers import Need, answered, forms_of, is_due, townships
from twin.oracle.book import Book
from twin.oracle.quality import control_figures
from twin.oracle.sides import Figure, division_of, roll_up, views
from twin.oracle.surveys import survey_figures
from twin.places import seed

COLUMNS = ("indicator", "map_edition", "division_level", "division_code", "period", "numerator", "denominator", "value",
           "status")  # fmt: skip
FIGURE, NOT_RETURNED, NOT_EVALUATED = "figure", "not returned", "not evaluated"
# It has both sides, and no value.
SHARE_OF_NOTHING = "share of nothing"
Row = tuple[str, str, str, str, str, float | None, float | None, float | None, str]
Family = Callable[[Book, str], Iterable[Figure]]


def figures_of(book: Book, families: Iterable[Family]) -> pd.DataFrame:
    """Every figure of every period of the book: the columns ``COLUMNS``.

    A row has a value, or says why it has none: nothing was returned, or nothing could be evaluated. A village has
    rows for what there is; whether it has one for zero is not asked.
    """
    rows = [
        row for period in book.periods for family in families
        for figure in family(book, period) for row in _of_figure(book, figure, period)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def with_controls(book: Book, figures: pd.DataFrame) -> pd.DataFrame:
    """The figures with those that compare them with official ones."""
    rows = [
        row for period in book.periods
        for figure in control_figures(book, figures, period) for row in _of_figure(book, figure, period)
    ]  # fmt: skip
    return pd.concat([figures, pd.DataFrame(rows, columns=list(COLUMNS))], ignore_index=True)


def with_surveys(book: Book, figures: pd.DataFrame) -> pd.DataFrame:
    """The figures with those of surveys, which city and counties have whether or not anybody surveyed."""
    rows = []
    for period in book.periods:
        for indicator, edition, level, code, numerator, denominator in survey_figures(book, period):
            is_ratio = indicator != "surveyed_persons"
            value = numerator if not is_ratio or numerator is None else numerator / (denominator or 1.0)
            status = NOT_EVALUATED if value is None else FIGURE
            rows.append((indicator, edition, level, code, period, numerator, denominator, value, status))
    return pd.concat([figures, pd.DataFrame(rows, columns=list(COLUMNS))], ignore_index=True)


def _of_figure(book: Book, figure: Figure, period: str) -> Iterator[Row]:
    """The rows of one figure in every division of both maps."""
    told = _told(book, forms_of(figure.indicator), period) if figure.is_told else {}
    due = {one: is_due(book.duties, forms_of(figure.indicator), one, period) for one in told}
    known = told if figure.knows is None else {one: told[one] and figure.knows(one) for one in told}

    def counts(place: str) -> bool:
        return known.get(place[:9], True)

    numerators = roll_up(figure.numerator, counts)
    denominators = None if figure.denominator is None else roll_up(figure.denominator, counts)
    for edition, level in views():
        if level == "village" and not on_villages(figure.indicator):
            continue
        answering = _divisions_of(known, edition, level)
        asked = {one: told[one] and (figure.asked is None or one in figure.asked) for one in told}
        unknown = _divisions_of(asked, edition, level) - answering
        silent = _divisions_of(due, edition, level) - _divisions_of(told, edition, level)
        made = _made(
            numerators[edition, level], None if denominators is None else denominators[edition, level], answering
        )
        for code, (numerator, denominator) in made.items():
            if code not in silent | unknown:
                value = numerator if denominator is None else numerator / denominator if denominator else None
                status = SHARE_OF_NOTHING if value is None else FIGURE
                yield figure.indicator, edition, level, code, period, numerator, denominator, value, status
        for status, codes in ((NOT_RETURNED, silent), (NOT_EVALUATED, unknown)):
            for code in codes:
                yield figure.indicator, edition, level, code, period, None, None, None, status


def _told(book: Book, forms: tuple[Need, ...], period: str) -> dict[str, bool]:
    """Township → whether it has told all the forms."""
    if (forms, period) not in book.told:
        book.told[forms, period] = {one: answered(book, forms, one, period) for one in townships()}
    return book.told[forms, period]


@cache
def on_villages(indicator: str) -> bool:
    """Whether an indicator is told of villages."""
    rows = seed("indicator_definition")
    return bool((rows.loc[rows["indicator"] == indicator, "on_villages"] == "true").any())


def _divisions_of(chosen: dict[str, bool], edition: str, level: str) -> set[str]:
    """The divisions in which any of the chosen townships lies; villages say nothing of their own."""
    if level == "village":
        return set()
    found = {division_of(one, edition, level) for one, is_chosen in chosen.items() if is_chosen}
    return {code for code in found if code}


def _made(
    numerators: dict[str, float], denominators: dict[str, float] | None, answering: set[str]
) -> dict[str, tuple[float, float | None]]:
    """Division → both sides: a plain figure of who answered is 0 for nothing, a ratio of nothing has no value."""
    if denominators is None:
        return {code: (numerators.get(code, 0.0), None) for code in numerators.keys() | answering}
    codes = numerators.keys() | denominators.keys() | answering
    return {code: (numerators.get(code, 0.0), denominators.get(code, 0.0)) for code in codes}
