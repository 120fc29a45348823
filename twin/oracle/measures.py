"""Measures of assistance: whom they reach, whether they answer a cause, what they gained."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from twin.oracle.book import Book, end_of
from twin.oracle.households import register
from twin.oracle.sides import Figure, side
from twin.places import seed


def measure_figures(book: Book, period: str) -> Iterator[Figure]:
    """Coverage and need, over the households in poverty; gains, over those that gained."""
    households = register(book, period)
    poor = households[households["is_poor"]]
    every_poor = side(poor, "village_code")
    measures = book.of_period("assistance_measures", period)
    reached = poor["household_code"].isin(measures["household_code"])
    yield Figure("assistance_coverage", side(poor[reached], "village_code"), every_poor)
    for kind in seed("code_measure_type")["code"]:
        with_kind = measures.loc[measures["measure_type"] == kind, "household_code"]
        found = side(poor[poor["household_code"].isin(with_kind)], "village_code")
        yield Figure(f"assistance_coverage_{kind}", found, every_poor)
    yield from _needs(poor, measures, period)
    yield from _gains(measures)


def _needs(poor: pd.DataFrame, measures: pd.DataFrame, period: str) -> Iterator[Figure]:
    day = end_of(period).isoformat()
    rows = seed("cause_measure")
    valid = rows[(rows["valid_from"] <= day) & ((rows["valid_to"] == "") | (day <= rows["valid_to"]))]
    answers = set(zip(valid["cause_code"], valid["measure_type"], strict=True))
    taken = set(zip(measures["household_code"], measures["measure_type"], strict=True))
    kinds = seed("code_measure_type")["code"].tolist()
    answered = [
        any((cause, kind) in answers and (code, kind) in taken for kind in kinds)
        for code, cause in zip(poor["household_code"], poor["main_cause"], strict=True)
    ]
    has_answer = pd.Series(answered, index=poor.index, dtype=bool)
    yield Figure("need_answered_share", side(poor[has_answer], "village_code"), side(poor, "village_code"))
    yield Figure("households_without_answer", side(poor[~has_answer], "village_code"))


def _gains(measures: pd.DataFrame) -> Iterator[Figure]:
    gained = measures[measures["income_gain_yuan"].notna()]
    yield _mean_gain("income_gain_per_household", gained)
    for kind in seed("code_measure_type")["code"]:
        yield _mean_gain(f"income_gain_per_household_{kind}", gained[gained["measure_type"] == kind])


def _mean_gain(indicator: str, gained: pd.DataFrame) -> Figure:
    households = side(gained, "village_code", key="household_code")
    return Figure(indicator, side(gained, "village_code", "income_gain_yuan"), households)
