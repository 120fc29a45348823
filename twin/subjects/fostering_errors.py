"""What is wrong with some fostering contracts: one planted error per rule of ``base_fostering``.

Blocking errors stand in further contracts. Those that ask for an explanation sit in contracts of 2016,
which no figure of the article counts, or change what no figure counts.
"""

from __future__ import annotations

from datetime import date, timedelta

from twin.measures import FOSTERING
from twin.planter import Planter, Values, by_city, copied, picked, planter
from twin.planting import YEAR_END, Ground, NoRoomError

FORM = "base_fostering"


def _fresh(values: Values, number: int) -> Values:
    return {"contract_number": f"{values['contract_number'][:12]}-{90_000 + number % 10_000:05d}"}


FRESH = {FORM: _fresh}


def _is_crop(values: Values) -> bool:
    return values["area_mu"] is not None


def _two_enterprises(ground: Ground) -> None:
    row = ground.pick_row(FORM, "BF-09", period=YEAR_END)
    second = ground.add(
        FORM, YEAR_END, {**row.values, **_fresh(row.values, 1), "enterprise_code": "91350490MA999999XX"},
        "BF-09:second", held=False,
    )  # fmt: skip
    ground.expect_each("BF-09", (row, second), "household_code")


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


_contract_of_2016 = picked(FORM, period=YEAR_END)
_field_of_2016 = picked(FORM, period=YEAR_END, where=_is_crop)
PLANTERS: tuple[Planter, ...] = (
    planter("BF-08", copied(FORM, held=True, where=_is_crop), "head_count", head_count=12),
    _two_enterprises,
    planter("BF-10", _field_of_2016, "area_mu", land_owner="own", area_mu=320.0),
    planter("BF-11", _contract_of_2016, "realised_gain_yuan", realised_gain_yuan=64_000.0, sales_yuan=90_000.0),
    by_city(
        planter("BF-12", copied(FORM, held=True), "realised_gain_yuan", sales_yuan=5_000.0, realised_gain_yuan=6_000.0),
        planter("BF-12", picked(FORM, where=lambda values: values["realised_gain_yuan"] > 100), "realised_gain_yuan",
                lambda v: {"sales_yuan": v["realised_gain_yuan"] - 100}),
    ),
    by_city(
        planter("BF-13", copied(FORM, held=True), "ended_on", ended_on=date(2016, 12, 1)),
        planter("BF-13", picked(FORM), "ended_on", lambda v: {"ended_on": v["started_on"] - timedelta(days=1)}),
    ),
    _two_names, _no_measure,
    planter("BF-16", _contract_of_2016, "signed_on", signed_on=date(2016, 8, 1)),
    planter("BF-17", copied(FORM), "started_on", still=False, started_on=date(2017, 8, 1), ended_on=None),
    planter("BF-91", _field_of_2016, "area_mu", still=False, area_mu=600.0, land_owner="enterprise"),
)  # fmt: skip
