"""Low and high of every figure that rests on returns, by the words of decision 0010 and not by any SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor

import pandas as pd

from twin.oracle.areas import is_in, level_of, parts_of
from twin.oracle.book import Book
from twin.oracle.figures import FIGURE, SHARE_OF_NOTHING
from twin.oracle.open_returns import Asked, rows_asked
from twin.oracle.span_formulas import Open, Peers, Silent, range_of
from twin.oracle.span_ground import Indicator, Limits, ground_of, indicator_of, limits_at, spans

COLUMNS = ("indicator", "map_edition", "division_level", "division_code", "period", "low", "high", "span_basis")
Place = tuple[str, str, str]
"""Map, level and code of a division."""
Sides = Mapping[Place, tuple[float, float | None]]
"""Numerator and denominator of one indicator and period."""
Row = tuple[str, str, str, str, str, float | None, float | None, str]


@dataclass(frozen=True)
class Told:
    """Both sides of a division's figure, the rows it is known to rest on, and whether nobody within it is silent."""

    numerator: float
    denominator: float | None
    rows: float | None
    is_settled: bool


def expected_spans(book: Book, figures: pd.DataFrame, least_peers: int | None = None) -> pd.DataFrame:
    """Low, high and what they rest on, of every figure of city, counties and townships that rests on returns.

    Args:
        book: what stands, its rows with the questions about them (``with_questions``).
        figures: the figures of the book.
        least_peers: how many peers tell something, where not as many as the parameter says.
    """
    sides = _sides(figures)
    grounds = {period: ground_of(book, period, limits_at(period, least_peers)) for period in book.periods}
    asked = {period: rows_asked(book, period) for period in book.periods}
    rows: list[Row] = []
    for name in spans():
        indicators = {period: indicator_of(name, grounds[period]) for period in book.periods}
        told = {period: _told(indicators[period], sides.get((name, period), {})) for period in book.periods}
        for before, period in zip((None, *book.periods), book.periods, strict=False):
            near = [one for one in (*told[period], *(told[before] if before else ())) if one.is_settled]
            peers = _peers(near, [one for ones in told.values() for one in ones], grounds[period].limits)
            found = asked[period].get(name, set())
            rows += _ranges(indicators[period], sides.get((name, period), {}), peers, found)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _sides(figures: pd.DataFrame) -> dict[tuple[str, str], dict[Place, tuple[float, float | None]]]:
    """(Indicator, period) → division → both sides of its figure."""
    told = figures[figures["status"].isin([FIGURE, SHARE_OF_NOTHING]) & figures["indicator"].isin(list(spans()))]
    told = told[told["division_level"] != "village"]
    keys = ("indicator", "period", "map_edition", "division_level", "division_code", "numerator", "denominator")
    found: dict[tuple[str, str], dict[Place, tuple[float, float | None]]] = {}
    for name, period, edition, level, code, numerator, denominator in zip(*(told[key] for key in keys), strict=True):
        units = None if pd.isna(denominator) else float(denominator)
        found.setdefault((name, period), {})[edition, level, code] = (float(numerator), units)
    return found


def _told(indicator: Indicator, sides: Sides) -> list[Told]:
    """What every division of the map of 2017 told, but a share of nothing; the city is no peer of its parts."""
    return [
        Told(*found, indicator.rows_known(code), level != "city" and not indicator.silent_areas(code))
        for (edition, level, code), found in sides.items()
        if edition == "2017" and found[1] != 0
    ]


def _peers(near: Sequence[Told], ever: Sequence[Told], limits: Limits) -> Peers:
    """What a row brings where there is any, and what a mean is; of too few peers, by all that was ever told."""

    def of(amount: Callable[[Told], float | None]) -> list[float]:
        found = [sorted(x for x in map(amount, ones) if x is not None) for ones in (near, ever)]
        return found[0] if len(found[0]) >= limits.least_peers else found[1]

    rows = of(lambda one: one.numerator / one.rows if one.rows and one.numerator else None)
    units = of(lambda one: one.denominator / one.rows if one.rows and one.denominator else None)
    means = of(lambda one: one.numerator / one.denominator if one.denominator else None)
    return Peers(
        *(_low(rows, limits), _middle(rows), _high(rows, limits)),
        *(_middle(units), _high(units, limits)),
        *(_low(means, limits), _high(means, limits)),
    )


def _low(amounts: Sequence[float], limits: Limits) -> float | None:
    """The lower percentile by nearest rank, as much lower as a return may grow."""
    if not amounts:
        return None
    found = amounts[floor((len(amounts) - 1) * limits.low)]
    return min(found * limits.growth, found / limits.growth)


def _high(amounts: Sequence[float], limits: Limits) -> float | None:
    if not amounts:
        return None
    return max(amounts[-1 - floor((len(amounts) - 1) * (1 - limits.high))] * limits.growth, 0.0)


def _middle(amounts: Sequence[float]) -> float | None:
    return amounts[(len(amounts) + 1) // 2 - 1] if amounts else None


def _ranges(indicator: Indicator, told: Sides, peers: Peers, asked: Collection[Asked]) -> Iterator[Row]:
    """The range of every figure of an indicator and period; ``asked`` are the rows under a question."""
    losses = _losses(indicator, told, peers, asked)
    for (edition, level, code), (numerator, denominator) in told.items():
        if denominator == 0:
            continue
        parts = parts_of(code, edition, level)
        silent = [_silent(indicator, told, area) for part in parts for area in indicator.silent_areas(part)]
        held, carried = indicator.held(parts)
        rows = sum(any(one.may_be_of(part) for part in parts) for one in asked)
        placed = {town: loss for town, loss in losses.items() if any(is_in(town, part) for part in parts)}
        elsewhere = rows - sum(count for count, _ in placed.values())
        # What is asked about of no place known brings as much as the greatest row of a peer.
        bring = sum(loss for _, loss in placed.values())
        bring += elsewhere * (numerator if peers.row_high is None else peers.row_high) if elsewhere else 0.0
        left = Open(silent, held, carried, rows, bring)
        found = range_of(indicator.kind, numerator, denominator, left, peers)
        yield indicator.name, edition, level, code, indicator.ground.period, *found


def _silent(indicator: Indicator, told: Sides, area: str) -> Silent:
    numerator, denominator = told.get(("2017", level_of(area), area), (0.0, None))
    is_never = indicator.is_never_returned(area)
    return Silent(numerator, denominator or 0.0, None if is_never else indicator.most_rows(area), is_never)


def _losses(indicator: Indicator, told: Sides, peers: Peers, asked: Collection[Asked]) -> dict[str, tuple[int, float]]:
    """Township → its rows under a question, and what they bring at most: it keeps the least that its others bring."""
    found = {}
    for township, count in Counter(one.place[:9] for one in asked if len(one.place) >= 9).items():
        if peers == Peers():
            continue
        brought, _ = told.get(("2017", "township", township), (0.0, None))
        kept = max((indicator.rows_known(township) or 0.0) - count, 0) * max(peers.row_low or 0.0, 0.0)
        found[township] = (count, min(max(brought - kept, 0.0), max(brought, 0.0)))
    return found
