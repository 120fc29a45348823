"""Show a drafted release to readers: move it to its place, and `current` to it, each in one step.

Where readers are held at another release (`hold`), `current` stays there.
"""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

from orchestration.durable import flush
from orchestration.failpoints import failpoint
from orchestration.release.as_known import write_views
from orchestration.release.draft import Draft
from orchestration.release.manifest import (
    MANIFEST_NAME,
    Hold,
    Release,
    current_id,
    latest_id,
    list_releases,
    read_hold,
    read_release,
)
from orchestration.settings import Settings


def publish(settings: Settings, draft: Draft) -> Release:
    """Publish a draft.

    Where a release of its name stands already nothing is written, and that one is returned with ``is_new`` false.

    Raises:
        ReleaseError: readers are held at a release that is gone.
    """
    target = settings.releases / draft.release_id
    is_new = not target.is_dir()
    if is_new:
        draft.folder.rename(target)
        flush(settings.releases)
    else:
        shutil.rmtree(draft.folder)
    failpoint(settings, "release.before_current")
    hold = read_hold(settings)
    if hold is not None:
        read_release(settings, hold.release_id)
        write_hold(settings, hold.model_copy(update={"latest": draft.release_id}))
    wanted = draft.release_id if hold is None else hold.release_id
    moved = current_id(settings) != wanted
    if moved:
        point_current_at(settings, wanted)
    remove_old(settings)
    write_views(settings)
    return read_release(settings, draft.release_id).model_copy(update={"is_new": is_new or moved})


def write_hold(settings: Settings, hold: Hold) -> None:
    """Say in one step at which release readers are held."""
    written = settings.hold_file.with_suffix(".tmp")
    written.write_text(hold.model_dump_json(indent=1), encoding="utf-8")
    flush(written)
    written.replace(settings.hold_file)
    flush(settings.warehouse)


def point_current_at(settings: Settings, release_id: str) -> None:
    """Move the ``current`` link; readers see either the old release or the new one, never neither."""
    link = settings.warehouse / f".current-{uuid.uuid4().hex[:8]}"
    link.symlink_to(Path(settings.releases.name) / release_id, target_is_directory=True)
    link.replace(settings.current)
    flush(settings.warehouse)


def remove_old(settings: Settings) -> None:
    """Keep the newest releases of the settings' number, and always what readers see or will see next.

    The manifest of what is removed is kept: it says what a rebuilt release must be equal to.
    """
    needed = {current_id(settings), latest_id(settings)}
    releases = [release for release in list_releases(settings) if release.release_id not in needed]
    surplus = len(releases) + len(needed) - settings.keep_releases
    for release in releases[: max(0, surplus)]:
        _keep_manifest(settings, release)
        shutil.rmtree(release.path)


def _keep_manifest(settings: Settings, release: Release) -> None:
    kept = settings.manifests / f"{release.release_id}.json"
    if kept.is_file():  # removed before and rebuilt since: the manifest of the night stays
        return
    settings.manifests.mkdir(exist_ok=True)
    written = settings.manifests / f".{release.release_id}"
    shutil.copyfile(release.path / MANIFEST_NAME, written)
    written.rename(kept)
