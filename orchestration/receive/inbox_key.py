"""What lies in the inbox, as one key: the same files with the same content always have the same key.

A folder that cannot be read is not an empty folder. A file still being written is not yet content, and does not hold up
those that are.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

from orchestration.core.settings import Settings
from orchestration.core.written_files import file_sha256
from orchestration.receive.inbox import look


@dataclass(frozen=True)
class InboxState:
    """The key of what waits, or why there is none."""

    key: str | None
    reason: str


def inbox_state(settings: Settings) -> InboxState:
    """Hash the names and contents of all settled files; those still being written are told by a later look.

    Raises:
        OSError: the inbox exists and cannot be read; the sensor's tick is then red, not silent.
    """
    if not settings.inbox.is_dir():
        return InboxState(None, f"{settings.inbox}: no such folder yet; put submissions there.")
    next(settings.inbox.iterdir(), None)
    found = look(settings)
    digest, files = hashlib.sha256(), 0
    for path in sorted(found.settled):
        try:
            content = file_sha256(path)
        except FileNotFoundError:
            continue  # taken away since the look
        digest.update(os.fsencode(path.relative_to(settings.inbox)) + f"\0{content}\n".encode())
        files += 1
    if files:
        return InboxState(digest.hexdigest(), f"{files} files wait.")
    if found.waiting:
        return InboxState(None, f"{len(found.waiting)} files are still being written.")
    return InboxState(None, "The inbox holds nothing to receive.")
