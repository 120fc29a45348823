"""The rights of a release's folder, so that nobody reaches by its path what readers may not see yet, or no longer.

Which releases those are follows from what was decided (``decisions.release_state``). What lies in a folder has rights
of its own (``open_edition``); who may come as far as the releases is the operator's to say.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.core.settings import Settings
from orchestration.decisions.release_state import ReleaseState
from orchestration.release.manifest import ReleaseError

FOR_READERS, FOR_PRERELEASE, FOR_NOBODY_ELSE = 0o755, 0o750, 0o700


def align_rights(settings: Settings, state: ReleaseState) -> None:
    """Close what is hidden from readers, to all but the group for pre-release access; open what was closed so.

    Raises:
        ReleaseError: the group of the settings cannot be given the folder.
    """
    if not settings.releases.is_dir():
        return
    for folder in settings.releases.iterdir():
        if folder.name.startswith(".") or not folder.is_dir():
            continue
        if folder.name in state.withdrawn:
            _set(folder, FOR_NOBODY_ELSE)
        elif folder.name in state.hidden:
            _close(folder, settings.prerelease_group)
        else:
            open_to_readers(folder)


def open_to_readers(folder: Path) -> None:
    """Open a release that was closed; other rights are the operator's and stay."""
    if _mode(folder) in (FOR_NOBODY_ELSE, FOR_PRERELEASE):
        _set(folder, FOR_READERS)


def _close(folder: Path, group: str | None) -> None:
    if group is None:
        _set(folder, FOR_NOBODY_ELSE)
    elif _mode(folder) != FOR_PRERELEASE or folder.group() != group:
        _set(folder, FOR_NOBODY_ELSE)  # until the group is the right one
        try:
            shutil.chown(folder, group=group)
        except (LookupError, PermissionError) as error:
            raise ReleaseError(
                f"{folder}: cannot be given to the group {group} of SANMING_PRERELEASE_GROUP ({error}); expected one"
                " that this user is in. Nobody else can open it until the setting is corrected."
            ) from error
        _set(folder, FOR_PRERELEASE)


def _mode(folder: Path) -> int:
    return folder.stat().st_mode & 0o7777


def _set(folder: Path, mode: int) -> None:
    if _mode(folder) != mode:
        folder.chmod(mode)
