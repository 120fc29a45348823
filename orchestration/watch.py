"""What lies in the inbox, as one key: the same files with the same content always have the same key.

A folder that cannot be read is not an empty folder, and a file still being written is not yet content.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from orchestration.settings import Settings
from orchestration.submissions.inbox import look
from orchestration.written import file_sha256


@dataclass(frozen=True)
class InboxState:
    """The key of what waits, or why there is none."""

    key: str | None
    reason: str


def inbox_state(settings: Settings) -> InboxState:
    """Hash the names and contents of all settled files.

    Raises:
        OSError: the inbox exists and cannot be read; the sensor's tick is then red, not silent.
    """
    if not settings.inbox.is_dir():
        return InboxState(None, f"{settings.inbox}: no such folder yet; put submissions there.")
    settled, waiting = look(settings)
    if waiting:
        return InboxState(None, f"{len(waiting)} files are still being written.")
    if not settled:
        return InboxState(None, "The inbox is empty.")
    digest = hashlib.sha256()
    for path in sorted(settled):
        digest.update(f"{path.relative_to(settings.inbox)}\0{file_sha256(path)}\n".encode())
    return InboxState(digest.hexdigest(), f"{len(settled)} files wait.")
