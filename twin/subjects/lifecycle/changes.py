"""Households that split, moved away or ended: all before the first return, so that the register stays as planned."""

from __future__ import annotations

from datetime import date

import pandas as pd

from twin.plan import COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE
from twin.subject import CityPlan
from twin.subjects.lifecycle.calendar import as_dates

# Codes of households that ended before the register's first return; the register never holds them.
ENDED_FROM = 8_501
ENDED_ON = date(2015, 3, 9)
ENDINGS = ("ended", "moved_out")


def _pairs(plan: CityPlan) -> pd.DataFrame:
    """One pair of neighbouring households per township: origin and the one that split from it."""
    households = plan.households
    borrowers = set(households["household_code"].iloc[plan.loans.loans["household"].unique()])
    free = households[
        ~households["household_code"].isin(borrowers)
        & ~households["village_code"].isin([COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE])
    ]
    following = free.shift(-1)
    paired = free[free["village_code"] == following["village_code"]].copy()
    paired["origin"] = paired["household_code"]
    paired["household_code"] = following["household_code"].reindex(paired.index)
    paired["identified_on"] = following["identified_on"].reindex(paired.index)
    return paired.drop_duplicates("township_code")


def split_households(plan: CityPlan) -> set[str]:
    """Codes of the households that came from a split; nobody applied for them."""
    return set(_pairs(plan)["household_code"])


def household_changes(plan: CityPlan, period: str) -> pd.DataFrame:
    """The ``household_changes`` rows of a period: the ledger grows no further after the first return."""
    pairs = _pairs(plan)
    splits = pd.DataFrame(
        {
            "village_code": pairs["village_code"], "household_code": pairs["household_code"], "change_kind": "split",
            "other_household_code": pairs["origin"],
            "changed_on": pd.to_datetime(pairs["identified_on"]) + pd.Timedelta(days=4), "persons_moved": 1,
        }
    )  # fmt: skip
    endings = pd.DataFrame({"village_code": plan.villages.drop_duplicates("township_code")["code"]})
    endings["household_code"] = endings["village_code"] + f"{ENDED_FROM:04d}"
    endings["change_kind"] = [ENDINGS[i % len(ENDINGS)] for i in range(len(endings))]
    endings["other_household_code"], endings["changed_on"] = None, pd.Timestamp(ENDED_ON)
    endings["persons_moved"] = 1
    rows = pd.concat([splits, endings], ignore_index=True)
    year = rows["changed_on"].dt.year.astype(str)
    serial = rows.groupby([rows["village_code"], year]).cumcount() + 1
    rows["change_code"] = rows["village_code"] + year + serial.map("{:04d}".format)
    rows["changed_on"] = as_dates(rows["changed_on"])
    known = [day is not None and day.isoformat()[:7] <= period for day in rows["changed_on"]]
    return rows[known].sort_values("change_code", kind="stable")
