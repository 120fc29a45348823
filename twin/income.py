"""Incomes of a household's year: every identity of the form closes, and exits stand above the line.

Whole yuan, with fen in some townships; the national line of each year decides who is above it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from twin.people import DIBAO, WUBAO
from twin.places import seed as read_seed
from twin.plausible import near_the_line

ABOVE_LINE = 350
PENSION_YUAN = 1_200
PENSION_AGE = 60
LEAST_WAGE = 1_000


def national_line(year: int) -> float:
    """The national line of an income year."""
    lines = read_seed("poverty_line")
    line = lines[(lines["income_year"] == str(year)) & (lines["identification_standard"] == "01")]
    return float(line["amount_yuan"].iloc[0])


def household_incomes(
    households: pd.DataFrame,
    register: pd.DataFrame,
    state: pd.DataFrame,
    period: str,
    seed: int,
    *,
    is_lively: bool = False,
) -> pd.DataFrame:
    """The ``household_income`` rows of a year-end period, from its register and persons; index as ``households``.

    In a city that lives some incomes end within a few yuan of the line.
    """
    year = int(period[:4])
    rng = np.random.default_rng([seed, 7, year])
    count, persons = len(register), register["person_count"].to_numpy()
    per_head = _per_head(register, households, year, rng)
    if is_lively:
        per_head = _near_the_line(per_head, register, period, seed)
    net = np.round(per_head * persons)
    frame = register[["village_code", "household_code", "head_name", "person_count"]].copy()
    frame["income_year"] = year
    parts = _transfers(register, _count_by(state, state["age"] >= PENSION_AGE, count), net, rng)
    share = rng.random(count)
    dividend = np.where(share < 0.3, np.round(np.minimum(net * 0.05, rng.uniform(100, 900, count))), 0)
    other_property = np.where(share > 0.88, np.round(net * 0.03), 0)
    transfer = sum(parts.values())
    rest = net - transfer - dividend - other_property
    wage = _wages(rest, _count_by(state, state["work_place"].notna(), count) > 0, rng)
    earned = rest - wage
    expense = np.where(earned > 0, np.ceil(earned * rng.uniform(0.2, 0.7, count)), 0)
    fen = np.where((expense > 0) & (share > 0.7), np.round(share * 0.99, 2), 0)
    frame["wage_income_yuan"] = wage
    frame["business_income_yuan"] = np.round(earned + expense + fen, 2)
    frame["property_income_yuan"] = dividend + other_property
    frame["asset_dividend_yuan"], frame["other_property_yuan"] = dividend, other_property
    frame["transfer_income_yuan"] = transfer
    for name, amount in parts.items():
        frame[name] = amount
    frame["total_income_yuan"] = np.round(wage + earned + expense + fen + dividend + other_property + transfer, 2)
    frame["business_expense_yuan"] = np.round(expense + fen, 2)
    frame["net_income_yuan"] = np.round(frame["total_income_yuan"] - frame["business_expense_yuan"], 2)
    frame["net_income_per_head_yuan"] = np.round(frame["net_income_yuan"] / persons + 1e-9, 2)
    return frame


def _near_the_line(per_head: np.ndarray, register: pd.DataFrame, period: str, seed: int) -> np.ndarray:
    is_judged = (register["identification_standard"] == "01").to_numpy()
    return near_the_line(per_head, national_line(int(period[:4])), is_judged, period, seed)


def _wages(rest: np.ndarray, has_worker: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What of the rest of an income is wages, where somebody works: no less than the least that is paid."""
    wage = np.where(has_worker & (rest >= LEAST_WAGE), np.round(rest * rng.uniform(0.5, 0.95, len(rest))), 0)
    return np.where((wage > 0) & (wage < LEAST_WAGE), LEAST_WAGE, wage)


def _count_by(state: pd.DataFrame, who: pd.Series, count: int) -> np.ndarray:
    return np.bincount(state["household"][who], minlength=count)


def _per_head(register: pd.DataFrame, households: pd.DataFrame, year: int, rng: np.random.Generator) -> np.ndarray:
    out = (register["exit_year"].notna()).to_numpy()
    line = national_line(year)
    # Years out of poverty raise the income; a household still in it stands below the line.
    years_out = np.where(out, year - households["exit_year"].to_numpy(), 0)
    above = line + ABOVE_LINE + rng.gamma(2.0, 900, len(register)) * (1 + 0.15 * years_out)
    below = line * rng.uniform(0.55, 0.97, len(register))
    provincial = (register["identification_standard"] == "02").to_numpy() & ~out
    return np.where(out, np.minimum(above, 30_000), np.where(provincial, below * 1.25, below))


def _transfers(
    register: pd.DataFrame, elders: np.ndarray, net: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Transfer items, together never more than nine tenths of the net income."""
    count = len(register)
    persons = register["person_count"].to_numpy()
    attribute = register["household_attribute"].to_numpy()
    dibao = np.where(attribute == DIBAO, np.round(np.minimum(net * 0.3, persons * rng.uniform(400, 1400, count))), 0)
    wubao = np.where(attribute == WUBAO, np.round(net * 0.5), 0)
    pension = np.minimum(elders * PENSION_YUAN, np.floor(net * 0.3 / 100) * 100)
    draw = rng.random(count)
    family = np.where((draw < 0.05) & (net > 5_000) & (attribute != WUBAO), 960, 0)
    ecological = np.where(draw > 0.4, np.round(np.minimum(net * 0.02, draw * 250)), 0)
    other = np.round(np.minimum(net * 0.04, rng.uniform(0, 600, count)))
    return {
        "family_planning_yuan": family, "dibao_yuan": dibao, "wubao_yuan": wubao, "pension_yuan": pension,
        "ecological_compensation_yuan": ecological, "other_transfer_yuan": other,
    }  # fmt: skip
