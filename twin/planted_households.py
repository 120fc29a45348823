"""Households beyond the city's own, made for errors: clean but for what an error changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from twin.identity import bank_account, phone
from twin.people import HEAD, MALE, SPOUSE
from twin.person_states import ages, last_day
from twin.plan import COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE
from twin.planting import NOW, Ground, Row

ADDED_FROM = 9001


def new_household(
    ground: Ground,
    error_id: str,
    persons: Iterable[dict[str, Any]] = (),
    period: str = NOW,
    township: str | None = None,
    *,
    held: bool = True,
    **register: Any,
) -> tuple[Row, list[Row]]:
    """Add a household with its members; clean but for what the caller changes."""
    persons = list(persons) or couple()
    township = township or ground.room("households", period, int(held))
    if held:
        ground.burden("members", period, township, len(persons))
    village = plain_village(ground, township)
    code = unused_code(ground, village)
    members = [
        ground.add("members", period, values, f"{error_id}:member:{values['person_code']}", held=held)
        for values in (member_values(ground, code, number, period, p) for number, p in enumerate(persons, 1))
    ]
    serial = ground.number("household", 0)
    head = members[0].values
    values = {
        "village_code": village, "household_code": code, "head_name": head["name"],
        "head_id_number": head["id_number"], "person_count": len(members), "poverty_status": "0",
        "exit_year": None, "identified_on": "2015-06-01", "household_attribute": "01",
        "identification_standard": "01", "main_cause": "09", "other_causes": None, "dangerous_housing": False,
        "safe_water": True, "housing_area_m2": 80.0, "farmland_area_mu": 4.0, "forest_area_mu": 10.0,
        "entry_road": "3", "cooperative_member": False, "helper_name": ground.state.identities.names(1)[0],
        "phone": phone(50_000_000 + serial), "bank_account": bank_account(50_000_000 + serial),
    }  # fmt: skip
    return ground.add("households", period, {**values, **register}, f"{error_id}:{code}", held=held), members


def member_values(ground: Ground, code: str, number: int, period: str, person: dict[str, Any]) -> dict[str, Any]:
    """The row of a new person: a healthy grown-up unless ``person`` says otherwise."""
    given = dict(person)
    birth, sex = given.pop("birth", date(1975, 5, 5)), given.get("sex", MALE)
    age = int(ages(pd.Series([birth]), last_day(period))[0])
    values = {
        "village_code": code[:12], "household_code": code, "person_code": f"{code}{number:03d}",
        "name": ground.state.identities.names(1)[0],
        "id_number": ground.state.identities.id_number("350495", birth, sex), "relation": HEAD, "sex": sex,
        "ethnicity": "01", "education": "2", "school_status": "00", "health": "1",
        "labour_ability": "1" if 16 <= age <= 60 else "4", "work_place": None, "work_months": np.nan,
        "critical_illness_insurance": True, "membership_change": None, "phone": None, "age": age,
    }  # fmt: skip
    return {**values, **given}


def unused_code(ground: Ground, village: str) -> str:
    """A household code of the village that nobody has."""
    return f"{village}{ground.number('household' + village, ADDED_FROM):04d}"


def plain_village(ground: Ground, township: str) -> str:
    """A village of the township that no figure of its own hangs on."""
    villages = ground.state.villages
    inside = villages.loc[villages["township_code"] == township, "code"].tolist()
    plain = [v for v in inside if v not in (COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE)]
    return str(plain[ground.number("village" + township, 0) % len(plain)])


def couple() -> list[dict[str, Any]]:
    """Two healthy grown-ups: head and spouse."""
    return [
        {"relation": HEAD, "sex": MALE, "birth": date(1970, 3, 4)},
        {"relation": SPOUSE, "sex": "2", "birth": date(1972, 6, 7)},
    ]
