"""The manifest beside a release, which releases a home has, and which of them readers see.

Nothing is published or removed here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from orchestration.core.settings import Settings
from orchestration.decisions.log import read_decisions
from orchestration.decisions.release_state import ReleaseState, release_state

MANIFEST_NAME = "manifest.json"
DATABASE_NAME = "sanming.duckdb"
DEPARTED_NAME = "departed"  # a release that left the list, with the moment when
TEMPORARY = ".tmp-"  # no release: what begins so is removed by the next night
_Note = TypeVar("_Note", bound=BaseModel)


class ReleaseError(RuntimeError):
    """A release that cannot be made or read: says what, where, what was expected and what to do."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ManifestTable(_Frozen):
    """One table as released."""

    name: str
    rows: int
    content_hash: str
    columns: tuple[tuple[str, str], ...]


class ManifestInput(_Frozen):
    """One archived submission that stood behind the release."""

    submission_id: str
    sha256: str


class Manifest(_Frozen):
    """Everything a reader needs to know about a release without opening it.

    Attributes:
        sealed_at: when it was made, by the clock: tells releases of the same receipts apart. None in older ones.
        is_rebuilt: made anew of an earlier day, so never what readers knew, unless a night had made the same.
        definitions: file, or rule, that decides the outcome → the beginning of its hash, or of logic its version.
            Empty in older ones.
        key_fingerprint: of the key its tokens were made with. None in older ones.
        derived: files beside it that were made of it. Empty in older ones, which may have them or not.
    """

    release_id: str
    content_hash: str
    known_on: datetime
    latest_period: str
    data_origin: str
    tables: tuple[ManifestTable, ...]
    inputs: tuple[ManifestInput, ...]
    batches: tuple[str, ...]
    contract_versions: dict[str, str]
    definitions_hash: str
    code_version: str | None
    checks_held: tuple[str, ...]
    sealed_at: datetime | None = None
    is_rebuilt: bool = False
    definitions: dict[str, str] = {}
    key_fingerprint: str | None = None
    derived: tuple[str, ...] = ()


class Release(_Frozen):
    """A sealed release on disk. ``is_new`` is true when the call that returned it published it."""

    release_id: str
    path: Path
    manifest: Manifest
    is_current: bool
    is_new: bool = False

    @property
    def database(self) -> Path:
        return self.path / DATABASE_NAME

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.manifest.tables)


def read_manifest(folder: Path) -> Manifest:
    """The manifest in a release folder.

    Raises:
        ReleaseError: it is missing or cannot be read.
    """
    path = folder / MANIFEST_NAME
    try:
        return Manifest.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ReleaseError(f"{path}: no manifest; expected a sealed release. Run `sanming release list`.") from error
    except ValueError as error:
        raise ReleaseError(
            f"{path}: the manifest cannot be read ({error}). Restore it or remove the release, then run a night."
        ) from error


def current_id(settings: Settings) -> str | None:
    """The release that readers see, or none: also none when its folder was deleted to be rebuilt."""
    whole = settings.current.is_symlink() and settings.current.is_dir()
    return settings.current.readlink().name if whole else None


def read_note(path: Path, kind: type[_Note], expected: str) -> _Note | None:
    """What a small file beside the releases says; none where there is no file.

    Args:
        path: the file.
        kind: what it holds.
        expected: what it should hold, and what to do where it does not.

    Raises:
        ReleaseError: it cannot be read.
    """
    try:
        return kind.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise ReleaseError(f"{path}: cannot be read; {expected}") from error


def read_state(settings: Settings) -> ReleaseState:
    """What readers may see by all that was decided here, also of releases that are gone.

    Raises:
        DecisionLogError: what was decided cannot be read.
    """
    return release_state(read_decisions(settings))


def published_id(settings: Settings, state: ReleaseState | None = None) -> str | None:
    """The latest release on disk that readers may see: they see it unless they are pinned to another."""
    return _on_disk(settings, (state or read_state(settings)).published) or current_id(settings)


def waiting_id(settings: Settings, state: ReleaseState | None = None) -> str | None:
    """The release that waits to be seen; none where none does, or its folder was deleted to be rebuilt."""
    waiting = (state or read_state(settings)).waiting
    return _on_disk(settings, waiting.subject) if waiting is not None else None


def latest_id(settings: Settings) -> str | None:
    """The release that the last night made: the one that waits, or else the one that was published."""
    state = read_state(settings)
    return waiting_id(settings, state) or published_id(settings, state)


def _on_disk(settings: Settings, release_id: str | None) -> str | None:
    return release_id if release_id is not None and (settings.releases / release_id).is_dir() else None


def read_release(settings: Settings, release_id: str | None = None) -> Release:
    """One release, the current one unless named.

    Raises:
        ReleaseError: there is none of that name, or none at all.
    """
    current = current_id(settings)
    wanted = release_id or current
    if wanted is None:
        raise ReleaseError(f"{settings.current}: nothing is published yet. Run `sanming night` first.")
    folder = settings.releases / wanted
    if not _is_listed(folder):
        known = [release.release_id for release in list_releases(settings)]
        raise ReleaseError(f"{folder}: no such release; known are {known}. Run `sanming release list`.")
    return Release(release_id=wanted, path=folder, manifest=read_manifest(folder), is_current=wanted == current)


def list_manifests(settings: Settings) -> tuple[Manifest, ...]:
    """The manifests of all releases ever published here, also of those no longer on disk, the latest known last."""
    return all_manifests(settings, list_releases(settings))


def all_manifests(settings: Settings, kept: Iterable[Release]) -> tuple[Manifest, ...]:
    """The same, where those on disk have been read already."""
    found = {release.release_id: release.manifest for release in kept}
    # Of one that was removed and rebuilt the manifest of the night counts: it was published.
    removed = [Manifest.model_validate_json(path.read_bytes()) for path in settings.manifests.glob("*.json")]
    found |= {manifest.release_id: manifest for manifest in removed}
    return tuple(sorted(found.values(), key=lambda manifest: (manifest.known_on, manifest.release_id)))


def list_releases(settings: Settings) -> tuple[Release, ...]:
    """All sealed releases of the home, the latest known last."""
    if not settings.releases.is_dir():
        return ()
    current = current_id(settings)
    found = [
        Release(release_id=folder.name, path=folder, manifest=read_manifest(folder), is_current=folder.name == current)
        for folder in settings.releases.iterdir()
        if _is_listed(folder)
    ]
    return tuple(sorted(found, key=lambda release: (release.manifest.known_on, release.release_id)))


def _is_listed(folder: Path) -> bool:
    return folder.is_dir() and not folder.name.startswith(".") and not (folder / DEPARTED_NAME).exists()
