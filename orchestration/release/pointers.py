"""Write what readers follow: the `current` link, where they are held, what waits or was overtaken, each in one step."""

from __future__ import annotations

import uuid
from pathlib import Path

from pydantic import BaseModel

from orchestration.core.fsync import flush
from orchestration.core.settings import Settings
from orchestration.release.manifest import Hold, Waiting, overtaken_file


def write_hold(settings: Settings, hold: Hold) -> None:
    """Say in one step at which release readers are held."""
    _write(settings, settings.hold_file, hold)


def write_waiting(settings: Settings, waiting: Waiting) -> None:
    """Say in one step which release waits to be seen."""
    _write(settings, settings.waiting_file, waiting)


def write_overtaken(settings: Settings, release_id: str) -> None:
    """Say of a release that waited that a later one took its place: readers never saw it."""
    settings.manifests.mkdir(exist_ok=True)
    overtaken_file(settings, release_id).touch()
    flush(settings.manifests)


def _write(settings: Settings, path: Path, told: BaseModel) -> None:
    written = path.with_suffix(".tmp")
    written.write_text(told.model_dump_json(indent=1), encoding="utf-8")
    flush(written)
    written.replace(path)
    flush(settings.warehouse)


def point_current_at(settings: Settings, release_id: str) -> None:
    """Move the ``current`` link; readers see either the old release or the new one, never neither."""
    link = settings.warehouse / f".current-{uuid.uuid4().hex[:8]}"
    link.symlink_to(Path(settings.releases.name) / release_id, target_is_directory=True)
    link.replace(settings.current)
    flush(settings.warehouse)
