"""Works out the stale periods, those a night has to work on, from the files on disk.

There is no ledger to fall out of step. Checking knows which periods' verdicts are out of date; the manifest
of the latest release names the batches it was made from. A landed batch it does not name is pending,
whatever killed the night in between.
"""

from __future__ import annotations

from orchestration.check.state import landed_periods, unchecked_periods
from orchestration.core.settings import Settings
from orchestration.home.batches import landed_batches
from orchestration.receive.known_moments import changed_since
from orchestration.release.manifest import Release, latest_id, read_release
from orchestration.release.reproduction import made_of
from orchestration.transform.definitions import definitions_hash


def pending_periods(settings: Settings) -> tuple[str, ...]:
    """Periods that the latest release does not reflect, with every later one that compares with them.

    Where nothing of a period changed but the release has to be made anew (a model changed, a file of no
    period was refused, a period was closed or reopened), it is the latest period alone.
    """
    landed = landed_periods(settings)
    latest = latest_id(settings)
    if latest is None:
        return landed
    release = read_release(settings, latest)
    new = {period for periods in unreleased_batches(settings, release).values() for period in periods}
    touched = with_later((*unchecked_periods(settings), *new), landed)
    if touched:
        return touched
    turned = changed_since(settings, release.manifest.known_on)
    return landed[-1:] if new or turned or made_of(release).definitions_hash != definitions_hash(settings) else ()


def unreleased_batches(settings: Settings, release: Release) -> dict[str, tuple[str, ...]]:
    """The landed batches that a release was not made from."""
    made = made_of(release).batches
    return {batch: found for batch, found in landed_batches(settings).items() if batch not in made}


def with_later(periods: tuple[str, ...], landed: tuple[str, ...]) -> tuple[str, ...]:
    """The landed periods from the first of the given ones on; none when none of them is landed."""
    known = sorted(set(periods) & set(landed))
    return tuple(period for period in landed if known and period >= known[0])
