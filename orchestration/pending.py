"""Which periods still have to be checked and released, told from what is on disk.

There is no ledger to fall out of step: the manifest of the current release names the batches it was
made from; a landed batch it does not name is pending, whatever killed the night in between.
"""

from __future__ import annotations

import hashlib
import json

from orchestration.release.manifest import read_release
from orchestration.settings import Settings

UNKNOWN = "unknown"  # the period of a file whose cover could not be read


def landed_batches(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Batch id → the periods it touched, for every complete batch of the landing area."""
    manifests = sorted((settings.landing / "batches").glob("*.json"))
    return {path.stem: tuple(json.loads(path.read_text(encoding="utf-8"))["periods"]) for path in manifests}


def landed_periods(settings: Settings) -> tuple[str, ...]:
    """All periods with landed submissions, oldest first, without the unknown one."""
    periods = {period for touched in landed_batches(settings).values() for period in touched}
    return tuple(sorted(periods - {UNKNOWN}))


def pending_periods(settings: Settings) -> tuple[str, ...]:
    """Periods that the current release does not reflect, with every later one that compares with them.

    A change of contracts, seeds or models makes all periods pending: a release says what today's
    rules make of the archive.
    """
    landed = landed_periods(settings)
    batches = landed_batches(settings)
    if not settings.current.is_symlink():
        return landed
    manifest = read_release(settings).manifest
    if manifest.definitions_hash != definitions_hash(settings):
        return landed
    new = {period for batch, touched in batches.items() if batch not in manifest.batches for period in touched}
    new |= {period for period in landed if not _is_checked(settings, period)}
    if new == {UNKNOWN}:
        return landed[-1:]  # a refused file of no period still belongs into the release's list of submissions
    return with_later(tuple(new - {UNKNOWN}), landed)


def with_later(periods: tuple[str, ...], landed: tuple[str, ...]) -> tuple[str, ...]:
    """The given periods that have landed rows, and all landed ones after the first of them."""
    return tuple(period for period in landed if periods and period >= min(periods))


def definitions_hash(settings: Settings) -> str:
    """A hash of what decides the outcome besides the submissions: contracts, seeds, models and macros."""
    project = settings.dbt_project
    paths = [*(settings.checkout / "expectations" / "contracts").glob("*.yaml"), *project.glob("*.yml")]
    for folder in ("seeds", "models", "macros", "tests"):
        paths += [path for path in (project / folder).rglob("*") if path.is_file()]
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(settings.checkout)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _is_checked(settings: Settings, period: str) -> bool:
    return (settings.findings / "submissions" / f"period={period}" / "rows.parquet").is_file()
