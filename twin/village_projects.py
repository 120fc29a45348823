"""Projects that raise villages' income: which there are, whom they serve, what they cost and have added.

At scale 1 just ``PROJECTS`` of them serve villages that were shells and poor at the end of 2016, and have added just
``INCOME_ADDED`` yuan there; further ones elsewhere count for neither. What a project added never exceeds what its
village earned under the item it flows to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from twin.parameters import read_yaml
from twin.person_states import last_day
from twin.places import code_names
from twin.subject import CityPlan, Forms

# Printed by the article for its 247 villages.
PROJECTS, INCOME_ADDED = 280, 5_630_000
# Amounts are multiples of ten yuan, as the villages' incomes are.
STEP = 10
WEIGHT_STEPS = 10**9
# Of what a village earns under an item, at most this part may come from its projects.
MOST_OF_INCOME = 0.9
# Of what a village earns more than by the half-year, its project's part.
PART_OF_GROWTH = 0.3
NOW = "2017-06"
OWN_KINDS = ("photovoltaic", "property", "planting", "service")
SHARED_KINDS = ("photovoltaic", "enclave")
FUNDS = ("special", "special", "integrated", "pairing", "collective")


def village_words() -> dict[str, Any]:
    """The words of ``village_words.yaml``."""
    return read_yaml("village_words")


def largest_remainder(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole numbers near the weights' parts of ``total`` that add up to it.

    Args:
        total: what is split, in whole units; not negative.
        weights: at least one above zero, none below.
    """
    # Whole weights: floating parts could add up to more than there is.
    whole = [round(weight) for weight in (weights / weights.max() * WEIGHT_STEPS).tolist()]
    parts, remainders = zip(*(divmod(total * weight, sum(whole)) for weight in whole), strict=True)
    split, rest = np.array(parts, dtype=np.int64), total - sum(parts)
    split[np.argsort(-np.array(remainders, dtype=float), kind="stable")[:rest]] += 1
    return split


@dataclass(frozen=True)
class Served:
    """The villages a project serves, and what kind of project it is."""

    villages: tuple[str, ...]
    kinds: tuple[str, ...]
    second: bool = False


def followed(villages: pd.DataFrame) -> pd.Series:
    """Which villages were shells and registered as poor at the end of 2016."""
    return villages["is_shell_2016"] & villages["is_poor_village"]


def plan_projects(plan: CityPlan) -> pd.DataFrame:
    """One row per project and village: code, dates, kind, funds, investment and part of it, accounting item."""
    villages = plan.villages.set_index("code", drop=False)
    rng = plan.rng("village_projects")
    numbers: dict[str, int] = {}
    rows: list[dict[str, Any]] = []
    for served in _served(plan.villages, plan.figures.shell_villages):
        lead = served.villages[0][:9]
        numbers[lead] = numbers.get(lead, 0) + 1
        common = _common(villages.loc[list(served.villages)], served, rng)
        total = int(rng.integers(8, 40)) * 10_000 * len(served.villages)
        parts = largest_remainder(total * 100, rng.uniform(0.5, 1.5, len(served.villages)))
        kind = code_names("village_project_kind")[common["project_kind"]]
        name = village_words()["project_name"].format(village=villages.at[served.villages[0], "short_name"], kind=kind)
        rows += [
            {**common, "project_code": f"CZ-{lead}-{numbers[lead]:03d}", "village_code": code, "project_name": name,
             "total_invested_yuan": float(total), "allocated_yuan": int(part) / 100, "second": served.second}
            for code, part in zip(served.villages, parts, strict=True)
        ]  # fmt: skip
    return pd.DataFrame(rows)


def _served(villages: pd.DataFrame, whole: int) -> list[Served]:
    """Who is served by what: shared projects first, then one for every village left, then second ones."""
    is_followed = followed(villages)
    codes = list(villages.loc[is_followed, "code"])
    wanted = round(PROJECTS * len(codes) / whole)
    left = list(villages.loc[is_followed & ~villages["is_shell_2017"], "code"])
    poor = list(villages.loc[villages["is_poor_village"] & ~villages["is_shell_2016"], "code"])
    others = villages["is_shell_2016"] & ~villages["is_poor_village"] & ~villages["is_shell_2017"]
    shared = _groups(codes, len(codes) // 20)
    projects = []
    for n, group in enumerate(shared):
        near = [code for code in poor if code[:6] == group[0][:6]]
        projects.append(Served((*group, *near[:1]) if n % 3 == 0 else group, SHARED_KINDS))
    in_groups = {code for group in shared for code in group}
    projects += [Served((code,), OWN_KINDS) for code in codes if code not in in_groups]
    more = [left[n % len(left)] for n in range(wanted - len(projects))] if left else []
    projects += [Served((code,), OWN_KINDS, second=True) for code in more]
    elsewhere = [*villages.loc[others, "code"], *poor[1::3]]
    return projects + [Served((code,), (*OWN_KINDS, "equity")) for code in elsewhere]


def _groups(codes: list[str], count: int) -> list[tuple[str, ...]]:
    """``count`` groups of three villages that follow each other within a county, as far as there are."""
    groups: list[tuple[str, ...]] = []
    place = 0
    while len(groups) < count and place + 3 <= len(codes):
        group = tuple(codes[place : place + 3])
        if group[0][:6] == group[2][:6]:
            groups.append(group)
            place += 12
        else:
            place += 1
    return groups


def _common(served: pd.DataFrame, project: Served, rng: np.random.Generator) -> dict[str, Any]:
    """What all rows of a project say: a village that stays a shell has its project only just begun."""
    kind = str(rng.choice(project.kinds))
    is_new = bool((followed(served) & served["is_shell_2017"]).all())
    first, days = (date(2017, 2, 1), 100) if is_new else (date(2015, 3, 1), 600)
    started = first + timedelta(days=int(rng.integers(0, days)))
    built = timedelta(days=int(rng.integers(60, 200)))
    return {
        "project_kind": kind, "started_on": started, "finished_on": None if is_new else started + built,
        "fund_source": str(rng.choice(FUNDS)), "income_item": "investment" if kind == "equity" else "operating",
    }  # fmt: skip


def project_states(plan: CityPlan, period: str, forms: Forms) -> pd.DataFrame:
    """The ``village_projects`` rows of a period."""
    projects = plan_projects(plan)
    if projects.empty:
        return projects
    day = last_day(period)
    runs = _runs(projects, period)
    added = _added(plan, projects, period, forms)
    projects["income_added_yuan"] = added
    projects["finished_on"] = projects["finished_on"].where(runs, None)
    projects["project_stage"] = np.where(runs, "running", "building")
    known = projects["started_on"].map(lambda started: started <= day)
    return projects[known].drop(columns="second").sort_values(["village_code", "project_code"])


def _runs(projects: pd.DataFrame, period: str) -> np.ndarray:
    day = last_day(period)
    return np.array([finished is not None and finished <= day for finished in projects["finished_on"]])


def _earned(projects: pd.DataFrame, period: str, forms: Forms) -> np.ndarray:
    """What the villages earned in the year so far under the items the projects' income flows to."""
    by_village = forms["village_income", period].set_index("village_code")
    operating = projects["village_code"].map(by_village["operating_income_yuan"])
    investment = projects["village_code"].map(by_village["investment_income_yuan"])
    return np.asarray(operating.where(projects["income_item"] == "operating", investment), dtype=float)


def _added(plan: CityPlan, projects: pd.DataFrame, period: str, forms: Forms) -> np.ndarray:
    """Cumulative income added by a period; after the last of the city's own it grows with what villages earn."""
    if period < NOW:
        return _added_early(projects, period, forms)
    if period == NOW:
        return _added_now(plan, projects, period, forms)
    grown = np.maximum(_earned(projects, period, forms) - _earned(projects, NOW, forms), 0)
    return _added_now(plan, projects, NOW, forms) + np.floor(
        PART_OF_GROWTH * np.where(_runs(projects, NOW), grown, 0) / STEP
    ) * STEP  # fmt: skip


def _added_early(projects: pd.DataFrame, period: str, forms: Forms) -> np.ndarray:
    """Cumulative income added until 2016: only a village's first project has added anything, each year more."""
    if ("village_income", period) not in forms:
        return np.zeros(len(projects))
    part = 0.1 if period < "2016-12" else 0.2
    added = np.floor(part * _earned(projects, period, forms) / STEP) * STEP
    return np.where(_runs(projects, period) & ~projects["second"], added, 0.0)


def _added_now(plan: CityPlan, projects: pd.DataFrame, period: str, forms: Forms) -> np.ndarray:
    """Cumulative income added by mid-2017: in the villages followed their part of the printed sum."""
    of_village = plan.villages.set_index("code").loc[projects["village_code"]]
    is_followed, runs = followed(of_village).to_numpy(), _runs(projects, period)
    gains = is_followed & ~of_village["is_shell_2017"].to_numpy() & runs
    earned, before = _earned(projects, period, forms), _added_early(projects, "2016-12", forms)
    # Elsewhere a steady part of the income; a village that stays a shell has gained no more than it had.
    added = np.where(runs & ~is_followed, before + np.floor(0.3 * earned / STEP) * STEP, before)
    if gains.any():
        has_second = projects["village_code"].isin(projects.loc[projects["second"], "village_code"])
        part = np.where(projects["second"], 0.35, np.where(has_second, MOST_OF_INCOME - 0.35, MOST_OF_INCOME))
        most = (part * earned)[gains]
        printed = INCOME_ADDED * int(followed(plan.villages).sum()) / plan.figures.shell_villages
        wanted = min(printed - added[is_followed & ~gains].sum(), most.sum())
        added[gains] = largest_remainder(int(wanted // STEP), most) * STEP
    return added
