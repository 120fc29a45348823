"""Which villages of the synthetic city have a cooperative, with what capital, in whose hands.

The article's cooperative has the article's figures; the others are of sensible sizes. A village draws from a
source of chance of its own, so that a part of the city is the whole plan cut. Rows are made in ``rows``.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from twin.parameters import read_yaml
from twin.places import FIRST_TOWNSHIPS, read_places
from twin.plan import COOPERATIVE_VILLAGE, choose_townships
from twin.subject import CityPlan

FEN = 100
GROUP_PERCENT = 60
# Villages with a cooperative: in each of the article's townships, in each of their neighbours, and elsewhere.
IN_FIRST, NEIGHBOURS, IN_NEIGHBOUR, ELSEWHERE = 3, 8, 1, 24
LARGEST_GROUP = 12
FUND_YUAN = (60_000, 300_000)
OTHERS_PART = (0.3, 1.2)


@dataclass(frozen=True)
class Holder:
    """A holder of equity: the last two digits of its code, its kind, where the money is from, fen."""

    number: str
    kind: str
    money_source: str
    amount: int


@dataclass(frozen=True)
class Cooperative:
    """A cooperative as it is founded; ``households`` are the plan's rows of its group."""

    code: str
    village: str
    place: str
    founded_on: date
    allotted_on: date
    holders: tuple[Holder, ...]
    households: pd.DataFrame
    member_count: int

    @property
    def capital(self) -> int:
        """All holders together, fen."""
        return sum(holder.amount for holder in self.holders)

    @property
    def fund(self) -> int:
        """What the fund money makes of it, fen."""
        return sum(holder.amount for holder in self.holders if holder.money_source == "poverty_fund")

    def chance(self, seed: int, *what: object) -> np.random.Generator:
        """A source of chance for one matter of this cooperative alone."""
        return _chance(seed, self.village, *what)


def _chance(seed: int, *what: object) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32("|".join(map(str, ("equity", *what))).encode())])


def words() -> dict[str, Any]:
    """The words of these forms (``words.yaml`` beside this module)."""
    return read_yaml("subjects/equity/words")


@cache
def villages_with_cooperative(seed: int) -> tuple[str, ...]:
    """Codes of the villages that have a cooperative, over the whole city."""
    villages = read_places().villages
    villages = villages[villages["is_village"]]
    chosen = {COOPERATIVE_VILLAGE}
    near = [code for code in choose_townships(len(FIRST_TOWNSHIPS) + NEIGHBOURS) if code not in FIRST_TOWNSHIPS]
    far = sorted(set(villages["township_code"]) - {*near, *FIRST_TOWNSHIPS})
    rng = _chance(seed, "villages")
    some = sorted(rng.choice(far, ELSEWHERE, replace=False).tolist())
    for townships, count in ((FIRST_TOWNSHIPS, IN_FIRST), (near, IN_NEIGHBOUR), (some, 1)):
        for township in townships:
            codes = sorted(villages.loc[villages["township_code"] == township, "code"])
            chosen.update(_chance(seed, township).choice(codes, min(count, len(codes)), replace=False).tolist())
    return tuple(sorted(chosen))


def plan_cooperatives(plan: CityPlan) -> list[Cooperative]:
    """The cooperatives of a (sub-)city; one without a household in poverty at allotment is not founded."""
    names = dict(zip(plan.villages["code"], plan.villages["short_name"], strict=True))
    made = [_cooperative(plan, code, names[code]) for code in villages_with_cooperative(plan.seed) if code in names]
    return [cooperative for cooperative in made if len(cooperative.households)]


def _cooperative(plan: CityPlan, village: str, place: str) -> Cooperative:
    rng = _chance(plan.seed, village)
    late = bool(rng.random() < 0.25)
    founded = date(2016 if late else 2015, int(rng.integers(2, 5)) if late else 9, int(rng.integers(1, 28)))
    # Groups are those of the day of allotment, whatever became of a household since.
    households = plan.households if plan.life is None else plan.life.before
    inside = households[households["village_code"] == village]
    if village == COOPERATIVE_VILLAGE:
        founded, holders = date(2015, 9, 20), _article_holders()
        households = inside[inside["exit_year"] == 0]
    else:
        holders = _holders(rng)
        households = inside[inside["exit_year"].isin([0, 2016])].head(LARGEST_GROUP)
    allotted = founded + timedelta(days=51)
    members = len(households) + int(rng.integers(6, 30))
    return Cooperative(f"{village}01", village, place, founded, allotted, holders, households, members)


def _article_holders() -> tuple[Holder, ...]:
    return (
        Holder("01", "household_group", "poverty_fund", 480_000 * FEN),
        Holder("02", "village_collective", "poverty_fund", 320_000 * FEN),
        Holder("03", "enterprise", "own", 300_000 * FEN),
        Holder("04", "other_members", "own", 200_000 * FEN),
    )


def _holders(rng: np.random.Generator) -> tuple[Holder, ...]:
    fund = int(rng.integers(FUND_YUAN[0] // 1_000, FUND_YUAN[1] // 1_000)) * 1_000 * FEN
    group = fund * GROUP_PERCENT // 100
    others = int(fund * rng.uniform(*OTHERS_PART)) // (1_000 * FEN) * 1_000 * FEN
    enterprise = others * int(rng.integers(4, 8)) // 10
    return (
        Holder("01", "household_group", "poverty_fund", group),
        Holder("02", "village_collective", "poverty_fund", fund - group),
        Holder("03", "enterprise", "own", enterprise),
        Holder("04", "other_members", "own", others - enterprise),
    )
