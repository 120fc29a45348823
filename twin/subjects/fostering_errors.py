"""What is wrong with some fostering contracts: one planted error per rule of ``base_fostering``.

Blocking errors stand in further contracts. Those that ask for an explanation sit in contracts of 2016,
which no figure of the article counts, or change what no figure counts.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from twin.measures import FOSTERING
from twin.planting import YEAR_END, Ground, NoRoomError

FORM = "base_fostering"
BROKEN = {
    FORM: {
        "01": "enterprise_name", "02": "signed_on", "03": "product", "04": "village_code", "05": "household_code",
        "06": "contract_number", "07": "agreed_price_yuan",
    }
}  # fmt: skip


def _fresh(values: dict[str, Any], number: int) -> dict[str, Any]:
    return {"contract_number": f"{values['contract_number'][:12]}-{90_000 + number % 10_000:05d}"}


FRESH = {FORM: _fresh}


def _is_crop(values: dict[str, Any]) -> bool:
    return values["area_mu"] is not None


def _area_and_heads(ground: Ground) -> None:
    row = ground.copy_row(FORM, "BF-08", held=True, where=_is_crop, head_count=12)
    ground.expect("BF-08", row, "head_count")


def _two_enterprises(ground: Ground) -> None:
    row = ground.pick_row(FORM, "BF-09", period=YEAR_END)
    second = ground.add(
        FORM, YEAR_END, {**row.values, **_fresh(row.values, 1), "enterprise_code": "91350490MA999999XX"},
        "BF-09:second", held=False,
    )  # fmt: skip
    for one in (row, second):
        ground.expect("BF-09", one, "household_code")


def _more_than_own_land(ground: Ground) -> None:
    row = ground.pick_row(FORM, "BF-10", period=YEAR_END, where=_is_crop)
    ground.change(row, land_owner="own", area_mu=320.0)
    ground.expect("BF-10", row, "area_mu")


def _far_gain(ground: Ground) -> None:
    row = ground.pick_row(FORM, "BF-11", period=YEAR_END)
    ground.change(row, realised_gain_yuan=64_000.0, sales_yuan=90_000.0)
    ground.expect("BF-11", row, "realised_gain_yuan")


def _more_gain_than_sales(ground: Ground) -> None:
    if ground.is_still:
        row = ground.copy_row(FORM, "BF-12", held=True, sales_yuan=5_000.0, realised_gain_yuan=6_000.0)
    else:
        row = ground.pick_row(FORM, "BF-12", where=lambda values: values["realised_gain_yuan"] > 100)
        ground.change(row, sales_yuan=row.values["realised_gain_yuan"] - 100)
    ground.expect("BF-12", row, "realised_gain_yuan")


def _ended_before(ground: Ground) -> None:
    if ground.is_still:
        row = ground.copy_row(FORM, "BF-13", held=True, ended_on=date(2016, 12, 1))
    else:
        row = ground.pick_row(FORM, "BF-13")
        ground.change(row, ended_on=row.values["started_on"] - timedelta(days=1))
    ground.expect("BF-13", row, "ended_on")


def _begins_later(ground: Ground) -> None:
    if ground.is_still:
        return
    row = ground.copy_row(FORM, "BF-17", held=False, started_on=date(2017, 8, 1), ended_on=None)
    ground.expect("BF-17", row, "started_on")


def _large_area(ground: Ground) -> None:
    if ground.is_still:
        return
    row = ground.pick_row(FORM, "BF-91", period=YEAR_END, where=_is_crop)
    ground.change(row, area_mu=600.0, land_owner="enterprise")
    ground.expect("BF-91", row, "area_mu")


def _two_names(ground: Ground) -> None:
    """The enterprise must have at least three contracts of the township, so that its usual name is clear."""
    frame = ground.state.forms.get((FORM, YEAR_END))
    rows = [] if frame is None else frame.to_dict("records")
    counts: dict[tuple[str, str], int] = {}
    for values in rows:
        place = (values["village_code"][:9], values["enterprise_code"])
        counts[place] = counts.get(place, 0) + 1
    able = {place for place, count in counts.items() if count >= 3}
    if not able:
        raise NoRoomError("no enterprise has three contracts in one township")
    row = ground.pick_row(
        FORM, "BF-14", period=YEAR_END, where=lambda v: (v["village_code"][:9], v["enterprise_code"]) in able
    )
    ground.change(row, enterprise_name=row.values["enterprise_name"] + row.values["enterprise_name"][:1])
    ground.expect("BF-14", row, "enterprise_name")


def _no_measure(ground: Ground) -> None:
    frame = ground.state.forms["assistance_measures", YEAR_END]
    helped = set(frame.loc[frame["measure_type"] == FOSTERING, "household_code"])
    row = ground.pick_row(FORM, "BF-15", period=YEAR_END)
    code = ground.household(
        lambda h, _: h["household_code"] not in helped, period=YEAR_END, township=row.township, shared=True
    )
    ground.change(row, household_code=code, village_code=code[:12], land_owner="enterprise")
    ground.expect("BF-15", row, "household_code")


def _signed_later(ground: Ground) -> None:
    row = ground.pick_row(FORM, "BF-16", period=YEAR_END)
    ground.change(row, signed_on=date(2016, 8, 1))
    ground.expect("BF-16", row, "signed_on")


PLANTERS = (
    _area_and_heads, _two_enterprises, _more_than_own_land, _far_gain, _more_gain_than_sales, _ended_before,
    _two_names, _no_measure, _signed_later, _begins_later, _large_area,
)  # fmt: skip
