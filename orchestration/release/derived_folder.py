"""A folder beside a sealed release that was made of it: outside its content and its name, with a manifest of its own.

A site, a bulletin and the files by role are such folders. What is written into one is its maker's business; here it
comes to its place whole or not at all, with the rights of those who may read it, and can be compared with what was
written.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from orchestration.core import clock
from orchestration.core.failpoints import failpoint
from orchestration.core.fsync import flush
from orchestration.core.settings import Settings
from orchestration.core.written_files import file_sha256
from orchestration.release.manifest import MANIFEST_NAME, TEMPORARY, Release

# Known here, so that who asks whether they stand need not load what makes them.
SITE_NAME, BULLETIN_NAME, COUNTIES_NAME, START_PAGE = "site", "bulletin", "counties", "index.html"
FOR_EVERYBODY, FOR_THE_GROUP = (0o444, 0o755), (0o440, 0o750)  # rights of files and of folders


class DerivedManifest(BaseModel):
    """What lies in the folder.

    Attributes:
        release_id: the release it was made of.
        content_hash: that release's, so that a folder copied elsewhere still says what it shows.
        files: path in the folder → SHA-256.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    release_id: str
    content_hash: str
    made_at: datetime
    files: dict[str, str]


def make_derived_folder(
    settings: Settings,
    release: Release,
    name: str,
    write: Callable[[Path], None],
    rights: tuple[int, int] = FOR_EVERYBODY,
) -> Path:
    """Let ``write`` fill an empty folder, seal it, and put it to ``name`` in the release's own.

    What stood there before is replaced, and stays until the new one is whole. A maker that fails or is killed leaves
    what a next night removes (``draft``).

    Returns:
        The folder in its place.
    """
    target, folder = release.path / name, settings.releases / f"{TEMPORARY}{uuid.uuid4().hex[:12]}"
    folder.mkdir(mode=0o755)
    try:
        write(folder)
        _seal(folder, release, rights)
        failpoint(settings, "derived.before_rename")
        if target.exists():
            replaced = folder.with_name(f"{folder.name}-replaced")
            target.rename(replaced)
            folder.rename(target)
            shutil.rmtree(replaced)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(target)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    flush(target.parent)
    return target


def derived_problems(folder: Path) -> list[str]:
    """What is not as it was written in a folder that was made of a release."""
    path = folder / MANIFEST_NAME
    try:
        noted = DerivedManifest.model_validate(json.loads(path.read_text(encoding="utf-8"))).files
    except (OSError, ValueError, ValidationError) as error:
        return [f"{path}: cannot be read ({error}); make the folder again"]
    found = {str(file.relative_to(folder)): file for file in _files(folder)}
    return [
        *(f"{folder / name}: missing; make the folder again" for name in sorted(set(noted) - set(found))),
        *(f"{found[name]}: not of this folder" for name in sorted(set(found) - set(noted))),
        *(
            f"{found[name]}: not what was written; make the folder again"
            for name in sorted(set(noted) & set(found))
            if file_sha256(found[name]) != noted[name]
        ),
    ]


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / MANIFEST_NAME)


def _seal(folder: Path, release: Release, rights: tuple[int, int]) -> None:
    manifest = DerivedManifest(
        release_id=release.release_id,
        content_hash=release.manifest.content_hash,
        made_at=clock.now(),
        files={str(path.relative_to(folder)): file_sha256(path) for path in _files(folder)},
    )
    text = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1)
    (folder / MANIFEST_NAME).write_text(text, encoding="utf-8")
    of_files, of_folders = rights
    for path in [*sorted(folder.rglob("*"), reverse=True), folder]:
        path.chmod(of_folders if path.is_dir() else of_files)
        flush(path)
