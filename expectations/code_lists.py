"""The choices a clerk has in a cell: code lists and village names, read from the seed CSV files.

Only reading for people lives here; checks and dbt load the same files as tables (``seeds``).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from expectations.model import Contract
from expectations.seed_rows import read_seed_rows


def code_list_names(seeds: Path, code_list: str) -> list[str]:
    """Names of a code list in the order in which they are offered."""
    rows = read_seed_rows(seeds / f"code_{code_list}.csv")
    return [row["name"] for row in sorted(rows, key=lambda row: int(row["sort_order"]))]


def place_choices(seeds: Path, area: str) -> dict[str, list[str]]:
    """Names of the places of an area by level, as a template offers them; a level without any is left out.

    Args:
        seeds: folder of the code lists.
        area: a township's 9 digits, a county's 6, or the city's 6 ending in 00.
    """
    inside = area[:-2] if area.endswith("00") and len(area) == 6 else area
    divisions = [row for row in read_seed_rows(seeds / "division_2017.csv") if row["code"].startswith(inside)]
    choices = {
        "village": offered_villages(seeds, area),
        "township": [row["name"] for row in divisions if row["level"] == "township"],
        "county": [row["name"] for row in divisions if row["level"] == "county"],
    }
    return {level: names for level, names in choices.items() if names}


def offered_villages(seeds: Path, township_code: str) -> list[str]:
    """How the villages of a township are offered: by short name, or by full name where two share one."""
    rows = [row for row in read_seed_rows(seeds / "village_2017.csv") if row["parent_code"] == township_code]
    short_names = [row["short_name"] for row in rows]
    return [row["short_name"] if short_names.count(row["short_name"]) == 1 else row["name"] for row in rows]


def lists_of(contracts: Iterable[Contract]) -> dict[str, str]:
    """The code lists these forms use, in the order of the columns, each with the header it first stands under."""
    used: dict[str, str] = {}
    for contract in contracts:
        for column in contract.columns:
            if column.code_list:
                used.setdefault(column.code_list, column.header)
    return used
