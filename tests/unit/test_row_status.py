"""What became of a row whose return, or the return after it, could only be read by a later version of the reading."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from expectations.contract import load_contracts
from orchestration.check.run import check_periods
from orchestration.core.settings import Settings
from orchestration.decisions.log import list_decisions
from orchestration.explain.lineage.row_status import Address, RowStatus, RowStatuses
from orchestration.read import landing, reading_run
from orchestration.read.landing import land
from orchestration.receive import unreadable
from orchestration.receive.archive import Receipt
from orchestration.receive.inbox import receive
from tests import poison
from tests.builders import SUBMITTER, make_workbook

pytestmark = pytest.mark.slow

PERIOD, FORM = "2017-06", "village_income"
CONTRACT = load_contracts()[FORM]
ROW_NUMBER = 5  # below the title and a header of two rows
END = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, settle_seconds=0, workers=1)


def sent(home: Settings, name: str, income: int) -> Receipt:
    """One village with its whole income as income of its own."""
    (clean,) = CONTRACT.clean_rows
    nothing = {name: 0 for name in clean if name.endswith("_yuan")}
    row: dict[str, Any] = {**clean, **nothing, "operating_income_yuan": income, "total_income_yuan": income}
    make_workbook(home.inbox / SUBMITTER / name, forms={FORM: [row]})
    (receipt,) = receive(home).received
    return receipt


def read_by_a_later_version(home: Settings, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Land with a reader that fails at one file, then with the next version of it; gives when that read the file."""
    with monkeypatch.context() as broken:
        broken.setattr(reading_run, "read_share", poison.read_share)
        land(home)
    check_periods(home, (PERIOD,))
    for module in (landing, reading_run, unreadable):
        monkeypatch.setattr(module, "READING_VERSION", 99)
    land(home)
    check_periods(home, (PERIOD,))
    (again,) = list_decisions(home, ("file_read_again",))
    return again.at


def row_status(home: Settings, receipt: Receipt, known_on: datetime = END) -> RowStatus:
    release: Any = SimpleNamespace(manifest=SimpleNamespace(known_on=known_on))
    return RowStatuses(home, release, home.accepted).of(Address(receipt.submission_id, CONTRACT.title, ROW_NUMBER))


def test_a_row_names_the_file_read_again_that_took_its_place(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = sent(home, "a.xlsx", 1000), sent(home, poison.NAMES["raises"], 2000)
    read_by_a_later_version(home, monkeypatch)
    assert (row_status(home, first).kind, row_status(home, first).by) == ("replaced", second.submission_id)
    assert row_status(home, second).kind == "accepted"


def test_a_row_of_a_file_read_again_names_the_return_that_had_come_after_it(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier, first = sent(home, "a.xlsx", 500), sent(home, poison.NAMES["raises"], 1000)
    second, third = sent(home, "y.xlsx", 2000), sent(home, "z.xlsx", 3000)
    read_by_a_later_version(home, monkeypatch)
    told = {
        receipt.original_name: (row_status(home, receipt).kind, row_status(home, receipt).by)
        for receipt in (first, second)
    }
    assert told == {
        first.original_name: ("replaced", second.submission_id),
        second.original_name: ("replaced", third.submission_id),
    }
    assert row_status(home, earlier).kind == "replaced"


def test_a_file_read_again_is_later_than_a_release_of_before(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = sent(home, poison.NAMES["raises"], 1000)
    again = read_by_a_later_version(home, monkeypatch)
    assert receipt.received_at < again
    assert row_status(home, receipt, known_on=receipt.received_at).kind == "later"
    assert row_status(home, receipt, known_on=again).kind == "accepted"


def test_a_row_held_with_its_household_names_what_held_it_and_the_household_names_nobody_else(home: Settings) -> None:
    house, head = (load_contracts()[form].clean_rows[0] for form in ("households", "members"))
    make_workbook(
        home.inbox / SUBMITTER / "a.xlsx", forms={"households": [{**house, "other_causes": "09,09"}], "members": [head]}
    )
    receive(home)
    land(home)
    check_periods(home, (PERIOD,))
    release: Any = SimpleNamespace(manifest=SimpleNamespace(known_on=END))
    found = {
        form: RowStatuses(home, release, home.accepted).of(
            Address(*record.rsplit("/", 2)[:2], int(record.rsplit("/")[-1]))
        )
        for form in ("households", "members")
        for (record,) in duckdb.sql(f"select record_id from '{home.held / form}/*/*.parquet'").fetchall()
    }
    own, with_it = found["households"], found["members"]
    assert (own.kind, own.by, own.cause) == ("held", "HH-11", "")
    assert (with_it.kind, with_it.by, with_it.cause) == ("held", "HH-11", own.address.record_id)
