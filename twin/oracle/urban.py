"""The urban programme: households in it, persons, measures, applications."""

from __future__ import annotations

from collections.abc import Iterator

from twin.oracle.book import Book, end_of, first_claims
from twin.oracle.sides import Figure, side
from twin.places import seed

IN_PROGRAMME = "in_programme"


def urban_figures(book: Book, period: str) -> Iterator[Figure]:
    """Households in the programme on the period's last day."""
    households = first_claims(book.state("urban_households", period), "urban_household_code")
    households = households[households["status"] == IN_PROGRAMME]
    everyone = side(households, "community_code")
    yield Figure("urban_households", everyone)
    for category in seed("code_urban_category")["code"]:
        found = households[households["category"] == category]
        yield Figure(f"urban_households_category_{category}", side(found, "community_code"))
    members = book.state("urban_members", period)
    members = members[members["urban_household_code"].isin(households["urban_household_code"])]
    person = members["id_number"].str.upper().fillna(members["member_code"])
    yield Figure("urban_persons", side(members, members["urban_household_code"].str[:12], key=person))
    measures = book.state("urban_assistance", period)
    measures = measures[measures["urban_household_code"].isin(households["urban_household_code"])]
    reached = households["urban_household_code"].isin(measures["urban_household_code"])
    yield Figure("urban_assistance_coverage", side(households[reached], "community_code"), everyone)
    for kind in seed("code_urban_measure_type")["code"]:
        having = measures.loc[measures["measure_type"] == kind, "urban_household_code"]
        found = households[households["urban_household_code"].isin(having)]
        yield Figure(f"urban_assistance_coverage_{kind}", side(found, "community_code"), everyone)
    yield Figure("urban_assistance_funds", side(measures, measures["urban_household_code"].str[:12], "funds_yuan"))


def application_figures(book: Book, period: str) -> Iterator[Figure]:
    """Applications decided in the year so far."""
    rows = book.of_years("urban_applications", period)
    day = rows[["community_reviewed_on", "street_reviewed_on", "district_notice_to"]].astype(str).max(axis=1)
    decided = rows[
        rows["outcome"].isin(["approved", "rejected"])
        & (day.str[:4] == period[:4])
        & (day.str[:10] <= f"{end_of(period)}")
    ]
    approved = decided[decided["outcome"] == "approved"]
    yield Figure("urban_applications_approved_share", side(approved, "community_code"), side(decided, "community_code"))
