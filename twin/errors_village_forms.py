"""Errors in villages' profiles and projects: one function per rule that is not generic.

Errors in village income are in ``errors_villages``, in decisions in ``errors_village_decisions``. What is only
explained sits where no figure of the article looks: in ordinary villages and in projects that serve none of the
villages followed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from twin.errors_villages import ordinary_villages
from twin.planting import NOW, YEAR_END, Ground, NoRoomError, Row, Where

PROFILES, PROJECTS, INCOME = "village_profiles", "village_projects", "village_income"


# --- profiles ---------------------------------------------------------------------------------------------


def profile_row(ground: Ground, *, held: bool, fits: Callable[[dict[str, Any]], bool] = lambda _: True) -> Row:
    """The profile of an ordinary village that nobody else uses."""
    for township in [ground.room(PROFILES, NOW)] if held else ground.townships():
        for code in ordinary_villages(ground, township):
            labels = ground.labels(PROFILES, NOW, "household_code", code)
            if labels and fits(ground.values(PROFILES, NOW, labels[0])) and ground.take("profile" + code):
                row = ground.tagged(PROFILES, NOW, labels[0], f"{PROFILES}:{code}")
                return ground.change(row, held=True) if held else row
    raise NoRoomError("no ordinary village is free")


def registered_in(ground: Ground, village: str) -> list[dict[str, Any]]:
    """The registered households of a village."""
    labels = ground.labels("households", NOW, "township", village[:9])
    rows = [ground.values("households", NOW, label) for label in labels]
    return [row for row in rows if row["village_code"] == village]


def _more_households(ground: Ground) -> None:
    row = profile_row(ground, held=ground.is_still)
    if ground.is_still:
        ground.change(row, household_count=int(row.values["population"]) + 10)
    else:
        ground.change(row, population=int(row.values["household_count"]) - 1)
    ground.expect("VF-08", row, "household_count")


def _few_people(ground: Ground) -> None:
    fits: Where = lambda v: sum(h["person_count"] for h in registered_in(ground, v["village_code"])) >= 6  # noqa: E731 - a condition
    row = profile_row(ground, held=False, fits=fits)
    ground.change(
        row, household_count=2, population=4, rural_registered_population=4, labour_count=2, migrant_count=1,
        party_member_count=1, dibao_household_count=0, dibao_person_count=0, wubao_person_count=0,
    )  # fmt: skip
    ground.expect("VF-09", row, "population")
    for column in ("household_count", "population", "rural_registered_population"):
        ground.expect("VF-09", row, column, rule="VF-13", note="the village was larger in the previous return")


def _part_above_whole(ground: Ground) -> None:
    row = profile_row(ground, held=ground.is_still)
    ground.change(row, labour_count=int(row.values["population"]) + 5)
    ground.expect("VF-10", row, "labour_count")


def _many_migrants(ground: Ground) -> None:
    row = profile_row(ground, held=False)
    ground.change(row, migrant_count=int(row.values["labour_count"]) + 3)
    ground.expect("VF-11", row, "migrant_count")


def _little_land(ground: Ground) -> None:
    fits: Where = lambda v: len(registered_in(ground, v["village_code"])) >= 4  # noqa: E731 - a condition
    row = profile_row(ground, held=False, fits=fits)
    ground.change(row, farmland_area_mu=0.1)
    ground.expect("VF-12", row, "farmland_area_mu")
    note = "the village had more land in the previous return"
    ground.expect("VF-12", row, "farmland_area_mu", rule="VF-13", note=note)


def _halved(ground: Ground) -> None:
    row = profile_row(ground, held=False)
    labels = ground.labels(PROFILES, YEAR_END, "household_code", row.values["village_code"])
    if not labels:
        raise NoRoomError("no earlier return")
    before = ground.tagged(PROFILES, YEAR_END, labels[0], f"{row.tag}:{YEAR_END}")
    ground.change(before, farmland_area_mu=float(row.values["farmland_area_mu"]) * 3)
    ground.expect("VF-13", row, "farmland_area_mu")


def _few_households(ground: Ground) -> None:
    fits: Where = lambda v: len(registered_in(ground, v["village_code"])) >= 3  # noqa: E731 - a condition
    row = profile_row(ground, held=False, fits=fits)
    ground.change(row, household_count=1, dibao_household_count=0, dibao_person_count=0)
    ground.expect("VF-14", row, "household_count")
    note = "the village had more households in the previous return"
    ground.expect("VF-14", row, "household_count", rule="VF-13", note=note)


# --- projects ---------------------------------------------------------------------------------------------


def project_row(ground: Ground, error_id: str, *, held: bool, where: Where = lambda _: True, **changes: Any) -> Row:
    """A further project: in a township that can lose its row, or else in a village no figure looks at."""
    if held:
        township = ground.room(PROJECTS, NOW, where=lambda code: bool(ground.count(PROJECTS, NOW, code)))
        where_held: Where = lambda v: str(v["village_code"]).startswith(township)  # noqa: E731 - a condition
        return ground.copy_row(PROJECTS, error_id, held=True, where=where_held, **changes)
    apart = _apart(ground)
    return ground.copy_row(PROJECTS, error_id, held=False, where=lambda v: apart(v) and where(v), **changes)


def _apart(ground: Ground) -> Where:
    """Whether a project's row lies outside the villages followed."""
    villages = ground.state.villages
    kept = set(villages.loc[villages["is_poor_village"] & villages["is_shell_2016"], "code"])
    return lambda values: values["village_code"] not in kept


def _finished_early(ground: Ground) -> None:
    dates: dict[str, Any] = {"started_on": date(2016, 5, 10), "finished_on": date(2016, 5, 1)}
    row = project_row(ground, "VP-08", held=ground.is_still, **dates)
    ground.expect("VP-08", row, "finished_on")


def _started_later(ground: Ground) -> None:
    later: dict[str, Any] = {
        "started_on": date(2017, 8, 1),
        "finished_on": None,
        "project_stage": "building",
        "income_added_yuan": 0.0,
    }
    row = project_row(ground, "VP-09", held=ground.is_still, **later)
    ground.expect("VP-09", row, "started_on")


def _not_started(ground: Ground) -> None:
    row = project_row(ground, "VP-16", held=True, started_on=None, finished_on=None, project_stage="running")
    ground.expect("VP-16", row, "started_on")


def _over_allocated(ground: Ground) -> None:
    row = project_row(ground, "VP-10", held=False, total_invested_yuan=200_000.0, allocated_yuan=205_000.0)
    ground.expect("VP-10", row, "allocated_yuan")


def _over_allocated_together(ground: Ground) -> None:
    apart = _apart(ground)
    parts: dict[str, Any] = {"total_invested_yuan": 200_000.0, "allocated_yuan": 150_000.0}
    first = ground.values(PROJECTS, NOW, ground.find(PROJECTS, NOW, apart, taking=False))["village_code"][:9]
    other: Where = lambda v: not str(v["village_code"]).startswith(first)  # noqa: E731 - a condition
    ground.find(PROJECTS, NOW, lambda v: apart(v) and other(v), taking=False)
    one = project_row(ground, "VP-11", held=False, **parts)
    two = project_row(
        ground, "VP-11", held=False, where=other, **parts, project_code=one.values["project_code"]
    )  # fmt: skip
    for row in (one, two):
        ground.expect("VP-11", row, "allocated_yuan")


def _only_row(ground: Ground) -> Where:
    """Whether the project is the only one of its village, outside those followed, and had added income before."""
    apart, counts = _apart(ground), ground.state.forms[PROJECTS, NOW]["village_code"].value_counts()
    before = _added_before(ground)
    return lambda v: apart(v) and counts[v["village_code"]] == 1 and before.get(_key(v), 0) > 100


def _key(values: dict[str, Any]) -> tuple[str, str]:
    return str(values["project_code"]), str(values["village_code"])


def _added_before(ground: Ground) -> dict[tuple[str, str], float]:
    rows = ground.state.forms.get((PROJECTS, YEAR_END))
    if rows is None:
        raise NoRoomError("no projects at the year's end")
    keys = zip(rows["project_code"], rows["village_code"], strict=True)
    return dict(zip(keys, rows["income_added_yuan"].astype(float), strict=True))


def _above_income(ground: Ground) -> None:
    row = ground.pick_row(PROJECTS, "VP-12", where=_only_row(ground))
    label = ground.labels(INCOME, NOW, "household_code", row.values["village_code"])[0]
    earned = float(ground.values(INCOME, NOW, label)[f"{row.values['income_item']}_income_yuan"])
    ground.change(row, income_added_yuan=_added_before(ground)[_key(row.values)] + earned + 10_000)
    ground.expect("VP-12", row, "income_added_yuan")


def _fallen(ground: Ground) -> None:
    row = ground.pick_row(PROJECTS, "VP-13", where=_only_row(ground))
    ground.change(row, income_added_yuan=_added_before(ground)[_key(row.values)] - 50)
    ground.expect("VP-13", row, "income_added_yuan")


def _earning_unfinished(ground: Ground) -> None:
    building: dict[str, Any] = {"project_stage": "building", "finished_on": None, "income_added_yuan": 5_000.0}
    row = project_row(ground, "VP-14", held=False, **building)
    ground.expect("VP-14", row, "project_stage")


def _unit_slip(ground: Ground) -> None:
    row = project_row(ground, "VP-15", held=False, total_invested_yuan=500.0, allocated_yuan=400.0)
    ground.expect("VP-15", row, "total_invested_yuan")


PLANTERS = (
    _few_people, _little_land, _few_households, _halved, _many_migrants, _more_households, _part_above_whole,
    _finished_early, _started_later, _not_started, _over_allocated, _over_allocated_together, _above_income, _fallen,
    _earning_unfinished, _unit_slip,
)  # fmt: skip
