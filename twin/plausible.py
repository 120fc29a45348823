"""What makes figures of a city that lives plausible: dated parameters (``life.yaml``) of incomes, seasons, claims."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from twin.parameters import in_force, read_yaml
from twin.person_states import last_day

HALF_YEAR_MONTHS = 6


def parameters(period: str) -> dict[str, Any]:
    """The parameters that hold at the end of a period."""
    return in_force(read_yaml("life")["plausible"], last_day(period))


def near_the_line(per_head: np.ndarray, line: float, is_judged: np.ndarray, period: str, seed: int) -> np.ndarray:
    """Incomes per head of which some stand within a few yuan of the national line, on the side they stood on.

    Args:
        per_head: incomes per head, yuan.
        line: the national line of the year.
        is_judged: whose income is held against the national line.
        period: the year's end.
        seed: equal seeds give equal incomes.
    """
    given = parameters(period)["near_the_line"]
    rng = np.random.default_rng([seed, 17, int(period[:4])])
    is_near = (rng.random(len(per_head)) < given["share"]) & is_judged
    # A yuan at least: whole yuan of a household are not whole yuan of a head.
    away = 1 + rng.random(len(per_head)) * (given["within_yuan"] - 1)
    return np.where(is_near, np.where(per_head > line, line + away, line - away), per_head)


def with_seasons(income: pd.DataFrame, told_of_june: np.ndarray, period: str, seed: int) -> pd.DataFrame:
    """Villages' income by items, each year its own, of which the part of January to June differs by village.

    Args:
        income: what even halves of even years would give (``villages.village_states``).
        told_of_june: villages whose operating income is given as that of the half-year, whatever the period.
        period: whose year so far it is.
        seed: equal seeds give equal villages.
    """
    given, frame, count = parameters(period), income.copy(), len(income)
    low, high = given["season"]["half_year"]
    rng, of_year = np.random.default_rng([seed, 18]), np.random.default_rng([seed, 19, int(period[:4])])
    shares = {name: rng.uniform(low, high, count) for name in ("operating", "contract", "investment", "other")}
    is_half = last_day(period).month <= HALF_YEAR_MONTHS
    spread = given["village_years"]["spread"]
    years = {name: of_year.lognormal(0, spread, count) for name in ("subsidy", "other")}
    for name in ("operating", "contract", "investment", "subsidy", "other"):
        column = f"{name}_income_yuan"
        # Subsidies are granted once and paid in equal halves.
        part = 2 * shares[name] if is_half and name in shares else np.ones(count)
        if name == "operating":
            part = np.where(told_of_june, 1.0 if is_half else 1 / shares[name], part)
        frame[column] = np.round(frame[column] * part * years.get(name, 1.0), -1)
    items = [name for name in frame.columns if name.endswith("_income_yuan") and name != "total_income_yuan"]
    return frame.assign(total_income_yuan=frame[items].sum(axis=1))
