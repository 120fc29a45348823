"""Members of a zip: their names as they were meant, and the one workbook inside.

Whether a zip may be opened at all is told by ``sniff``.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.workbook.damage import damage_as
from orchestration.workbook.workbook import WorkbookError

_UTF8_FLAG = 0x800


def member_name(info: zipfile.ZipInfo) -> str:
    """A member's name as it was meant: Chinese Windows writes GB18030 without saying so."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


@contextmanager
def workbook_file(path: Path, member: str | None) -> Iterator[Path]:
    """Where the workbook of a file can be opened: the file itself, or its member unpacked for as long as that lasts.

    Raises:
        WorkbookError: the member is damaged.
    """
    if member is None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="sanming-unpacked-") as folder:
        target = Path(folder) / "workbook.xlsx"
        with (
            damage_as(WorkbookError, f"{path.name}, {member}"),
            zipfile.ZipFile(path) as archive,
            target.open("wb") as stream,
        ):
            info = next(info for info in archive.infolist() if member_name(info) == member)
            with archive.open(info) as source:
                shutil.copyfileobj(source, stream)
        yield target
