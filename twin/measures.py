"""The eight kinds of help: who gets which, since when, with what money and gain this year."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import numpy as np
import pandas as pd

from twin.households import ENJOYING, IN_POVERTY
from twin.person_states import last_day
from twin.places import words

PAIRING, FOSTERING = "pairing", "fostering"
OTHER_TYPES = ("venture", "equity", "assets", FOSTERING, "orders", "mutual_fund", "relocation")
OTHER_WEIGHTS = (0.2, 0.22, 0.1, 0.13, 0.15, 0.13, 0.07)
TYPES_ORDER = (PAIRING, *OTHER_TYPES)
FIRST_START, LAST_START = date(2014, 3, 1), date(2017, 5, 31)
# Gains stay below this, so that no honest gain looks like an outlier.
ORDINARY_GAIN, FOSTERING_GAIN = (300, 4_800), (7_500, 11_200)


def plan_measures(households: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Every measure a household ever gets: its own number, type, start and end."""
    rng = np.random.default_rng([seed, 8])
    count = len(households)
    index = np.arange(count)
    second = rng.random(count) < 0.62
    kinds = rng.choice(OTHER_TYPES, count, p=np.array(OTHER_WEIGHTS) / sum(OTHER_WEIGHTS))
    # A small city shows every type too.
    kinds[: min(count, 7)] = OTHER_TYPES[: min(count, 7)]
    second[: min(count, 7)] = True
    plan = pd.concat(
        [
            pd.DataFrame({"household": index, "measure_type": PAIRING, "number": 1}),
            pd.DataFrame({"household": index[second], "measure_type": kinds[second], "number": 2}),
        ],
        ignore_index=True,
    )
    known = pd.to_datetime(households["identified_on"]).dt.date.to_numpy()[plan["household"]]
    plan["started_on"] = [_start(day, chance) for day, chance in zip(known, rng.random(len(plan)), strict=True)]
    months = rng.integers(6, 40, len(plan))
    ends = [start + timedelta(days=int(m) * 30) for start, m in zip(plan["started_on"], months, strict=True)]
    closed = (rng.random(len(plan)) < 0.15) & (plan["measure_type"] != PAIRING)
    plan["ends_on"] = [end if is_closed else None for end, is_closed in zip(ends, closed, strict=True)]
    plan["amount"] = rng.random(len(plan))
    return plan.sort_values(["household", "number"], kind="stable").reset_index(drop=True)


def _start(known: date, chance: float) -> date:
    first = max(FIRST_START, known + timedelta(days=60))
    # Earlier starts are commoner: most help began with the first round.
    return first + timedelta(days=int((LAST_START - first).days * chance**2))


def measure_states(plan: pd.DataFrame, register: pd.DataFrame, period: str) -> pd.DataFrame:
    """The ``assistance_measures`` rows of a period: running or ended within its year."""
    end = last_day(period)
    status = register["poverty_status"].to_numpy()[plan["household"]]
    number = plan["household"].to_numpy()
    helped = np.isin(status, IN_POVERTY) | ((status == ENJOYING) & (plan["number"] > 1) & (number % 3 == 0))
    started = np.array([day <= end for day in plan["started_on"]])
    over = np.array([day is not None and day < date(end.year, 1, 1) for day in plan["ends_on"]])
    rows = plan[helped & started & ~over]
    of_household = register.iloc[rows["household"]].reset_index(drop=True)
    frame = of_household[["village_code", "household_code", "head_name", "helper_name"]].copy()
    rows = rows.reset_index(drop=True)
    frame["measure_code"] = frame["household_code"] + rows["number"].map("{:03d}".format)
    frame["measure_type"] = rows["measure_type"]
    frame["started_on"] = rows["started_on"]
    frame["ended_on"] = [day if day is not None and day <= end else None for day in rows["ends_on"]]
    part = end.timetuple().tm_yday / (366 if calendar.isleap(end.year) else 365)
    kind, amount = rows["measure_type"].to_numpy(), rows["amount"].to_numpy()
    low, high = (
        np.where(kind == FOSTERING, FOSTERING_GAIN[0], ORDINARY_GAIN[0]),
        np.where(kind == FOSTERING, FOSTERING_GAIN[1], ORDINARY_GAIN[1]),
    )
    frame["income_gain_yuan"] = np.round((low + (high - low) * amount) * np.where(kind == FOSTERING, 1, part))
    paid = (kind != PAIRING) | (amount > 0.6)
    frame["funds_yuan"] = np.where(paid, 500 + np.round(amount * 95) * 100, 0)
    contents = np.array(words()["measure_contents"])
    frame["content"] = contents[[TYPES_ORDER.index(k) for k in kind]]
    frame["household"] = rows["household"]
    frame.loc[frame["helper_name"].isna(), "helper_name"] = of_household["head_name"].str[::-1]
    return frame
