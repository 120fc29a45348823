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
import pandas as pd
import pytest

from tests.dbt.accepted import PROJECT, run_dbt
from tests.nights import table
from tests.states import small_planted
from twin.duties import submitter_of
from twin.expected import expected_figures
from twin.state import State

pytestmark = pytest.mark.timeout(600)

MODELS_ONLY = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


@dataclass(frozen=True)
class Case:
    """What is taken away: everything of some submitters, rows with a value, or the values of a column.

    ``rows`` are (form, column, value), ``changes`` (form, column, value there or ``ANY``, value instead).
    """

    name: str
    moves: frozenset[str]
    submitters: tuple[str, ...] = ()
    rows: tuple[tuple[str, str, str], ...] = ()
    changes: tuple[tuple[str, str, str, str | None], ...] = ()


ANY = "*"


def _case(name: str, moves: str, submitters: str = "", **taken: Any) -> Case:
    return Case(name, frozenset(moves.split()), tuple(submitters.split()), **taken)


CASES = (
    _case(
        "two townships of the article",
        "persons_in_poverty guarantee_funds guarantee_loans_amount guarantee_loans_households"
        " guarantee_amount_per_household first_township_fund loan_example_xintian loan_example_xintian_area"
        " base_fostering_households base_fostering_area base_fostering_income"
        " base_fostering_income_per_household shell_village_projects shell_village_income_added"
        " yuanshan_poverty_money yuanshan_household_equity yuanshan_households yuanshan_persons"
        " yuanshan_equity_per_person yuanshan_village_equity yuanshan_village_share yuanshan_cooperative_capital",
        "350426202 350423101",
    ),
    _case(
        "a township and the counties' decisions",
        "first_village_fund shell_villages_baseline shell_villages_remaining shell_villages_removed_rate"
        " yuanshan_split_households yuanshan_split_village",
        "350427105 350423 350426 350427",
    ),
    _case(
        "the city office",
        "key_counties key_townships ethnic_townships registered_poor_villages urban_pilot_districts mechanisms_planned"
        " mechanism_levels mechanisms_finished mechanisms_in_trial guarantee_loan_cap guarantee_term_cap",
        "350400",
    ),
    _case("an insurer and finance", "insurance_lines insurance_city_share", "350400-LI 350400-CF"),
    _case(
        "kinds of things",
        "rural_measures rural_causes rural_shortages five_projects three_actions urban_categories urban_measures"
        " rural_steps urban_steps base_fostering_enterprises",
        rows=(
            ("assistance_measures", "measure_type", "fostering"),
            ("programme_participation", "programme", "employment"),
            ("programme_participation", "programme", "envoys"),
            ("urban_households", "category", "illness"),
            ("urban_assistance", "measure_type", "employment"),
            ("base_fostering", "enterprise_code", "91350490MA000000XX"),
        ),
        changes=(
            ("households", "main_cause", "01", "02"),
            ("households", "main_cause", "07", "08"),
            ("identification", "township_notice_from", ANY, None),
            ("urban_applications", "district_notice_from", ANY, None),
        ),
    ),
)


@pytest.fixture(scope="module")
def state() -> State:
    return small_planted().state


def taken_away(state: State, case: Case) -> State:
    """The twin's state without what a case takes away."""
    forms = {}
    for (form, period), rows in state.forms.items():
        kept = rows[~submitter_of(rows).isin(case.submitters)]
        for of_form, column, value in case.rows:
            kept = kept[kept[column] != value] if of_form == form else kept
        for of_form, column, old, new in case.changes:
            kept = _changed(kept, column, old, new) if of_form == form else kept
        forms[form, period] = kept
    return replace(state, forms=forms)


def _changed(rows: pd.DataFrame, column: str, old: str, new: str | None) -> pd.DataFrame:
    values = [new if old in (ANY, value) else value for value in rows[column]]
    return rows.assign(**{column: pd.Series(values, index=rows.index, dtype=object)})


def rebuilt(home: Path, folder: Path, case: Case) -> dict[str, Decimal | None]:
    """The article's figures of a finished night without the rows of a case."""
    for area in ("accepted", "findings"):
        shutil.copytree(home / "warehouse" / area, folder / area)
    with duckdb.connect() as connection:
        for path in sorted((folder / "accepted").rglob("*.parquet")):
            form = path.relative_to(folder / "accepted").parts[0]
            wanted = [f"submitter_code <> '{code}'" for code in case.submitters]
            wanted += [f"{column} is distinct from '{value}'" for f, column, value in case.rows if f == form]
            changed: dict[str, str] = {}
            for column, old, new in [change[1:] for change in case.changes if change[0] == form]:
                before = changed.get(column, column)
                changed[column] = (
                    f"case when '{old}' in ('{ANY}', {column}::varchar) then {_literal(new)} else {before} end"
                )
            if wanted or changed:
                replaced = f"replace ({', '.join(f'{e} as {c}' for c, e in changed.items())})" if changed else ""
                where = " and ".join(wanted or ["true"])
                kept = connection.execute(f"select * {replaced} from '{path}' where {where}").to_arrow_table()
                connection.register("kept", kept)
                connection.execute(f"copy kept to '{path}' (format parquet)")
    failed = run_dbt(folder, "build", "--select", "+article_2017", *MODELS_ONLY)
    assert failed == []
    with duckdb.connect(str(folder / "release.duckdb"), read_only=True) as connection:
        return dict(connection.execute("select fact, computed from reports.article_2017").fetchall())


def _literal(value: str | None) -> str:
    return "null" if value is None else f"'{value}'"


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
