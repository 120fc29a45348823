"""A night with every bad file of the table, and with what was sent before, publishes what a night without them does.

In `make test` every bad file of the table is received by itself (tests/unit/test_inbox).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.runs.night import run_night
from tests.acceptance.test_repeatable import RECORDS_RETURNS, contents, manifest
from tests.nights import TINY_PERIODS, TINY_TOWNSHIPS, home_settings, send, table
from tests.unit.test_inbox import BAD_FILES
from twin.city import City

pytestmark = pytest.mark.verify


def put_bad_files(inbox: Path) -> int:
    """Every bad file under the township it names, under another one, and under a folder nobody knows."""
    folders = (*TINY_TOWNSHIPS, "临时")
    for number, (name, write, _) in enumerate(BAD_FILES.values()):
        path = inbox / folders[number % len(folders)] / f"{number}" / name
        path.parent.mkdir(parents=True)
        write(path)
    folder = inbox / TINY_TOWNSHIPS[0]
    os.mkfifo(folder / "350423101_2017-06.xlsx")
    (folder / "~$350423101_2017-06.xlsx").write_bytes(b"x")
    (folder / os.fsdecode("表".encode("gb18030") + b".xls")).write_bytes(b"x")
    return len(BAD_FILES) + 1


def test_bad_files_and_those_sent_again_change_no_figure_and_the_night_after_touches_nothing(
    tiny_city: City, tiny_home: Path, copy_of: Callable[[Path], Path]
) -> None:
    home = copy_of(tiny_home)
    before = contents(home)
    inbox = home_settings(home).inbox
    send(tiny_city, home, only_period=TINY_PERIODS[1])
    known = {str(path.relative_to(inbox)) for path in inbox.rglob("*") if path.is_file()}
    sent = put_bad_files(inbox)
    report = run_night(home_settings(home))
    assert report.success
    bad = [receipt for receipt in report.received.received if receipt.inbox_path not in known]
    assert len(bad) == sent
    assert all(receipt.is_refused for receipt in bad)
    after = contents(home)
    assert after.keys() == before.keys()
    for name in before:
        if not name.startswith(RECORDS_RETURNS):  # what was sent, whether refused or known already, is recorded there
            assert after[name] == before[name], name
    ((rows, duplicates),) = table(home, "marts.fct_submission", "sum(rows_read), count(*)", "verdict = 'duplicate'")
    assert rows == 0
    assert duplicates > len(TINY_TOWNSHIPS)
    published = manifest(home)
    again = run_night(home_settings(home))
    assert (again.success, again.periods, len(again.received.received)) == (True, (), 0)
    assert manifest(home) == published
