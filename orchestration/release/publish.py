"""Publish a drafted release: move it to its place, and `current` to it, each in one step.

Where readers are pinned to another release (`pin`), or may not see it yet (`gate`), `current` stays.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.core.failpoints import failpoint
from orchestration.core.fsync import flush
from orchestration.core.settings import Settings
from orchestration.release.checklist import read_checklist, write_checklist
from orchestration.release.departure import depart, remove_departed, take_back
from orchestration.release.draft import Draft
from orchestration.release.gate import admit
from orchestration.release.manifest import (
    MANIFEST_NAME,
    Release,
    current_id,
    list_releases,
    published_id,
    read_manifest,
    read_release,
    read_state,
    waiting_id,
)
from orchestration.release.reproduction import write_reproduction
from orchestration.release.views import write_views


def publish(settings: Settings, draft: Draft) -> Release:
    """Publish a draft.

    Where a release of its name stands already nothing is written, and that one is returned with ``is_new`` false.

    Raises:
        ReleaseError: readers are pinned to a release that is gone.
    """
    target = settings.releases / draft.release_id
    is_new = not target.is_dir()
    if is_new:
        draft.folder.rename(target)
        flush(settings.releases)
    else:
        take_back(target)
        _keep_checklist(settings, draft, target)
        write_reproduction(target, read_manifest(draft.folder))
        shutil.rmtree(draft.folder)
    failpoint(settings, "release.before_current")
    moved = admit(settings, draft.release_id)
    remove_old(settings)
    write_views(settings)
    return read_release(settings, draft.release_id).model_copy(update={"is_new": is_new or moved})


def remove_old(settings: Settings) -> None:
    """Keep the newest releases of the settings' number, and always what readers see or will see next.

    What is not kept leaves the list now and the disk a day later. Its manifest stays: it says what a rebuilt release
    must be equal to.
    """
    state = read_state(settings)
    needed = {current_id(settings), published_id(settings, state), waiting_id(settings, state)} - {None}
    releases = [release for release in list_releases(settings) if release.release_id not in needed]
    surplus = len(releases) + len(needed) - settings.keep_releases
    for release in releases[: max(0, surplus)]:
        _keep_manifest(settings, release)
        depart(release.path)
    remove_departed(settings)


def _keep_checklist(settings: Settings, draft: Draft, target: Path) -> None:
    """A release that is made again takes the newer list; where readers see it, what it was admitted by stays."""
    checklist = read_checklist(draft.folder)
    if checklist is not None and draft.release_id != current_id(settings):
        write_checklist(target, checklist)


def _keep_manifest(settings: Settings, release: Release) -> None:
    kept = settings.manifests / f"{release.release_id}.json"
    if kept.is_file():  # removed before and rebuilt since: the manifest of the night stays
        return
    settings.manifests.mkdir(exist_ok=True)
    written = settings.manifests / f".{release.release_id}"
    shutil.copyfile(release.path / MANIFEST_NAME, written)
    written.rename(kept)
