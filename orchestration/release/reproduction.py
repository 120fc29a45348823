"""What a release was made of last: the same content may come again of other batches, or by other definitions.

That stands beside the manifest, which is never changed. Without it a home that another program read anew would make the
same release every night.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from orchestration.release.manifest import Manifest, Release, read_note

REPRODUCED_NAME = "reproduced.json"


class Reproduction(BaseModel):
    """Batches of the same submissions, definitions and key that gave a release."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    batches: tuple[str, ...]
    definitions_hash: str
    key_fingerprint: str | None


def made_of(release: Release) -> Reproduction:
    """What a release was made of last.

    Raises:
        ReleaseError: the file that says so cannot be read.
    """
    expected = "expected what the release was last made of. Remove it, then run a night."
    return read_note(release.path / REPRODUCED_NAME, Reproduction, expected) or _of(release.manifest)


def write_reproduction(folder: Path, manifest: Manifest) -> None:
    """Note beside a release what a draft of the same content was made of, in one step."""
    written = folder / f".{REPRODUCED_NAME}"
    written.write_text(_of(manifest).model_dump_json(indent=1), encoding="utf-8")
    written.replace(folder / REPRODUCED_NAME)


def _of(manifest: Manifest) -> Reproduction:
    return Reproduction(
        batches=manifest.batches,
        definitions_hash=manifest.definitions_hash,
        key_fingerprint=manifest.key_fingerprint,
    )
