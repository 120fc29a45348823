"""Errors in villages' profiles and projects: one planter per rule that is not generic.

Errors in village income are in ``errors_villages``, in decisions in ``errors_village_decisions``. What is only
explained sits where no figure of the article looks: in ordinary villages and in projects that serve none of the
villages followed.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from twin.errors_villages import ordinary_villages
from twin.planter import Maker, Planter, Values, any_row, by_city, planter
from twin.planting import NOW, YEAR_END, Ground, NoRoomError, Row, Where

PROFILES, PROJECTS, INCOME = "village_profiles", "village_projects", "village_income"


# --- profiles ---------------------------------------------------------------------------------------------


def profile_row(ground: Ground, _: str, *, held: bool, fits: Where = any_row) -> Row:
    """The profile of an ordinary village that nobody else uses."""
    for township in [ground.room(PROFILES, NOW)] if held else ground.townships():
        for code in ordinary_villages(ground, township):
            labels = ground.labels(PROFILES, NOW, "household_code", code)
            if labels and fits(ground.values(PROFILES, NOW, labels[0])) and ground.take("profile" + code):
                row = ground.tagged(PROFILES, NOW, labels[0], f"{PROFILES}:{code}")
                return ground.change(row, held=True) if held else row
    raise NoRoomError("no ordinary village is free")


def registered_in(ground: Ground, village: str) -> list[Values]:
    """The registered households of a village."""
    labels = ground.labels("households", NOW, "township", village[:9])
    rows = [ground.values("households", NOW, label) for label in labels]
    return [row for row in rows if row["village_code"] == village]


def _registering(count: int) -> Maker:
    """The profile of an ordinary village with so many registered households."""

    def profile(ground: Ground, rule: str) -> Row:
        fits: Where = lambda v: len(registered_in(ground, v["village_code"])) >= count  # noqa: E731 - a condition
        return profile_row(ground, rule, held=False, fits=fits)

    return profile


def _few_people(ground: Ground) -> None:
    fits: Where = lambda v: sum(h["person_count"] for h in registered_in(ground, v["village_code"])) >= 6  # noqa: E731 - a condition
    row = profile_row(ground, "VF-09", held=False, fits=fits)
    ground.change(
        row, household_count=2, population=4, rural_registered_population=4, labour_count=2, migrant_count=1,
        party_member_count=1, dibao_household_count=0, dibao_person_count=0, wubao_person_count=0,
    )  # fmt: skip
    ground.expect("VF-09", row, "population")
    for column in ("household_count", "population", "rural_registered_population"):
        ground.expect("VF-09", row, column, rule="VF-13", note="the village was larger in the previous return")


def _halved(ground: Ground, rule: str) -> Row:
    """A profile with a third of the land that the earlier return has."""
    row = profile_row(ground, rule, held=False)
    labels = ground.labels(PROFILES, YEAR_END, "household_code", row.values["village_code"])
    if not labels:
        raise NoRoomError("no earlier return")
    before = ground.tagged(PROFILES, YEAR_END, labels[0], f"{row.tag}:{YEAR_END}")
    ground.change(before, farmland_area_mu=float(row.values["farmland_area_mu"]) * 3)
    return row


def _above(rule: str, column: str, whole: str, more: int, *, held: bool = False) -> Planter:
    """A part of a village that is larger than the whole."""
    return planter(rule, partial(profile_row, held=held), column, lambda v: {column: int(v[whole]) + more})


# --- projects ---------------------------------------------------------------------------------------------


def project_row(ground: Ground, error_id: str, *, held: bool, where: Where = any_row, **changes: Any) -> Row:
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
    ground.expect_each("VP-11", (one, two), "allocated_yuan")


def _only_row(ground: Ground, rule: str) -> Row:
    """The one project of a village that is not followed, which had added income before."""
    apart, counts = _apart(ground), ground.state.forms[PROJECTS, NOW]["village_code"].value_counts()
    before = _added_before(ground)
    fits: Where = lambda v: apart(v) and counts[v["village_code"]] == 1 and before.get(_key(v), 0) > 100  # noqa: E731 - a condition
    return ground.pick_row(PROJECTS, rule, where=fits)


def _key(values: Values) -> tuple[str, str]:
    return str(values["project_code"]), str(values["village_code"])


def _added_before(ground: Ground) -> dict[tuple[str, str], float]:
    rows = ground.state.forms.get((PROJECTS, YEAR_END))
    if rows is None:
        raise NoRoomError("no projects at the year's end")
    keys = zip(rows["project_code"], rows["village_code"], strict=True)
    return dict(zip(keys, rows["income_added_yuan"].astype(float), strict=True))


def _above_income(ground: Ground) -> None:
    row = _only_row(ground, "VP-12")
    income = ground.about(INCOME, NOW, row.values["village_code"])
    earned = float(income[f"{row.values['income_item']}_income_yuan"])
    ground.change(row, income_added_yuan=_added_before(ground)[_key(row.values)] + earned + 10_000)
    ground.expect("VP-12", row, "income_added_yuan")


def _fallen(ground: Ground) -> None:
    row = _only_row(ground, "VP-13")
    ground.change(row, income_added_yuan=_added_before(ground)[_key(row.values)] - 50)
    ground.expect("VP-13", row, "income_added_yuan")


def _by_city(rule: str, column: str, **changes: Any) -> Planter:
    """A project that the rule held when the still city was published, and asks about today."""
    still, now = (planter(rule, partial(project_row, held=held, **changes), column) for held in (True, False))
    return by_city(still, now)


_further_project = partial(project_row, held=False)
PLANTERS: tuple[Planter, ...] = (
    _few_people,
    planter("VF-12", _registering(4), "farmland_area_mu", farmland_area_mu=0.1,
            also=("farmland_area_mu", "VF-13", "the village had more land in the previous return")),
    planter("VF-14", _registering(3), "household_count", household_count=1, dibao_household_count=0,
            dibao_person_count=0,
            also=("household_count", "VF-13", "the village had more households in the previous return")),
    planter("VF-13", _halved, "farmland_area_mu"),
    _above("VF-11", "migrant_count", "labour_count", 3),
    by_city(
        _above("VF-08", "household_count", "population", 10, held=True),
        planter("VF-08", partial(profile_row, held=False), "household_count",
                lambda v: {"population": int(v["household_count"]) - 1}),
    ),
    by_city(_above("VF-10", "labour_count", "population", 5, held=True),
            _above("VF-10", "labour_count", "population", 5)),
    _by_city("VP-08", "finished_on", started_on=date(2016, 5, 10), finished_on=date(2016, 5, 1)),
    _by_city("VP-09", "started_on", started_on=date(2017, 8, 1), finished_on=None, project_stage="building",
             income_added_yuan=0.0),
    planter("VP-16", partial(project_row, held=True), "started_on", started_on=None, finished_on=None,
            project_stage="running"),
    planter("VP-10", _further_project, "allocated_yuan", total_invested_yuan=200_000.0, allocated_yuan=205_000.0),
    _over_allocated_together, _above_income, _fallen,
    planter("VP-14", _further_project, "project_stage", project_stage="building", finished_on=None,
            income_added_yuan=5_000.0),
    planter("VP-15", _further_project, "total_invested_yuan", total_invested_yuan=500.0, allocated_yuan=400.0),
)  # fmt: skip
