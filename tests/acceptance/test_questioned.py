"""A value that nobody understands stays in the figures, which say so until it is answered.

In `make test` suspect rows are told on a build of a few (tests/dbt/test_suspects), and alarms are waived and reversed
without one (tests/pipeline/test_alarms).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from expectations.contract import load_contracts
from orchestration.release.checklist import read_checklist
from orchestration.rules.alarms import list_alarms
from orchestration.rules.waiving import reverse, waive
from orchestration.runs.night import run_night
from orchestration.runs.staleness import pending_periods
from tests.nights import TINY_PERIODS, TINY_TOWNSHIPS, home_settings

pytestmark = [pytest.mark.timeout(900), pytest.mark.verify]

FORM, OTHER, TOTAL = "village_income", "other_income_yuan", "total_income_yuan"
TOWNSHIP, PERIOD = TINY_TOWNSHIPS[1], TINY_PERIODS[1]


def rows_with_findings(home: Path) -> set[int]:
    """Rows of the township's sheet about which something is found as it is."""
    files = home_settings(home).findings / "findings" / f"period={PERIOD}" / "rows.parquet"
    found = duckdb.sql(
        f"select row_number from read_parquet('{files}') where form = '{FORM}' and submitter_code = '{TOWNSHIP}'"
    ).fetchall()
    return {row for (row,) in found}


def write_other_income(path: Path, yuan: int, taken: set[int]) -> None:
    """Let the first village of a workbook that is not taken have earned so much otherwise, and as much more in all."""
    contract = load_contracts()[FORM]
    headers = {column.name: column.header for column in contract.columns}
    book = openpyxl.load_workbook(path)
    sheet = book[contract.title]
    found = {
        name: cell
        for cells in sheet.iter_rows(max_row=6)
        for cell in cells
        for name in (OTHER, TOTAL)
        if str(cell.value or "").startswith(headers[name])
    }
    row = next(row for row in range(found[TOTAL].row + 1, sheet.max_row) if row not in taken)
    more = yuan / (10_000 if "万元" in str(found[TOTAL].value) else 1)
    for cell in found.values():
        before = sheet.cell(row, cell.column).value
        sheet.cell(row, cell.column, float(before) + more)
    book.save(path)


def questioned(home: Path) -> dict[tuple[str, str], int]:
    """(indicator, division) → rows of June that are questioned, where there are any."""
    with duckdb.connect(str(home_settings(home).current / "sanming.duckdb"), read_only=True) as connection:
        rows: list[tuple[Any, ...]] = connection.execute(
            "select indicator, division_code, rows_questioned from reports.indicator"
            " where map_edition = '2017' and period = ? and rows_questioned > 0",
            [PERIOD],
        ).fetchall()
    return {(indicator, division): count for indicator, division, count in rows}


def means_without(home: Path, submission: str, row: int) -> dict[str, float]:
    """County and city → the mean income of June of all villages but the one of a row, from the accepted rows."""
    files = home_settings(home).accepted / FORM / f"period={PERIOD}" / "rows.parquet"
    rows = duckdb.sql(
        f"select left(village_code, 6) as county, {TOTAL}::double as yuan from read_parquet('{files}')"
        f" where known_to is null and (submission_id, row_number) <> ('{submission}', {row})"
    ).df()
    return {**rows.groupby("county")["yuan"].mean(), "350400": rows["yuan"].mean()}


def suspects(home: Path, finding_id: str) -> dict[str, dict[str, Any]]:
    """County and city → what is told of the mean if the row of a finding were another."""
    with duckdb.connect(str(home_settings(home).current / "sanming.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select * from quality.suspect_row where finding_id = ? and indicator = 'village_income_mean'", [finding_id]
        ).df()
    return {row["division_code"]: row for row in rows.to_dict("records")}


def test_an_income_that_cannot_be_believed_marks_the_figures_made_of_it_until_somebody_stands_for_it(
    tiny_first_home: Path, tiny_home: Path, copy_of: Callable[[Path], Path]
) -> None:
    settings = home_settings(copy_of(tiny_first_home))
    (sent,) = (settings.inbox / TOWNSHIP).glob(f"*_{PERIOD}_扶贫报表.xlsx")
    write_other_income(sent, 60_000_000, rows_with_findings(tiny_home))
    assert run_night(settings).success

    before, marked = questioned(tiny_home), questioned(settings.home)
    for division in (TOWNSHIP, TOWNSHIP[:6], "350400"):
        assert marked["village_income_mean", division] == before.get(("village_income_mean", division), 0) + 1
    for name in ("poor_persons", "poverty_rate", "guarantee_loan_amount", "shell_villages"):
        assert [marked.get((name, d)) for d in (TOWNSHIP, "350400")] == [
            before.get((name, d)) for d in (TOWNSHIP, "350400")
        ]

    known = {(alarm.sheet, alarm.cell) for alarm in list_alarms(home_settings(tiny_home), "VI-11")}
    (alarm,) = (alarm for alarm in list_alarms(settings, "VI-11") if (alarm.sheet, alarm.cell) not in known)
    told = suspects(settings.home, alarm.finding_id)
    county = told[TOWNSHIP[:6]]
    without = means_without(settings.home, county["submission_id"], county["row_number"])
    for division in (TOWNSHIP[:6], "350400"):
        assert told[division]["value_without_row"] == pytest.approx(without[division])
        assert told[division]["published_value"] > 1.5 * without[division]
    assert county["moves_figure"]
    checklist = read_checklist(settings.current)
    assert checklist is not None
    found = {item.name: item.first for item in checklist.items}
    for item in ("suspects", "jumps"):
        assert any(f"{PERIOD} {TOWNSHIP[:6]} village_income_mean: " in figure for figure in found[item])

    waive(settings, alarm.finding_id, "张三", "土地征收补偿，已核对")
    assert run_night(settings).success
    assert questioned(settings.home) == before
    assert not suspects(settings.home, alarm.finding_id)
    assert not pending_periods(settings)
    reverse(settings, alarm.finding_id, "李四", "补偿款不是本村的")
    assert pending_periods(settings) == (PERIOD,)  # so that the next night marks them again
