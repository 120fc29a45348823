"""What is open of an indicator at a period: which areas are silent, how much they may bring, how many rows are held."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from twin.oracle.areas import is_in
from twin.oracle.book import Book, end_of
from twin.oracle.open_returns import OpenReturn, columns_read, open_returns
from twin.places import seed


@dataclass(frozen=True)
class Limits:
    """The dated parameters of the ranges."""

    growth: float
    least_rows: float
    least_peers: int
    low: float
    high: float


def limits_at(period: str, least_peers: int | None = None) -> Limits:
    """The parameters that hold at a period's end, but for those that are given."""
    day = end_of(period).isoformat()
    rows = seed("span_limit")
    row = rows[(rows["valid_from"] <= day) & ((rows["valid_to"] == "") | (rows["valid_to"] >= day))].iloc[0]
    return Limits(
        float(row["largest_growth"]), float(row["least_rows"]), least_peers or int(row["least_peers"]),
        float(row["low_percentile"]), float(row["high_percentile"]),
    )  # fmt: skip


@dataclass
class Ground:
    """What is open at one period, for all indicators."""

    period: str
    limits: Limits
    opens: dict[str, list[OpenReturn]]
    sizes: dict[tuple[str, str, str], tuple[float, float] | None] = field(default_factory=dict)

    def size(self, form: str, division: str, where: str) -> tuple[float, float] | None:
        """Rows of a form that areas ``within`` a division or ``above`` it ever brought, and the most that may come."""
        key = (form, division, where)
        if key not in self.sizes:
            found = [one for one in self.opens.get(form, ()) if _lies(one.area, division, where)]
            rows = sum(one.rows for one in found)
            self.sizes[key] = (rows, self.at_most(found)) if found else None
        return self.sizes[key]

    def at_most(self, returns: Iterable[OpenReturn]) -> float:
        """The most rows that returns may hold together."""
        return sum((one.rows + self.limits.least_rows) * self.limits.growth for one in returns)


def _lies(area: str, division: str, where: str) -> bool:
    return is_in(area, division) if where == "within" else area != division and is_in(division, area)


@dataclass
class Indicator:
    """One indicator at one period: the forms it is told from, and what of them did not come."""

    name: str
    kind: str
    forms: dict[str, bool]
    ground: Ground
    missing: list[OpenReturn]

    def silent_areas(self, division: str) -> list[str]:
        """The silent areas of a division of 2017: itself, where a larger one is silent, else the largest within."""
        areas = {one.area for one in self.missing}
        if any(is_in(division, area) for area in areas):
            return [division]
        inside = [area for area in areas if is_in(area, division)]
        return sorted(a for a in inside if not any(a != other and is_in(a, other) for other in inside))

    def is_never_returned(self, area: str) -> bool:
        """Whether who answers for the area, a part of it or all around it never returned a form of its units."""
        return any(
            self.forms[one.form] and not one.was_returned and (is_in(area, one.area) or is_in(one.area, area))
            for one in self.missing
        )

    def most_rows(self, area: str) -> float | None:
        """The most rows of an area: of its longest form, and all that a silent larger area may bring."""
        within = [size[1] for form in self.forms if (size := self.ground.size(form, area, "within"))]
        above = [size[1] for form in self.forms if (size := self.ground.size(form, area, "above"))]
        around: dict[tuple[str, str], list[OpenReturn]] = {}
        for one in self.missing:
            if one.area != area and is_in(area, one.area):
                around.setdefault((one.area, one.form), []).append(one)
        found = [*(within or above), *(self.ground.at_most(ones) for ones in around.values())]
        return max(found, default=None)

    def rows_known(self, division: str) -> float | None:
        """Rows of the longest form that areas within a division brought."""
        return max(
            (size[0] for form in self.forms if (size := self.ground.size(form, division, "within"))), default=None
        )

    def held(self, division_parts: tuple[str, ...]) -> tuple[int, int]:
        """Rows that are held and that stand for held ones, of the form that has most; an office's may be anywhere."""
        counts = [(0, 0)]
        for form, is_counted in self.forms.items():
            near = [
                one for one in self.ground.opens.get(form, ())
                if is_counted and any(is_in(one.area, part) or is_in(part, one.area) for part in division_parts)
            ]  # fmt: skip
            counts.append((sum(one.held for one in near), sum(one.carried for one in near)))
        return max(held for held, _ in counts), max(carried for _, carried in counts)


@cache
def spans() -> dict[str, tuple[str, bool, frozenset[str], frozenset[str]]]:
    """Indicator → its kind, whether it looks back, the forms of its units, all forms it is told from."""
    definitions, read = seed("indicator_definition"), columns_read()
    further = pd.concat([seed("indicator_form"), seed("span_form")])
    found: dict[str, tuple[str, bool, frozenset[str], frozenset[str]]] = {}
    for row in definitions[definitions["span"] != ""].itertuples():
        units = {str(row.form)} - {""} | set(further.loc[further["indicator"] == row.indicator, "form"])
        forms = units | set(read.loc[read["indicator"] == row.indicator, "form"])
        found[str(row.indicator)] = (str(row.span), bool(row.span_returns == "all"), frozenset(units), frozenset(forms))
    return found


def ground_of(book: Book, period: str, limits: Limits) -> Ground:
    """What is open at a period."""
    opens: dict[str, list[OpenReturn]] = {}
    for one in open_returns(book, period):
        opens.setdefault(one.form, []).append(one)
    return Ground(period, limits, opens)


def indicator_of(name: str, ground: Ground) -> Indicator:
    """An indicator with what is missing of its forms."""
    kind, looks_back, units, forms = spans()[name]
    missing = [
        one for form in sorted(forms) for one in ground.opens.get(form, ())
        if (one.misses_change if looks_back else one.misses_state)
    ]  # fmt: skip
    return Indicator(name, kind, {form: form in units for form in sorted(forms)}, ground, missing)
