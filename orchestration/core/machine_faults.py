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
_LEAST_BYTES = 32_000_000
# What libraries write where they keep the system's words and lose its number.
_FULL = ("No space left on device", "Disk quota exceeded", "database or disk is full")
_UNWRITABLE = ("Read-only file system", "readonly database", "unable to open database file")
_REMEDIES = (
    (_FULL, "free space on that disk (warehouse/releases and warehouse/trials hold the largest files)"),
    ((*_UNWRITABLE, "Permission denied", "Operation not permitted"), "make it writable for the user of this service"),
)


def is_of_the_machine(error: BaseException) -> bool:
    """Whether an error comes from the machine: one the system numbered, not one a library made of bad content.

    A module that is not there is of the machine, too: an installation that is not whole reads no file at all.
    """
    return isinstance(error, ImportError) or (isinstance(error, OSError) and error.errno in _CODES)


def machine_fault(error: BaseException) -> tuple[str, Path | None] | None:
    """What the machine said, and the file or folder it said it of; none where an error is something else.

    Looked for along what an error was raised from: a full disk meets many libraries.
    """
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen:
        seen.append(current)
        if isinstance(current, OSError) and is_of_the_machine(current):
            place = Path(current.filename) if isinstance(current.filename, str) and current.filename else None
            return current.strerror or str(current), place
        if isinstance(current, ImportError):
            return f"{current} (the installation is not whole)", None
        if (fault := fault_in(str(current))) is not None:
            return fault, None
        current = current.__cause__ or current.__context__
    return None


def fault_in(text: str) -> str | None:
    """The words of a message that tell of a full disk or of an area that cannot be written."""
    return next((mark for mark in (*_FULL, *_UNWRITABLE) if mark in text), None)


def sentence(step: str, fault: str, place: Path) -> str:
    """What a night that the machine stopped says: step, place, free space, what to do.

    Args:
        step: at which it was.
        fault: what the machine said.
        place: the file or folder it is about; where that is unknown the home.
    """
    free = _free_megabytes(place)
    room = f"{free:,} MB are free there" if free is not None else "how much is free there is not known"
    remedy = next((remedy for marks, remedy in _REMEDIES if any(mark in fault for mark in marks)), "look at that place")
    return (
        f"the night stopped during «{step}»: {fault}: {place}; {room}. `current` stays as it was, and nothing that was"
        f" received is lost. To go on, {remedy}, and run the night again."
    )


def refuse_full_disk(home: Path) -> None:
    """Ask for room before a night starts: on a full disk it would stop anywhere.

    Raises:
        OSError: there is less than any night needs.
    """
    if shutil.disk_usage(home).free < _LEAST_BYTES:
        raise OSError(errno.ENOSPC, "No space left on device", str(home))


def _free_megabytes(place: Path) -> int | None:
    for folder in (place, *place.parents):
        try:
            return shutil.disk_usage(folder).free // 1_000_000
        except OSError:
            continue
    return None
