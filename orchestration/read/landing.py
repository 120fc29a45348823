"""Land: archived submissions not read yet become one batch of typed Parquet files.

A batch exists when its manifest does; files of a batch without one are swept away at the next start.
Reading cells is the reader's work and typing is ``values``'; what belongs into facts is checking's. A submission whose
rows cannot be typed or written falls alone (``batch_tables``).
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.core.failpoints import failpoint
from orchestration.core.logic_version import READING_VERSION
from orchestration.core.settings import Settings
from orchestration.core.written_files import note_files
from orchestration.home.batches import Batch, batch_paths, list_batches, manifest_path, manifest_paths
from orchestration.home.token_key import fingerprint, home_key
from orchestration.read.batch_tables import BatchTables, create_names
from orchestration.read.reading_run import identify_again, read_all, repeated
from orchestration.read.typing_run import Typist
from orchestration.receive.archive import UNKNOWN, Receipt, list_receipts
from orchestration.receive.unreadable import last_outcomes, record_read_again, record_unreadable


@dataclass(frozen=True)
class LandReport:
    """What one call landed; ``batch_id`` is none when there was nothing new.

    Attributes:
        unreadable: the submissions that could not be read or landed, told for the first time.
    """

    batch_id: str | None = None
    submissions: int = 0
    rows_by_form: dict[str, int] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()


def land(settings: Settings, *, decide: bool = True) -> LandReport:
    """Read, type and land every archived submission that no batch holds yet.

    Batches that are damaged or were read by another version are read again.

    Args:
        settings: the home.
        decide: record what could not be read, and try again what another version could not; otherwise what was
            recorded is repeated and nothing is recorded.

    Raises:
        TokenKeyError: the key is missing, or not the one this home was made with.
        OSError: a fault of the machine.
    """
    (settings.landing / "batches").mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.landing.chmod(0o700)
    key = home_key(settings)
    landed = _sweep(settings)
    receipts = [receipt for receipt in list_receipts(settings) if receipt.submission_id not in landed]
    if not receipts:
        return LandReport()
    temporary = settings.landing / f".tmp-{uuid.uuid4().hex}"
    (temporary / "parts").mkdir(parents=True, mode=0o700)
    outcomes = last_outcomes(settings)
    old = repeated(receipts, outcomes, decide=decide)
    receipts, blind = identify_again(settings, receipts, old, temporary / "again")
    batch = _new_batch(receipts, key)
    wanted = [receipt for receipt in receipts if receipt.submission_id not in {*old, *blind}]
    with duckdb.connect(config={"threads": 1}) as names, ThreadPoolExecutor(1) as beside:
        # Read here, not beside: who stops the night is not to wait until all is read.
        named = beside.submit(create_names, names, settings, receipts)
        reading = read_all(settings, wanted, temporary / "parts")
        named.result()
        reading.failures |= {**old, **blind}
        typist = Typist(names, key, settings.workers)
        rows = BatchTables(settings, receipts, reading, typist, temporary / "batch", batch.batch_id).write()
    new = {name: failure for name, failure in reading.failures.items() if name not in old or name not in outcomes}
    if decide:
        unread = {name for name, last in outcomes.items() if last.kind == "file_unreadable"} - reading.failures.keys()
        record_unreadable(settings, new)
        record_read_again(settings, [receipt for receipt in wanted if receipt.submission_id in unread], outcomes)
    _commit(settings, temporary, batch)
    return LandReport(batch.batch_id, len(receipts), rows, tuple(new))


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
