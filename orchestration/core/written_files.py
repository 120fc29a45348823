"""What was written and whether it is still there: the Parquet files of a home with their rows and hashes.

Which files belong together, and what becomes of a damaged one, is for those who wrote them to know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict


class WrittenFile(BaseModel):
    """A Parquet file as it was when it was written.

    Attributes:
        name: its path below the area it belongs to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    rows: int
    sha256: str


def file_sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def note_files(area: Path, paths: Iterable[Path]) -> tuple[WrittenFile, ...]:
    """What stands in Parquet files below an area, in the order of their names."""
    return tuple(
        WrittenFile(name=str(path.relative_to(area)), rows=pq.read_metadata(path).num_rows, sha256=file_sha256(path))
        for path in sorted(paths)
    )


def damaged_files(area: Path, files: Iterable[WrittenFile]) -> tuple[str, ...]:
    """The names of files that are gone or no longer what was written."""
    return tuple(
        file.name for file in files if not (area / file.name).is_file() or file_sha256(area / file.name) != file.sha256
    )
