"""Seeds of indicators → the list of all of them (Chinese): what each counts, in what unit, over what it adds up.

The definitions are the seeds'; nothing is said here twice.
"""

from __future__ import annotations

from pathlib import Path

from expectations.markdown import GENERATED, table
from expectations.seed_rows import read_seed_rows
from expectations.wording import load_wording

SEEDS = Path(__file__).resolve().parent.parent / "dbt_project" / "seeds"


def indicator_list(seeds: Path = SEEDS) -> str:
    """The list as Markdown, in the order of the seed ``indicator_definition``.

    Args:
        seeds: folder with ``indicator_definition.csv`` and ``indicator_formula.csv``.
    """
    own = load_wording()["indicators"]
    formulas = {row["indicator"]: row for row in read_seed_rows(seeds / "indicator_formula.csv")}
    rows = [
        (
            f"`{row['indicator']}`",
            row["name"],
            row["unit"],
            own["basis"][row["basis"]],
            own["additivity"][row["additivity"]],
            own["levels"]["villages" if row["on_villages"] == "true" else "townships"],
            _formula(row, formulas.get(row["indicator"])),
            own["verified"][row["verified"]],
        )
        for row in read_seed_rows(seeds / "indicator_definition.csv")
    ]
    return f"{GENERATED}# {own['title']}\n\n{own['intro']}\n\n" + table(own["headers"], rows).rstrip() + "\n"


def _formula(row: dict[str, str], formula: dict[str, str] | None) -> str:
    """The definition, with numerator and denominator where it does not say them itself."""
    if formula is None or not formula["denominator_name"] or "÷" in row["definition"]:
        return row["definition"]
    return f"{row['definition']}（{formula['numerator_name']} ÷ {formula['denominator_name']}）"
