"""The real places of the 2017 edition: townships, villages, and how a clerk spells a village.

Reads the seeds by path; no figures of the city are decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from twin.parameters import read_yaml

SEEDS = Path(__file__).resolve().parent.parent / "dbt_project" / "seeds"
KEY_COUNTY_NOTE_COLUMN = "note"
# The township of the first township fund, of the first village fund, and of the village cooperative.
FIRST_TOWNSHIPS = ("350426202", "350427105", "350423101")


@dataclass(frozen=True)
class Places:
    """Townships that send returns, and the village units in them."""

    townships: pd.DataFrame
    villages: pd.DataFrame


def words() -> dict[str, Any]:
    """The clerks' words (``words.yaml``)."""
    return read_yaml("words")


@cache
def seed(name: str) -> pd.DataFrame:
    """One seed as text."""
    return pd.read_csv(SEEDS / f"{name}.csv", dtype=str, keep_default_na=False)


@cache
def code_names(code_list: str) -> dict[str, str]:
    """Code → name of a code list."""
    frame = seed(f"code_{code_list}")
    return dict(zip(frame["code"], frame["name"], strict=True))


@cache
def read_places() -> Places:
    """Townships that owe returns, with county and weight, and their village units."""
    divisions, villages = seed("division_2017"), seed("village_2017")
    owing = seed("submitter_form")["submitter_code"].unique()
    townships = divisions[divisions["code"].isin(owing) & (divisions["level"] == "township")].copy()
    counties = divisions[divisions["level"] == "county"]
    # The note names the provincial key counties; every noted county is one.
    key_counties = set(counties.loc[counties[KEY_COUNTY_NOTE_COLUMN] != "", "code"])
    townships["county_code"] = townships["parent_code"]
    townships["is_key_county"] = townships["county_code"].isin(key_counties)
    villages = villages.rename(columns={"parent_code": "township_code"})
    villages = villages[villages["township_code"].isin(set(townships["code"]))].copy()
    committees = code_kind("committee")
    villages["is_village"] = villages["kind"] == committees
    villages = villages.merge(
        townships[["code", "county_code", "is_key_county"]].rename(columns={"code": "township_code"}),
        on="township_code",
    )
    return Places(townships.reset_index(drop=True), villages.sort_values("code").reset_index(drop=True))


def code_kind(which: str) -> str:
    """The kind of village unit as the seed writes it: the commonest is the villagers' committee."""
    counts = seed("village_2017")["kind"].value_counts()
    return str(counts.index[{"committee": 0, "residents": 1, "other": 2}[which]])


def _base(name: str) -> str:
    for suffix in words()["ambiguous_suffixes"]:
        if name.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)]
    return name


def village_spelling(villages: pd.DataFrame, style: int) -> dict[str, str]:
    """Village code → what this township's clerk writes (style 0 short, 1 full, 2 bare, 3 code).

    A spelling that could mean two units of the township falls back to the full name.
    """
    names = dict(zip(villages["code"], villages["name"], strict=True))
    shorts = dict(zip(villages["code"], villages["short_name"], strict=True))
    forms: dict[str, int] = {}
    for code in names:
        for form in {names[code], shorts[code], _base(names[code]), _base(shorts[code])}:
            forms[form] = forms.get(form, 0) + 1
    spelled = {}
    for code, name in names.items():
        bare = _base(shorts[code])
        choice = {0: shorts[code], 1: name, 2: bare if len(bare) > 1 else shorts[code], 3: code}[style]
        if style == 2 and bare.endswith(words()["village_suffix"]):
            choice = name
        spelled[code] = choice if forms.get(choice, 1) == 1 else name
    return spelled
