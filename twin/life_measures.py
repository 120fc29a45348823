"""The help of a half-year in which households lived: what ran goes on or ends with its reason, and new help begins."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from twin.life import ENDED, ENTRY, EXIT, MERGE, MOVE, REMOVAL, RETURN, SPLIT, Life
from twin.measures import PAIRING, measure_states
from twin.person_states import last_day
from twin.state import State

FORM = "assistance_measures"
# Days from what happened to the beginning of the help that follows from it.
BEGINS_AFTER = timedelta(days=35)


def measures_of(state: State, life: Life, register: pd.DataFrame, period: str) -> pd.DataFrame:
    """The ``assistance_measures`` rows of a period: a list of the year, so that what was told of it stays in it."""
    plan = _planned(state, life)
    rows = measure_states(plan, register, period)
    returned = state.forms[FORM, state.periods[-1]]
    over = returned[~returned["measure_code"].isin(rows["measure_code"]) & returned["ended_on"].isna()]
    ends = _last_days(life, period)
    over = over.assign(ended_on=over["household_code"].map(ends).fillna(last_day(period)))
    before = returned[~returned["measure_code"].isin(rows["measure_code"]) & returned["ended_on"].notna()]
    gone = set(life.households.loc[life.households["is_gone"], "household_code"])
    rows = rows[~rows["household_code"].isin(gone) | rows["measure_code"].isin(returned["measure_code"])]
    rows["ended_on"] = [
        ends.get(code, last_day(period)) if code in gone and day is None else day
        for code, day in zip(rows["household_code"], rows["ended_on"], strict=True)
    ]
    together = pd.concat([rows, over, before], ignore_index=True)
    return together.sort_values(["household_code", "measure_code"], kind="stable", ignore_index=True)


def _last_days(life: Life, period: str) -> dict[str, date]:
    """Household → the day its help ended: it left poverty or the register."""
    ended = life.of(REMOVAL, ENDED, MERGE, MOVE)
    days = dict(zip(ended["household_code"], ended["happened_on"], strict=True))
    return days | dict.fromkeys(life.of(EXIT)["household_code"], date(int(period[:4]), 12, 15))


def _planned(state: State, life: Life) -> pd.DataFrame:
    """The planned measures: of who fell back they begin anew, and who is new to the register is paired."""
    plan = state.plan.measures.copy()
    place = {code: index for index, code in enumerate(life.households["household_code"])}
    known = set(state.forms[FORM, state.periods[-1]]["measure_code"])
    returned = life.of(RETURN)
    since = {place[c]: day + BEGINS_AFTER for c, day in zip(returned["household_code"], returned["happened_on"],
                                                            strict=True)}  # fmt: skip
    codes = plan["household"].map(life.households["household_code"]) + plan["number"].map("{:03d}".format)
    anew = plan["household"].isin(since) & ~codes.isin(known)
    plan.loc[anew, "started_on"] = plan.loc[anew, "household"].map(since)
    plan.loc[anew, "ends_on"] = None
    new = [(place[code], day) for code, day in _begins(life)]
    amount = np.random.default_rng([state.plan.seed, 1713]).random(len(new))
    more = pd.DataFrame(
        {
            "household": [household for household, _ in new], "measure_type": PAIRING, "number": 1,
            "started_on": [day + BEGINS_AFTER for _, day in new], "ends_on": None, "amount": amount,
        }
    )  # fmt: skip
    return pd.concat([plan, more], ignore_index=True)


def _begins(life: Life) -> list[tuple[str, date]]:
    """Households new under their code, and since when."""
    entered, moved = life.of(ENTRY, SPLIT), life.of(MOVE)
    return [
        *zip(entered["household_code"], entered["happened_on"], strict=True),
        *zip(moved["other_household_code"], moved["happened_on"], strict=True),
    ]
