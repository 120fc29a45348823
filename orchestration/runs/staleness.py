"""Which periods a night has to work on, told from what is on disk.

There is no ledger to fall out of step. Checking knows which periods' verdicts are out of date; the manifest
of the latest release names the batches it was made from. A landed batch it does not name is pending,
whatever killed the night in between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from expectations.wording import deciding_contracts
from orchestration.check.state import landed_periods
from orchestration.check.state import pending_periods as unchecked_periods
from orchestration.core.logic_version import CHECKING_VERSION, READING_VERSION
from orchestration.core.settings import Settings
from orchestration.decisions.period_state import turned_since
from orchestration.home.batches import list_batches
from orchestration.release.manifest import Release, latest_id, read_release
from orchestration.release.reproduction import made_of

LOGIC = {"logic/reading": READING_VERSION, "logic/checking": CHECKING_VERSION}


def landed_batches(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Batch id → the periods it touched, for every complete batch of the landing area."""
    return {batch.batch_id: batch.periods for batch in list_batches(settings)}


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
    turned = turned_since(settings, release.manifest.known_on)
    return landed[-1:] if new or turned or made_of(release).definitions_hash != definitions_hash(settings) else ()


def unreleased_batches(settings: Settings, release: Release) -> dict[str, tuple[str, ...]]:
    """The landed batches that a release was not made from."""
    made = made_of(release).batches
    return {batch: found for batch, found in landed_batches(settings).items() if batch not in made}


def with_later(periods: tuple[str, ...], landed: tuple[str, ...]) -> tuple[str, ...]:
    """The landed periods from the first of the given ones on; none when none of them is landed."""
    known = sorted(set(periods) & set(landed))
    return tuple(period for period in landed if known and period >= known[0])


def definitions_hash(settings: Settings) -> str:
    """A hash of what decides the outcome besides the submissions: logic, contracts, seeds, models and macros."""
    return hash_of(definition_files(settings))


def hash_of(files: Mapping[str, bytes]) -> str:
    """The same hash from the files' own (``definition_files``)."""
    digest = hashlib.sha256()
    for name, number in LOGIC.items():
        digest.update(f"{name} {number}\n".encode())
    for path, content in files.items():
        digest.update(path.encode())
        digest.update(content)
    return digest.hexdigest()


def definition_files(settings: Settings) -> dict[str, bytes]:
    """Path in the checkout → SHA-256 of each file that decides the outcome besides the submissions."""
    project = settings.dbt_project
    contracts = settings.checkout / "expectations" / "contracts"
    paths = [*deciding_contracts(contracts), *project.glob("*.yml")]
    for folder in ("seeds", "models", "macros", "tests"):
        paths += [path for path in (project / folder).rglob("*") if path.is_file()]
    return {
        str(path.relative_to(settings.checkout)): hashlib.sha256(path.read_bytes()).digest() for path in sorted(paths)
    }
