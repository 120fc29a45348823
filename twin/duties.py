"""Who sends what: the submitter a row belongs to, the offices of a (sub-)city, the forms due from each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from expectations.contract import load_contracts
from twin.places import read_places, seed

CITY = "350400"
# What tells the township of a row that names no submitter: the first that is filled in.
_TELLING = ("village_code", "fund_code", "household_code")
_TOWNSHIP_DIGITS = 9


def submitter_of(rows: pd.DataFrame) -> pd.Series:
    """The submitter of every row: its ``submitter_code``, else the township that its code begins with."""
    if "submitter_code" in rows.columns:
        return rows["submitter_code"]
    first, *others = [rows[name] for name in _TELLING if name in rows.columns]
    for codes in others:
        first = first.fillna(codes)
    return first.str[:_TOWNSHIP_DIGITS]


def sender_of(values: Mapping[str, Any]) -> str:
    """The submitter of one row."""
    if values.get("submitter_code"):
        return str(values["submitter_code"])
    return str(next(values[name] for name in _TELLING if values.get(name)))[:_TOWNSHIP_DIGITS]


def is_township(submitter: str) -> bool:
    """Whether the code is a township's."""
    return submitter in _townships()


@cache
def _townships() -> frozenset[str]:
    return frozenset(read_places().townships["code"])


def offices_of(townships: tuple[str, ...]) -> tuple[str, ...]:
    """Submitters beyond the townships that belong to a (sub-)city: the city's, and those of the townships' counties."""
    areas = {CITY, *(code[:6] for code in townships)}
    submitters = seed("submitter")
    offices = submitters[(submitters["kind"] != "township") & submitters["area_code"].isin(areas)]
    owing = set(seed("submitter_form")["submitter_code"])
    return tuple(code for code in sorted(offices["submitter_code"]) if code in owing)


@cache
def _duties() -> dict[str, dict[str, tuple[str, str]]]:
    duties: dict[str, dict[str, tuple[str, str]]] = {}
    rows = seed("submitter_form")
    for code, form, first, last in zip(
        rows["submitter_code"], rows["form"], rows["valid_from"], rows["valid_to"], strict=True
    ):
        duties.setdefault(code, {})[form] = (first, last)
    return duties


def due_forms(submitter: str, period: str) -> tuple[str, ...]:
    """The forms a submitter owes for a period, in the order of the contracts."""
    owed = _duties().get(submitter, {})
    return tuple(
        form
        for form, contract in load_contracts().items()
        if form in owed
        and owed[form][0][:7] <= period
        and (not owed[form][1] or period <= owed[form][1][:7])
        and contract.due(period)
    )
