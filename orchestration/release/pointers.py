"""Point readers at what was decided that they see, in one step. Who may decide so is for ``gate`` and ``pin``."""

from __future__ import annotations

import uuid
from pathlib import Path

from filelock import FileLock

from orchestration.core.fsync import flush
from orchestration.core.settings import Settings
from orchestration.release.access import align_rights, open_to_readers
from orchestration.release.manifest import current_id, read_state


def show_decided(settings: Settings) -> bool:
    """Move `current` to the release that readers are to see, where that is on disk; whether it moved.

    What was decided is read under a lock: a withdrawal does not wait for the night that is at work.
    """
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    with FileLock(settings.current.with_name("current.lock")):
        state, before = read_state(settings), current_id(settings)
        moves = state.shown not in (None, before) and (settings.releases / str(state.shown)).is_dir()
        if moves:
            open_to_readers(settings.releases / str(state.shown))  # before they are led there
            _point_current_at(settings, str(state.shown))
        elif before in state.withdrawn:
            settings.current.unlink()
            flush(settings.warehouse)
        align_rights(settings, state)  # closed when nobody is led there any more
        return moves


def _point_current_at(settings: Settings, release_id: str) -> None:
    """Move the ``current`` link; readers see either the old release or the new one, never neither."""
    link = settings.warehouse / f".current-{uuid.uuid4().hex[:8]}"
    link.symlink_to(Path(settings.releases.name) / release_id, target_is_directory=True)
    link.replace(settings.current)
    flush(settings.warehouse)
