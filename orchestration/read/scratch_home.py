"""A home of its own for work on kept originals, inside the home it serves and gone at the end.

What is made of the originals there (a rebuild, a trial of rules) is for its caller to know.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from orchestration.core.lock import HomeBusyError
from orchestration.core.settings import Settings
from orchestration.decisions.decision import FIGURE_KINDS
from orchestration.decisions.log import copy_decisions
from orchestration.home.batches import batch_paths, list_batches, manifest_path
from orchestration.home.token_key import copy_key
from orchestration.receive.archive import Receipt, receipt_folder


@contextmanager
def scratch_home(settings: Settings, what: str) -> Iterator[Settings]:
    """A home of its own, removed at the end; what a killed process left is removed first.

    Args:
        settings: the home it serves.
        what: the work, one word: the folder and its lock are named after it.

    Raises:
        HomeBusyError: another process does the same work in the home.
    """
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.warehouse / f"{what}.lock")
    try:
        lock.acquire(timeout=settings.lock_wait_seconds)
    except Timeout as error:
        raise HomeBusyError(f"{settings.home}: another {what} is at work here. Wait for it to end.") from error
    try:
        for leftover in settings.warehouse.glob(f".{what}-*"):
            shutil.rmtree(leftover)
        home = settings.warehouse / f".{what}-{uuid.uuid4().hex[:8]}"
        home.mkdir(mode=0o700)
        try:
            yield settings.with_home(home)
        finally:
            shutil.rmtree(home, ignore_errors=True)
    finally:
        lock.release()


def link_archive(
    settings: Settings, scratch: Settings, receipts: Iterable[Receipt], known_on: datetime | None = None
) -> None:
    """The originals with their receipts, linked, what figures rest on that was decided by then, and the key.

    Without the key the same person would carry another token.

    Raises:
        TokenKeyError: the key is missing, or not the one the home was made with.
    """
    copy_key(settings, scratch)
    for receipt in receipts:
        target = receipt_folder(scratch, receipt)
        target.mkdir(parents=True, mode=0o700)
        for path in receipt_folder(settings, receipt).iterdir():
            link(path, target / path.name)
    copy_decisions(settings, scratch, FIGURE_KINDS, known_on)


def link_landing(settings: Settings, scratch: Settings) -> None:
    """What was read of the originals, linked; a batch that is not whole is left out and can be read anew."""
    for batch in list_batches(settings):
        if batch.damaged(settings):
            continue
        for path in batch_paths(settings, batch.batch_id):
            link(path, scratch.landing / path.relative_to(settings.landing))
        link(manifest_path(settings, batch.batch_id), manifest_path(scratch, batch.batch_id))


def link(path: Path, target: Path) -> None:
    """The same file under another name; a copy where that cannot be."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.link(path, target)
    except OSError:  # the two lie on different file systems
        shutil.copy2(path, target)
