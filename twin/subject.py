"""What a subject of the synthetic city is: the forms of one mechanism, their clean rows and what is wrong with some.

A subject lives in ``twin/subjects``; how to add one is told there. The first seven forms, which every
subject builds on, are made in ``state`` and the modules beside it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from twin.identity import Identities
from twin.life import Life
from twin.loans import LoanPlan
from twin.plan import Figures

if TYPE_CHECKING:
    from twin.planting import Ground, Row
    from twin.state import State

Forms = Mapping[tuple[str, str], pd.DataFrame]
"""Rows by form and period."""


@dataclass(frozen=True)
class CityPlan:
    """The plan of a (sub-)city, from which the rows of every period follow.

    ``households`` and ``villages`` are cut to the chosen townships; ``households['household_code']`` and
    ``['village_code']`` tell where a row of ``people``, ``loans`` or ``measures`` belongs. ``is_lively`` asks for
    figures as plausible as those of a real city, ``life`` is what the last half-year has made of its households.
    """

    townships: tuple[str, ...]
    periods: tuple[str, ...]
    villages: pd.DataFrame
    households: pd.DataFrame
    people: pd.DataFrame
    loans: LoanPlan
    measures: pd.DataFrame
    figures: Figures
    seed: int
    identities: Identities
    is_lively: bool = False
    life: Life | None = None

    @property
    def counties(self) -> tuple[str, ...]:
        """Codes of the counties that the townships lie in."""
        return tuple(sorted({code[:6] for code in self.townships}))

    def rng(self, name: str) -> np.random.Generator:
        """A source of chance that no other subject draws from."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def people_apart(self, name: str) -> Identities:
        """Further fictional persons, drawn without disturbing anyone's names."""
        return self.identities.apart(zlib.crc32(name.encode()))


@dataclass(frozen=True)
class Subject:
    """The forms of one mechanism.

    Attributes:
        name: also the source of its chance.
        states: (plan, period, rows of the forms made before) → clean rows of the subject's forms for a period.
        planters: each plants one error (``planting.Ground``); they run in this order.
        fresh_keys: form → (values of a row, running number) → the cells that make a copy of it another row.
        spare: form → maker of a row that may be held, by the rule it is for; where a mere copy of a row would break
            rules about what it belongs to.
        expected: the figures of the article that the accepted rows carry; ``None`` where there is no record.
        after: names of subjects whose forms must be there before.
    """

    name: str
    states: Callable[[CityPlan, str, Forms], dict[str, pd.DataFrame]]
    planters: tuple[Callable[[Ground], None], ...] = ()
    fresh_keys: Mapping[str, Callable[[dict[str, Any], int], dict[str, Any]]] = field(default_factory=dict)
    spare: Mapping[str, Callable[[Ground, str], Row]] = field(default_factory=dict)
    expected: Callable[[State], dict[str, object]] | None = None
    after: tuple[str, ...] = ()


def in_order(subjects: Mapping[str, Subject]) -> list[Subject]:
    """The subjects so that each comes after those it builds on, otherwise by name.

    Raises:
        ValueError: two subjects wait for each other.
    """
    ordered: list[Subject] = []
    waiting = sorted(subjects)
    while waiting:
        ready = [n for n in waiting if all(before not in waiting for before in subjects[n].after)]
        if not ready:
            raise ValueError(f"subjects wait for each other: {waiting}")
        ordered.append(subjects[ready[0]])
        waiting.remove(ready[0])
    return ordered
