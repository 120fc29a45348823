"""What is wrong with some returns of the city and the counties: one planted error per rule of their forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from twin.places import read_places
from twin.planter import Planter, Values, by_city, copied, matching, picked, planter
from twin.planting import FIRST_COPY, YEAR_END, Ground, NoRoomError, Row

DS, RM, PG = "designations", "reform_mechanisms", "programme_participation"


def _fresh_place(_: Values, number: int) -> Values:
    """A residents' committee, which is never a poor village."""
    villages = read_places().villages
    units = villages.loc[~villages["is_village"], "code"].tolist()
    return {"place_code": units[number - FIRST_COPY], "designation": "registered_poor_village"}


def _fresh_pilot(_: Values, number: int) -> Values:
    return {"pilot_place_code": read_places().townships["code"].tolist()[number - FIRST_COPY]}


def _fresh_participation(values: Values, number: int) -> Values:
    """Another number and another first day, so that the copy does not count as registered twice."""
    return {
        "participation_code": f"{values['participation_code'][:10]}{number + 80_000:05d}",
        "started_on": date(2014, 1, 1) + timedelta(days=number - FIRST_COPY),
    }


FRESH = {DS: _fresh_place, RM: _fresh_pilot, PG: _fresh_participation}


# --- designations ------------------------------------------------------------------------------------


def _other_village(ground: Ground, rule: str) -> Row:
    """An ordinary village, in a return that no figure of the article asks."""
    village = next(
        (
            values["village_code"]
            for township in ground.townships()
            for label in ground.labels("village_income", YEAR_END, "township", township)
            if not (values := ground.values("village_income", YEAR_END, label))["registered_poor_village"]
        ),
        None,
    )
    if village is None:
        raise NoRoomError("no ordinary village")
    return ground.copy_row(DS, rule, held=False, period=YEAR_END, place_code=village)


def _township(which: int) -> Callable[[Values], Values]:
    return lambda _: {"place_code": read_places().townships["code"].iloc[which]}


# --- participation -----------------------------------------------------------------------------------


def _twice(ground: Ground) -> None:
    row = ground.pick_row(PG, "PG-12", period=YEAR_END, where=_has_strong_town)
    code = _fresh_participation(row.values, 0)["participation_code"]
    again = ground.add(PG, YEAR_END, {**row.values, "participation_code": code}, "PG-12:again", held=False)
    ground.expect_each("PG-12", (row, again), "place_code")


_has_strong_town, _of_village = matching(programme="strong_towns"), matching(subject_kind="village")
# Two mechanisms that many places try out, in one of them.
_third, _seventh = (picked(RM, where=matching(mechanism_code=n, pilot_place_code="350426")) for n in ("JZ-03", "JZ-07"))
PLANTERS: tuple[Planter, ...] = (
    planter("DS-08", copied(DS, held=True), "place_code", _township(-1)),
    planter("DS-09", copied(DS), "designated_to", designated_to=date(2013, 1, 1)),
    planter("DS-10", copied(DS), "designated_from", designated_from=date(2017, 9, 1)),
    planter("DS-11", _other_village, "place_code"),
    planter("DS-12", copied(DS, period=YEAR_END), "place_code", _township(0), designation="ethnic_township"),
    planter("RM-08", _third, "stage", stage="planned"),
    # A mechanism that is planned has begun nowhere: the place of the copy tries out none.
    by_city(planter("RM-09", copied(RM), "target_on", target_on=date(2014, 12, 1)),
            planter("RM-09", copied(RM), "target_on", target_on=date(2014, 12, 1), stage="planned")),
    planter("RM-10", _seventh, "mechanism_name", lambda v: {"mechanism_name": v["mechanism_name"][::-1]}),
    planter("RM-11", copied(RM), "stage_since", stage_since=date(2017, 8, 1)),
    planter("PG-08", copied(PG, held=True, where=matching(subject_kind="school")), "programme",
            programme="guarantee"),
    planter("PG-09", copied(PG, held=True, where=_of_village), "subject_kind", subject_kind="township"),
    planter("PG-10", copied(PG, held=True, where=_has_strong_town), "counterpart_township_code",
            counterpart_township_code=None),
    planter("PG-11", copied(PG, where=_of_village), "ended_on", ended_on=date(2013, 12, 1)),
    _twice,
    planter("PG-13", copied(PG, where=matching(subject_kind="household")), "household_code",
            lambda v: {"household_code": f"{v['household_code'][:12]}8999"}),
)  # fmt: skip
