"""One hash over everything that a synthetic city writes, so that a test can hold it to what it was."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path


def hash_of_city(folder: Path) -> str:
    """SHA-256 over names and contents of all files, in the order of their names.

    Of a workbook or bundle the members count, as they are before compression: another zlib packs them otherwise.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        for name, content in _parts(path):
            told = f"{path.relative_to(folder).as_posix()}\0{name}\0{len(content)}\0"
            digest.update(told.encode())
            digest.update(content)
    return digest.hexdigest()


def _parts(path: Path) -> Iterator[tuple[str, bytes]]:
    if not zipfile.is_zipfile(path):
        yield "", path.read_bytes()
        return
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            yield member.filename, archive.read(member)
