"""A household that was registered twice is withdrawn; the loans and measures it had stay in the cumulative figures.

In `make test` checking shows what a withdrawal leaves (tests/pipeline/test_what_happened).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.contract import load_contracts
from orchestration.explain.lineage.explain import Explainer, open_explainer
from orchestration.explain.lineage.explanation import Figure
from orchestration.release.manifest import read_release
from orchestration.runs.night import run_night
from tests.builders import make_workbook
from tests.nights import TINY_PERIODS, TINY_TOWNSHIPS, home_settings, table

TOWNSHIP, PERIOD = TINY_TOWNSHIPS[1], TINY_PERIODS[1]
REASON = "与邻村重复登记"
# What the withdrawal of a household takes nothing from.
HAPPENED = ("guarantee_loan_amount", "guaranteed_households", "loan_balance", "overdue_amount")

pytestmark = pytest.mark.verify


def rows(home: Path, form: str) -> str:
    path = home_settings(home).accepted / form / f"period={PERIOD}" / "rows.parquet"
    return f"(select * from read_parquet('{path}') where known_to is null and submitter_code = '{TOWNSHIP}')"


@pytest.fixture(scope="module")
def household(tiny_home: Path) -> tuple[str, int]:
    """A poor household with an open loan and a measure, and how many persons it has."""
    found = duckdb.sql(
        f"select household_code, h.person_count from {rows(tiny_home, 'households')} as h"
        f" semi join (select * from {rows(tiny_home, 'guarantee_loans')} where balance_yuan > 0) using (household_code)"
        f" semi join {rows(tiny_home, 'assistance_measures')} using (household_code)"
        " where h.poverty_status = '0' order by household_code limit 1"
    ).fetchone()
    assert found is not None
    return found


def withdraw(home: Path, household_code: str) -> None:
    """Put into the inbox a correction that withdraws a household and its members, with the reason."""
    clean = {form: load_contracts()[form].clean_rows[0] for form in ("households", "members")}
    gone = {"household_code": household_code, "row_action": "删除", "deletion_reason": REASON}
    people = duckdb.sql(
        f"select person_code from {rows(home, 'members')} where household_code = '{household_code}'"
    ).fetchall()
    make_workbook(
        home_settings(home).inbox / TOWNSHIP / f"{TOWNSHIP}_{PERIOD}_更正.xlsx",
        TOWNSHIP,
        PERIOD,
        forms={
            "households": [{**clean["households"], **gone}],
            "members": [{**clean["members"], **gone, "person_code": code} for (code,) in people],
        },
        modes={"households": "更正", "members": "更正"},
        explanations={"households": REASON, "members": REASON},
    )


def figures(home: Path, division: str) -> dict[str, dict[str, Any]]:
    columns = "indicator, value, low, high, coverage, numerator, denominator"
    found = table(
        home,
        "reports.indicator",
        columns,
        f"map_edition = '2017' and period = '{PERIOD}' and division_code = '{division}'",
    )
    return {name: dict(zip(columns.split(", ")[1:], values, strict=True)) for name, *values in found}


@contextmanager
def explainer_of(home: Path) -> Iterator[Explainer]:
    settings = home_settings(home)
    with open_explainer(settings, read_release(settings)) as opened:
        yield opened


def loans_named(home: Path, division: str) -> tuple[set[tuple[str, int]], Any]:
    """The rows of loans that the amount names, by sheet, and the amount recomputed from what it names."""
    with explainer_of(home) as explainer:
        found = explainer.explain(Figure("guarantee_loan_amount", division, PERIOD))
        again, _ = explainer.recompute(found)
    return {(row.sheet, row.row_number) for row in found.rows if row.form == "guarantee_loans"}, again


def test_what_was_granted_stays_when_the_household_is_withdrawn(
    tiny_home: Path, household: tuple[str, int], copy_of: Callable[[Path], Path]
) -> None:
    code, persons = household
    home = copy_of(tiny_home)
    withdraw(home, code)
    report = run_night(home_settings(home))
    assert report.success, f"{report.failed_step}: {report.error}"

    for division in (TOWNSHIP, TOWNSHIP[:6], "350400"):
        before, after = figures(tiny_home, division), figures(home, division)
        for name in HAPPENED:
            for side in ("value", "numerator", "denominator"):
                assert after[name][side] == before[name][side], (division, name, side)
            # A row less in the register: what the others bring moves by one in some fifty, and so do the ends.
            for side in ("low", "high"):
                was, is_now = before[name][side], after[name][side]
                assert is_now == was if was is None else float(is_now) == pytest.approx(float(was), rel=0.03), (
                    division,
                    name,
                    side,
                )
            assert after[name]["low"] <= after[name]["value"], (division, name)
        for name, fewer in (("poor_persons", persons), ("poor_households", 1)):
            was, is_now = before[name], after[name]
            assert is_now["value"] == was["value"] - fewer
            if division == TOWNSHIP:  # of the others, most townships never returned anything
                assert is_now["high"] - is_now["low"] <= was["high"] - was["low"], name
                assert is_now["value"] <= is_now["high"]
            assert is_now["low"] <= is_now["value"]
            # Coverage is weighted by households, of which there is one less: whole stays whole.
            assert (is_now["coverage"] == 1) == (was["coverage"] == 1)
        assert loans_named(home, division) == loans_named(tiny_home, division)
        assert loans_named(home, division)[1] == after["guarantee_loan_amount"]["value"]

    measures = f"household_code = '{code}' and period = '{PERIOD}'"
    assert table(home, "marts.fct_assistance_measure", "measure_code", measures) == table(
        tiny_home, "marts.fct_assistance_measure", "measure_code", measures
    )
    ((last_period,),) = table(home, "marts.dim_household", "last_period", f"household_code = '{code}'")
    assert last_period <= PERIOD
    assert table(home, "marts.fct_poverty_status", "1", measures) == []
