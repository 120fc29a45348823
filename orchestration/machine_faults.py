"""Faults of the machine, told apart from those of a file: a full disk, an area that cannot be written, a lost original.

What lies in a file never makes one of these; whoever meets one stops, because the next file would fare no better. What
becomes of a file that cannot be read is told by ``submissions.unreadable``.
"""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

_CODES = frozenset(
    {
        errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE,
        errno.ENOENT, errno.ENOTDIR, errno.ESTALE, errno.ENODEV, errno.ENXIO,
    }
)  # fmt: skip
# What libraries write where they keep the system's words and lose its number.
_FULL = ("No space left on device", "Disk quota exceeded")
_UNWRITABLE = ("Read-only file system", "Permission denied")


def is_of_the_machine(error: BaseException) -> bool:
    """Whether an error comes from the machine: one the system numbered, not one a library made of bad content."""
    return isinstance(error, OSError) and error.errno in _CODES


def machine_fault(text: str) -> bool:
    """Whether a message tells of a full disk or of an area that cannot be written."""
    return any(mark in text for mark in (*_FULL, *_UNWRITABLE))


def sentence(step: str, text: str, place: Path) -> str:
    """What a night that the machine stopped says: step, place, free space, what to do.

    Args:
        step: at which it was.
        text: what the system said.
        place: the file or folder it is about; where that is unknown the home.
    """
    free = _free_megabytes(place)
    room = f"{free:,} MB are free there" if free is not None else "how much is free there is not known"
    remedy = (
        "make it readable and writable for the user of this service"
        if any(mark in text for mark in _UNWRITABLE)
        else "free space on that disk (old files in warehouse/releases and warehouse/trials are the largest)"
    )
    if not machine_fault(text):
        remedy = "look at that place"
    return (
        f"the night stopped during «{step}»: {text}; {place}; {room}. `current` stays as it was, and nothing that was"
        f" received is lost. To go on: {remedy}, and run the night again."
    )


def place_of(error: OSError, otherwise: Path) -> Path:
    """The file or folder an error is about."""
    return Path(error.filename) if isinstance(error.filename, str) and error.filename else otherwise


def _free_megabytes(place: Path) -> int | None:
    for folder in (place, *place.parents):
        try:
            return shutil.disk_usage(folder).free // 1_000_000
        except OSError:
            continue
    return None
