"""A clerk's file tried against a home that has received and published before: told all, nothing kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.dry_run import try_file
from orchestration.submissions.archive import list_receipts, original_path
from tests.nights import home_settings
from twin.city import City


def state_of(home: Path) -> set[tuple[str, int]]:
    return {(str(path), path.stat().st_mtime_ns) for path in home.rglob("*") if path.is_file()}


def test_a_return_already_received_is_a_duplicate_and_the_home_stays_as_it_was(small_home: Path) -> None:
    settings = home_settings(small_home)
    receipt = next(r for r in list_receipts(settings) if r.period == "2017-06" and not r.findings and r.forms)
    before = state_of(small_home)
    trial = try_file(settings, original_path(settings, receipt))
    assert "FL-20" in {finding.rule_code for finding in trial.findings}
    assert not trial.is_unreadable
    assert state_of(small_home) == before


@pytest.mark.parametrize("content", [b"", b"hello"])
def test_an_unreadable_file_is_told_from_findings_that_block(content: bytes, small_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "350426202_2017-06.xlsx"
    path.write_bytes(content)
    trial = try_file(home_settings(small_home), path)
    assert trial.is_unreadable
    assert all(finding.message and finding.fix for finding in trial.findings)


def test_a_planted_return_of_the_city_is_blocked_with_its_cells(small_city: City, small_home: Path) -> None:
    settings = home_settings(small_home)
    held = next(
        r for r in list_receipts(settings) if r.period == "2016-12" and r.submitter_code == small_city.townships[0]
    )
    trial = try_file(settings, original_path(settings, held))
    assert trial.verdicts
