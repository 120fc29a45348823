"""The register: attribute, standard, cause, housing and helper of every household, per period.

Consistent with the members (a cause has somebody it applies to) and with the plan (status follows
the exit year). Incomes, measures and loans are made elsewhere.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from twin.identity import Identities, bank_account, phone
from twin.people import CHRONIC, DIBAO, DISABLED, ORDINARY, SERIOUS, WUBAO
from twin.person_states import NOT_AT_SCHOOL
from twin.places import words
from twin.plan import COOPERATIVE_VILLAGE

POOR, ENJOYING, CANDIDATE, RETURNED, STABLE = "0", "1", "2", "3", "4"
IN_POVERTY = (POOR, CANDIDATE, RETURNED)
ILLNESS, DISABILITY, SCHOOLING = "01", "02", "03"
CAUSE_WEIGHTS = {
    ILLNESS: 34, DISABILITY: 18, SCHOOLING: 22, "04": 1.5, "05": 1.2, "06": 0.3, "07": 14, "08": 11, "09": 12,
    "10": 0.8, "11": 2.5, "99": 0.6,
}  # fmt: skip
CANDIDATES_FROM = "2017-06"


def first_traits(households: pd.DataFrame, seed: int) -> pd.DataFrame:
    """What is known before the persons: attribute, standard, identification month."""
    rng = np.random.default_rng([seed, 5])
    count = len(households)
    draw = rng.random(count)
    fixed = (households["village_code"] == COOPERATIVE_VILLAGE) & (households["exit_year"] == 0)
    small = (households["size"] <= 2) & ~fixed
    households["is_fixed"] = fixed
    households["household_attribute"] = np.where(small & (draw < 0.13), WUBAO, np.where(draw > 0.8, DIBAO, ORDINARY))
    households["identification_standard"] = rng.choice(["01", "02"], count, p=[0.82, 0.18])
    households["identified_on"] = _identified(households["exit_year"].to_numpy(), rng)
    return households


def _identified(exit_year: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    # Nobody leaves poverty in the year of identification.
    late = rng.random(len(exit_year))
    month = rng.integers(1, 13, len(exit_year))
    year = np.where(exit_year == 2014, 2013, np.where((exit_year == 2015) | (late < 0.85), 2014, 2015))
    month = np.where(year == 2013, np.maximum(month, 10), np.where(year == 2015, np.minimum(month, 9), month))
    return np.array([f"{y}-{m:02d}-01" for y, m in zip(year, month, strict=True)])


def add_traits(
    households: pd.DataFrame, states: dict[str, pd.DataFrame], seed: int, identities: Identities
) -> pd.DataFrame:
    """What depends on the persons (``states`` by period) or stays the same: causes, land, house, helper, account."""
    rng = np.random.default_rng([seed, 6])
    count = len(households)
    households["main_cause"] = _main_cause(len(households), states, rng)
    households["other_causes"] = _other_causes(households["main_cause"].to_numpy(), rng)
    households["village_group"] = rng.choice(words()["groups"], count)
    size = households["size"].to_numpy()
    households["housing_area_m2"] = np.round(rng.uniform(18, 34, count) * np.sqrt(size) * 2) / 2 + 12
    households["farmland_area_mu"] = np.round(rng.gamma(3, 0.45, count) * size, 1)
    households["forest_area_mu"] = np.round(np.minimum(rng.gamma(1.2, 4, count), 30) * size, 1)
    households["entry_road"] = rng.choice(["1", "2", "3", "4"], count, p=[0.14, 0.22, 0.58, 0.06])
    households["housing_risk"], households["water_risk"] = rng.random(count), rng.random(count)
    households["joins_cooperative"] = rng.random(count)
    households["helper_name"] = identities.names(count)
    households["phone"] = [phone(i) for i in range(count)]
    households["bank_account"] = [bank_account(i) for i in range(count)]
    households["candidate"] = rng.random(count)
    return households


def _main_cause(count: int, states: dict[str, pd.DataFrame], rng: np.random.Generator) -> np.ndarray:
    holds = {cause: np.ones(count, bool) for cause in CAUSE_WEIGHTS}
    for state in states.values():
        ill = state["health"].str.contains(CHRONIC) | state["health"].str.contains(SERIOUS)
        disabled = state["health"].str.contains(DISABLED)
        pupil = state["school_status"] != NOT_AT_SCHOOL
        for cause, who in ((ILLNESS, ill), (DISABILITY, disabled), (SCHOOLING, pupil)):
            holds[cause] &= np.isin(np.arange(count), state["household"][who])
    weights = np.column_stack([holds[cause] * weight for cause, weight in CAUSE_WEIGHTS.items()])
    edges = np.cumsum(weights, axis=1)
    pick = (rng.random(count) * edges[:, -1])[:, None] >= edges
    return np.array(list(CAUSE_WEIGHTS))[pick.sum(axis=1)]


def _other_causes(main: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    pool = np.array(["07", "08", "09", "11", "12", "05"])
    draw = rng.random(len(main))
    first, second = rng.integers(0, 6, len(main)), rng.integers(1, 6, len(main))
    result = []
    for cause, number, a, b in zip(main, draw, first, second, strict=True):
        wanted = [pool[a], pool[(a + b) % 6]][: 0 if number < 0.35 else 1 if number < 0.75 else 2]
        result.append(",".join(sorted(c for c in wanted if c != cause)) or None)
    return np.array(result, dtype=object)


def household_status(households: pd.DataFrame, period: str) -> np.ndarray:
    """The recorded status of every household at the end of a period."""
    year, exit_year = int(period[:4]), households["exit_year"].to_numpy()
    # Exits are decided at the year's end: a return of June shows nothing of its own year.
    decided = year if period[5:7] == "12" else year - 1
    out = (exit_year > 0) & (exit_year <= decided)
    stable = out & (exit_year <= 2014) & (period >= CANDIDATES_FROM)
    candidate = ~out & (households["candidate"].to_numpy() < 0.42) & (period >= CANDIDATES_FROM)
    status = np.where(stable, STABLE, np.where(out, ENJOYING, np.where(candidate, CANDIDATE, POOR)))
    return np.where(households["fell_back"], RETURNED, status) if "fell_back" in households.columns else status


def household_states(households: pd.DataFrame, state: pd.DataFrame, period: str) -> pd.DataFrame:
    """The ``households`` rows of a period, with the persons' ``state`` of it; index as ``households``."""
    heads = state[state["relation"] == "01"].set_index("household")
    columns = [
        "village_code", "village_group", "household_code", "identified_on", "household_attribute",
        "identification_standard", "main_cause", "other_causes", "housing_area_m2", "farmland_area_mu",
        "forest_area_mu", "entry_road", "phone", "bank_account",
    ]  # fmt: skip
    frame = households[columns].copy()
    frame["head_name"], frame["head_id_number"] = heads["name"], heads["id_number"]
    frame["person_count"] = state.groupby("household").size()
    frame["poverty_status"] = household_status(households, period)
    out = frame["poverty_status"].isin([ENJOYING, STABLE])
    frame["exit_year"] = households["exit_year"].where(out)
    later = {"2015": 0.16, "2016": 0.12}.get(period[:4], 0.1)
    frame["dangerous_housing"] = ~out & (households["housing_risk"] < later)
    frame["safe_water"] = out | (households["water_risk"] > later / 2)
    frame["cooperative_member"] = households["joins_cooperative"] < {"2015": 0.15, "2016": 0.3}.get(period[:4], 0.38)
    # Everybody in poverty has a helper; of those out of it some.
    frame["helper_name"] = households["helper_name"].where(~out | (households["candidate"] < 0.4))
    return frame
