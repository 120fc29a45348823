"""The plan of the whole city: how many households where, of what size, leaving poverty when.

Totals are met here, for the whole city, before a sub-city is cut out; persons, incomes and loans
follow the plan. Numbers of households and persons come from the press (see ``Figures``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twin.places import FIRST_TOWNSHIPS, read_places

COOPERATIVE_VILLAGE = "350423101205"
LOAN_EXAMPLE_VILLAGE = "350426202203"
FIRST_VILLAGE_FUND_PLACE = "350427105203"
FIRST_TOWNSHIP_FUND_PLACE = "350426202"
# Household numbers of a village; those above are kept for planted errors.
HOUSEHOLD_NUMBERS = 9_000
SIZES = np.arange(1, 8)
SIZE_WEIGHTS = np.array([0.18, 0.27, 0.26, 0.17, 0.08, 0.03, 0.01])


@dataclass(frozen=True)
class Figures:
    """Counts of the city at scale 1: exits by year of households and persons, funds, loans, villages."""

    households: tuple[tuple[int, int], ...] = ((2014, 7_000), (2015, 10_630), (2016, 9_270), (0, 10_000))
    # 2014 and 2015 together leave 55,200 persons in poverty at the end of 2015, 28,700 a year later.
    persons: tuple[tuple[int, int], ...] = ((2014, 20_000), (2015, 30_400), (2016, 26_500), (0, 28_700))
    cooperative_households: int = 16
    cooperative_persons: int = 62
    poor_villages: int = 380
    shell_villages: int = 247
    shell_villages_left: int = 32
    other_shell_villages: int = 64
    fund_places: int = 59
    loan_households: int = 1_738
    repeat_loans: int = 362
    loan_principal: int = 78_770_000

    def scaled(self, scale: float) -> Figures:
        """The same city, smaller or larger; places with funds and villages stay."""
        if scale == 1:
            return self
        times = lambda n: max(1, round(n * scale))  # noqa: E731 - one arithmetic rule used on every line below
        households = max(2, round(self.cooperative_households * scale))
        return Figures(
            households=tuple((year, times(n)) for year, n in self.households),
            persons=tuple((year, times(n)) for year, n in self.persons),
            cooperative_households=households,
            cooperative_persons=round(households * self.cooperative_persons / self.cooperative_households),
            loan_households=max(self.fund_places * 2, times(self.loan_households)),
            repeat_loans=times(self.repeat_loans),
            loan_principal=1000 * round(max(self.fund_places * 2, times(self.loan_households)) * 45.322),
        )


@dataclass(frozen=True)
class Plan:
    """The plan: one row per village (with its flags) and one per registered household."""

    villages: pd.DataFrame
    households: pd.DataFrame
    figures: Figures


def make_plan(scale: float, seed: int) -> Plan:
    """Plan the whole city at a scale; deterministic for a seed."""
    figures = Figures().scaled(scale)
    rng = np.random.default_rng([seed, 1])
    villages = _plan_villages(figures, rng)
    return Plan(villages, _plan_households(villages, figures, scale, rng), figures)


def choose_townships(wanted: int | tuple[str, ...] | None) -> tuple[str, ...]:
    """Township codes of a sub-city; a number takes the first ones, the article's places before others.

    Raises:
        ValueError: a code is not a township that owes returns.
    """
    every = tuple(read_places().townships["code"])
    if wanted is None:
        return every
    if isinstance(wanted, int):
        ordered = sorted(every, key=_order)
        return tuple(sorted(ordered[: max(1, wanted)]))
    unknown = sorted(set(wanted) - set(every))
    if unknown:
        raise ValueError(f"townships {unknown} owe no returns; give 9-digit codes of division_2017.csv")
    return tuple(sorted(wanted))


def _order(township: str) -> tuple[int, str]:
    """The article's townships, then their rural neighbours in the same counties, then all others."""
    if township in FIRST_TOWNSHIPS:
        return FIRST_TOWNSHIPS.index(township), township
    is_near = township[:6] in {code[:6] for code in FIRST_TOWNSHIPS} and township[6:] >= "100"
    return len(FIRST_TOWNSHIPS) + (not is_near), township


def _plan_villages(figures: Figures, rng: np.random.Generator) -> pd.DataFrame:
    villages = read_places().villages
    villages = villages[villages["is_village"]].reset_index(drop=True)
    weight = rng.lognormal(0, 0.45, len(villages)) * np.where(villages["is_key_county"], 1.7, 1.0)
    # Unit 001-099 of a county is an urban subdistrict.
    urban = villages["township_code"].str[6:].astype(int) < 100
    weight = np.where(urban, weight * 0.35, weight)
    special = villages["code"].isin([COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE]).to_numpy()
    chance = np.where(special, 1e6, weight * ~urban)
    poor = rng.choice(len(villages), figures.poor_villages, replace=False, p=chance / chance.sum())
    shell = rng.choice(poor, figures.shell_villages, replace=False)
    left = rng.choice(shell, figures.shell_villages_left, replace=False)
    others = np.setdiff1d(np.arange(len(villages)), poor)
    other_shell = rng.choice(others, figures.other_shell_villages, replace=False)
    index = np.arange(len(villages))
    villages["is_poor_village"] = np.isin(index, poor)
    villages["is_shell_2016"] = np.isin(index, shell) | np.isin(index, other_shell)
    villages["is_shell_2017"] = np.isin(index, left) | np.isin(index, other_shell[: len(other_shell) // 2])
    villages["weight"] = weight * np.where(villages["is_poor_village"], 2.0, 1.0)
    return villages


def apportion(weights: np.ndarray, total: int, floor: np.ndarray) -> np.ndarray:
    """Whole numbers near ``weights`` with the given sum, none below its floor."""
    free = max(0, total - int(floor.sum()))
    exact = weights / weights.sum() * free
    counts = np.floor(exact).astype(int)
    rest = free - int(counts.sum())
    counts[np.argsort(-(exact - counts), kind="stable")[:rest]] += 1
    return counts + floor


def _plan_households(villages: pd.DataFrame, figures: Figures, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    total = sum(n for _, n in figures.households)
    floor = np.where(villages["township_code"].isin(FIRST_TOWNSHIPS), 3, 0)
    cooperative = (villages["code"] == COOPERATIVE_VILLAGE).to_numpy()
    floor = np.where(cooperative, figures.cooperative_households * 2, floor)
    counts = apportion(villages["weight"].to_numpy(), total, floor)
    if counts.max() >= HOUSEHOLD_NUMBERS:
        raise ValueError(f"scale {scale}: {counts.max()} households in a village, numbers have four digits")
    code = np.repeat(villages["code"].to_numpy(), counts)
    total = len(code)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    groups = np.repeat([year for year, _ in figures.households], [n for _, n in figures.households])
    groups = np.resize(groups, total)
    rng.shuffle(groups)
    households = pd.DataFrame({"village_code": code, "number": np.arange(total) - first + 1, "exit_year": groups})
    _fix_cooperative(households, figures)
    households["size"] = _sizes(households, figures, rng)
    households["household_code"] = households["village_code"] + households["number"].map("{:04d}".format)
    households["township_code"] = households["village_code"].str[:9]
    return households


def _fix_cooperative(households: pd.DataFrame, figures: Figures) -> None:
    """Give the cooperative's village the wanted number of households in poverty by swapping groups."""
    inside = households["village_code"] == COOPERATIVE_VILLAGE
    wanted = households.index[inside][: figures.cooperative_households]
    outside_poor = list(households.index[~inside & (households["exit_year"] == 0)])
    groups = households["exit_year"].to_numpy(copy=True)
    for index in households.index[inside]:
        is_poor, should = groups[index] == 0, index in wanted
        if should and not is_poor:
            other = outside_poor.pop()
            groups[other], groups[index] = groups[index], 0
        elif is_poor and not should:
            other = np.flatnonzero(~inside.to_numpy() & (groups == 2015))[0]
            groups[other], groups[index] = 0, 2015
    households["exit_year"] = groups


def _sizes(households: pd.DataFrame, figures: Figures, rng: np.random.Generator) -> np.ndarray:
    sizes = rng.choice(SIZES, len(households), p=SIZE_WEIGHTS)
    exit_year = households["exit_year"].to_numpy()
    cooperative = (households["village_code"] == COOPERATIVE_VILLAGE).to_numpy() & (exit_year == 0)
    where = np.flatnonzero(cooperative)
    each, more = divmod(figures.cooperative_persons, len(where))
    sizes[where] = each
    sizes[where[:more]] += 1
    for year, persons in figures.persons:
        _adjust(
            sizes,
            np.flatnonzero((exit_year == year) & ~cooperative),
            persons - int(sizes[cooperative].sum()) * (year == 0),
            rng,
        )
    return sizes


def _adjust(sizes: np.ndarray, where: np.ndarray, total: int, rng: np.random.Generator) -> None:
    """Add or take single persons until the households at ``where`` hold ``total`` persons."""
    for _ in range(200):
        difference = total - int(sizes[where].sum())
        if difference == 0:
            return
        step = 1 if difference > 0 else -1
        able = where[(sizes[where] < 7) if step > 0 else (sizes[where] > 1)]
        if len(able) == 0:
            return
        picked = rng.choice(able, min(len(able), abs(difference)), replace=False)
        sizes[picked] += step
