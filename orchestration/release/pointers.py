"""Point readers at what was decided that they see, in one step. Who may decide so is for ``gate`` and ``pin``."""

from __future__ import annotations

import uuid
from pathlib import Path

from orchestration.core.fsync import flush
from orchestration.core.settings import Settings
from orchestration.release.manifest import current_id, read_state


def show_decided(settings: Settings) -> bool:
    """Move `current` to the release that readers are to see, where that is on disk; whether it moved."""
    shown = read_state(settings).shown
    if shown is None or shown == current_id(settings) or not (settings.releases / shown).is_dir():
        return False
    _point_current_at(settings, shown)
    return True


def _point_current_at(settings: Settings, release_id: str) -> None:
    """Move the ``current`` link; readers see either the old release or the new one, never neither."""
    link = settings.warehouse / f".current-{uuid.uuid4().hex[:8]}"
    link.symlink_to(Path(settings.releases.name) / release_id, target_is_directory=True)
    link.replace(settings.current)
    flush(settings.warehouse)
