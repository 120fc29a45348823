"""Land: archived submissions not read yet become one batch of typed Parquet files.

A batch exists when its manifest does; files of a batch without one are swept away at the next start.
Reading cells is the reader's work and typing is ``values``'; what belongs into facts is checking's.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from expectations.contract import load_contracts
from expectations.model import Contract
from orchestration.failpoints import failpoint
from orchestration.logic_version import READING_VERSION
from orchestration.settings import Settings
from orchestration.submissions.archive import UNKNOWN, Receipt, list_receipts
from orchestration.submissions.batches import Batch, batch_paths, list_batches, manifest_path, manifest_paths
from orchestration.submissions.lookups import create_keys
from orchestration.submissions.macros import create_macros
from orchestration.submissions.outcomes import settle_outcomes, total_notices, write_outcomes
from orchestration.submissions.reader import Reading, read_share
from orchestration.submissions.token_key import fingerprint, home_key
from orchestration.submissions.typing_run import type_form
from orchestration.submissions.values import set_token_key
from orchestration.written import note_files

_IN_PROCESS_BYTES = 3_000_000  # below this, starting processes costs more than it saves
_SHARE_FILES = 8
_ROWS_TYPED_TOGETHER = 150_000


@dataclass(frozen=True)
class LandReport:
    """What one call landed; ``batch_id`` is none when there was nothing new."""

    batch_id: str | None = None
    submissions: int = 0
    rows_by_form: dict[str, int] = field(default_factory=dict)
    touched_periods: tuple[str, ...] = ()


def land(settings: Settings) -> LandReport:
    """Read, type and land every archived submission that no batch holds yet.

    Batches that are damaged or were read by another version are read again.

    Raises:
        TokenKeyError: the key is missing, or not the one this home was made with.
    """
    (settings.landing / "batches").mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.landing.chmod(0o700)
    key = home_key(settings)
    landed = _sweep(settings)
    receipts = [receipt for receipt in list_receipts(settings) if receipt.submission_id not in landed]
    if not receipts:
        return LandReport()
    batch = _new_batch(receipts, key)
    temporary = settings.landing / f".tmp-{batch.batch_id}"
    (temporary / "parts").mkdir(parents=True, mode=0o700)
    with duckdb.connect(config={"threads": 1}) as names, ThreadPoolExecutor(1) as beside:
        reading = beside.submit(_read, settings, receipts, temporary / "parts")
        _create_names(names, settings, receipts)
        rows = _write_batch(settings, receipts, reading.result(), names, temporary / "batch", batch.batch_id, key)
    _commit(settings, temporary, batch)
    periods = tuple(sorted({receipt.period for receipt in receipts if receipt.period}))
    return LandReport(batch.batch_id, len(receipts), rows, periods)


def _new_batch(receipts: list[Receipt], key: bytes) -> Batch:
    """What will be landed together; by another version or after damage the same submissions are another batch."""
    ids = sorted(receipt.submission_id for receipt in receipts)
    return Batch(
        batch_id=hashlib.sha256("\n".join([f"reading {READING_VERSION}", *ids]).encode()).hexdigest()[:12],
        submission_ids=tuple(ids),
        periods=tuple(sorted({receipt.period or UNKNOWN for receipt in receipts})),
        files=(),
        reading_version=READING_VERSION,
        key_fingerprint=fingerprint(key),
    )


def _sweep(settings: Settings) -> set[str]:
    """Remove what has no manifest, and batches that cannot stand; returns the submissions of those that can."""
    batches = list_batches(settings)
    fallen = _fallen(settings, batches)
    standing = [batch for batch in batches if batch not in fallen]
    ids = {batch.batch_id for batch in standing}
    for path in manifest_paths(settings):  # first: files without a manifest are swept, whatever happens in between
        if path.stem not in ids:
            path.unlink()
    for path in settings.landing.glob("*/period=*/batch-*.parquet"):
        if path.stem.removeprefix("batch-") not in ids:
            path.unlink()
    for folder in settings.landing.glob(".tmp-*"):
        shutil.rmtree(folder)
    return {submission_id for batch in standing for submission_id in batch.submission_ids}


def _fallen(settings: Settings, batches: tuple[Batch, ...]) -> list[Batch]:
    """Batches read by another version or damaged, and every later one: a repetition is told from what came before."""
    broken = [batch for batch in batches if batch.reading_version != READING_VERSION or batch.damaged(settings)]
    first = min((min(batch.submission_ids) for batch in broken), default=None)
    return [batch for batch in batches if first is not None and max(batch.submission_ids) >= first]


def _read(settings: Settings, receipts: list[Receipt], folder: Path) -> Reading:
    """Read all submissions, in worker processes when there is enough to read."""
    shares = [receipts[start : start + _SHARE_FILES] for start in range(0, len(receipts), _SHARE_FILES)]
    names = [f"{index:05d}" for index in range(len(shares))]
    size = sum(receipt.size_bytes for receipt in receipts)
    if settings.workers == 1 or len(shares) == 1 or size < _IN_PROCESS_BYTES:
        readings = [read_share(settings, share, folder, name) for share, name in zip(shares, names, strict=True)]
    else:
        # Spawned, not forked: the night runs beside threads of the orchestrator.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(settings.workers, mp_context=context) as pool:
            jobs = [
                pool.submit(read_share, settings, share, folder, name)
                for share, name in zip(shares, names, strict=True)
            ]
            readings = [job.result() for job in jobs]
    return Reading(
        forms=[form for reading in readings for form in reading.forms],
        parts=[part for reading in readings for part in reading.parts],
    )


def _create_names(connection: duckdb.DuckDBPyConnection, settings: Settings, receipts: list[Receipt]) -> None:
    create_macros(connection)
    submitters = sorted({receipt.submitter_code for receipt in receipts if receipt.submitter_code})
    create_keys(connection, settings.seeds, submitters)


def _write_batch(
    settings: Settings,
    receipts: list[Receipt],
    reading: Reading,
    names: duckdb.DuckDBPyConnection,
    folder: Path,
    batch_id: str,
    key: bytes,
) -> dict[str, int]:
    """Type the text rows and write every table of the batch; returns rows by form."""
    outcomes = settle_outcomes(settings, receipts, reading)
    periods = sorted({receipt.period for receipt in receipts if receipt.period})

    def one_form(contract: Contract, connection: duckdb.DuckDBPyConnection) -> int:
        wanted = [outcome for outcome in outcomes if outcome.form == contract.form and outcome.status == "read"]
        ids = [outcome.receipt.submission_id for outcome in wanted]
        count = 0
        for together in _typed_together(periods, sum(outcome.rows_read for outcome in wanted)):
            parts = [path for form, period, path in reading.parts if form == contract.form and period in together]
            targets = {period: _batch_file(folder, contract.form, period, batch_id) for period in together}
            count += type_form(connection, contract, parts, ids, targets)
            total_notices(connection, contract, outcomes)
        return count

    rows = _each_form(settings, names, key, one_form)
    write_outcomes(receipts, outcomes, folder, batch_id)
    return rows


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
            create_macros(connection)
            set_token_key(connection, key)
            return type_one(contract, connection)

    with ThreadPoolExecutor(settings.workers) as pool:
        return dict(zip(load_contracts(), pool.map(one, load_contracts().values()), strict=True))


def _commit(settings: Settings, temporary: Path, batch: Batch) -> None:
    """Move the batch's files into place; writing the manifest is the last step."""
    failpoint(settings, "landing.before_manifest")
    for source in sorted((temporary / "batch").rglob("*.parquet")):
        target = settings.landing / source.relative_to(temporary / "batch")
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        source.chmod(0o600)
        source.rename(target)
    written = temporary / "manifest.json"
    noted = note_files(settings.landing, batch_paths(settings, batch.batch_id))
    written.write_text(batch.model_copy(update={"files": noted}).model_dump_json(indent=1), encoding="utf-8")
    written.rename(manifest_path(settings, batch.batch_id))
    shutil.rmtree(temporary)
