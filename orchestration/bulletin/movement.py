"""How a figure moved since an earlier one: which words are right follows from the numbers alone."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from orchestration.bulletin.silence import is_told
from orchestration.site.changes import figure_before, figure_year_before, is_comparable
from orchestration.site.kinds import Figure, Indicator
from orchestration.site.opened import Opened
from orchestration.site.printed import Units, share

_RATIO = "ratio"
_LEAST_SHARE = 0.0005  # what is less is printed as nothing
_MANY = 10  # times as much, from which on it is not told in per cent


@dataclass(frozen=True)
class Movement:
    """From an earlier figure to a later one.

    Attributes:
        direction: up or down; same; about the same, where the difference is too small to be printed; or incomparable:
            one of them is not told, or counts from another January.
        amount: the difference without its sign, as the release would print it; in points for a ratio.
        relative: the difference as a share of the earlier figure; none where that is no measure: a ratio, nothing or
            less before, less than nothing after, or too small to be printed.
        times: how many times the earlier figure it has become, where a share would be a large number.
        is_ratio: whether the amount is in points.
        from_zero: the earlier figure is nothing.
        to_zero: the later one is.
    """

    before: Figure
    direction: Literal["up", "down", "same", "about the same", "incomparable"]
    amount: str = ""
    relative: str | None = None
    times: str | None = None
    is_ratio: bool = False
    from_zero: bool = False
    to_zero: bool = False


def since_last(opened: Opened, units: Units, figure: Figure) -> Movement | None:
    """Since the latest earlier figure; none where there is none."""
    before = figure_before(opened, figure)
    return None if before is None else moved(units, opened.indicators[figure.indicator], before, figure)


def since_last_year(opened: Opened, units: Units, figure: Figure) -> Movement | None:
    """Since the same month of the year before; none where the release has no such figure."""
    before = figure_year_before(opened, figure)
    return None if before is None else moved(units, opened.indicators[figure.indicator], before, figure)


def moved(units: Units, indicator: Indicator, before: Figure, figure: Figure) -> Movement:
    """From one figure to another of the same indicator and place."""
    if before.value is None or figure.value is None or not (is_told(before) and is_told(figure)):
        return Movement(before, "incomparable")
    if not is_comparable(indicator, before, figure):
        return Movement(before, "incomparable")
    difference = Decimal(str(figure.value)) - Decimal(str(before.value))
    if not difference:
        return Movement(before, "same")
    amount = units.text(float(abs(difference)), indicator.unit)
    number, _, unit = amount.partition(" ")
    if not Decimal(number):
        return Movement(before, "about the same")
    is_ratio = indicator.unit == _RATIO
    relative, times = (None, None) if is_ratio else _relative(before.value, figure.value)
    return Movement(
        before=before,
        direction="up" if difference > 0 else "down",
        amount=number if is_ratio else number + unit,
        relative=relative,
        times=times,
        is_ratio=is_ratio,
        from_zero=before.value == 0,
        to_zero=figure.value == 0,
    )


def _relative(before: float, after: float) -> tuple[str | None, str | None]:
    """The difference as a share, or how many times as much."""
    if before <= 0 or after <= 0:
        return None, None
    if after / before >= _MANY:
        return None, f"{after / before:.1f}"
    part = abs(after - before) / before
    return (tight(share(part) or "") if part >= _LEAST_SHARE else None), None


def tight(text: str) -> str:
    """A printed figure as a sentence has it: number and unit together."""
    return "".join(text.split())
