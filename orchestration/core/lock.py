"""One lock per home, so that two nights, or a night and a click in the UI, never meet."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from orchestration.core import clock
from orchestration.core.settings import Settings

# How often this process has entered the lock of a home: an asset inside a night enters it again.
_depth: dict[Path, int] = {}


class HomeBusyError(RuntimeError):
    """Another process works in this home: says which, since when and what to do."""


@contextmanager
def home_lock(settings: Settings, who: str) -> Iterator[None]:
    """Hold the home's lock; entering again in the same process is free.

    Raises:
        HomeBusyError: another process held it for longer than ``lock_wait_seconds``.
    """
    path = settings.lock_file
    if _depth.get(path, 0) > 0:
        _depth[path] += 1
        try:
            yield
        finally:
            _depth[path] -= 1
        return
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=settings.lock_wait_seconds)
    except Timeout as error:
        raise HomeBusyError(_busy_message(settings)) from error
    try:
        _depth[path] = 1
        _holder_file(settings).write_text(
            json.dumps({"who": who, "pid": os.getpid(), "since": clock.minute_of(clock.now())})
        )
        yield
    finally:
        _depth[path] = 0
        _holder_file(settings).unlink(missing_ok=True)
        lock.release()


def _holder_file(settings: Settings) -> Path:
    # Beside the lock, not in it: the operating system's lock is the truth, this only names the holder.
    return settings.lock_file.with_suffix(".holder.json")


def _busy_message(settings: Settings) -> str:
    try:
        held = json.loads(_holder_file(settings).read_text())
        holder = f"{held['who']} (process {held['pid']}, since {held['since']})"
    except (FileNotFoundError, ValueError, KeyError):
        holder = "another process"
    return (
        f"{settings.home}: {holder} is at work here, and one home has one night at a time."
        f" Waited {settings.lock_wait_seconds:g} s. Wait for it to end, or set SANMING_LOCK_WAIT_SECONDS higher."
    )
