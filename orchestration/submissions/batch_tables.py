"""Write the tables of one batch: every form's rows typed, and what became of each form of each submission.

A submission whose rows cannot be typed, or whose outcome cannot be written, is found by trying halves alone; it falls,
and the others are written without it. Which submissions make a batch, and when it exists, is landing's to know.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import duckdb

from expectations.contract import load_contracts
from expectations.model import Contract
from orchestration.machine_faults import is_of_the_machine
from orchestration.settings import Settings
from orchestration.submissions.archive import Receipt
from orchestration.submissions.child import Failure, failure_of
from orchestration.submissions.lookups import create_keys
from orchestration.submissions.macros import create_macros, set_factors
from orchestration.submissions.outcomes import Outcome, settle_outcomes, total_notices, write_outcomes
from orchestration.submissions.reader import Reading
from orchestration.submissions.typing_run import type_form
from orchestration.submissions.values import set_token_key

_ROWS_TYPED_TOGETHER = 150_000
# Neither a file's fault nor one that another file would escape.
_OF_THE_DATABASE = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InterruptException)


class _FallError(Exception):
    """Submissions that cannot be typed or written, each with its reason."""

    def __init__(self, failures: dict[str, Failure]) -> None:
        super().__init__(", ".join(failures))
        self.failures = failures


def create_names(connection: duckdb.DuckDBPyConnection, settings: Settings, receipts: list[Receipt]) -> None:
    """What the typing of every form looks up: the places of those who sent the receipts."""
    create_macros(connection)
    submitters = sorted({receipt.submitter_code for receipt in receipts if receipt.submitter_code})
    create_keys(connection, settings.seeds, submitters)


def write_tables(
    settings: Settings,
    receipts: list[Receipt],
    reading: Reading,
    names: duckdb.DuckDBPyConnection,
    folder: Path,
    batch_id: str,
    key: bytes,
) -> dict[str, int]:
    """Write every table of the batch; a submission that cannot be typed or written falls, and it is written again."""
    while True:
        try:
            return _write_batch(settings, receipts, reading, names, folder, batch_id, key)
        except _FallError as error:
            if set(error.failures) <= set(reading.failures):
                raise  # they have fallen already: it is no file that breaks this
            reading.failures |= error.failures
            reading.forms = [form for form in reading.forms if form.submission_id not in error.failures]
            shutil.rmtree(folder, ignore_errors=True)


def _write_batch(
    settings: Settings,
    receipts: list[Receipt],
    reading: Reading,
    names: duckdb.DuckDBPyConnection,
    folder: Path,
    batch_id: str,
    key: bytes,
) -> dict[str, int]:
    """Type the text rows and write every table of the batch; returns rows by form.

    Raises:
        _FallError: names the submissions whose rows or outcomes break it.
    """
    outcomes = settle_outcomes(settings, receipts, reading)
    periods = sorted({receipt.period for receipt in receipts if receipt.period})

    def one_form(contract: Contract, connection: duckdb.DuckDBPyConnection) -> int:
        wanted = [outcome for outcome in outcomes if outcome.form == contract.form and outcome.status == "read"]
        try:
            return _type_one(connection, contract, reading, (wanted, periods), folder, batch_id)
        except Exception as error:
            if isinstance(error, _OF_THE_DATABASE):
                raise
            _find_culprits(settings, key, contract, reading, (wanted, periods), folder, error)
            raise

    rows = _each_form(settings, names, key, one_form)
    try:
        write_outcomes(receipts, outcomes, folder, batch_id)
    except Exception as error:
        _find_unwritable(receipts, outcomes, folder, error)
        raise
    return rows


def _type_one(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    reading: Reading,
    what: tuple[list[Outcome], list[str]],
    folder: Path,
    batch_id: str,
) -> int:
    wanted, periods = what
    ids = [outcome.receipt.submission_id for outcome in wanted]
    count = 0
    for together in _typed_together(periods, sum(outcome.rows_read for outcome in wanted)):
        parts = [path for form, period, path in reading.parts if form == contract.form and period in together]
        targets = {period: _batch_file(folder, contract.form, period, batch_id) for period in together}
        count += type_form(connection, contract, parts, ids, targets)
        total_notices(connection, contract, wanted)
    return count


def _find_culprits(
    settings: Settings,
    key: bytes,
    contract: Contract,
    reading: Reading,
    what: tuple[list[Outcome], list[str]],
    folder: Path,
    error: Exception,
) -> None:
    """Raise ``_FallError`` with the submissions that cannot be typed by themselves, each tried in a new database."""
    wanted, periods = what

    def type_some(some: Sequence[Outcome]) -> None:
        copies = [replace(outcome, notices=list(outcome.notices)) for outcome in some]
        with duckdb.connect(config={"threads": 1}) as connection:
            create_names(connection, settings, [outcome.receipt for outcome in some])
            set_token_key(connection, key)
            scratch = folder.parent / f"typing-{uuid.uuid4().hex}"
            _type_one(connection, contract, reading, (copies, periods), scratch, "scratch")

    _raise_for(_culprits(type_some, wanted, error))


def _find_unwritable(receipts: list[Receipt], outcomes: list[Outcome], folder: Path, error: Exception) -> None:
    """Raise ``_FallError`` with the submissions whose outcomes cannot be written."""

    def write_some(some: Sequence[Outcome]) -> None:
        ids = {outcome.receipt.submission_id for outcome in some}
        scratch = folder.parent / f"outcomes-{uuid.uuid4().hex}"
        write_outcomes([r for r in receipts if r.submission_id in ids], list(some), scratch, "scratch")

    _raise_for(_culprits(write_some, outcomes, error))


def _raise_for(failures: dict[str, Failure]) -> None:
    if failures:
        raise _FallError(failures)


def _culprits(
    work: Callable[[Sequence[Outcome]], None], some: Sequence[Outcome], error: Exception
) -> dict[str, Failure]:
    """Which submissions break a work that has just failed with all of them: halves of what fails are tried alone.

    Raises:
        OSError: a fault of the machine, and so of no submission.
    """
    if isinstance(error, _OF_THE_DATABASE) or is_of_the_machine(error):
        raise error
    if len({outcome.receipt.submission_id for outcome in some}) == 1:
        return {some[0].receipt.submission_id: failure_of(error)}
    found: dict[str, Failure] = {}
    middle = len(some) // 2
    for half in (some[:middle], some[middle:]):
        try:
            work(half)
        except Exception as again:  # noqa: BLE001, told by ``_culprits``
            found |= _culprits(work, half, again)
    return found


def _typed_together(periods: list[str], rows: int) -> list[list[str]]:
    """Periods typed in one go: all while they are small, one by one when their rows would fill the memory."""
    return [periods] if rows <= _ROWS_TYPED_TOGETHER else [[period] for period in periods]


def _batch_file(folder: Path, form: str, period: str, batch_id: str) -> Path:
    target = folder / form / f"period={period}" / f"batch-{batch_id}.parquet"
    target.parent.mkdir(parents=True, mode=0o700)
    return target


def _each_form(
    settings: Settings,
    names: duckdb.DuckDBPyConnection,
    key: bytes,
    type_one: Callable[[Contract, duckdb.DuckDBPyConnection], int],
) -> dict[str, int]:
    """Type every form, several side by side; each has a connection of its own beside the shared names of places.

    A query keeps to one thread: the rows of a form are too few for DuckDB to share out.
    """

    def one(contract: Contract) -> int:
        with names.cursor() as connection:
            set_factors(connection)
            set_token_key(connection, key)
            return type_one(contract, connection)

    with ThreadPoolExecutor(settings.workers) as pool:
        return dict(zip(load_contracts(), pool.map(one, load_contracts().values()), strict=True))
