"""Errors in the register: one function per rule that is not generic."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from twin.households import ENJOYING, IN_POVERTY, POOR, RETURNED
from twin.people import MALE, ORDINARY, SON
from twin.planted_households import couple, new_household
from twin.planting import NOW, YEAR_END, Ground, NoRoomError, Row

Values = dict[str, Any]


def plant_households(ground: Ground) -> list[Callable[[Ground], None]]:
    """The errors of this form, to be planted one by one."""
    return [
        _head_count, _empty_household, _two_heads, _repeated_cause, _no_ill, _no_disabled, _no_pupil, _no_exit_year,
        _exit_in_first_year, _illegal_transition, _unsafe_after_exit, _below_line, _too_much_land, _no_housing,
        _no_helper, _other_head, _two_submitters, _unexplained_change, _able_wubao, _shared_phone, _large_home,
    ]  # fmt: skip


def _asked_about(
    ground: Ground, error_id: str, persons: Iterable[Values] = (), period: str = NOW, **register: Any
) -> Row:
    """A further household that is asked about and stands: out of poverty, so that no figure of the article counts it.

    A place is kept for it as when its rule held it: the still city, where it is poor, has it there.
    """
    out: Values = {} if ground.is_still else {"poverty_status": ENJOYING, "exit_year": 2016}
    row, members = new_household(ground, error_id, persons, period, **{**out, **register})
    for added in (row, *members):
        ground.set_added(added, held=False)
    return row


def _head_count(ground: Ground) -> None:
    row = _asked_about(ground, "HH-08", person_count=3)
    ground.expect("HH-08", row, "person_count")


def _empty_household(ground: Ground) -> None:
    row, members = new_household(ground, "HH-09")
    ground.withdraw(members)
    ground.expect("HH-09", row, "household_code")


def _two_heads(ground: Ground) -> None:
    persons = couple()
    persons[1]["relation"] = persons[0]["relation"]
    row = _asked_about(ground, "HH-10", persons)
    ground.expect("HH-10", row, "household_code")


def _repeated_cause(ground: Ground) -> None:
    row, _ = new_household(ground, "HH-11", main_cause="09", other_causes="07,09")
    ground.expect("HH-11", row, "other_causes")


def _cause_without(ground: Ground, rule: str, cause: str, column: str, sign: tuple[str, ...]) -> None:
    def nobody(_: Values, members: list[Values]) -> bool:
        return not any(any(s in str(m[column]).split(",") for s in sign) for m in members)

    row = ground.row("households", NOW, ground.household(nobody))
    ground.change(row, main_cause=cause, other_causes=None)
    ground.expect(rule, row, "main_cause")


def _no_ill(ground: Ground) -> None:
    _cause_without(ground, "HH-12", "01", "health", ("2", "3"))


def _no_disabled(ground: Ground) -> None:
    _cause_without(ground, "HH-13", "02", "health", ("4",))


def _no_pupil(ground: Ground) -> None:
    studying = tuple(f"{n:02d}" for n in range(1, 16))
    _cause_without(ground, "HH-14", "03", "school_status", studying)


def _no_exit_year(ground: Ground) -> None:
    row = _asked_about(ground, "HH-15", poverty_status=ENJOYING, exit_year=None)
    ground.expect("HH-15", row, "exit_year")


def _out(register: Values, _: list[Values]) -> bool:
    return bool(register["poverty_status"] == ENJOYING)


def _poor(register: Values, _: list[Values]) -> bool:
    return register["poverty_status"] in IN_POVERTY and register["household_attribute"] == ORDINARY


def _exit_in_first_year(ground: Ground) -> None:
    row = ground.row("households", NOW, ground.household(_out))
    ground.change(row, identified_on=f"{int(row.values['exit_year'])}-01-01")
    ground.expect("HH-16", row, "exit_year")


def _illegal_transition(ground: Ground) -> None:
    if not ground.is_still:
        # From one kind of poor to another: as many are poor as before.
        row = ground.row("households", NOW, ground.household(lambda h, _: h["poverty_status"] == POOR))
        ground.change(row, poverty_status=RETURNED)
        ground.expect("HH-17", row, "poverty_status")
        return
    row = ground.row("households", NOW, ground.household(_out))
    ground.change(row, poverty_status=POOR, exit_year=None, helper_name=ground.state.identities.names(1)[0])
    ground.hold_household(row)
    # As many persons come new, so that the city counts as many as before.
    grown = {"relation": SON, "sex": MALE, "birth": date(1995, 1, 2)}
    persons = [*couple(), *[grown] * 20][: int(row.values["person_count"])]
    new_household(ground, "HH-17", persons, township=row.township, held=False, poverty_status=ENJOYING, exit_year=2016)
    ground.expect("HH-17", row, "poverty_status")


def _unsafe_after_exit(ground: Ground) -> None:
    for column, value in (("dangerous_housing", True), ("safe_water", False)):
        row = ground.row("households", NOW, ground.household(_out))
        ground.change(row, **{column: value})
        ground.expect("HH-18", row, column)


def _below_line(ground: Ground) -> None:
    township = ground.room("households", YEAR_END)
    row, members = new_household(
        ground, "HH-19", period=YEAR_END, township=township, poverty_status=ENJOYING, exit_year=2016
    )
    income = ground.add("household_income", YEAR_END, plain_income(row, 2016, 2_900), "HH-19:income")
    ground.burden("household_income", YEAR_END, township)
    ground.expect("HH-19", row, "poverty_status")
    for added in (row, *members, income):
        ground.set_added(added, held=False)
    if not ground.is_still:  # it stands, so it is in the next return as well, and asked about there
        for added in (row, *members):
            values = {name: value for name, value in added.values.items() if name not in ("tag", "held")}
            later = ground.add(added.form, NOW, values, f"{added.tag}:later", held=False)
            if added is row:
                ground.expect("HH-19", later, "poverty_status")


def plain_income(row: Row, year: int, per_head: float) -> Values:
    """An income row of a household that closes: half of it wages are none, business with expense is all."""
    persons = int(row.values["person_count"])
    net = per_head * persons
    zero = dict.fromkeys(
        ["wage_income_yuan", "property_income_yuan", "asset_dividend_yuan", "other_property_yuan",
         "transfer_income_yuan", "family_planning_yuan", "dibao_yuan", "wubao_yuan", "pension_yuan",
         "ecological_compensation_yuan", "other_transfer_yuan"], 0.0,
    )  # fmt: skip
    return {
        **{name: row.values[name] for name in ("village_code", "household_code", "head_name", "person_count")},
        **zero, "income_year": year, "business_income_yuan": net + 1_000, "total_income_yuan": net + 1_000,
        "business_expense_yuan": 1_000, "net_income_yuan": net, "net_income_per_head_yuan": per_head,
    }  # fmt: skip


def _too_much_land(ground: Ground) -> None:
    for column, limit in (("farmland_area_mu", 50), ("forest_area_mu", 70)):
        row = ground.row("households", NOW, ground.household())
        ground.change(row, **{column: float(limit * int(row.values["person_count"]) + 6)})
        ground.expect("HH-20", row, column)


def _no_housing(ground: Ground) -> None:
    row = ground.row("households", NOW, ground.household(_out))
    ground.change(row, housing_area_m2=0.0)
    ground.expect("HH-21", row, "housing_area_m2")


def _no_helper(ground: Ground) -> None:
    row = ground.row("households", NOW, ground.household(_poor))
    ground.change(row, helper_name=None)
    ground.expect("HH-22", row, "helper_name")


def _other_head(ground: Ground) -> None:
    stranger = ground.state.identities.id_number("350498", date(1971, 1, 9), MALE)
    row = _asked_about(ground, "HH-24", head_id_number=stranger)
    ground.expect("HH-24", row, "head_id_number")


def _two_submitters(ground: Ground) -> None:
    """A household of one township appears in another's register under the first one's code."""
    first = ground.row("households", NOW, ground.household(_out))
    other = next((t for t in ground.townships() if t != first.township), None)
    if other is None:
        raise NoRoomError("there is no second township")

    def unhelped(register: Values, members: list[Values]) -> bool:
        own = ground.labels("assistance_measures", NOW, "household_code", register["household_code"])
        return _out(register, members) and not own

    code = ground.household(unhelped, township=other)
    moved = first.values["household_code"]
    for index in range(len(ground.labels("members", NOW, "household_code", code))):
        person = ground.row("members", NOW, code, index)
        ground.change(person, household_code=moved, person_code=moved + str(person.values["person_code"])[-3:])
    second = ground.change(ground.row("households", NOW, code), household_code=moved)
    for row in (first, second):
        ground.expect("HH-25", row, "household_code")


def _unexplained_change(ground: Ground) -> None:
    def grown(_: Values, members: list[Values]) -> bool:
        return len(members) > 1 and all(m["membership_change"] is None for m in members)

    code = ground.household(grown)
    ground.change(ground.row("members", NOW, code, 1), membership_change="moved_in")
    ground.expect("HH-26", ground.row("households", NOW, code), "person_count")


def _able_wubao(ground: Ground) -> None:
    def able(_: Values, members: list[Values]) -> bool:
        return any(m["labour_ability"] in ("1", "2") and 18 <= m["age"] < 58 for m in members)

    row = ground.row("households", NOW, ground.household(able))
    ground.change(row, household_attribute="06")
    ground.expect("HH-27", row, "household_attribute")


def _shared_phone(ground: Ground) -> None:
    first = ground.row("households", NOW, ground.household())
    second = ground.row("households", NOW, ground.household(township=first.township))
    ground.change(second, phone=first.values["phone"])
    for row in (first, second):
        ground.expect("HH-28", row, "phone")


def _large_home(ground: Ground) -> None:
    if ground.is_still:
        return
    row = ground.row("households", NOW, ground.household())
    ground.change(row, housing_area_m2=1_200.0)
    ground.expect("HH-91", row, "housing_area_m2")
