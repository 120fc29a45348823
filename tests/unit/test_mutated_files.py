"""Returns made wrong at random: no crash, no row lost without a word, no cell read other than a second reader reads it.

Cases are numbered by their seed; a failure names it. ``make fuzz`` tries many more of them.
"""

from __future__ import annotations

import os
import warnings
import zipfile
from collections import Counter

import duckdb
import openpyxl
import pytest

from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.read.landing import land
from orchestration.receive.archive import original_path
from orchestration.receive.inbox import receive
from tests.fuzz import examples
from tests.logic.outcomes import FOLDER, RECEIVED
from tests.mutations import mutated, returns_by_size
from tests.second_reader import differences

pytestmark = pytest.mark.slow
CASES = examples(150)
BYTES = 10_000  # most of the stored returns are smaller
A_LARGE_ONE_IN = 60


@pytest.fixture(scope="module")
def landed(tmp_path_factory):
    """A home that received and read every case: settings, and receipts by seed."""
    settings = Settings(home=tmp_path_factory.mktemp("mutated"), settle_seconds=0, workers=1)
    small, large = returns_by_size(FOLDER / "inbox", BYTES)
    kinds = {}
    for seed in range(CASES):
        turn, place = divmod(seed, A_LARGE_ONE_IN)
        source = small[seed % len(small)] if place else large[turn % len(large)]
        kinds[seed], content = mutated(seed, source.read_bytes(), source.suffix)
        target = settings.inbox / f"{seed:05d}" / source.name
        target.parent.mkdir(parents=True)
        target.write_bytes(content)
        os.utime(target, (seed, seed))
    with clock.at(RECEIVED):
        received = receive(settings).received
    land(settings)
    return settings, {int(receipt.inbox_path.split("/")[0]): receipt for receipt in received}, kinds


def findings(settings):
    return duckdb.execute(
        "select submission_id, code, form, message from read_parquet(?, hive_partitioning = false)",
        [str(settings.landing / "file_findings" / "*" / "*.parquet")],
    ).fetchall()


def rows_read(settings):
    """Submission → the sheets it was read from: name, first row of data, numbers of the rows that landed."""
    landing = settings.landing
    first = duckdb.execute(
        """select submission_id, form, sheet, max(header_row) + 1
        from read_parquet(?, hive_partitioning = false) group by all""",
        [str(landing / "layout" / "*" / "*.parquet")],
    ).fetchall()
    found = {}
    for submission_id, form, sheet, start in first:
        numbers = duckdb.execute(
            "select row_number from read_parquet(?, hive_partitioning = false) where submission_id = ? and sheet = ?",
            [str(landing / form / "*" / "*.parquet"), submission_id, sheet],
        ).fetchall()
        found.setdefault(submission_id, []).append((sheet, start, [number for (number,) in numbers]))
    return found


def filled_rows(path, sheet, first):
    """Rows at and below the first that the second reader finds filled like a row of data, totals left out."""
    book = openpyxl.load_workbook(path, data_only=True)
    if sheet not in book.sheetnames:
        return  # a sheet that the second reader does not find
    for row in book[sheet].iter_rows(min_row=first):
        filled = [cell for cell in row if cell.value is not None and str(cell.value).strip()]
        is_total = any("计" in str(cell.value) for cell in filled[:3])
        if len(filled) > max(2, len(row) // 2) and not is_total:
            yield row[0].row


def test_every_case_is_received_and_none_is_beyond_the_reader(landed):
    settings, receipts, kinds = landed
    assert sorted(receipts) == list(range(CASES))
    unread = {identifier for identifier, code, *_ in findings(settings) if code == "FL-23"}
    assert [(seed, kinds[seed]) for seed, receipt in receipts.items() if receipt.submission_id in unread] == []


def test_a_case_that_is_read_is_read_as_the_second_reader_reads_it(landed):
    settings, receipts, kinds = landed
    told, compared = {}, Counter()
    for seed, receipt in receipts.items():
        path = original_path(settings, receipt)
        if receipt.is_refused or not zipfile.is_zipfile(path) or path.suffix != ".xlsx":
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = differences(path)
        except Exception as error:  # noqa: BLE001 - the second reader's own trouble with a broken file
            compared[type(error).__name__] += 1
            continue
        compared["compared"] += 1
        if found:
            told[seed] = (kinds[seed], found[:3])
    assert told == {}
    assert compared["compared"] > CASES // 5, compared


def test_no_row_is_lost_without_a_finding(landed):
    settings, receipts, kinds = landed
    read = rows_read(settings)
    told = {identifier for identifier, *_ in findings(settings)}
    lost, counted = {}, 0
    for seed, receipt in receipts.items():
        path = original_path(settings, receipt)
        if receipt.is_refused or path.suffix != ".xlsx" or receipt.submission_id in told:
            continue
        for sheet, first, numbers in read.get(receipt.submission_id, ()):
            try:
                missing = sorted(set(filled_rows(path, sheet, first)) - set(numbers))
            except Exception:  # noqa: BLE001 - the second reader's own trouble with a broken file
                continue
            counted += 1
            if missing:
                lost[seed] = (kinds[seed], sheet, missing[:3])
    assert lost == {}
    assert counted > CASES // 20, counted
