"""What readers came to know, and when: the releases in the order of their publication.

What changed between two releases, and why, is not told here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from orchestration.core.clock import midnight_after
from orchestration.core.settings import Settings
from orchestration.release.manifest import (
    Manifest,
    Release,
    ReleaseError,
    all_manifests,
    current_id,
    list_releases,
    read_state,
)


@dataclass(frozen=True)
class Known:
    """A release in the order in which readers came to know them.

    Attributes:
        until: when the next one took its place; none for the last.
        is_kept: whether it is on disk.
    """

    manifest: Manifest
    until: datetime | None
    is_kept: bool


def known_releases(settings: Settings) -> tuple[Known, ...]:
    """What readers came to know, in that order: what nights published, also what is no longer on disk.

    Of several with the same receipts (a rule was mended) the last sealed comes last. Never known were what was rebuilt
    by other definitions, what was superseded before readers saw it, what was withdrawn, and what comes after the
    release that they see now: while they are pinned, for one.
    """
    return known_among(settings, list_releases(settings))


def known_among(settings: Settings, kept: Sequence[Release]) -> tuple[Known, ...]:
    """The same, where the releases on disk are listed already."""
    current, state = current_id(settings), read_state(settings)
    unknown = state.never_seen | state.withdrawn.keys()
    order = sorted(
        (
            one
            for one in all_manifests(settings, kept)
            if one.release_id == current or not (one.is_rebuilt or one.release_id in unknown)
        ),
        key=lambda m: (m.known_on, m.sealed_at or m.known_on, m.release_id),
    )
    ids = [manifest.release_id for manifest in order]
    order = order[: ids.index(current) + 1] if current in ids else []
    on_disk = {release.release_id for release in kept}
    untils = [*(manifest.known_on for manifest in order[1:]), None]
    return tuple(
        Known(manifest, until, manifest.release_id in on_disk) for manifest, until in zip(order, untils, strict=False)
    )


def release_of_day(known: Iterable[Known], day: date) -> Known | None:
    """What was known at the end of a day in Sanming; none before anything was."""
    end = midnight_after(day)
    earlier = [one for one in known if one.manifest.known_on < end]
    return earlier[-1] if earlier else None


def release_at(settings: Settings, moment: datetime) -> Release:
    """The release that readers saw at a moment, or where it is no longer kept what was rebuilt of it.

    Raises:
        ReleaseError: there was none, or it is not on disk.
    """
    kept = list_releases(settings)
    earlier = [one.manifest for one in known_among(settings, kept) if one.manifest.known_on <= moment]
    if not earlier:
        raise ReleaseError(f"{settings.releases}: nothing was published by {moment.isoformat()}; ask for a later day.")
    seen = earlier[-1]
    found = [release for release in kept if release.manifest.known_on == seen.known_on]
    if not found:
        raise ReleaseError(gone(seen))
    return max(found, key=lambda release: release.release_id == seen.release_id)


def gone(manifest: Manifest) -> str:
    """What to do about a release that is no longer on disk."""
    return (
        f"{manifest.release_id} was known on that day and is no longer kept;"
        f" sanming rebuild --known-on {manifest.known_on.isoformat()} brings it back"
    )
