"""Clean rows of the urban programme: households, members, applications, measures; no errors.

Households live in residents' communities (居委会) of the pilot districts and are new persons: nobody of the
rural register is among them. The first household of every street has left the programme; copies that carry an
error are made of it, since a household that left owes neither members nor an application.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from expectations.id_number import check_digit
from twin.identity import phone
from twin.people import make_people
from twin.person_states import person_states
from twin.places import code_kind, read_places, seed
from twin.plan import Figures
from twin.subject import CityPlan, Forms

FORMS = ("urban_households", "urban_members", "urban_applications", "urban_assistance")
HOUSEHOLDS = 1_200
# A small city keeps so many in a street: else its planted errors would outweigh its rows.
LEAST_IN_STREET = 40
ILL, SERIOUS, DISABLED, AT_HOME = "2", "3", "4", "00"
CATEGORIES = ("illness", "disability", "schooling", "unemployment")
LEFT_ON = date(2017, 6, 28)
PHONES_FROM = 60_000_000

Values = dict[str, Any]


def urban_states(plan: CityPlan, period: str, made: Forms) -> dict[str, pd.DataFrame]:
    """The four forms of a period: none before the programme is open, the same roster ever after."""
    opened = _opened()
    streets = [code for code in plan.townships if opened.get(code[:6], "9999-12")[:7] <= period]
    if not streets:
        return {}
    earlier = sorted(p for form, p in made if form == FORMS[0] and p < period)
    if earlier:
        return {form: made[form, earlier[-1]].copy() for form in FORMS}
    roster = _roster(plan, streets)
    if roster.empty:
        return {}
    members = _members(plan, roster, period)
    households = _households(plan, roster, members)
    return {
        "urban_households": households.drop(columns="applied_on"),
        "urban_members": members,
        "urban_applications": _applications(plan, households),
        "urban_assistance": _assistance(plan, households, members),
    }


def _roster(plan: CityPlan, streets: list[str]) -> pd.DataFrame:
    """One row per household: community, code, size and what ``make_people`` asks for."""
    every = read_places().villages
    residents = every[(every["kind"] == code_kind("residents")) & every["county_code"].isin(set(_opened()))]
    scale = sum(n for _, n in plan.figures.households) / sum(n for _, n in Figures().households)
    share = HOUSEHOLDS * scale / len(residents)
    rows: list[tuple[str, str, int]] = []
    for street in streets:
        codes = residents.loc[residents["township_code"] == street, "code"].tolist()
        wanted = max(LEAST_IN_STREET, round(share * len(codes))) if codes else 0
        rows.extend((street, codes[n % len(codes)], n // len(codes) + 1) for n in range(wanted))
    roster = pd.DataFrame(rows, columns=["submitter_code", "village_code", "serial"])
    roster["household_code"] = roster["village_code"] + roster["serial"].map("{:04d}".format)
    roster = roster.sort_values("household_code", ignore_index=True)
    roster["county_code"] = roster["village_code"].str[:6]
    roster["household_attribute"] = "01"
    roster["size"] = plan.rng("urban sizes").choice([1, 2, 3, 4, 5], len(roster), p=[0.2, 0.28, 0.32, 0.14, 0.06])
    return roster


def _opened() -> dict[str, str]:
    """District → first day of the programme, where that is known."""
    area = seed("urban_programme_area")
    return {code: day for code, day in zip(area["county_code"], area["valid_from"], strict=True) if day}


def _members(plan: CityPlan, roster: pd.DataFrame, period: str) -> pd.DataFrame:
    people = make_people(roster, plan.seed * 1000 + 347, plan.people_apart("urban"))
    persons = person_states(people, period)
    persons["submitter_code"] = roster["submitter_code"].to_numpy()[persons["household"]]
    persons = persons.rename(columns={"household_code": "urban_household_code", "person_code": "member_code"})
    columns = [
        "submitter_code", "urban_household_code", "member_code", "name", "id_number", "relation", "sex", "health",
        "labour_ability", "school_status",
    ]  # fmt: skip
    return persons[columns].reset_index(drop=True)


def situation(members: pd.DataFrame) -> dict[str, set[str]]:
    """What is true of a household's members: ``illness``, ``disability``, ``schooling``, ``labour``."""
    health = [set(str(codes).split(",")) for codes in members["health"]]
    traits_of = {
        "illness": [bool(codes & {ILL, SERIOUS}) for codes in health],
        "disability": [DISABLED in codes for codes in health],
        "schooling": (members["school_status"] != AT_HOME).tolist(),
        "labour": members["labour_ability"].isin(["1", "2", "5"]).tolist(),
    }
    traits: dict[str, set[str]] = {code: set() for code in members["urban_household_code"]}
    for trait, flags in traits_of.items():
        for code, flag in zip(members["urban_household_code"], flags, strict=True):
            if flag:
                traits[code].add(trait)
    return traits


def _households(plan: CityPlan, roster: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    rng, count = plan.rng("urban households"), len(roster)
    heads = members[~members.duplicated("urban_household_code")]
    traits = situation(members)
    dibao = rng.random(count) < 0.5
    income = np.where(dibao, rng.integers(15, 54, count), rng.integers(54, 96, count)) * 10.0
    applied = [date(2017, 5, 2) + timedelta(days=int(n)) for n in rng.integers(0, 20, count)]
    left = ~roster.duplicated("submitter_code").to_numpy()
    return pd.DataFrame(
        {
            "submitter_code": roster["submitter_code"],
            "community_code": roster["village_code"],
            "urban_household_code": roster["household_code"],
            "head_name": heads["name"].to_numpy(),
            "head_id_number": heads["id_number"].to_numpy(),
            "person_count": roster["size"],
            "category": [_category(traits[code], i) for i, code in enumerate(roster["household_code"])],
            "monthly_income_per_head_yuan": income,
            "has_dibao": dibao,
            "housing": rng.choice(["owned", "public_rental", "private_rental", "borrowed"], count),
            "identified_on": [application(day)["district_notice_to"] + timedelta(days=1) for day in applied],
            "status": np.where(left, "left", "in_programme"),
            "left_on": [LEFT_ON if gone else None for gone in left],
            "helper_name": plan.people_apart("urban helpers").names(count),
            "phone": [phone(PHONES_FROM + i) for i in range(count)],
            "applied_on": applied,
        }
    )


def _category(traits: set[str], turn: int) -> str:
    """The first category in turn that the members bear out."""
    order = [CATEGORIES[(turn + i) % len(CATEGORIES)] for i in range(len(CATEGORIES))]
    return next(category for category in order if category in traits or category == "unemployment")


def application(applied: date) -> Values:
    """The days and results of an application that passed every step."""
    days = {
        "applied_on": 0, "community_reviewed_on": 3, "community_notice_from": 4, "community_notice_to": 11,
        "street_reviewed_on": 13, "district_notice_from": 14, "district_notice_to": 21,
    }  # fmt: skip
    dates = {name: applied + timedelta(days=n) for name, n in days.items()}
    return {**dates, "community_passed": True, "street_passed": True, "outcome": "approved", "rejected_at": None}


def refused(applied: date) -> Values:
    """The same, refused by the community's review."""
    later = dict.fromkeys(
        ("community_notice_from", "community_notice_to", "street_reviewed_on", "street_passed", "district_notice_from",
         "district_notice_to")
    )  # fmt: skip
    first = application(applied) | {"community_passed": False, "outcome": "rejected", "rejected_at": "community"}
    return {**first, **later, "urban_household_code": None}


def pending(applied: date) -> Values:
    """The same, waiting for the community's review."""
    nothing = {"community_reviewed_on": None, "community_passed": None, "outcome": "pending", "rejected_at": None}
    return {**refused(applied), **nothing}


def _applications(plan: CityPlan, households: pd.DataFrame) -> pd.DataFrame:
    """An approved application per household; some that were refused or still wait."""
    rng, rows = plan.rng("urban applications"), []
    for home in households.to_dict("records"):
        common = {"submitter_code": home["submitter_code"], "community_code": home["community_code"], "round": 1}
        who = {"applicant_name": home["head_name"], "applicant_id_number": home["head_id_number"]}
        rows.append({**common, **who, "urban_household_code": home["urban_household_code"],
                     **application(home["applied_on"])})  # fmt: skip
        if rng.random() < 0.08:
            stranger = {"applicant_name": home["helper_name"], "applicant_id_number": own_number(len(rows), 930)}
            rows.append({**common, **stranger, **refused(home["applied_on"])})
        if rng.random() < 0.05:
            stranger = {"applicant_name": home["helper_name"], "applicant_id_number": own_number(len(rows), 950)}
            rows.append({**common, **stranger, **pending(date(2017, 6, 20))})
    frame = pd.DataFrame(rows, dtype=object)
    serial = frame.groupby("community_code").cumcount() + 1
    frame["application_code"] = frame["community_code"] + "2017" + serial.map("{:03d}".format)
    return frame


def _assistance(plan: CityPlan, households: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Two or three measures a household: pairing, and what its situation asks for."""
    rng, rows = plan.rng("urban assistance"), []
    traits = situation(members)
    for home in households.to_dict("records"):
        kinds = ["pairing", *_fitting(traits[home["urban_household_code"]], home)]
        chosen = [kinds[0], *rng.permutation(kinds[1:])[:2].tolist()]
        for number, kind in enumerate(chosen, 1):
            start = home["identified_on"] + timedelta(days=int(rng.integers(0, 10)))
            rows.append({
                "submitter_code": home["submitter_code"], "urban_household_code": home["urban_household_code"],
                "measure_code": f"{home['urban_household_code']}{number:03d}", "measure_type": kind,
                "measure_content": None, "started_on": start, "ended_on": home["left_on"],
                "funds_yuan": 0.0 if kind == "pairing" else float(rng.integers(2, 60) * 50),
                "helper_name": home["helper_name"] if kind == "pairing" else None,
            })  # fmt: skip
    return pd.DataFrame(rows, dtype=object)


def _fitting(traits: set[str], home: Mapping[Any, Any]) -> list[str]:
    fits = {
        "employment": "labour" in traits,
        "medical": "illness" in traits,
        "schooling": "schooling" in traits,
        "housing": home["housing"] != "owned",
        "disability": "disability" in traits,
        "safety_net": bool(home["has_dibao"]),
    }
    return [kind for kind, fit in fits.items() if fit]


def own_number(number: int, series: int) -> str:
    """An ID number of a man of 1950 to 1990 whom ``Identities`` does not give out: there sequences end at 199."""
    birth = date(1950, 1, 1) + timedelta(days=number % 14_000)
    first = f"350494{birth:%Y%m%d}{series + 1 + 2 * (number // 14_000):03d}"
    return first + check_digit(first)
