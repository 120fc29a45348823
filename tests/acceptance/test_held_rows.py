"""A cell that cannot be understood holds a household; what was accepted of it before stands in the figures."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from orchestration.explain.lineage.row_status import Address, RowStatuses
from orchestration.release.manifest import read_release
from orchestration.runs.night import run_night
from tests.nights import TINY_PERIODS, TINY_TOWNSHIPS, home_settings, table

TOWNSHIP = TINY_TOWNSHIPS[1]
_PEOPLE = "民族"


@pytest.fixture(scope="module")
def household(tiny_home: Path) -> tuple[str, int, int]:
    """A poor household of that township with loans, none of them new: sheet and row of a member, and its persons."""
    accepted = home_settings(tiny_home).accepted

    def rows(form: str, period: str = TINY_PERIODS[1]) -> str:
        path = accepted / form / f"period={period}" / "rows.parquet"
        return f"(select * from read_parquet('{path}') where known_to is null and submitter_code = '{TOWNSHIP}')"

    found = duckdb.sql(
        f"select any_value(m.sheet), max(m.row_number), count(*) from {rows('households')} as h"
        f" semi join {rows('guarantee_loans', TINY_PERIODS[0])} as l using (household_code)"
        f" anti join (select household_code from {rows('guarantee_loans')} where released_on >= '2017-01-01') as n"
        " using (household_code)"
        f" inner join {rows('members')} as m on h.household_code = m.household_code"
        " where h.poverty_status = '0' group by h.household_code having count(*) > 1 order by h.household_code limit 1"
    ).fetchone()
    assert found is not None
    return found


def write_people(inbox: Path, sheet: str, row: int, people: str) -> None:
    """Write another 民族 into the row of a member in the township's workbook of the second period."""
    (path,) = (inbox / TOWNSHIP).glob(f"*_{TINY_PERIODS[1]}_扶贫报表.xlsx")
    book = openpyxl.load_workbook(path)
    (column,) = (cell.column for cells in book[sheet].iter_rows(max_row=6) for cell in cells if cell.value == _PEOPLE)
    book[sheet].cell(row, column, people)
    book.save(path)


def figures(home: Path, division: str) -> dict[str, dict[str, Any]]:
    path = home_settings(home).current / "sanming.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select * from reports.indicator where map_edition = '2017' and period = ? and division_code = ?",
            [TINY_PERIODS[1], division],
        )
        names = [column[0] for column in rows.description]
        return {row[0]: dict(zip(names, row, strict=True)) for row in rows.fetchall()}


def members_carried(home: Path) -> int:
    """How many members the summary of the night counts as standing for held ones."""
    of_members = f"form = 'members' and period = '{TINY_PERIODS[1]}'"
    ((carried,),) = table(home, "quality.run_summary", "rows_carried", of_members)
    ((told,),) = table(home, "marts.fct_submission", "sum(rows_carried)", of_members)
    assert told == carried
    return int(carried)


def test_a_wife_of_an_unlisted_people_takes_nobody_out_of_the_figures(
    tiny_first_home: Path, tiny_home: Path, household: tuple[str, int, int], copy_of: Callable[[Path], Path]
) -> None:
    sheet, row, persons = household
    home = copy_of(tiny_first_home)
    write_people(home_settings(home).inbox, sheet, row, "火星族")
    assert run_night(home_settings(home)).success

    for division in (TOWNSHIP, TOWNSHIP[:6], "350400"):
        whole, held = figures(tiny_home, division), figures(home, division)
        for name in ("poor_persons", "poor_households", "guarantee_loan_amount", "guaranteed_households"):
            assert held[name]["value"] == whole[name]["value"], name
        poor = held["poor_persons"]
        assert poor["persons_outstanding"] == whole["poor_persons"]["persons_outstanding"] + persons
        assert poor["persons_held"] == whole["poor_persons"]["persons_held"]  # it was accepted before
        assert poor["low"] <= poor["value"] - Decimal(persons)
        assert whole["poor_persons"]["low"] - poor["low"] == persons
        # Of the county and the city most townships never returned anything, so nobody knows how much may come.
        assert (poor["high"] is None) == (division != TOWNSHIP)
        if division == TOWNSHIP:
            assert poor["high"] - whole["poor_persons"]["high"] == persons

    assert members_carried(home) == members_carried(tiny_home) + persons

    with duckdb.connect() as connection:
        held_rows = home_settings(home).held / "members" / f"period={TINY_PERIODS[1]}" / "rows.parquet"
        ((submission_id, rule),) = connection.execute(
            f"select submission_id, held_by_rule from read_parquet('{held_rows}') where sheet = ? and row_number = ?"
            " and submitter_code = ?",
            [sheet, row, TOWNSHIP],
        ).fetchall()
    release = read_release(home_settings(home))
    statuses = RowStatuses(home_settings(home), release, home_settings(home).working / release.release_id / "accepted")
    row_status = statuses.of(Address(submission_id, sheet, row))
    assert (row_status.kind, row_status.by, row_status.stands) == ("held", rule, TINY_PERIODS[0])
