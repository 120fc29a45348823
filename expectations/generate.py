"""Writes every file that is generated from the contracts; with ``--check`` only says which are stale.

Usage: ``python -m expectations.generate [--check]``. Templates are not among them: they name a
submitter and a period, and ``sanming template`` writes them when they are asked for. The entity diagram is made from
the marts' yml, the list of indicators from the seeds and the table of packages from pyproject.toml, but they go stale
in the same way.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from expectations.code_columns import coded_column_seed
from expectations.comments import comments_macro
from expectations.contract import load_contracts, load_file_rules
from expectations.dbt_macros import code_list_macro, dbt_macros, form_macros
from expectations.dbt_seeds import form_contract_seed, form_seed, rule_seed
from expectations.dbt_sources import dbt_sources
from expectations.dictionary import dictionary
from expectations.entities import entities
from expectations.handbook import handbook
from expectations.indicator_list import indicator_list
from expectations.model import Contract
from expectations.packages import architecture

CHECKOUT = Path(__file__).resolve().parent.parent
FORM_MACROS = "dbt_project/macros/generated/forms"

# Path in the checkout → what belongs in it.
GENERATED_FILES: Mapping[str, Callable[[Mapping[str, Contract]], str]] = {
    "dbt_project/models/staging/_sources.yml": dbt_sources,
    "dbt_project/macros/generated/forms.sql": dbt_macros,
    "dbt_project/macros/generated/comment_beginnings.sql": comments_macro,
    "dbt_project/seeds/code_return_form.csv": form_seed,
    "dbt_project/macros/generated/code_lists.sql": code_list_macro,
    "dbt_project/seeds/coded_column.csv": coded_column_seed,
    "dbt_project/seeds/form_contract.csv": form_contract_seed,
    "dbt_project/seeds/rule.csv": lambda contracts: rule_seed(contracts, load_file_rules()),
    "docs/handbook.md": lambda contracts: handbook(contracts, load_file_rules()),
    "docs/dictionary.md": dictionary,
    "docs/entities.md": entities,
    "docs/indicators.md": lambda _: indicator_list(),
    "docs/architecture.md": lambda _: architecture(),
    **{f"{FORM_MACROS}/{form}.sql": partial(form_macros, form) for form in load_contracts()},
}


def stale_files(root: Path = CHECKOUT) -> list[str]:
    """Paths of generated files that differ from what the contracts say, are missing, or are of a form that is gone."""
    macros = {path.relative_to(root).as_posix() for path in (root / FORM_MACROS).glob("*.sql")}
    return [
        name
        for name, make in GENERATED_FILES.items()
        if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != make(load_contracts())
    ] + sorted(macros - GENERATED_FILES.keys())


def write_files(root: Path = CHECKOUT) -> list[str]:
    """Write the stale ones anew, delete those of forms that are gone, and return their paths."""
    stale = stale_files(root)
    for name in stale:
        path = root / name
        if name not in GENERATED_FILES:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(GENERATED_FILES[name](load_contracts()), encoding="utf-8")
    return stale


def main(arguments: list[str] | None = None) -> int:
    """Write or check; exit code 1 when a checked file is stale."""
    parser = argparse.ArgumentParser(prog="python -m expectations.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, name the stale files")
    if not parser.parse_args(arguments).check:
        for name in write_files():
            print(f"written: {name}")
        return 0
    stale = stale_files()
    for name in stale:
        print(f"stale: {name} differs from the contracts; run `make generate` and commit it", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
