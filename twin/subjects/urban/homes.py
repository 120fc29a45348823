"""Urban households beyond the city's own, made for errors: a healthy couple and its approved application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from twin.planting import FIRST_COPY, NOW, Ground, Row
from twin.subjects.urban.rows import application

HOUSEHOLDS, MEMBERS, APPLICATIONS, MEASURES = (
    "urban_households", "urban_members", "urban_applications", "urban_assistance",
)  # fmt: skip
MALE, FEMALE = "1", "2"
APPLIED = date(2017, 5, 10)


@dataclass
class Home:
    """A household that was added, with its couple and its application."""

    register: Row
    members: list[Row]
    application: Row


def new_home(
    ground: Ground,
    rule: str,
    *,
    held: bool,
    code: str | None = None,
    spouse: dict[str, Any] | None = None,
    listed: bool = True,
    **register: Any,
) -> Home:
    """A household in the programme: clean but for what the caller changes; its members stay accepted."""
    model = ground.values(HOUSEHOLDS, NOW, ground.find(HOUSEHOLDS, NOW, lambda _: True, taking=False))
    number = ground.number(f"copy:{HOUSEHOLDS}", FIRST_COPY)
    code = code or f"{model['community_code']}{number:04d}"
    place = {"submitter_code": model["submitter_code"]}
    people = ground.state.identities
    head = {"name": people.names(1)[0], "id_number": people.id_number("350496", date(1974, 3, 8), MALE)}
    known = {
        **place, "community_code": model["community_code"], "urban_household_code": code, "head_name": head["name"],
        "head_id_number": head["id_number"], "person_count": 2, "category": "unemployment",
        "monthly_income_per_head_yuan": 480.0, "has_dibao": True, "housing": "public_rental",
        "identified_on": application(APPLIED)["district_notice_to"] + timedelta(days=1), "status": "in_programme",
        "left_on": None, "helper_name": people.names(1)[0], "phone": None,
    }  # fmt: skip
    row = ground.add(HOUSEHOLDS, NOW, {**known, **register}, f"{rule}:{code}", held=held)
    wife = {"name": people.names(1)[0], "id_number": people.id_number("350496", date(1976, 4, 9), FEMALE)}
    couple = [
        {**head, "relation": "01", "sex": MALE},
        {**wife, "relation": "02", "sex": FEMALE, **(spouse or {})},
    ]
    adult = {"health": "1", "labour_ability": "1", "school_status": "00"}
    members = [
        ground.add(MEMBERS, NOW, {**place, "urban_household_code": code, "member_code": f"{code}{n:03d}", **adult,
                                  **person}, f"{rule}:{code}:{n}", held=False)
        for n, person in enumerate(couple if listed else [], 1)
    ]  # fmt: skip
    return Home(row, members, add_application(ground, rule, known))


def add_application(ground: Ground, rule: str, home: dict[str, Any]) -> Row:
    """The approved application of a household, by its register's values."""
    number = ground.number(f"copy:{APPLICATIONS}", FIRST_COPY)
    who = {"applicant_name": home["head_name"], "applicant_id_number": home["head_id_number"]}
    place = {name: home[name] for name in ("submitter_code", "community_code", "urban_household_code")}
    code = f"{home['community_code']}2017{number - FIRST_COPY + 500:03d}"
    values = {**place, "application_code": code, "round": 1, **who, **application(APPLIED)}
    return ground.add(APPLICATIONS, NOW, values, f"{rule}:{code}", held=False)
