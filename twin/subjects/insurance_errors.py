"""What is wrong with some returns of insurers and of finance: one planted error per rule of their forms.

Errors that only ask for an explanation stand in the returns of 2016 or in claims, which no figure of the
article counts.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from twin.people import MALE
from twin.planting import YEAR_END, Ground

IP, IC, PP = "insurance_policies", "insurance_claims", "premium_payments"
BROKEN = {
    IP: {
        "01": "sum_insured_yuan", "02": "started_on", "03": "insurance_line", "04": "township_code",
        "06": "policy_number", "07": "sum_insured_yuan",
    },
    IC: {
        "01": "claim_status", "02": "occurred_on", "03": "claim_status", "05": "claimant_id_number",
        "06": "claim_number", "07": "paid_yuan",
    },
    PP: {"01": "paid_on", "02": "paid_on", "03": "payer_kind", "06": "payment_number"},
}  # fmt: skip
UNKNOWN_POLICY = "LI-350499999-2017-CI"


def _fresh_policy(values: dict[str, Any], number: int) -> dict[str, Any]:
    insurer, township, _, letters = values["policy_number"].split("-")
    return {"policy_number": f"{insurer}-{township}-{number:04d}-{letters}"}


def _fresh_claim(values: dict[str, Any], number: int) -> dict[str, Any]:
    return {"claim_number": f"{values['claim_number'][:4]}{99_000_000 + number:08d}"}


def _fresh_payment(_: dict[str, Any], number: int) -> dict[str, Any]:
    return {"payment_number": f"BF-{99_000_000 + number:08d}"}


FRESH = {IP: _fresh_policy, IC: _fresh_claim, PP: _fresh_payment}


# --- policies ----------------------------------------------------------------------------------------


def _part_above_premium(ground: Ground) -> None:
    if ground.is_still:
        row = ground.copy_row(IP, "IP-08", held=True, premium_yuan=900.0, household_part_yuan=1_000.0)
    else:
        row = ground.pick_row(IP, "IP-08", period=YEAR_END)
        ground.change(row, premium_yuan=row.values["household_part_yuan"] - 1)
    ground.expect("IP-08", row, "household_part_yuan")


def _ends_before(ground: Ground) -> None:
    row = ground.copy_row(IP, "IP-09", held=False, ended_on=date(2016, 12, 31))
    ground.expect("IP-09", row, "ended_on")


def _begins_later(ground: Ground) -> None:
    row = ground.copy_row(IP, "IP-10", held=False, started_on=date(2017, 9, 1))
    ground.expect("IP-10", row, "started_on")


def _more_households(ground: Ground) -> None:
    row = ground.copy_row(IP, "IP-11", held=True) if ground.is_still else ground.pick_row(IP, "IP-11")
    ground.set_any(row, insured_households=row.values["insured_persons"] + 1)
    ground.expect("IP-11", row, "insured_households")


def _more_than_registered(ground: Ground) -> None:
    row = ground.pick_row(IP, "IP-12", period=YEAR_END)
    persons = 100_000
    ground.change(row, insured_persons=persons, premium_yuan=persons * 18.0)
    ground.expect("IP-12", row, "insured_persons")


def _dear(ground: Ground) -> None:
    row = ground.pick_row(IP, "IP-13", period=YEAR_END)
    ground.change(row, premium_yuan=row.values["insured_persons"] * 3_000.0)
    ground.expect("IP-13", row, "premium_yuan")


def _other_insurer(ground: Ground) -> None:
    row = ground.copy_row(
        IP, "IP-14", held=False, period=YEAR_END, where=lambda v: v["insurance_line"] == "accident",
        insurance_line="agricultural",
    )  # fmt: skip
    ground.expect("IP-14", row, "insurance_line")


# --- claims ------------------------------------------------------------------------------------------


def _is_settled(values: dict[str, Any]) -> bool:
    return values["claim_status"] == "settled"


def _overpaid(ground: Ground) -> None:
    row = ground.copy_row(IC, "IC-08", held=False, where=_is_settled, claimed_yuan=100.0, paid_yuan=200.0)
    ground.expect("IC-08", row, "paid_yuan")


def _reported_before(ground: Ground) -> None:
    row = ground.copy_row(IC, "IC-09", held=False, where=_is_settled, reported_on=date(2014, 1, 1))
    ground.expect("IC-09", row, "reported_on")


def _refused_but_paid(ground: Ground) -> None:
    row = ground.copy_row(IC, "IC-10", held=True, where=_is_settled, claim_status="refused")
    ground.expect("IC-10", row, "claim_status")


def _no_policy(ground: Ground) -> None:
    row = ground.copy_row(IC, "IC-11", held=True, policy_number=UNKNOWN_POLICY)
    ground.expect("IC-11", row, "policy_number")


def _outside_policy(ground: Ground) -> None:
    row = ground.pick_row(IC, "IC-12", where=lambda v: "-2017-" in v["policy_number"])
    ground.change(row, occurred_on=date(2016, 12, 20))
    ground.expect("IC-12", row, "occurred_on")


def _stranger(ground: Ground) -> None:
    number = ground.state.identities.id_number("350497", date(1975, 4, 2), MALE)
    row = ground.copy_row(IC, "IC-13", held=False, claimant_id_number=number)
    ground.expect("IC-13", row, "claimant_id_number")


# --- premium payments --------------------------------------------------------------------------------


def _nothing_paid(ground: Ground) -> None:
    row = ground.copy_row(PP, "PP-08", held=True, amount_yuan=0.0)
    ground.expect("PP-08", row, "amount_yuan")


def _paid_later(ground: Ground) -> None:
    row = ground.copy_row(PP, "PP-09", held=False, paid_on=date(2017, 8, 1))
    ground.expect("PP-09", row, "paid_on")


def _paid_twice(ground: Ground) -> None:
    row = ground.pick_row(
        PP, "PP-10", period=YEAR_END, where=lambda v: "-2016-" in v["policy_number"] and v["covers_household_part"]
    )
    again = ground.add(PP, YEAR_END, {**row.values, **_fresh_payment(row.values, 1)}, "PP-10:again", held=False)
    for one in (row, again):
        ground.expect("PP-10", one, "amount_yuan")


def _unknown_policy(ground: Ground) -> None:
    row = ground.copy_row(PP, "PP-11", held=False, period=YEAR_END, policy_number=UNKNOWN_POLICY)
    ground.expect("PP-11", row, "policy_number")


PLANTERS = (
    _part_above_premium, _ends_before, _begins_later, _more_households, _more_than_registered, _dear, _other_insurer,
    _overpaid, _reported_before, _refused_but_paid, _no_policy, _outside_policy, _stranger, _nothing_paid,
    _paid_later, _paid_twice, _unknown_policy,
)  # fmt: skip
