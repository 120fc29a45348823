"""A township leaves one form out: it is in no ratio of it until its late return comes.

In `make test` a build of a few rows shows who is in neither side (tests/dbt/test_silence), and the oracle the figures
before and after late returns (test_oracle).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from expectations.contract import load_contracts
from orchestration.explain.lineage.explain import explain
from orchestration.explain.lineage.explanation import Explanation, Figure
from orchestration.explain.lineage.explanation_text import as_lines
from orchestration.release.manifest import read_release
from orchestration.runs.night import run_night
from tests.nights import TINY_PERIODS, TINY_TOWNSHIPS, home_settings

pytestmark = [pytest.mark.timeout(900), pytest.mark.verify]

OTHER, TOWNSHIP = TINY_TOWNSHIPS
COUNTY, CITY = TOWNSHIP[:6], "350400"
PERIOD = TINY_PERIODS[1]
FORM = "assistance_measures"
NAMES = ("assistance_coverage", "assistance_coverage_pairing", "need_answered_share", "households_without_answer")


def leave_out(path: Path, form: str) -> None:
    """Take a form out of a workbook: its sheet and its line on the cover."""
    book = openpyxl.load_workbook(path)
    title = load_contracts()[form].title
    del book[title]
    for sheet in book.worksheets:
        lines = [row[0].row for row in sheet.iter_rows(max_col=1) if str(row[0].value or "").strip() == title]
        for line in lines:
            sheet.delete_rows(line)
    book.save(path)


def figure(home: Path, name: str, division: str) -> dict[str, Any]:
    with duckdb.connect(str(home_settings(home).current / "sanming.duckdb"), read_only=True) as connection:
        answer = connection.execute(
            "select value, numerator, denominator, status, coverage, low, high from reports.indicator"
            " where indicator = ? and division_code = ? and period = ? and map_edition = '2017'",
            [name, division, PERIOD],
        )
        names = [column[0] for column in answer.description]
        (row,) = answer.fetchall()
    return dict(zip(names, row, strict=True))


def receipt(home: Path, name: str, division: str) -> Explanation:
    settings = home_settings(home)
    return explain(settings, read_release(settings), Figure(name, division, PERIOD))


def test_a_silent_township_is_in_neither_side_until_its_late_return_comes(
    tiny_first_home: Path, tiny_home: Path, copy_of: Callable[[Path], Path]
) -> None:
    home = copy_of(tiny_first_home)
    inbox = home_settings(home).inbox / TOWNSHIP
    (sent,) = inbox.glob(f"*_{PERIOD}_扶贫报表.xlsx")
    whole = shutil.copyfile(sent, home.with_name("whole.xlsx"))
    leave_out(sent, FORM)
    assert run_night(home_settings(home)).success

    silent = {"value": None, "numerator": None, "denominator": None, "status": "not returned", "coverage": 0}
    for name in NAMES:
        # The other township of the city is alone in it, but for what the silent one may bring; of the county nobody
        # answered.
        city, alone = figure(home, name, CITY), figure(tiny_home, name, OTHER)
        open_yet = dict.fromkeys(("coverage", "low", "high"))
        assert city | open_yet == alone | open_yet, name
        assert city["low"] <= alone["low"] and (city["high"] is None or city["high"] >= alone["high"]), name
        assert 0 < figure(home, name, CITY)["coverage"] < figure(tiny_home, name, CITY)["coverage"], name
        for division in (TOWNSHIP, COUNTY):
            assert figure(home, name, division) == {**silent, "low": None, "high": None}, name
    told = receipt(home, "assistance_coverage", TOWNSHIP)
    assert (told.rows, [one for one in told.beside.missing if one[0] == TOWNSHIP]) == ((), [(TOWNSHIP, FORM)])
    lines = list(as_lines(told, {}))
    assert "  value        not returned ratio  (not returned)" in lines
    assert f"  missing      {TOWNSHIP} {FORM}" in lines
    assert {row.submission_id for row in receipt(home, "assistance_coverage", CITY).rows if row.form == "households"}
    # What has other forms is as it was.
    assert figure(home, "poor_persons", TOWNSHIP)["value"] == figure(tiny_home, "poor_persons", TOWNSHIP)["value"]

    shutil.copyfile(whole, inbox / f"补报_{sent.name}")
    assert run_night(home_settings(home)).success
    for name in NAMES:
        for division in (TOWNSHIP, COUNTY, CITY):
            late, in_time = figure(home, name, division), figure(tiny_home, name, division)
            assert late == in_time, name
    assert figure(home, "assistance_coverage", TOWNSHIP)["value"] > Decimal(0)
    assert {row.form for row in receipt(home, "assistance_coverage", TOWNSHIP).rows} == {FORM, "households"}
