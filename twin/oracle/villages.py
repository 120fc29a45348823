"""Villages: their status by the counties' decisions, their income, projects and population."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pandas as pd

from twin.oracle.book import Book, end_of
from twin.oracle.persons import persons
from twin.oracle.sides import Figure, side
from twin.places import seed

OPERATING = ("operating_income_yuan", "contract_income_yuan", "investment_income_yuan")
SHELL = {"shell_recorded": True, "shell_removed": False}
POOR = {"poor_village_recorded": True, "poor_village_exited": False}
TARGETS = {"operating_income_50k": 50_000, "operating_income_100k": 100_000}


def decided(book: Book, period: str, kinds: dict[str, bool]) -> dict[str, bool]:
    """Village → what the last decision of some kinds up to a period's end says."""
    rows = book.ledger("village_decisions")
    rows = rows[rows["decision_kind"].isin(kinds) & (rows["decided_on"] <= end_of(period))]
    rows = rows.sort_values(["decided_on", "decision_number"], kind="stable")
    return {village: kinds[kind] for village, kind in zip(rows["village_code"], rows["decision_kind"], strict=True)}


def cohort(book: Book, name: str) -> str:
    """The period that a cohort is fixed at."""
    rows = seed("cohort")
    return str(rows.loc[rows["cohort"] == name, "baseline_period"].iloc[0])


def shell_cohort(book: Book, period: str) -> set[str]:
    """The poor shell villages of the baseline; none before it."""
    baseline = cohort(book, "shell_villages")
    return set() if period < baseline else _poor_shells(book, baseline)


def _poor_shells(book: Book, period: str) -> set[str]:
    returns = book.state("village_income", period)
    poor = set(returns.loc[returns["registered_poor_village"].eq(True), "village_code"])
    return {village for village, is_shell in decided(book, period, SHELL).items() if is_shell and village in poor}


def _at(villages: set[str] | list[str]) -> pd.DataFrame:
    return pd.DataFrame({"place": sorted(villages), "amount": 1}).astype({"place": object})


def status_figures(book: Book, period: str) -> Iterator[Figure]:
    """Shell villages and poor villages, as recorded by decision."""
    now = decided(book, period, SHELL)
    shells = {village for village, is_shell in now.items() if is_shell}
    yield Figure("shell_villages", _at(shells))
    yield Figure("poor_shell_villages", _at(_poor_shells(book, period)))
    before = f"{int(period[:4]) - 1}-12"
    then = decided(book, before, SHELL)
    new = {village for village in shells if not then.get(village, False)}
    yield Figure("new_shell_villages", _at(new), knows=partial(_knows, book, before))
    followed = shell_cohort(book, period)
    removed = {village for village in followed if now.get(village) is False}
    yield Figure("shell_removal_rate", _at(removed), _at(followed), **_followed(book, period))
    poor = decided(book, period, POOR)
    yield Figure("poor_villages", _at([village for village, is_poor in poor.items() if is_poor]))
    yield Figure("poor_villages_exited", _at([village for village, is_poor in poor.items() if not is_poor]))


def _knows(book: Book, before: str, township: str) -> bool:
    return book.last_return("village_income", township, before) is not None


def _is_followed(book: Book, period: str, _: str) -> bool:
    return period >= cohort(book, "shell_villages")


def _followed(book: Book, period: str) -> dict[str, Any]:
    """What is known of the cohort's shares, and of whom they are asked: of townships that tell of villages."""
    villages = book.state("village_income", period)["village_code"].astype(str)
    return {"knows": partial(_is_followed, book, period), "asked": frozenset(villages.str[:9])}


def income_of_villages(book: Book, period: str) -> Iterator[Figure]:
    """Collective income of the year so far."""
    rows = book.of_period("village_income", period)
    rows["operating"] = rows[list(OPERATING)].astype(float).sum(axis=1)
    everyone = side(rows, "village_code")
    total = side(rows, "village_code", "total_income_yuan")
    yield Figure("village_income_mean", total, everyone)
    yield Figure("operating_income_share", side(rows, "village_code", "operating"), total)
    for indicator, target in TARGETS.items():
        yield Figure(indicator, side(rows[rows["operating"] >= target], "village_code"), everyone)


def project_figures(book: Book, period: str) -> Iterator[Figure]:
    """Projects that raise the income of villages, and of the shell villages of the cohort among them."""
    rows = book.state("village_projects", period)
    followed = shell_cohort(book, period)
    of_shells = rows[rows["village_code"].isin(followed)]
    yield Figure("village_projects", side(rows, "village_code", key="project_code"))
    yield Figure("village_project_allocated", side(rows, "village_code", "allocated_yuan"))
    yield Figure("village_project_income_added", side(rows, "village_code", "income_added_yuan"))
    followed_since = partial(_is_followed, book, period)
    added = side(of_shells, "village_code", "income_added_yuan")
    yield Figure("shell_village_projects", side(of_shells, "village_code", key="project_code"), knows=followed_since)
    yield Figure("shell_village_income_added", added, knows=followed_since)
    yield Figure("income_added_per_shell", added, _at(followed), **_followed(book, period))


def population_figures(book: Book, period: str) -> Iterator[Figure]:
    """Inhabitants of villages with a profile, and the poor among them."""
    profiles = book.state("village_profiles", period)
    population = side(profiles, "village_code", "rural_registered_population")
    rows = persons(book, period)
    poor = rows[rows["is_poor"] & rows["village_code"].isin(profiles["village_code"])]
    yield Figure("rural_registered_population", population)
    yield Figure("poverty_rate", side(poor, "village_code", key="person"), population)
