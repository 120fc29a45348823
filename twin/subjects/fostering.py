"""Base fostering (基地托养): which households are fostered at which enterprise, and what they gain.

At real size 970 households at 90 enterprises tend 4,630 mu and gain 9.1 million yuan in the first half of
2017 (三明日报 2017-08-07); a smaller city has its share. What is wrong with some contracts stands in
``fostering_errors``.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from twin.identity import syllables
from twin.measures import FOSTERING
from twin.places import code_names, words
from twin.plan import apportion
from twin.state import State, accepted
from twin.subject import CityPlan, Forms, Subject
from twin.subjects.fostering_errors import FRESH, PLANTERS

FORM = "base_fostering"
CITY_HOUSEHOLDS = 36_900
# Households, enterprises, mu and yuan of the whole city, by period; 2015 had no contracts yet.
TOTALS = {"2016-12": (310, 28, 1_450, 2_800_000), "2017-06": (970, 90, 4_630, 9_100_000)}
ANIMALS = ("pigs", "poultry", "cattle")
CROPS = ("rice", "lotus", "tobacco", "tea", "vegetables", "fruit", "mushrooms")


def states(plan: CityPlan, period: str, forms: Forms) -> dict[str, pd.DataFrame]:
    """The contracts that run, or ended, in the period's year."""
    if period not in TOTALS:
        return {}
    rng = plan.rng(f"fostering {period}")
    register = forms["households", period].set_index("household_code")
    measures = forms["assistance_measures", period]
    helped = measures[(measures["measure_type"] == FOSTERING) & measures["ended_on"].isna()]
    able = np.sort(helped["household_code"].unique())
    share = len(plan.households) / CITY_HOUSEHOLDS
    wanted, enterprises, mu, yuan = (max(2, round(total * share)) for total in TOTALS[period])
    chosen = np.sort(rng.permutation(able)[:wanted])
    if not len(chosen):
        return {}
    of = register.loc[chosen].reset_index()
    frame = of[["village_code", "household_code"]].copy()
    frame["contract_number"] = _numbers(frame["village_code"].str[:9], period)
    _enterprises(frame, min(enterprises, len(frame)), plan, rng)
    _sizes(frame, of, mu, rng)
    _dates(frame, int(period[:4]), rng)
    _money(frame, yuan, rng)
    return {FORM: frame}


def _numbers(townships: pd.Series, period: str) -> list[str]:
    """Numbers that count up within a township, the contracts of a year from its own thousand on."""
    first = 1 + 1_000 * (int(period[:4]) - 2016)
    counts = townships.groupby(townships).cumcount() + first
    return [f"JD-{township}-{number:05d}" for township, number in zip(townships, counts, strict=True)]


def _enterprises(frame: pd.DataFrame, count: int, plan: CityPlan, rng: np.random.Generator) -> None:
    """Every enterprise has a contract; neighbours in the list share one, so most work in one county."""
    order = np.arange(len(frame)) * count // len(frame)
    syllable, products = syllables("given"), (*CROPS, *ANIMALS)
    name = [syllable[i] for i in rng.integers(0, len(syllable), count)]
    kind = rng.choice(products, count, p=[0.09] * len(CROPS) + [0.37 / len(ANIMALS)] * len(ANIMALS))
    texts = words()["fostering"]
    frame["enterprise_code"] = [f"91350490MA{n:06d}XX" for n in order]
    frame["enterprise_name"] = [texts["enterprise"].format(name=name[n], number=n + 1) for n in order]
    frame["product"] = kind[order]
    titles = code_names("fostering_product")
    frame["base_name"] = [texts["base"].format(name=name[n], product=titles[kind[n]]) for n in order]


def _sizes(frame: pd.DataFrame, register: pd.DataFrame, mu: int, rng: np.random.Generator) -> None:
    """Areas of the crops sum to ``mu``; a household's own land is named only where it is large enough."""
    raises = frame["product"].isin(ANIMALS).to_numpy(copy=True)
    if raises.all():
        frame.loc[0, "product"], raises[0] = "rice", False
    hundredths = apportion(rng.uniform(2, 9, int((~raises).sum())), mu * 100, np.full(int((~raises).sum()), 50))
    area = np.full(len(frame), np.nan)
    area[~raises] = hundredths / 100
    land = register[["farmland_area_mu", "forest_area_mu"]].astype(float).fillna(0).sum(axis=1).to_numpy()
    frame["area_mu"] = area
    frame["head_count"] = np.where(raises, rng.integers(5, 60, len(frame)), np.nan)
    others = rng.choice(["collective", "enterprise", "rented"], len(frame))
    owner = pd.Series(np.where(land >= np.nan_to_num(area), "own", others), dtype=object)
    frame["land_owner"] = owner.where(~raises, None)


def _dates(frame: pd.DataFrame, year: int, rng: np.random.Generator) -> None:
    signed = [date(year, 1, 5) + timedelta(days=int(d)) for d in rng.integers(0, 70, len(frame))]
    frame["signed_on"] = signed
    frame["started_on"] = [day + timedelta(days=15) for day in signed]
    frame["ended_on"] = None
    frame["agreed_price_yuan"] = np.round(rng.uniform(3, 40, len(frame)), 1)


def _money(frame: pd.DataFrame, yuan: int, rng: np.random.Generator) -> None:
    """Gains around the mean with exactly the planned sum, never beyond what would ask for an explanation."""
    gains = apportion(rng.uniform(0.75, 1.25, len(frame)), yuan, np.full(len(frame), 1_000))
    frame["realised_gain_yuan"] = gains.astype(float)
    frame["sales_yuan"] = np.round(gains * rng.uniform(1.3, 2.2, len(frame)), -1)
    frame["expected_gain_yuan"] = np.round(gains * rng.uniform(1.5, 2.0, len(frame)), -2)


def expected(state: State) -> dict[str, object]:
    """The article's figures of base fostering."""
    rows = accepted(state, FORM, "2017-06")
    if rows.empty:
        return {}
    gain, households = float(rows["realised_gain_yuan"].sum()), rows["household_code"].nunique()
    return {
        "base_fostering_enterprises": rows["enterprise_code"].nunique(),
        "base_fostering_households": households,
        "base_fostering_area": round(float(rows["area_mu"].astype(float).sum()), 2),
        "base_fostering_income": round(gain, 2),
        "base_fostering_income_per_household": round(gain / households, 2),
    }


SUBJECT = Subject("fostering", states, PLANTERS, FRESH, expected=expected)
