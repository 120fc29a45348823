"""The poverty insurance: a group policy per line, township and year, premiums paid by finance, claims.

City finance pays the households' part of every premium (三明日报 2017-08-07); premiums and sums are invented.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from twin.person_states import last_day
from twin.state import State, accepted
from twin.subject import CityPlan, Forms, Subject
from twin.subjects.insurance_claims import claim_states, insured_persons, lasting
from twin.subjects.insurance_errors import FRESH, PLANTERS

# Line → insurer, letters in the number, yuan per person, sum insured.
LINES = {
    "agricultural": ("PI", "AG", 18, 20_000),
    "critical_illness": ("LI", "CI", 35, 150_000),
    "accident": ("LI", "AC", 20, 30_000),
    "student_safety": ("LI", "ST", 40, 50_000),
}
NOW = "2017-06"
PERSONS_PER_HOUSEHOLD = 3
CLAIMS_A_YEAR = 3


def states(plan: CityPlan, period: str, forms: Forms) -> dict[str, pd.DataFrame]:
    """Policies of the period's year, and the ledgers of payments and claims up to the period."""
    policies = {p: _policies(plan, forms, p) for p in plan.periods if p <= period}
    known = pd.concat(policies.values(), ignore_index=True).drop_duplicates("policy_number", ignore_index=True)
    return {
        "insurance_policies": policies[period],
        "premium_payments": _payments(known),
        "insurance_claims": claim_states(plan, known, lasting(plan, forms), period)
        if plan.is_lively
        else _claims(plan, known, period, forms),
    }


def _policies(plan: CityPlan, forms: Forms, period: str) -> pd.DataFrame:
    """One policy per line, township and year; fewer persons than the register has in the year's first return."""
    year = int(period[:4])
    register = forms["households", next(p for p in plan.periods if p[:4] == period[:4])]
    registered = register.groupby(register["village_code"].str[:9])["person_count"].sum().astype(int)
    rows = []
    for township, persons in registered.items():
        count = max(1, persons * 9 // 10)
        if plan.is_lively:
            count = insured_persons(str(township), year, persons, plan.seed)
        for line, (insurer, letters, premium, insured) in LINES.items():
            covered = max(1, count // 8) if line == "student_safety" else count
            rows.append(
                {
                    "policy_number": f"{insurer}-{township}-{year}-{letters}", "insurance_line": line,
                    "township_code": str(township), "insured_households": -(-covered // PERSONS_PER_HOUSEHOLD),
                    "insured_persons": covered, "sum_insured_yuan": float(insured),
                    "premium_yuan": float(premium * covered), "household_part_yuan": float(premium * covered // 2),
                    "started_on": date(year, 1, 1), "ended_on": date(year, 12, 31),
                    "submitter_code": f"350400-{insurer}",
                }
            )  # fmt: skip
    return pd.DataFrame(rows).sort_values("policy_number", ignore_index=True)


def _payments(policies: pd.DataFrame) -> pd.DataFrame:
    """City finance pays the households' part, county finance the rest; numbers count up over the years."""
    parts = []
    for payer, covers in (("city_finance", True), ("county_finance", False)):
        part = policies[["policy_number", "started_on"]].copy()
        part["payer_kind"], part["covers_household_part"] = payer, covers
        own = policies["household_part_yuan"]
        part["amount_yuan"] = own if covers else policies["premium_yuan"] - own
        parts.append(part)
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[frame["amount_yuan"] > 0]
    frame = frame.sort_values(["started_on", "policy_number", "payer_kind"], kind="stable", ignore_index=True)
    frame["payment_number"] = [f"BF-{n + 1:08d}" for n in range(len(frame))]
    frame["paid_on"] = [day + timedelta(days=40) for day in frame.pop("started_on")]
    frame["submitter_code"] = "350400-CF"
    return frame


def _claims(plan: CityPlan, policies: pd.DataFrame, period: str, forms: Forms) -> pd.DataFrame:
    """A few claims a year in every township, by persons who are registered all along."""
    by_township = lasting(plan, forms)
    of_line = policies[policies["insurance_line"] == "critical_illness"]
    rows = []
    for number, township in zip(of_line["policy_number"].tolist(), of_line["township_code"].tolist(), strict=True):
        people = by_township.get(township)
        if people is None:
            continue
        year = int(number.split("-")[2])
        rng = np.random.default_rng([plan.seed, int(township), year])
        for index in range(min(CLAIMS_A_YEAR, len(people))):
            person = people.iloc[(index + year) % len(people)]
            rows.append(
                _claim(number, person, date(year, 1, 1) + timedelta(days=int(rng.integers(5, 100))), rng, period)
            )
    frame = pd.DataFrame(rows)
    frame["claim_number"] = [f"LI-C{n + 1:08d}" for n in range(len(frame))]
    return frame


def _claim(
    policy_number: str, person: pd.Series, occurred: date, rng: np.random.Generator, period: str
) -> dict[str, object]:  # fmt: skip
    settled = occurred + timedelta(days=40)
    is_open = f"{settled:%Y-%m}" > period
    claimed = float(rng.integers(8, 90) * 100)
    return {
        "policy_number": policy_number, "claimant_name": person["name"], "claimant_id_number": person["id_number"],
        "occurred_on": occurred, "reported_on": occurred + timedelta(days=7),
        "settled_on": None if is_open else settled, "claim_status": "reported" if is_open else "settled",
        "claimed_yuan": claimed, "paid_yuan": 0.0 if is_open else round(claimed * 0.8, 2),
        "submitter_code": "350400-LI",
    }  # fmt: skip


def expected(state: State) -> dict[str, object]:
    """Lines with a policy, and the share of the households' part that city finance pays."""
    policies, payments = accepted(state, "insurance_policies", NOW), accepted(state, "premium_payments", NOW)
    if policies.empty:
        return {}
    policies = policies[policies["ended_on"] >= last_day(NOW)]
    part = float(policies["household_part_yuan"].sum())
    facts: dict[str, object] = {"insurance_lines": policies["insurance_line"].nunique(), "insurance_city_share": 0.0}
    if len(payments):
        covers = (payments["payer_kind"] == "city_finance") & payments["covers_household_part"].astype(bool)
        covers &= payments["policy_number"].isin(set(policies["policy_number"]))
        facts["insurance_city_share"] = round(float(payments.loc[covers, "amount_yuan"].sum()) / part, 6)
    return facts


SUBJECT = Subject("insurance", states, PLANTERS, FRESH, expected=expected)
