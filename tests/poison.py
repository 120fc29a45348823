"""Readers that fail on purpose, put in the place of the real ones: a child process imports them by their names.

A file whose name begins with 毒 is the one that fails; how is told by the second sign of its name.
"""

from __future__ import annotations

import errno
import os
import resource
from pathlib import Path
from typing import Any

import orchestration.read.reader as reader
import orchestration.receive.envelope as envelope
from orchestration.core.settings import Settings
from orchestration.receive.archive import Receipt

SECRET = "350490196808151234"
NAMES = {"raises": "毒a.xlsx", "dies": "毒b.xlsx", "eats memory": "毒c.xlsx"}
_real_identify, _real_read = envelope.identify, reader._read_one


def fail(name: str) -> None:
    """Fail as the name says; other names do no harm."""
    if not name.startswith("毒"):
        return
    kind = next(kind for kind, given in NAMES.items() if given[1] == name[1])
    if kind == "raises":
        raise LookupError(f"a cell says {SECRET}")
    if kind == "dies":
        os.abort()
    bytearray(1 << 44)


def spin() -> None:
    """Use up the CPU seconds, of which one is left."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1, resource.RLIM_INFINITY))
    while True:
        pass


def full_disk(_settings: Settings, path: Path, *_more: Any) -> envelope.Envelope:
    """Meet a disk without room."""
    raise OSError(errno.ENOSPC, "No space left on device", str(path))


def identify(settings: Settings, path: Path, *more: Any) -> envelope.Envelope:
    """Look into a file, or fail."""
    fail(path.name)
    return _real_identify(settings, path, *more)


def read_share(settings: Settings, receipts: list[Receipt], folder: Path, name: str) -> reader.Reading:
    """Read some files, and fail at one."""

    def read_one(settings: Settings, receipt: Receipt) -> Any:
        fail(receipt.original_name)
        return _real_read(settings, receipt)

    reader._read_one = read_one
    try:
        return reader.read_share(settings, receipts, folder, name)
    finally:
        reader._read_one = _real_read  # the child is kept, and the next test is another
