"""From what stands to every published figure: which divisions have one, which are not returned, and what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

import pandas as pd

from twin.oracle.answers import answered, forms_of, is_due, townships
from twin.oracle.book import Book
from twin.oracle.sides import Figure, division_of, roll_up, views, within
from twin.places import seed

COLUMNS = ("indicator", "map", "division_level", "division_code", "period", "numerator", "denominator", "value",
           "status")  # fmt: skip
FIGURE, NOT_RETURNED, NOT_EVALUATED = "figure", "not returned", "not evaluated"
Family = Callable[[Book, str], Iterable[Figure]]


def figures_of(book: Book, families: Iterable[Family]) -> pd.DataFrame:
    """Every figure of every period of the book: the columns ``COLUMNS``.

    A row has a value, or says why it has none: nothing was returned, or nothing could be evaluated. A village has
    rows for what there is; whether it has one for zero is not asked.
    """
    tables = [table for period in book.periods for table in _of_period(book, families, period)]
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def _of_period(book: Book, families: Iterable[Family], period: str) -> Iterator[pd.DataFrame]:
    told: dict[tuple[str, ...], dict[str, bool]] = {}
    for family in families:
        for figure in family(book, period):
            forms = forms_of(figure.indicator)
            if figure.is_told and forms not in told:
                told[forms] = {one: answered(book, forms, one, period) for one in townships()}
            for edition, level in views():
                if level != "village" or on_villages(figure.indicator):
                    table = _rows(figure, told.get(forms, {}), edition, level, period)
                    yield table.assign(indicator=figure.indicator, map=edition, division_level=level, period=period)


@cache
def on_villages(indicator: str) -> bool:
    """Whether an indicator is told of villages."""
    rows = seed("indicator_definition")
    return bool((rows.loc[rows["indicator"] == indicator, "on_villages"] == "true").any())


def _rows(figure: Figure, told: dict[str, bool], edition: str, level: str, period: str) -> pd.DataFrame:
    """The rows of one figure on one level of a map."""
    counts = (lambda place: told.get(place[:9], True)) if figure.is_told else (lambda _: True)
    numerator = roll_up(within(figure.numerator, counts), edition, level)
    silent: set[str] = set()
    if figure.is_told and level != "village":
        divisions = {one: division_of(one, edition, level) for one in townships()}
        answering = {code for one, code in divisions.items() if code and told[one]}
        numerator = numerator.reindex(sorted({*numerator.index, *answering}), fill_value=0)
        forms = forms_of(figure.indicator)
        silent = {code for one, code in divisions.items() if code and is_due(forms, one, period)} - answering
    if figure.denominator is None:
        table = pd.DataFrame({"numerator": numerator, "value": numerator, "denominator": None})
    else:
        table = _ratio(numerator, roll_up(within(figure.denominator, counts), edition, level))
    table = table[~table.index.isin(silent)].assign(status=FIGURE)
    missing = pd.DataFrame({"status": NOT_RETURNED}, index=sorted(silent))
    return pd.concat([table, missing]).rename_axis("division_code").reset_index()


def _ratio(numerator: pd.Series, denominator: pd.Series) -> pd.DataFrame:
    """Numerator over denominator, where the denominator is something."""
    denominator = denominator[denominator != 0]
    table = pd.DataFrame({"numerator": numerator.reindex(denominator.index, fill_value=0), "denominator": denominator})
    return table.assign(value=table["numerator"] / table["denominator"])
