"""Claims of the city that lives: their sum fits the premium of the policy, and not all of them are settled."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from twin.person_states import last_day
from twin.plausible import parameters
from twin.subject import CityPlan, Forms

CLAIMED_LINES = ("critical_illness", "accident")
# What the insurer pays of what is claimed; the least that anybody claims for, yuan.
PAID_PART, LEAST_CLAIM = 0.8, 100
# Days from the event to the report, from there to the settlement, and to that of a slow claim; the year's last event.
REPORTED, SETTLED, SLOW, LAST_EVENT = (3, 12), (20, 60), (150, 300), 340


def claim_states(plan: CityPlan, policies: pd.DataFrame, able: dict[str, pd.DataFrame], period: str) -> pd.DataFrame:
    """The ``insurance_claims`` rows of a period: all that was reported by its end, numbered as it was reported.

    Args:
        plan: the city.
        policies: every policy up to the period, once.
        able: township → persons who are registered all along.
        period: the ledger's period.
    """
    claims = [
        claim
        for policy in policies[policies["insurance_line"].isin(CLAIMED_LINES)].to_dict("records")
        if policy["township_code"] in able
        for claim in _claims_of(plan.seed, policy, able[policy["township_code"]], period)
    ]
    order = sorted(claims, key=lambda row: (row["reported_on"], row["policy_number"], row["claimant_id_number"]))
    rows = [row | {"claim_number": f"LI-C{n:08d}"} for n, row in enumerate(order, 1)]
    return pd.DataFrame([row for row in rows if row["reported_on"] <= last_day(period)])


def _claims_of(seed: int, policy: dict[Any, Any], people: pd.DataFrame, period: str) -> Iterator[dict[str, Any]]:
    """The claims of a policy's whole year, as they stand at the end of a period."""
    given, number = parameters(period)["claims"], policy["policy_number"]
    rng = np.random.default_rng([seed, zlib.crc32(f"claims {number}".encode())])
    budget = policy["premium_yuan"] * rng.uniform(*given["of_premium"])
    count = int(min(len(people), max(1, policy["insured_persons"] // given["persons_a_claim"])))
    parts = rng.uniform(0.5, 1.5, count)
    for person, part in zip(rng.permutation(len(people))[:count].tolist(), parts / parts.sum(), strict=True):
        occurred = policy["started_on"] + timedelta(days=int(rng.integers(5, LAST_EVENT)))
        reported = occurred + timedelta(days=int(rng.integers(*REPORTED)))
        waits = SLOW if rng.random() < given["slow"] else SETTLED
        settled = reported + timedelta(days=int(rng.integers(*waits)))
        is_refused = bool(rng.random() < given["refused"])
        claimed = max(LEAST_CLAIM, round(budget * part / PAID_PART / 10) * 10)
        yield _claim(policy, people.iloc[person], (occurred, reported, settled), float(claimed), period, is_refused)


def _claim(
    policy: dict[Any, Any], person: pd.Series, days: tuple[date, date, date], claimed: float, period: str,
    is_refused: bool,
) -> dict[str, Any]:  # fmt: skip
    occurred, reported, settled = days
    is_open = settled > last_day(period)
    status = "reported" if is_open else "refused" if is_refused else "settled"
    return {
        "policy_number": policy["policy_number"], "claimant_name": person["name"],
        "claimant_id_number": person["id_number"], "occurred_on": occurred, "reported_on": reported,
        "settled_on": None if is_open else settled, "claim_status": status, "claimed_yuan": claimed,
        "paid_yuan": round(claimed * PAID_PART, 2) if status == "settled" else 0.0, "submitter_code": "350400-LI",
    }  # fmt: skip


def insured_persons(township: str, year: int, registered: int, seed: int) -> int:
    """How many of a township's registered persons are on the lists of a year."""
    low, high = parameters(f"{year}-12")["insured_percent"]["between"]
    rng = np.random.default_rng([seed, zlib.crc32(f"insured {township} {year}".encode())])
    return max(1, registered * int(rng.integers(low, high + 1)) // 100)


def lasting(plan: CityPlan, forms: Forms) -> dict[str, pd.DataFrame]:
    """Township → one person a household who is registered in all periods of the plan before the households lived."""
    periods = plan.periods if plan.life is None else plan.periods[:-1]
    members = forms["members", periods[-1]]
    everywhere = set.intersection(*(set(forms["members", p]["id_number"]) for p in periods))
    stays = members["id_number"].isin(everywhere) & members["membership_change"].isna()
    # The last of a household is nobody's head, so that no planted error touches the person.
    able = members[stays & (members["relation"] != "01")].drop_duplicates("household_code", keep="last")
    return {str(t): g for t, g in able.groupby(able["village_code"].str[:9])}
