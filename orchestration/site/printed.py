"""Numbers that the release has no text for, printed as it prints its own: differences, and the axes of charts.

The units and their steps are the seed ``unit_display``, the one that the release prints by.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from expectations.seed_rows import read_seed_rows

_NO_SIZE = Decimal(0)


@dataclass(frozen=True)
class Step:
    """How a unit is printed from an amount on: 55,200 persons as 5.52 万人."""

    at_least: Decimal
    name: str
    divisor: Decimal
    decimals: int

    def text(self, value: float) -> str:
        """The number and its unit."""
        shown = Decimal(str(value)) / self.divisor
        return f"{shown.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)} {self.name}"


@dataclass(frozen=True)
class Units:
    """The steps of every unit, the largest first."""

    steps: dict[str, tuple[Step, ...]]

    def step(self, unit: str, values: Iterable[float | Decimal | None]) -> Step:
        """The step that the largest of some values is printed in."""
        largest = max((abs(Decimal(str(value))) for value in values if value is not None), default=_NO_SIZE)
        of_unit = self.steps.get(unit, (Step(_NO_SIZE, unit, Decimal(1), 2),))
        return next((step for step in of_unit if largest >= step.at_least), of_unit[-1])

    def text(self, value: float, unit: str) -> str:
        """A value as the release would print it."""
        return self.step(unit, [value]).text(value)


def read_units(seeds: Path) -> Units:
    """The units of the seed."""
    found: dict[str, list[Step]] = {}
    for row in read_seed_rows(seeds / "unit_display.csv"):
        step = Step(Decimal(row["at_least"]), row["name"], Decimal(row["divisor"]), int(row["decimals"]))
        found.setdefault(row["unit"], []).append(step)
    return Units({unit: tuple(sorted(steps, key=lambda step: -step.at_least)) for unit, steps in found.items()})


def share(part: float | None) -> str | None:
    """A share as a person prints it, in one piece; none where it is not known."""
    return None if part is None else f"{part:.1%}".replace("%", "\u00a0%")
