"""A home of before the first period was laid down: what it accepted for earlier ones stays, and nights go on."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from expectations.contract import load_contracts
from orchestration.check.run import check_periods
from orchestration.core.settings import Settings
from orchestration.read.landing import land
from orchestration.receive.archive import RECEIPT, list_receipts, receipt_folder
from orchestration.receive.inbox import receive
from orchestration.release.verify import verify
from orchestration.runs.night import run_night
from orchestration.workbook.words import load_words
from tests.builders import SUBMITTER, make_workbook
from tests.nights import home_settings, lend_project, table

FORM, EARLY, LATE = "village_income", "2014-12", "2017-06"


def send(home: Settings, name: str, period: str) -> None:
    make_workbook(home.inbox / SUBMITTER / name, period=period, forms={FORM: load_contracts()[FORM].clean_rows})


def accepted(home: Settings, period: str) -> list[tuple]:
    path = home.accepted / FORM / f"period={period}" / "rows.parquet"
    return duckdb.execute("select * from read_parquet(?, hive_partitioning = false)", [str(path)]).fetchall()


@pytest.fixture
def home(tmp_path: Path, parsed_project: Path) -> Settings:
    """What an earlier version received, read and accepted: a return of a period that is refused today."""
    settings = home_settings(tmp_path / "home")
    send(settings, "old.xlsx", "2016-12")
    (receipt,) = receive(settings).received
    folder = receipt_folder(settings, receipt)
    said = json.loads((folder / RECEIPT).read_text(encoding="utf-8")) | {"period": EARLY}
    (folder / RECEIPT).write_text(json.dumps(said), encoding="utf-8")
    target = settings.archive / EARLY / SUBMITTER / folder.name
    target.parent.mkdir(parents=True)
    folder.rename(target)
    land(settings)
    check_periods(settings, (EARLY,))
    lend_project(parsed_project, settings.home)
    return settings


def test_a_night_goes_on_over_a_period_before_the_first_and_what_was_accepted_stays(home: Settings) -> None:
    before = accepted(home, EARLY)
    assert load_words().first_period > EARLY
    assert len(before) == 1
    send(home, "new.xlsx", LATE)
    send(home, "early.xlsx", EARLY)
    report = run_night(home)
    assert report.success, report.error
    assert report.periods == (EARLY, LATE)
    assert accepted(home, EARLY) == before
    assert len(accepted(home, LATE)) == 1
    findings = {receipt.original_name: [f.code for f in receipt.findings] for receipt in list_receipts(home)}
    assert findings == {"old.xlsx": [], "new.xlsx": [], "early.xlsx": ["FL-11"]}
    assert verify(home).ok
    assert table(home.home, "marts.fct_submission", "distinct period, verdict", "verdict = 'accepted'") == [
        (EARLY, "accepted"),
        (LATE, "accepted"),
    ]
    assert table(home.home, "marts.fct_village_income", "distinct period") == [(EARLY,), (LATE,)]
