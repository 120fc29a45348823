"""Every figure of the article follows the returns it rests on: take some away and it moves by exactly their part.

Rows are taken from the accepted area of a finished night and from the twin's state alike, the models are built
anew, and both must agree on every figure. Which figures a case must move is said beside it, and together the
cases move all of them.
"""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt.accepted import PROJECT, run_dbt
from tests.nights import SMALL_SCALE, SMALL_TOWNSHIPS, table
from twin.duties import submitter_of
from twin.expected import expected_figures
from twin.plant import plant_errors
from twin.state import State, make_state

pytestmark = pytest.mark.timeout(600)

MODELS_ONLY = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


@dataclass(frozen=True)
class Case:
    """Rows to take away: everything of some submitters, or rows of a form with a value in a column."""

    name: str
    moves: frozenset[str]
    submitters: tuple[str, ...] = ()
    rows: tuple[tuple[str, str, Any], ...] = ()


def _case(name: str, moves: str, submitters: str = "", rows: tuple[tuple[str, str, Any], ...] = ()) -> Case:
    return Case(name, frozenset(moves.split()), tuple(submitters.split()), rows)


CASES = (
    _case(
        "two townships of the article",
        "persons_in_poverty guarantee_funds guarantee_loans_amount guarantee_loans_households"
        " guarantee_amount_per_household first_township_fund loan_example_xintian loan_example_xintian_area"
        " shell_villages_baseline base_fostering_enterprises base_fostering_households base_fostering_area"
        " base_fostering_income base_fostering_income_per_household registered_poor_villages",
        submitters="350426202 350423101",
    ),
)


@pytest.fixture(scope="module")
def state() -> State:
    return plant_errors(make_state(SMALL_SCALE, SMALL_TOWNSHIPS)).state


def taken_away(state: State, case: Case) -> State:
    """The twin's state without the rows of a case."""
    forms = {}
    for (form, period), rows in state.forms.items():
        kept = rows[~submitter_of(rows).isin(case.submitters)]
        for of_form, column, value in case.rows:
            if of_form == form:
                kept = kept[kept[column] != value]
        forms[form, period] = kept
    return replace(state, forms=forms)


def rebuilt(home: Path, folder: Path, case: Case) -> dict[str, Decimal | None]:
    """The article's figures of a finished night without the rows of a case."""
    for area in ("accepted", "findings"):
        shutil.copytree(home / "warehouse" / area, folder / area)
    with duckdb.connect() as connection:
        for path in sorted((folder / "accepted").rglob("*.parquet")):
            form = path.relative_to(folder / "accepted").parts[0]
            wanted = [f"submitter_code <> '{code}'" for code in case.submitters]
            wanted += [f"{column} is distinct from '{value}'" for f, column, value in case.rows if f == form]
            if wanted:
                kept = connection.execute(f"select * from '{path}' where {' and '.join(wanted)}").to_arrow_table()
                connection.register("kept", kept)
                connection.execute(f"copy kept to '{path}' (format parquet)")
    failed = run_dbt(folder, "build", "--select", "+article_2017", *MODELS_ONLY)
    assert failed == []
    with duckdb.connect(str(folder / "build.duckdb"), read_only=True) as connection:
        return dict(connection.execute("select fact, computed from reports.article_2017").fetchall())


def figures(state: State) -> dict[str, Decimal]:
    frame = expected_figures(state)
    return {fact: Decimal(str(value)) for fact, value in zip(frame["fact"], frame["value"], strict=True)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_figures_follow_what_is_taken_away(case: Case, small_home: Path, state: State, tmp_path: Path) -> None:
    before = dict(table(small_home, "reports.article_2017", "fact, computed"))
    after = rebuilt(small_home, tmp_path / "warehouse", case)
    wanted = figures(taken_away(state, case))
    for fact in before:
        found = after[fact]
        assert (found is None) == (fact not in wanted), fact
        assert found is None or abs(found - wanted[fact]) < Decimal("0.01"), fact
    stayed = {fact for fact in case.moves if after[fact] == before[fact]}
    assert stayed == set()


def test_together_the_cases_move_every_figure() -> None:
    with (PROJECT / "seeds" / "article_reading.csv").open(encoding="utf-8", newline="") as file:
        facts = {row["fact"] for row in csv.DictReader(file)}
    assert facts - frozenset().union(*(case.moves for case in CASES)) == set()
