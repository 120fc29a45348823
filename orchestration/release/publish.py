"""Show a drafted release to readers: move it to its place, and `current` to it, each in one step."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

from orchestration.failpoints import failpoint
from orchestration.release.draft import Draft, sync
from orchestration.release.manifest import Release, current_id, list_releases, read_manifest
from orchestration.settings import Settings


def publish(settings: Settings, draft: Draft) -> Release:
    """Publish a draft.

    Where a release of its name stands already nothing is written, and that one is returned with ``is_new`` false.
    """
    target = settings.releases / draft.release_id
    is_new = not target.is_dir()
    if is_new:
        draft.folder.rename(target)
        sync(settings.releases)
    else:
        shutil.rmtree(draft.folder)
    failpoint(settings, "release.before_current")
    moved = current_id(settings) != draft.release_id
    if moved:
        point_current_at(settings, draft.release_id)
    remove_old(settings)
    return Release(
        release_id=draft.release_id,
        path=target,
        manifest=read_manifest(target),
        is_current=True,
        is_new=is_new or moved,
    )


def point_current_at(settings: Settings, release_id: str) -> None:
    """Move the ``current`` link; readers see either the old release or the new one, never neither."""
    link = settings.warehouse / f".current-{uuid.uuid4().hex[:8]}"
    link.symlink_to(Path(settings.releases.name) / release_id, target_is_directory=True)
    link.replace(settings.current)
    sync(settings.warehouse)


def remove_old(settings: Settings) -> None:
    """Keep the newest releases of the settings' number, and always the current one."""
    releases = [release for release in list_releases(settings) if not release.is_current]
    surplus = len(releases) + 1 - settings.keep_releases
    for release in releases[: max(0, surplus)]:
        shutil.rmtree(release.path)
