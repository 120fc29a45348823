"""Persons of the register, each counted once in a division, and the classes of the poor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from twin.oracle.book import Book, end_of, first_claims
from twin.oracle.households import parts, register
from twin.oracle.sides import Figure, side
from twin.places import seed

# Digits of an ID number that tell the birth.
BIRTH = slice(6, 14)
LEFT = ("died", "married_out", "moved_out")


def persons(book: Book, period: str) -> pd.DataFrame:
    """The members of a period's register with what their household says, and ``person``: who it is.

    Who is listed because he left counts no longer.
    """
    households = register(book, period)[
        ["submitter", "household_code", "poverty_status", "is_poor", "has_left", "household_attribute",
         "identification_standard", "exit_year", "identified_on"]
    ]  # fmt: skip
    members = first_claims(book.state("members", period), "person_code")
    members = members[~members["membership_change"].isin(LEFT)]
    rows = members.merge(households, on=["submitter", "household_code"])
    rows["person"] = rows["id_number"].str.upper().fillna(rows["person_code"])
    return rows


def age_on(id_number: object, day: date) -> int | None:
    """Completed years on a day, by the ID number."""
    digits = str(id_number)[BIRTH]
    if not digits.isdigit():
        return None
    birth = (int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    return day.year - birth[0] - ((day.month, day.day) < birth[1:])


def person_figures(book: Book, period: str) -> Iterator[Figure]:
    """Registered, poor and exited persons, and the shares of the poor by class."""
    rows = persons(book, period)
    registered = side(rows, "village_code", key="person")
    exited = side(rows[rows["has_left"]], "village_code", key="person")
    yield Figure("registered_persons", registered)
    yield Figure("poor_persons", side(rows[rows["is_poor"]], "village_code", key="person"))
    yield Figure("exited_persons", exited)
    yield Figure("exit_rate", exited, registered)
    poor = rows[rows["is_poor"]]
    for standard, name in (("national", ("01",)), ("provincial", ("02", "03"))):
        yield Figure(f"poor_persons_{standard}", side(poor[poor["identification_standard"].isin(name)], "village_code"))
    counted = counted_once(book, period, rows)
    yield from _classes(counted[counted["is_poor"]])


def counted_once(book: Book, period: str, rows: pd.DataFrame) -> pd.DataFrame:
    """One row a person of the city: of several households that claim one, the one that was registered first."""
    since: dict[str, str] = {}
    for earlier in reversed([p for p in book.periods if p <= period]):
        since |= dict.fromkeys(book.state("members", earlier)["person_code"], earlier)
    order = rows.assign(since=rows["person_code"].map(since)).sort_values(["is_carried", "since", "person_code"])
    return order.drop_duplicates("person")


def _classes(poor: pd.DataFrame) -> Iterator[Figure]:
    """Shares of the poor; who is carried from a return has the age of its day."""
    everyone = side(poor, "village_code")
    days = poor["returned"].map(end_of)
    ages = pd.Series(map(age_on, poor["id_number"], days), index=poor.index, dtype=float)
    bands = seed("age_band")
    conditions = poor["health"].map(parts)
    tests = {f"attribute_{c}": poor["household_attribute"] == c for c in ("01", "04", "06")}
    for lower, upper in zip(bands["lower_age"].astype(int), bands["upper_age"].astype(int), strict=True):
        tests[f"age_{lower}"] = (ages >= lower) & (ages < upper)
    for code in seed("code_health")["code"]:
        tests[f"health_{code}"] = conditions.map(lambda found, code=code: code in found)
    tests |= {f"labour_{c}": poor["labour_ability"] == c for c in seed("code_labour_ability")["code"]}
    tests |= {f"education_{c}": poor["education"] == c for c in seed("code_education")["code"]}
    tests |= {f"status_{c}": poor["poverty_status"] == c for c in ("0", "2", "3")}
    for name, belongs in tests.items():
        yield Figure(f"poor_persons_{name}", side(poor[belongs], "village_code"), everyone)
