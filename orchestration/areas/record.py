"""What the public was told, edition by edition: kept in the archive, so that a home made anew still knows it.

It holds the counts that were suppressed as well, so it lies where only the owner reads. A record is never rewritten.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.areas.system import KEY_NAMES, CountKey, Edition, Told
from orchestration.core import clock
from orchestration.core.fsync import flush
from orchestration.core.settings import Settings

_NOTE = b"edition"


@dataclass(frozen=True)
class Record:
    """One public edition.

    Attributes:
        number: its place in the order in which they were made.
        edition_id: its name: the latest period it tells of and a hash of what it tells.
        basis: hash of everything it was made from, told and not told; never to be told itself.
        release_id: the release it was first made of.
        counts: every count that is in it, suppressed ones with what they are.
    """

    number: int
    edition_id: str
    basis: str
    release_id: str
    made_at: datetime
    counts: Edition


def list_records(settings: Settings) -> tuple[Record, ...]:
    """All editions ever made here, the latest last."""
    found = [_read(path) for path in settings.public_records.glob("*.parquet")]
    return tuple(sorted(found, key=lambda record: record.number))


def write_record(settings: Settings, record: Record) -> None:
    """Keep what an edition tells. It is written before the edition can be seen: killed between, too much is kept."""
    settings.public_records.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys, told = list(record.counts), list(record.counts.values())
    columns = {
        **{name: pa.array([getattr(key, name) for key in keys], pa.string()) for name in KEY_NAMES},
        "value": pa.array([one.value for one in told], pa.float64()),
        "is_small": pa.array([one.is_small for one in told], pa.bool_()),
        "is_suppressed": pa.array([one.is_suppressed for one in told], pa.bool_()),
    }
    note = {name: getattr(record, name) for name in ("number", "edition_id", "basis", "release_id")}
    text = json.dumps(note | {"made_at": record.made_at.isoformat()})
    path = settings.public_records / f"{record.edition_id}.parquet"
    written = path.with_name(f".{path.name}")
    pq.write_table(pa.table(columns).replace_schema_metadata({_NOTE: text}), written)
    written.chmod(0o400)
    flush(written)
    written.rename(path)
    flush(settings.public_records)


def _read(path: Path) -> Record:
    table = pq.read_table(path)
    note = json.loads(table.schema.metadata[_NOTE])
    columns = [table[name].to_pylist() for name in (*KEY_NAMES, "value", "is_small", "is_suppressed")]
    counts = {
        CountKey(count, place, period): Told(value, is_small, is_suppressed)
        for count, place, period, value, is_small, is_suppressed in zip(*columns, strict=True)
    }
    made_at = clock.moment_of(note.pop("made_at"))
    return Record(**note, made_at=made_at, counts=counts)
