"""What is wrong with some returns of the city and the counties: one planted error per rule of their forms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from twin.places import read_places
from twin.planting import YEAR_END, Ground, NoRoomError

DS, RM, PG = "designations", "reform_mechanisms", "programme_participation"
BROKEN = {
    DS: {"01": "designated_from", "02": "designated_from", "03": "designation", "04": "place_code", "06": "place_code"},
    RM: {
        "01": "mechanism_name", "02": "stage_since", "03": "stage", "04": "pilot_place_code", "06": "mechanism_code",
        "07": "start_year",
    },
    PG: {
        "01": "subject_kind", "02": "ended_on", "03": "counterpart_kind", "04": "place_code", "05": "household_code",
        "06": "participation_code", "07": "persons_served",
    },
}  # fmt: skip
FIRST_COPY = 9001


def _fresh_place(_: dict[str, Any], number: int) -> dict[str, Any]:
    """A residents' committee, which is never a poor village."""
    villages = read_places().villages
    units = villages.loc[~villages["is_village"], "code"].tolist()
    return {"place_code": units[number - FIRST_COPY], "designation": "registered_poor_village"}


def _fresh_pilot(_: dict[str, Any], number: int) -> dict[str, Any]:
    return {"pilot_place_code": read_places().townships["code"].tolist()[number - FIRST_COPY]}


def _fresh_participation(values: dict[str, Any], number: int) -> dict[str, Any]:
    """Another number and another first day, so that the copy does not count as registered twice."""
    return {
        "participation_code": f"{values['participation_code'][:10]}{number + 80_000:05d}",
        "started_on": date(2014, 1, 1) + timedelta(days=number - FIRST_COPY),
    }


FRESH = {DS: _fresh_place, RM: _fresh_pilot, PG: _fresh_participation}


# --- designations ------------------------------------------------------------------------------------


def _level(ground: Ground) -> None:
    row = ground.copy_row(DS, "DS-08", held=True, place_code=read_places().townships["code"].iloc[-1])
    ground.expect("DS-08", row, "place_code")


def _ended_before(ground: Ground) -> None:
    row = ground.copy_row(DS, "DS-09", held=False, designated_to=date(2013, 1, 1))
    ground.expect("DS-09", row, "designated_to")


def _designated_later(ground: Ground) -> None:
    row = ground.copy_row(DS, "DS-10", held=False, designated_from=date(2017, 9, 1))
    ground.expect("DS-10", row, "designated_from")


def _other_village(ground: Ground) -> None:
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
    row = ground.copy_row(DS, "DS-11", held=False, period=YEAR_END, place_code=village)
    ground.expect("DS-11", row, "place_code")


def _no_ethnic_township(ground: Ground) -> None:
    row = ground.copy_row(
        DS, "DS-12", held=False, period=YEAR_END, designation="ethnic_township",
        place_code=read_places().townships["code"].iloc[0],
    )  # fmt: skip
    ground.expect("DS-12", row, "place_code")


# --- reform mechanisms -------------------------------------------------------------------------------


def _of_many_places(values: dict[str, Any]) -> bool:
    return values["mechanism_code"] in ("JZ-03", "JZ-07") and values["pilot_place_code"] == "350426"


def _backwards(ground: Ground) -> None:
    row = ground.pick_row(RM, "RM-08", where=lambda v: _of_many_places(v) and v["mechanism_code"] == "JZ-03")
    ground.change(row, stage="planned")
    ground.expect("RM-08", row, "stage")


def _target_before(ground: Ground) -> None:
    # A mechanism that is planned has begun nowhere: the place of the copy tries out none.
    stage: dict[str, Any] = {} if ground.is_still else {"stage": "planned"}
    row = ground.copy_row(RM, "RM-09", held=False, target_on=date(2014, 12, 1), **stage)
    ground.expect("RM-09", row, "target_on")


def _two_names(ground: Ground) -> None:
    row = ground.pick_row(RM, "RM-10", where=lambda v: _of_many_places(v) and v["mechanism_code"] == "JZ-07")
    ground.change(row, mechanism_name=row.values["mechanism_name"][::-1])
    ground.expect("RM-10", row, "mechanism_name")


def _stage_later(ground: Ground) -> None:
    row = ground.copy_row(RM, "RM-11", held=False, stage_since=date(2017, 8, 1))
    ground.expect("RM-11", row, "stage_since")


# --- participation -----------------------------------------------------------------------------------


def _is(kind: str) -> Any:
    return lambda values: values["subject_kind"] == kind


def _has_strong_town(values: dict[str, Any]) -> bool:
    return values["programme"] == "strong_towns"


def _derived(ground: Ground) -> None:
    row = ground.copy_row(PG, "PG-08", held=True, where=_is("school"), programme="guarantee")
    ground.expect("PG-08", row, "programme")


def _place_of_other_level(ground: Ground) -> None:
    row = ground.copy_row(PG, "PG-09", held=True, where=_is("village"), subject_kind="township")
    ground.expect("PG-09", row, "subject_kind")


def _no_strong_town(ground: Ground) -> None:
    row = ground.copy_row(PG, "PG-10", held=True, where=_has_strong_town, counterpart_township_code=None)
    ground.expect("PG-10", row, "counterpart_township_code")


def _over_before(ground: Ground) -> None:
    row = ground.copy_row(PG, "PG-11", held=False, where=_is("village"), ended_on=date(2013, 12, 1))
    ground.expect("PG-11", row, "ended_on")


def _twice(ground: Ground) -> None:
    row = ground.pick_row(PG, "PG-12", period=YEAR_END, where=_has_strong_town)
    code = _fresh_participation(row.values, 0)["participation_code"]
    again = ground.add(PG, YEAR_END, {**row.values, "participation_code": code}, "PG-12:again", held=False)
    for one in (row, again):
        ground.expect("PG-12", one, "place_code")


def _stranger(ground: Ground) -> None:
    row = ground.copy_row(PG, "PG-13", held=False, where=_is("household"))
    ground.set_added(row, household_code=f"{row.values['household_code'][:12]}8999")
    ground.expect("PG-13", row, "household_code")


PLANTERS = (
    _level, _ended_before, _designated_later, _other_village, _no_ethnic_township, _backwards, _target_before,
    _two_names, _stage_later, _derived, _place_of_other_level, _no_strong_town, _over_before, _twice, _stranger,
)  # fmt: skip
