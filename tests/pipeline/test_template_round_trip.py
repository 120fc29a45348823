"""A template filled in by hand comes back without a finding: template, reading and rules follow one contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from expectations.contract import load_contracts, load_cover
from expectations.model import Contract
from expectations.seed_rows import read_seed_rows
from expectations.template_sheets import header_text
from expectations.templates import write_template
from orchestration.runs.preview import Preview, preview_file
from tests.builders import as_written
from tests.nights import home_settings
from tests.rule_examples import SEEDS

TOWNSHIP = "350426202"
PERIOD = "2016-12"  # every form is due at a year's end


def owed() -> dict[str, Contract]:
    """The forms this township owes; those of other offices have templates of their own."""
    duties = read_seed_rows(SEEDS / "submitter_form.csv")
    forms = {duty["form"] for duty in duties if duty["submitter_code"] == TOWNSHIP}
    return {form: contract for form, contract in load_contracts().items() if form in forms}


def fill(path: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Enter rows below the headers of each form's sheet, in the columns where the template has them."""
    book = openpyxl.load_workbook(path)
    for form, entries in rows.items():
        contract = load_contracts()[form]
        sheet = book[contract.title]
        places, first = columns_of(sheet, contract)
        for offset, row in enumerate(entries):
            for column in contract.columns:
                cell = sheet.cell(first + offset, places[header_text(column)])
                cell.value = as_written(column, offset + 1 if column.name == "sequence" else row.get(column.name))
    book.save(path)


def columns_of(sheet: Worksheet, contract: Contract) -> tuple[dict[str, int], int]:
    """Header → column, and the first row below the headers."""
    depth = 2 if any(column.group for column in contract.columns) else 1
    headers = {header_text(column) for column in contract.columns}
    cells = [cell for row in sheet.iter_rows(min_row=3, max_row=2 + depth) for cell in row if cell.value in headers]
    return {cell.value: cell.column for cell in cells}, 3 + depth


def clean_rows() -> dict[str, list[dict[str, Any]]]:
    """The clean household of the rules' examples, a year earlier."""
    rows = {form: [dict(row) for row in contract.clean_rows] for form, contract in owed().items()}
    for row in rows["household_income"]:
        row["income_year"] = int(PERIOD[:4])
    return rows


def trial_of(tmp_path: Path, rows: dict[str, list[dict[str, Any]]]) -> Preview:
    path = write_template(
        tmp_path / "template.xlsx",
        submitter_code=TOWNSHIP,
        submitter_name="溪尾乡",
        area=TOWNSHIP,
        period=PERIOD,
        contracts=list(owed().values()),
        cover=load_cover(),
        seeds=SEEDS,
    )
    fill(path, rows)
    return preview_file(home_settings(tmp_path / "home"), path)


def test_a_filled_template_is_accepted_whole_and_without_a_finding(tmp_path: Path) -> None:
    rows = clean_rows()
    preview = trial_of(tmp_path, rows)
    assert [(f.rule_code, f.sheet, f.cell, f.message) for f in preview.findings] == []
    assert {form: verdict[0] for form, verdict in preview.verdicts.items()} == dict.fromkeys(rows, "accepted")
    assert {form: verdict[1] for form, verdict in preview.verdicts.items()} == {f: len(r) for f, r in rows.items()}


@pytest.mark.parametrize("form", ["households", "guarantee_loans"])
def test_a_mistake_in_a_filled_template_is_found_in_its_cell(form: str, tmp_path: Path) -> None:
    rows = clean_rows()
    column = {"households": "main_cause", "guarantee_loans": "principal_yuan"}[form]
    rows[form][0][column] = None
    preview = trial_of(tmp_path, rows)
    contract = load_contracts()[form]
    blank = [f for f in preview.findings if f.rule_code == f"{contract.code}-01"]
    assert [finding.sheet for finding in blank] == [contract.title]
    assert blank[0].cell is not None
    letters = blank[0].cell.rstrip("0123456789")
    position = [c.name for c in contract.columns].index(column) + 1
    assert letters == openpyxl.utils.get_column_letter(position)


def test_the_template_as_it_is_sent_out_has_no_row_to_accept(tmp_path: Path) -> None:
    preview = trial_of(tmp_path, {})
    assert sum(verdict[1] for verdict in preview.verdicts.values()) == 0
