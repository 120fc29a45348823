"""A correction that comes before its period's whole, and nothing to report after a whole: each figure on each day."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from expectations.contract import load_contracts
from orchestration.explain.lineage.explain import Figure, explain
from orchestration.release.manifest import read_release
from orchestration.runs.night import run_night
from tests.builders import make_workbook
from tests.nights import TINY_PERIODS, TINY_TOWNSHIPS, home_settings, table

pytestmark = pytest.mark.timeout(900)

OTHER, TOWNSHIP = TINY_TOWNSHIPS
COUNTY, CITY = TOWNSHIP[:6], "350400"
BEFORE, PERIOD = TINY_PERIODS
FORM = "guarantee_loans"
NAMES = ("guarantee_loan_amount", "loan_balance")
REASON = "台账移交县农商行，乡镇不再登记"


def send(home: Path, name: str, word: str, rows: Mapping[str, list[dict[str, Any]]], reason: str = "") -> None:
    """Put a return of the township's loans into its inbox."""
    make_workbook(
        home_settings(home).inbox / TOWNSHIP / f"{TOWNSHIP}_{PERIOD}_{name}.xlsx",
        TOWNSHIP,
        PERIOD,
        rows,
        modes={FORM: word},
        explanations={FORM: reason} if reason else {},
    )


def night(home: Path) -> None:
    report = run_night(home_settings(home))
    assert report.success, f"{report.failed_step}: {report.error}"


def told(home: Path, name: str, division: str) -> dict[str, Any]:
    """A figure as published, and what its receipt names: the periods its loans were returned for, and who is missing."""
    columns = ("value", "low", "high", "coverage", "status")
    where = f"map = '2017' and period = '{PERIOD}' and division_code = '{division}' and indicator = '{name}'"
    (figure,) = table(home, "reports.indicator", ", ".join(columns), where)
    settings = home_settings(home)
    receipt = explain(settings, read_release(settings), Figure(name, division, PERIOD))
    sent = {row.submission_id for row in receipt.rows if row.form == FORM}
    missing = [one for one in receipt.beside.missing if one == (TOWNSHIP, FORM)]
    return dict(zip(columns, figure, strict=True)) | {"rests_on": sent, "missing": missing}



