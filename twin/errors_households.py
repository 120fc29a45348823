"""Errors in the register: one planter per rule that is not generic."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

from expectations.contract import load_contracts
from twin.households import ENJOYING, IN_POVERTY, POOR, RETURNED
from twin.people import MALE, ORDINARY, SON
from twin.planted_households import couple, new_household
from twin.planter import Maker, Planter, Values, by_city, planter
from twin.planting import NOW, YEAR_END, Ground, NoRoomError, Row


def _asked_about(
    ground: Ground, error_id: str, persons: Iterable[Values] = (), period: str = NOW, **register: Any
) -> Row:
    """A further household that is asked about and stands: out of poverty, so that no figure of the article counts it.

    A place is kept for it as when its rule held it: the still city, where it is poor, has it there.
    """
    out: Values = {} if ground.is_still else {"poverty_status": ENJOYING, "exit_year": 2016}
    row, members = new_household(ground, error_id, persons, period, **{**out, **register})
    for added in (row, *members):
        ground.change(added, held=False)
    return row


def _empty_household(ground: Ground) -> None:
    row, members = new_household(ground, "HH-09")
    for member in members:
        ground.withdraw(member)
    ground.expect("HH-09", row, "household_code")


def _two_heads(ground: Ground, rule: str) -> Row:
    persons = couple()
    persons[1]["relation"] = persons[0]["relation"]
    return _asked_about(ground, rule, persons)


def _home(fits: Callable[[Values, list[Values]], bool] = lambda _h, _m: True) -> Maker:
    """The register's row of a household of the city that nobody else changes."""
    return lambda ground, _: ground.row("households", NOW, ground.household(fits))


def _cause_without(rule: str, cause: str, column: str, *signs: str) -> Planter:
    """A main cause that no member's column bears out."""

    def nobody(_: Values, members: list[Values]) -> bool:
        return not any(any(sign in str(m[column]).split(",") for sign in signs) for m in members)

    return planter(rule, _home(nobody), "main_cause", main_cause=cause, other_causes=None)


def _is_out(register: Values, _: list[Values]) -> bool:
    return bool(register["poverty_status"] == ENJOYING)


def _is_poor(register: Values, _: list[Values]) -> bool:
    return register["poverty_status"] in IN_POVERTY and register["household_attribute"] == ORDINARY


def _is_able(_: Values, members: list[Values]) -> bool:
    return any(m["labour_ability"] in ("1", "2") and 18 <= m["age"] < 58 for m in members)


def hold_household(ground: Ground, row: Row) -> None:
    """Say that all rows of a household of the city will be held in a period."""
    code = row.values["household_code"]
    for form, period in ground.state.forms:
        if period == row.period and load_contracts()[form].subject == "household":
            for which in range(len(ground.labels(form, period, "household_code", code))):
                held = ground.change(ground.row(form, period, code, which), held=True)
                ground.burden(form, period, held.township)


def _out_to_poor(ground: Ground) -> None:
    row = _out(ground, "HH-17")
    ground.change(row, poverty_status=POOR, exit_year=None, helper_name=ground.state.identities.names(1)[0])
    hold_household(ground, row)
    # As many persons come new, so that the city counts as many as before.
    grown = {"relation": SON, "sex": MALE, "birth": date(1995, 1, 2)}
    persons = [*couple(), *[grown] * 20][: int(row.values["person_count"])]
    new_household(ground, "HH-17", persons, township=row.township, held=False, poverty_status=ENJOYING, exit_year=2016)
    ground.expect("HH-17", row, "poverty_status")


def _below_line(ground: Ground) -> None:
    township = ground.room("households", YEAR_END)
    row, members = new_household(
        ground, "HH-19", period=YEAR_END, township=township, poverty_status=ENJOYING, exit_year=2016
    )
    income = ground.add("household_income", YEAR_END, plain_income(row.values, 2016, 2_900), "HH-19:income")
    ground.burden("household_income", YEAR_END, township)
    ground.expect("HH-19", row, "poverty_status")
    for added in (row, *members, income):
        ground.change(added, held=False)
    if not ground.is_still:  # it stands, so it is in the next return as well, and asked about there
        for added in (row, *members):
            values = {name: value for name, value in added.values.items() if name not in ("tag", "held")}
            later = ground.add(added.form, NOW, values, f"{added.tag}:later", held=False)
            if added is row:
                ground.expect("HH-19", later, "poverty_status")


def plain_income(register: Values, year: int, per_head: float) -> Values:
    """An income row of a household that closes: half of it wages are none, business with expense is all."""
    persons = int(register["person_count"])
    net = per_head * persons
    zero = dict.fromkeys(
        ["wage_income_yuan", "property_income_yuan", "asset_dividend_yuan", "other_property_yuan",
         "transfer_income_yuan", "family_planning_yuan", "dibao_yuan", "wubao_yuan", "pension_yuan",
         "ecological_compensation_yuan", "other_transfer_yuan"], 0.0,
    )  # fmt: skip
    return {
        **{name: register[name] for name in ("village_code", "household_code", "head_name", "person_count")},
        **zero, "income_year": year, "business_income_yuan": net + 1_000, "total_income_yuan": net + 1_000,
        "business_expense_yuan": 1_000, "net_income_yuan": net, "net_income_per_head_yuan": per_head,
    }  # fmt: skip


def _acres(column: str, limit: int) -> Planter:
    """More land than so much for each person."""
    return planter("HH-20", _home(), column, lambda v: {column: float(limit * int(v["person_count"]) + 6)})


def _other_head(ground: Ground, rule: str) -> Row:
    stranger = ground.state.identities.id_number("350498", date(1971, 1, 9), MALE)
    return _asked_about(ground, rule, head_id_number=stranger)


def _two_submitters(ground: Ground) -> None:
    """A household of one township appears in another's register under the first one's code."""
    first = _out(ground, "HH-25")
    other = next((t for t in ground.townships() if t != first.township), None)
    if other is None:
        raise NoRoomError("there is no second township")

    def unhelped(register: Values, members: list[Values]) -> bool:
        own = ground.labels("assistance_measures", NOW, "household_code", register["household_code"])
        return _is_out(register, members) and not own

    code = ground.household(unhelped, township=other)
    moved = first.values["household_code"]
    for index in range(len(ground.labels("members", NOW, "household_code", code))):
        person = ground.row("members", NOW, code, index)
        ground.change(person, household_code=moved, person_code=moved + str(person.values["person_code"])[-3:])
    second = ground.change(ground.row("households", NOW, code), household_code=moved)
    ground.expect_each("HH-25", (first, second), "household_code")


def _unexplained_change(ground: Ground) -> None:
    def grown(_: Values, members: list[Values]) -> bool:
        return len(members) > 1 and all(m["membership_change"] is None for m in members)

    code = ground.household(grown)
    ground.change(ground.row("members", NOW, code, 1), membership_change="moved_in")
    ground.expect("HH-26", ground.row("households", NOW, code), "person_count")


def _shared_phone(ground: Ground) -> None:
    first = _home()(ground, "HH-28")
    second = ground.row("households", NOW, ground.household(township=first.township))
    ground.change(second, phone=first.values["phone"])
    ground.expect_each("HH-28", (first, second), "phone")


_out = _home(_is_out)
PLANTERS: tuple[Planter, ...] = (
    planter("HH-08", partial(_asked_about, person_count=3), "person_count"),
    _empty_household,
    planter("HH-10", _two_heads, "household_code"),
    planter("HH-11", lambda ground, rule: new_household(ground, rule)[0], "other_causes", main_cause="09",
            other_causes="07,09"),
    _cause_without("HH-12", "01", "health", "2", "3"),
    _cause_without("HH-13", "02", "health", "4"),
    _cause_without("HH-14", "03", "school_status", *(f"{n:02d}" for n in range(1, 16))),
    planter("HH-15", partial(_asked_about, poverty_status=ENJOYING, exit_year=None), "exit_year"),
    planter("HH-16", _out, "exit_year", lambda v: {"identified_on": f"{int(v['exit_year'])}-01-01"}),
    # From one kind of poor to another: as many are poor as before.
    by_city(_out_to_poor, planter("HH-17", _home(lambda h, _: h["poverty_status"] == POOR), "poverty_status",
                                  poverty_status=RETURNED)),
    planter("HH-18", _out, "dangerous_housing", dangerous_housing=True),
    planter("HH-18", _out, "safe_water", safe_water=False),
    _below_line,
    _acres("farmland_area_mu", 50),
    _acres("forest_area_mu", 70),
    planter("HH-21", _out, "housing_area_m2", housing_area_m2=0.0),
    planter("HH-22", _home(_is_poor), "helper_name", helper_name=None),
    planter("HH-24", _other_head, "head_id_number"),
    _two_submitters, _unexplained_change,
    planter("HH-27", _home(_is_able), "household_attribute", household_attribute="06"),
    _shared_phone,
    planter("HH-91", _home(), "housing_area_m2", still=False, housing_area_m2=1_200.0),
)  # fmt: skip
