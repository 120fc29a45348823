"""Who of a township's clerks writes which rows of a form, and how: the parameters are those of ``clerks.yaml``.

A township's first hand has the habits of ``habits``; the others have some of their own. Who writes what is told by the
township and the form alone, so they write alike in every (sub-)city and period. What they get wrong is not told here.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from twin.duties import is_township
from twin.habits import TRUE_DATES, Habits, habits_of
from twin.parameters import read_yaml
from twin.places import FIRST_TOWNSHIPS
from twin.sheets import Desk

VILLAGE_STYLES, DATE_STYLES, BOOL_STYLES = (0, 1, 2, 3), (TRUE_DATES, 0, 1, 2, 3, 4), (0, 1, 2)
# What tells the village of a row.
_VILLAGE_DIGITS = 12


@dataclass(frozen=True)
class Office:
    """The clerks of a township: their hands, the first hand first, and how they share the work."""

    township: str
    hands: tuple[Habits, ...]
    divided_by: str
    decimals: int


def clerk_words() -> dict[str, Any]:
    """The parameters of clerks (``clerks.yaml``)."""
    return read_yaml("clerks")


def rates_of_clerks() -> dict[str, Any]:
    """How clerks write; it has not changed so far."""
    rates: dict[str, Any] = clerk_words()["rates"][-1]
    return rates


@cache
def office_of(township: str, seed: int) -> Office:
    """The clerks of a township; the article's three and other offices have one hand, and write to the yuan."""
    if township in FIRST_TOWNSHIPS or not is_township(township):
        return Office(township, (habits_of(township),), "form", max(rates_of_clerks()["decimals"]))
    rng = _chance(seed, township)
    count = _one_of(rates_of_clerks()["hands"], rng)
    divided_by = _one_of(rates_of_clerks()["divided_by"], rng)
    decimals = _one_of(rates_of_clerks()["decimals"], rng)
    first = habits_of(township)
    others = tuple(_another(first, rng, writes_forms=divided_by == "form") for _ in range(count - 1))
    return Office(township, (first, *others), divided_by, decimals)


def desk_of(office: Office, form: str, rows: pd.DataFrame, seed: int) -> Desk:
    """How a form of the township's return is written: in whose layout, by whom which rows, in pages of how many."""
    rates = rates_of_clerks()
    rng = _chance(seed, office.township, form)
    repeats = office.township not in FIRST_TOWNSHIPS and rng.random() < rates["repeated_header_share"]
    page_rows = rates["page_rows"] if repeats and is_township(office.township) else None
    if office.divided_by == "form":
        return Desk(office.hands[int(rng.integers(len(office.hands)))], (), page_rows)
    writers = _by_village(office, rows, seed) if office.divided_by == "village" else _by_turns(office, rows)
    hands = tuple((hand, np.flatnonzero(writers == n)) for n, hand in enumerate(office.hands))
    return Desk(office.hands[0], hands, page_rows)


def _by_village(office: Office, rows: pd.DataFrame, seed: int) -> np.ndarray:
    telling = next((name for name in ("village_code", "household_code") if name in rows.columns), None)
    if telling is None:
        return np.zeros(len(rows), dtype=int)
    villages = rows[telling].fillna("").str[:_VILLAGE_DIGITS]
    writer = {one: int(_chance(seed, office.township, one).integers(len(office.hands))) for one in set(villages)}
    return villages.map(writer).to_numpy(dtype=int)


def _by_turns(office: Office, rows: pd.DataFrame) -> np.ndarray:
    return np.arange(len(rows)) // int(rates_of_clerks()["turn_rows"]) % len(office.hands)


def _another(first: Habits, rng: np.random.Generator, *, writes_forms: bool) -> Habits:
    """A further hand; who writes whole forms lays them out in another way as well. Units and files stay the first's."""
    rates = rates_of_clerks()
    hand = replace(
        first,
        village_style=int(rng.choice(VILLAGE_STYLES)),
        date_style=int(rng.choice(DATE_STYLES)),
        bool_style=int(rng.choice(BOOL_STYLES)),
        money=_one_of(rates["notation"], rng),
        trailing_spaces=bool(rng.random() < rates["spaces_share"]),
        null_word=bool(rng.random() < rates["null_word_share"]),
    )
    aliases, merges, every, info = (bool(one) for one in rng.random(4) < 0.5)
    if not writes_forms:
        return hand
    return replace(hand, aliases=aliases, merges_households=merges, all_columns=every, info_line=info)


def _one_of(shares: Mapping[Any, float], rng: np.random.Generator) -> Any:
    return list(shares)[int(rng.choice(len(shares), p=list(shares.values())))]


def _chance(seed: int, *what: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(" ".join(("clerks", *what)).encode())])
