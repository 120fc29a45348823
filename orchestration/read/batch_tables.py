"""Write the tables of one batch: every form's rows typed, and what became of each form of each submission.

A submission whose rows cannot be typed, or whose outcome cannot be written, is found by trying halves alone; it falls,
and the others are written without it. Which submissions make a batch, and when it exists, is landing's to know.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from expectations.contract import load_contracts
from expectations.model import Contract
from orchestration.core.machine_faults import is_of_the_machine
from orchestration.core.settings import Settings
from orchestration.read.control_totals import TypedForm, tell_totals
from orchestration.read.form_outcomes import FormOutcome, settle_outcomes, write_outcomes
from orchestration.read.lookups import create_keys
from orchestration.read.raw_rows import raw_schema, read_rows
from orchestration.read.reader import ReadResult
from orchestration.read.sql_macros import create_macros
from orchestration.read.typing_run import FormRows, Typist
from orchestration.receive.archive import Receipt
from orchestration.workbook.child import Failure, failure_of

_ROWS_TYPED_TOGETHER = 250_000
_ROW_GROUP = 122_880  # what DuckDB scans by one thread
# Neither a file's fault nor one that another file would escape.
_OF_THE_DATABASE = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InterruptException)

# One form's rows of some periods, read by these submissions.
_Share = tuple[Contract, list[str], list[FormOutcome]]


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


@dataclass
class BatchTables:
    """The tables of one batch, written to a folder.

    Attributes:
        reading: what was read of the receipts; who cannot be typed or written falls out of it.
        typist: with the names of those who sent the receipts.
        folder: emptied and written again when a submission falls.
    """

    settings: Settings
    receipts: list[Receipt]
    reading: ReadResult
    typist: Typist
    folder: Path
    batch_id: str

    def write(self) -> dict[str, int]:
        """Write every table; a submission that cannot be typed or written falls, and all is written again.

        Returns:
            rows by form.
        """
        while True:
            try:
                return self._write()
            except _FallError as error:
                if set(error.failures) <= set(self.reading.failures):
                    raise  # they have fallen already: it is no file that breaks this
                self.reading.failures |= error.failures
                self.reading.forms = [form for form in self.reading.forms if form.submission_id not in error.failures]
                shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self) -> dict[str, int]:
        """Type the text rows and write every table of the batch; returns rows by form.

        Raises:
            _FallError: names the submissions whose rows or outcomes break it.
        """
        outcomes = settle_outcomes(self.settings, self.receipts, self.reading)
        counts = dict.fromkeys(load_contracts(), 0)
        for together in self._shares(outcomes):
            wanted = [outcome for _, _, own in together for outcome in own]
            try:
                for form, count in self._type(together, self.typist, self.folder):
                    counts[form] += count
            except Exception as error:
                if isinstance(error, _OF_THE_DATABASE):
                    raise
                _raise_for(_culprits(self._type_some, wanted, error))
                raise
        try:
            write_outcomes(self.receipts, outcomes, self.folder, self.batch_id)
        except Exception as error:
            _raise_for(_culprits(self._write_some, outcomes, error))
            raise
        return counts

    def _shares(self, outcomes: Sequence[FormOutcome]) -> Iterator[list[_Share]]:
        """What is typed together: forms while they are small, one period of one form when its rows are many."""
        periods = sorted({receipt.period for receipt in self.receipts if receipt.period})
        together: list[_Share] = []
        rows = 0
        for contract in load_contracts().values():
            own = [outcome for outcome in outcomes if outcome.form == contract.form and outcome.status == "read"]
            large = sum(outcome.rows_read for outcome in own) > _ROWS_TYPED_TOGETHER
            for some in [[period] for period in periods] if large else [periods]:
                of_these = [outcome for outcome in own if outcome.receipt.period in some]
                count = sum(outcome.rows_read for outcome in of_these)
                if together and rows + count > _ROWS_TYPED_TOGETHER:
                    yield together
                    together, rows = [], 0
                together.append((contract, some, of_these))
                rows += count
        if together:
            yield together

    def _type(self, together: Sequence[_Share], typist: Typist, folder: Path) -> list[tuple[str, int]]:
        """Type what belongs together and write it, a file a form and period; returns forms with their rows."""
        forms = [FormRows(contract, self._raw(contract, some, own)) for contract, some, own in together]
        typist.type_rows(forms)
        typed_forms = [
            TypedForm(rows.contract, rows.landing(), own) for rows, (_, _, own) in zip(forms, together, strict=True)
        ]
        counts = []
        for (contract, some, _), (_, typed, _) in zip(together, typed_forms, strict=True):
            data = typed.filter(pc.invert(typed["is_total"])).drop_columns("is_total")
            for period in some:
                _write_rows(
                    data, folder / contract.form / f"period={period}" / f"batch-{self.batch_id}.parquet", period
                )
            counts.append((contract.form, len(data)))
        with typist.names.cursor() as connection:
            tell_totals(connection, typed_forms)
        return counts

    def _raw(self, contract: Contract, periods: list[str], outcomes: list[FormOutcome]) -> pa.Table:
        ids = pa.array([outcome.receipt.submission_id for outcome in outcomes], pa.string())
        parts = [
            read_rows(path) for form, period, path in self.reading.parts if form == contract.form and period in periods
        ]
        raw = pa.concat_tables([raw_schema(contract).empty_table(), *parts])
        return raw.filter(pc.is_in(raw["submission_id"], ids))

    def _type_some(self, some: Sequence[FormOutcome]) -> None:
        """Type rows of some submissions in a new database, to see whether they can be."""
        copies = [replace(outcome, notices=list(outcome.notices)) for outcome in some]
        with duckdb.connect(config={"threads": 1}) as connection:
            create_names(connection, self.settings, [outcome.receipt for outcome in some])
            for together in self._shares(copies):
                self._type(together, replace(self.typist, names=connection), self._scratch())

    def _write_some(self, some: Sequence[FormOutcome]) -> None:
        ids = {outcome.receipt.submission_id for outcome in some}
        own = [receipt for receipt in self.receipts if receipt.submission_id in ids]
        write_outcomes(own, list(some), self._scratch(), "scratch")

    def _scratch(self) -> Path:
        return self.folder.parent / f"scratch-{uuid.uuid4().hex}"


def _write_rows(rows: pa.Table, target: Path, period: str) -> None:
    target.parent.mkdir(parents=True, mode=0o700)
    own = rows.filter(pc.equal(rows["period"], period))
    pq.write_table(own, target, compression="zstd", row_group_size=_ROW_GROUP, store_decimal_as_integer=True)


def _raise_for(failures: dict[str, Failure]) -> None:
    if failures:
        raise _FallError(failures)


def _culprits(
    work: Callable[[Sequence[FormOutcome]], None], some: Sequence[FormOutcome], error: Exception
) -> dict[str, Failure]:
    """Which submissions break a work that has just failed with all of them: halves of what fails are tried alone.

    Raises:
        OSError: a fault of the machine, and so of no submission; the error itself where nothing breaks as well.
    """
    if not some or isinstance(error, _OF_THE_DATABASE) or is_of_the_machine(error):
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
