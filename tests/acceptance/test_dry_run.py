"""A clerk's file tried against a home that has received and published before: told all, nothing kept."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from expectations.contract import load_contracts
from orchestration.receive.archive import list_receipts, original_path
from orchestration.runs.preview import preview_file
from tests.nights import home_settings


def state_of(home: Path) -> set[tuple[str, int]]:
    return {(str(path), path.stat().st_mtime_ns) for path in home.rglob("*") if path.is_file()}


def test_a_return_already_received_is_a_duplicate_and_the_home_stays_as_it_was(small_home: Path) -> None:
    settings = home_settings(small_home)
    receipt = next(r for r in list_receipts(settings) if r.period == "2017-06" and not r.findings and r.forms)
    before = state_of(small_home)
    preview = preview_file(settings, original_path(settings, receipt))
    assert "FL-20" in {finding.rule_code for finding in preview.findings}
    assert not preview.is_unreadable
    assert state_of(small_home) == before


@pytest.mark.parametrize("content", [b"", b"hello"])
def test_an_unreadable_file_is_told_from_findings_that_block(content: bytes, small_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "350426202_2017-06.xlsx"
    path.write_bytes(content)
    preview = preview_file(home_settings(small_home), path)
    assert preview.is_unreadable
    assert all(finding.message and finding.fix for finding in preview.findings)


def test_a_return_with_an_unknown_word_is_blocked_and_the_rule_and_the_cell_are_told(
    small_home: Path, tmp_path: Path
) -> None:
    settings = home_settings(small_home)
    receipt = next(
        r
        for r in list_receipts(settings)
        if r.period == "2016-12" and not r.findings and "households" in {notice.form for notice in r.forms}
    )
    status = load_contracts()["households"].column("poverty_status")
    workbook = openpyxl.load_workbook(original_path(settings, receipt))
    sheet = workbook[next(notice.sheets[0] for notice in receipt.forms if notice.form == "households")]
    named = {status.header, *status.aliases}
    header = next(cell for row in sheet.iter_rows(max_row=5) for cell in row if cell.value in named)
    wrong = sheet.cell(row=header.row + 1, column=header.column, value="不知道")
    path = tmp_path / receipt.original_name
    workbook.save(path)
    preview = preview_file(settings, path)
    assert preview.is_blocked
    assert preview.verdicts["households"][0] == "partly accepted"
    found = [finding for finding in preview.findings if finding.cell == wrong.coordinate]
    assert [(f.rule_code, f.severity, f.form, f.value) for f in found] == [("HH-03", "block", "households", "不知道")]
    assert "FL-20" not in {finding.rule_code for finding in preview.findings}
