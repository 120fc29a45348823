"""Villages' collective income by accounting item, year to date, the shell status proposed, and how many live there.

Shell status agrees with the amount; those that leave it earn more than in the whole year before.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from twin.person_states import last_day
from twin.plausible import with_seasons

# Below the threshold of the seed by a margin, however the other own items are counted.
SHELL_OPERATING = (0, 6_000)
SHELL_OTHER_OWN = (0, 2_500)
HALF_YEAR_LEAST = 12_500


def village_people(villages: pd.DataFrame, registered: pd.Series, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Households and population of the villages.

    Args:
        villages: the plan's villages.
        registered: planned registered persons by village code, for a population that exceeds them.
        seed: equal seeds give equal villages.
    """
    rng = np.random.default_rng([seed, 10])
    people = registered.reindex(villages["code"]).fillna(0).to_numpy()
    population = np.round(people * 4 + rng.lognormal(6.6, 0.4, len(villages))).astype(int)
    households = np.maximum(1, np.round(population / rng.uniform(3.2, 4.0, len(villages))).astype(int))
    return households, population


def village_states(villages: pd.DataFrame, period: str, seed: int, *, is_lively: bool = False) -> pd.DataFrame:
    """The ``village_income`` rows of a period.

    Args:
        villages: the plan's villages (flags, weight).
        period: which period.
        seed: equal seeds give equal incomes.
        is_lively: halves of a year differ, and so do years.
    """
    fixed = np.random.default_rng([seed, 11])
    count = len(villages)
    operating, growth = fixed.lognormal(10.6, 0.7, count) + 26_000, fixed.uniform(1.02, 1.25, count)
    shell_share, own_share, left_gain = fixed.random(count), fixed.random(count), fixed.uniform(3_000, 36_000, count)
    subsidy, contract = fixed.lognormal(9.6, 0.6, count), fixed.lognormal(8.6, 0.8, count)
    other, invest = (
        fixed.lognormal(6.5, 0.9, count),
        np.where(fixed.random(count) < 0.25, fixed.lognormal(8.5, 0.6, count), 0),
    )
    end = last_day(period)
    part = end.month / 12
    factor = growth ** (end.year - 2016)
    shell = (villages["is_shell_2017"] if period >= "2017-06" else villages["is_shell_2016"]).to_numpy()
    left = villages["is_shell_2016"].to_numpy() & ~villages["is_shell_2017"].to_numpy() & (period >= "2017-06")
    earned = np.maximum(operating * factor * part, HALF_YEAR_LEAST)
    earned = np.where(left, HALF_YEAR_LEAST + left_gain, earned)
    poor_earned = SHELL_OPERATING[0] + (SHELL_OPERATING[1] - SHELL_OPERATING[0]) * shell_share * part
    frame = pd.DataFrame({"village_code": villages["code"].to_numpy()})
    frame["registered_poor_village"] = villages["is_poor_village"].to_numpy()
    frame["operating_income_yuan"] = _tens(np.where(shell, poor_earned, earned))
    scant = SHELL_OTHER_OWN[1] * own_share * part
    frame["contract_income_yuan"] = _tens(np.where(shell, scant, contract * part))
    frame["investment_income_yuan"] = _tens(np.where(shell, 0, invest * part))
    frame["subsidy_income_yuan"] = _tens(subsidy * part + 200)
    frame["other_income_yuan"] = _tens(other * part)
    items = [name for name in frame.columns if name.endswith("_income_yuan")]
    frame["total_income_yuan"] = frame[items].sum(axis=1)
    frame["recorded_shell"] = shell
    return with_seasons(frame, left, period, seed) if is_lively else frame


def _tens(amounts: np.ndarray) -> np.ndarray:
    return np.round(amounts, -1)
