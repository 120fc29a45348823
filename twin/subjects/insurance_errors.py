"""What is wrong with some returns of insurers and of finance: one planted error per rule of their forms.

Errors that only ask for an explanation stand in the returns of 2016 or in claims, which no figure of the
article counts.
"""

from __future__ import annotations

from datetime import date

from twin.people import MALE
from twin.planter import Planter, Values, by_city, copied, matching, picked, planter
from twin.planting import YEAR_END, Ground, Row

IP, IC, PP = "insurance_policies", "insurance_claims", "premium_payments"
UNKNOWN_POLICY = "LI-350499999-2017-CI"


def _fresh_policy(values: Values, number: int) -> Values:
    insurer, township, _, letters = values["policy_number"].split("-")
    return {"policy_number": f"{insurer}-{township}-{number:04d}-{letters}"}


def _fresh_claim(values: Values, number: int) -> Values:
    return {"claim_number": f"{values['claim_number'][:4]}{99_000_000 + number:08d}"}


def _fresh_payment(_: Values, number: int) -> Values:
    return {"payment_number": f"BF-{99_000_000 + number:08d}"}


FRESH = {IP: _fresh_policy, IC: _fresh_claim, PP: _fresh_payment}


def _paid_twice(ground: Ground) -> None:
    row = ground.pick_row(
        PP, "PP-10", period=YEAR_END, where=lambda v: "-2016-" in v["policy_number"] and v["covers_household_part"]
    )
    again = ground.add(PP, YEAR_END, {**row.values, **_fresh_payment(row.values, 1)}, "PP-10:again", held=False)
    ground.expect_each("PP-10", (row, again), "amount_yuan")


def _of_stranger(ground: Ground, rule: str) -> Row:
    number = ground.state.identities.id_number("350497", date(1975, 4, 2), MALE)
    return ground.copy_row(IC, rule, held=False, claimant_id_number=number)


def _one_more(values: Values) -> Values:
    return {"insured_households": values["insured_persons"] + 1}


_policy_of_2016 = picked(IP, period=YEAR_END)
_settled = copied(IC, where=matching(claim_status="settled"))
PLANTERS: tuple[Planter, ...] = (
    by_city(
        planter("IP-08", copied(IP, held=True), "household_part_yuan", premium_yuan=900.0, household_part_yuan=1_000.0),
        planter("IP-08", _policy_of_2016, "household_part_yuan",
                lambda v: {"premium_yuan": v["household_part_yuan"] - 1}),
    ),
    planter("IP-09", copied(IP), "ended_on", ended_on=date(2016, 12, 31)),
    planter("IP-10", copied(IP), "started_on", started_on=date(2017, 9, 1)),
    by_city(planter("IP-11", copied(IP, held=True), "insured_households", _one_more),
            planter("IP-11", picked(IP), "insured_households", _one_more)),
    planter("IP-12", _policy_of_2016, "insured_persons", insured_persons=100_000, premium_yuan=1_800_000.0),
    planter("IP-13", _policy_of_2016, "premium_yuan", lambda v: {"premium_yuan": v["insured_persons"] * 3_000.0}),
    planter("IP-14", copied(IP, period=YEAR_END, where=matching(insurance_line="accident")), "insurance_line",
            insurance_line="agricultural"),
    planter("IC-08", _settled, "paid_yuan", claimed_yuan=100.0, paid_yuan=200.0),
    planter("IC-09", _settled, "reported_on", reported_on=date(2014, 1, 1)),
    planter("IC-10", _settled, "claim_status", claim_status="refused", held=True),
    planter("IC-11", copied(IC, held=True), "policy_number", policy_number=UNKNOWN_POLICY),
    planter("IC-12", picked(IC, where=lambda v: "-2017-" in v["policy_number"]), "occurred_on",
            occurred_on=date(2016, 12, 20)),
    planter("IC-13", _of_stranger, "claimant_id_number"),
    planter("PP-08", copied(PP, held=True), "amount_yuan", amount_yuan=0.0),
    planter("PP-09", copied(PP), "paid_on", paid_on=date(2017, 8, 1)),
    _paid_twice,
    planter("PP-11", copied(PP, period=YEAR_END), "policy_number", policy_number=UNKNOWN_POLICY),
)  # fmt: skip
