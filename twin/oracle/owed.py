"""Who owes which form for which area, from and to which month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from twin.duties import CITY
from twin.places import seed


@dataclass(frozen=True)
class Duty:
    """One form that a submitter owes for its area; ``last`` is empty where the duty has no end."""

    form: str
    submitter: str
    area: str
    first: str
    last: str

    def holds(self, period: str) -> bool:
        """Whether it is owed at a period, be it due then or not."""
        return self.first <= period and (not self.last or period <= self.last)


@dataclass(frozen=True, eq=False)
class Duties:
    """All duties of a city."""

    all: tuple[Duty, ...]

    def owing(self, form: str, township: str, period: str) -> tuple[str, ...]:
        """Who owes a form for a township at a period, whether or not it is due then."""
        return tuple(
            duty.submitter
            for area in (township, township[:6], CITY)
            for duty in self._of.get((form, area), ())
            if duty.holds(period)
        )

    def at(self, period: str) -> Iterator[Duty]:
        """The duties that hold at a period."""
        return (duty for duty in self.all if duty.holds(period))

    @cached_property
    def _of(self) -> dict[tuple[str, str], list[Duty]]:
        found: dict[tuple[str, str], list[Duty]] = {}
        for duty in self.all:
            found.setdefault((duty.form, duty.area), []).append(duty)
        return found


def read_duties(rows: pd.DataFrame | None = None) -> Duties:
    """The duties of the seed, or of rows like its own."""
    rows = seed("submitter_form") if rows is None else rows
    columns = ("form", "submitter_code", "area_code", "valid_from", "valid_to")
    return Duties(
        tuple(
            Duty(form, submitter, area, first[:7], last[:7])
            for form, submitter, area, first, last in zip(*(rows[name] for name in columns), strict=True)
        )
    )
