"""Errors in villages' profiles, projects and decisions: one function per rule that is not generic.

Errors in village income are in ``errors_villages``. What is only explained sits where no figure of the article
looks: in ordinary villages and in projects that serve none of the villages followed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from twin.errors_villages import ordinary_villages, residents_of
from twin.planting import NOW, YEAR_END, Ground, NoRoomError, Row, Where

PROFILES, PROJECTS, DECISIONS, INCOME = "village_profiles", "village_projects", "village_decisions", "village_income"
EXIT_SHARE = 0.02


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


def _registered(ground: Ground, village: str) -> list[dict[str, Any]]:
    """The registered households of a village."""
    labels = ground.labels("households", NOW, "township", village[:9])
    rows = [ground.values("households", NOW, label) for label in labels]
    return [row for row in rows if row["village_code"] == village]


def _more_households(ground: Ground) -> None:
    row = profile_row(ground, held=True)
    ground.change(row, household_count=int(row.values["population"]) + 10)
    ground.expect("VF-08", row, "household_count")


def _few_people(ground: Ground) -> None:
    fits: Where = lambda v: sum(h["person_count"] for h in _registered(ground, v["village_code"])) >= 6  # noqa: E731 - a condition
    row = profile_row(ground, held=False, fits=fits)
    ground.change(
        row, household_count=2, population=4, rural_registered_population=4, labour_count=2, migrant_count=1,
        party_member_count=1, dibao_household_count=0, dibao_person_count=0, wubao_person_count=0,
    )  # fmt: skip
    ground.expect("VF-09", row, "population")
    for column in ("household_count", "population", "rural_registered_population"):
        ground.expect("VF-09", row, column, rule="VF-13", note="the village was larger in the previous return")


def _part_above_whole(ground: Ground) -> None:
    row = profile_row(ground, held=True)
    ground.change(row, labour_count=int(row.values["population"]) + 5)
    ground.expect("VF-10", row, "labour_count")


def _many_migrants(ground: Ground) -> None:
    row = profile_row(ground, held=False)
    ground.change(row, migrant_count=int(row.values["labour_count"]) + 3)
    ground.expect("VF-11", row, "migrant_count")


def _little_land(ground: Ground) -> None:
    fits: Where = lambda v: len(_registered(ground, v["village_code"])) >= 4  # noqa: E731 - a condition
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
    fits: Where = lambda v: len(_registered(ground, v["village_code"])) >= 3  # noqa: E731 - a condition
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
    row = project_row(ground, "VP-08", held=True, started_on=date(2016, 5, 10), finished_on=date(2016, 5, 1))
    ground.expect("VP-08", row, "finished_on")


def _started_later(ground: Ground) -> None:
    later: dict[str, Any] = {
        "started_on": date(2017, 8, 1),
        "finished_on": None,
        "project_stage": "building",
        "income_added_yuan": 0.0,
    }
    row = project_row(ground, "VP-09", held=True, **later)
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


# --- decisions --------------------------------------------------------------------------------------------


def decision_row(ground: Ground, error_id: str, *, held: bool = True, **changes: Any) -> Row:
    """A further decision of the county that lists most; without changes it breaks no rule of its own.

    A poor village that exited before the rate of exit was fixed contradicts nobody: its township lists it still.
    """
    county = _county(ground)
    if not changes:
        free: Where = lambda v: _of(county, "poor_village_recorded")(v) and ground.take("exit" + v["village_code"])  # noqa: E731 - a condition
        label = ground.find(DECISIONS, NOW, free, taking=False)
        village = ground.values(DECISIONS, NOW, label)["village_code"]
        changes = {"village_code": village, "decision_kind": "poor_village_exited", "decided_on": date(2015, 9, 1)}
    return ground.copy_row(DECISIONS, error_id, held=held, where=_of(county, "poor_village_recorded"), **changes)


def _county(ground: Ground) -> str:
    rows = ground.state.forms.get((DECISIONS, NOW))
    if rows is None:
        raise NoRoomError("no decisions")
    return str(rows["submitter_code"].value_counts().sort_index().idxmax())


def _of(county: str, kind: str) -> Where:
    return lambda v: v["submitter_code"] == county and v["decision_kind"] == kind


def _ordinary(ground: Ground) -> str:
    """An ordinary village of the county whose township states that it is no shell and not poor."""
    for township in (t for t in ground.townships() if t.startswith(_county(ground))):
        for code in ordinary_villages(ground, township):
            if ground.labels(INCOME, NOW, "household_code", code) and ground.take("village" + code):
                return code
    raise NoRoomError("no ordinary village is free")


def _on_ordinary(ground: Ground, error_id: str, kind: str, day: date, *, held: bool) -> Row:
    values = {"village_code": _ordinary(ground), "decision_kind": kind, "decided_on": day}
    return decision_row(ground, error_id, held=held, **values)


def _decided_later(ground: Ground) -> None:
    row = _on_ordinary(ground, "VD-08", "shell_recorded", date(2017, 8, 1), held=True)
    ground.expect("VD-08", row, "decided_on")


def _never_recorded(ground: Ground) -> None:
    row = _on_ordinary(ground, "VD-09", "shell_removed", date(2017, 3, 20), held=True)
    ground.expect("VD-09", row, "decision_kind")


def _twice(ground: Ground) -> None:
    row = decision_row(ground, "VD-10", held=False, decided_on=date(2016, 5, 8))
    ground.expect("VD-10", row, "decision_kind")


def _other_day(ground: Ground) -> None:
    row = ground.pick_row(DECISIONS, "VD-11", where=_of(_county(ground), "poor_village_recorded"))
    ground.change(row, decided_on=row.values["decided_on"] + timedelta(days=1))
    ground.expect("VD-11", row, "decided_on")


def _against_township(ground: Ground) -> None:
    row = _on_ordinary(ground, "VD-12", "shell_recorded", date(2016, 3, 1), held=False)
    ground.expect("VD-12", row, "decision_kind")


def _unregistered(ground: Ground) -> None:
    row = _on_ordinary(ground, "VD-13", "poor_village_recorded", date(2016, 3, 1), held=False)
    ground.expect("VD-13", row, "decision_kind")


def _on_residents(ground: Ground) -> None:
    townships = (t for t in ground.state.townships if t.startswith(_county(ground)))
    units = [unit for township in townships for unit in residents_of(township)]
    if not units:
        raise NoRoomError("no residents' committee in the county")
    row = decision_row(ground, "VD-14", held=False, village_code=units[0], decided_on=date(2016, 3, 1))
    ground.expect("VD-14", row, "village_code")


def _exit_too_poor(ground: Ground) -> None:
    poor: Where = lambda v: _of(_county(ground), "poor_village_recorded")(v) and _is_too_poor(ground, v["village_code"])  # noqa: E731 - a condition
    village = ground.values(DECISIONS, NOW, ground.find(DECISIONS, NOW, poor, taking=False))["village_code"]
    exit_ = {"village_code": village, "decision_kind": "poor_village_exited", "decided_on": date(2017, 3, 1)}
    row = decision_row(ground, "VD-15", held=False, **exit_)
    ground.take("exit" + village)
    ground.expect("VD-15", row, "decision_kind")


def _is_too_poor(ground: Ground, village: str) -> bool:
    poor = sum(h["person_count"] for h in _registered(ground, village) if h["poverty_status"] in ("0", "2", "3"))
    labels = ground.labels(PROFILES, NOW, "household_code", village)
    return bool(labels) and poor > 1.1 * EXIT_SHARE * ground.values(PROFILES, NOW, labels[0])["population"]


PLANTERS = (
    _few_people, _little_land, _few_households, _halved, _many_migrants, _more_households, _part_above_whole,
    _finished_early, _started_later, _not_started, _over_allocated, _over_allocated_together, _above_income, _fallen,
    _earning_unfinished, _unit_slip, _exit_too_poor, _decided_later, _never_recorded, _twice, _other_day,
    _against_township, _unregistered, _on_residents,
)  # fmt: skip
