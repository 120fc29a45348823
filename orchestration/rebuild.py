"""Make a release anew from the archive and the key, as it was known on an earlier day, and compare the two.

No Dagster and no state of earlier nights: all that the day knew is read, checked and built at once. That the outcome
equals what the nights had published, one after the other, is what the comparison shows.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout

from orchestration import transform
from orchestration.checking.run import check_periods
from orchestration.checking.state import landed_periods
from orchestration.durable import flush
from orchestration.failpoints import failpoint
from orchestration.journal import Journal
from orchestration.lock import HomeBusyError
from orchestration.release.as_known import write_views
from orchestration.release.diff import TableChange, compare_manifests
from orchestration.release.draft import draft_release
from orchestration.release.manifest import Manifest, Release, ReleaseError, list_manifests, read_release
from orchestration.release.publish import publish
from orchestration.release.working import keep_working
from orchestration.settings import Settings
from orchestration.submissions.archive import Receipt, list_receipts, receipt_folder
from orchestration.submissions.landing import land

_TEMPORARY = ".rebuild-"
SANMING = ZoneInfo("Asia/Shanghai")


class RebuildError(ReleaseError):
    """A day that cannot be rebuilt: says what, where, what was expected and what to do."""


@dataclass(frozen=True)
class Rebuilt:
    """What came of it.

    Attributes:
        release: the rebuilt release, now among the home's; readers do not see it.
        published: the manifest of the release that the nights had made of the same submissions, if any ever was.
        differing: the tables in which the two differ.
    """

    release: Release
    published: Manifest | None
    differing: tuple[TableChange, ...]

    @property
    def is_equal(self) -> bool:
        return self.published is not None and not self.differing


def moment_of(text: str) -> datetime:
    """A moment as a person writes it: a day means its end, and both are Sanming's time unless they say otherwise.

    Raises:
        RebuildError: it is neither.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RebuildError(f"{text!r}: expected a day (2017-07-03) or a moment (2017-07-03T08:30).") from error
    if len(text) == len("2017-07-03"):
        moment = datetime.combine(moment.date(), time.max)
    return moment if moment.tzinfo else moment.replace(tzinfo=SANMING)


def rebuild(settings: Settings, known_on: datetime, listen: Journal) -> Rebuilt:
    """Rebuild what was known at a moment.

    Args:
        settings: the home; its archive and its key are read, and nothing else of it is used.
        known_on: submissions received up to this moment count (with its time zone).
        listen: told of the steps.

    Raises:
        RebuildError: nothing had been received, or a check or model did not hold.
        HomeBusyError: another rebuild is at work in the home.
    """
    receipts = [receipt for receipt in list_receipts(settings) if receipt.received_at <= known_on]
    if not receipts:
        raise RebuildError(
            f"{settings.archive}: nothing had been received by {known_on.isoformat()}; choose a later day."
        )
    with _workshop(settings) as shop:
        _bring(settings, shop, receipts)
        sealed = _make(settings, shop, listen)
        failpoint(settings, "rebuild.before_release")
        target = settings.releases / sealed.release_id
        published = _published(settings, receipts, sealed.manifest)
        if not target.is_dir():
            settings.releases.mkdir(parents=True, exist_ok=True)
            sealed.path.rename(target)
            flush(settings.releases)
            write_views(settings)
    differing = compare_manifests(published, sealed.manifest) if published is not None else ()
    return Rebuilt(read_release(settings, sealed.release_id), published, differing)


@contextmanager
def _workshop(settings: Settings) -> Iterator[Settings]:
    """A home of its own for the rebuild, removed at the end; what a killed rebuild left is removed first."""
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.warehouse / "rebuild.lock")
    try:
        lock.acquire(timeout=settings.lock_wait_seconds)
    except Timeout as error:
        raise HomeBusyError(f"{settings.home}: another rebuild is at work here. Wait for it to end.") from error
    try:
        for leftover in settings.warehouse.glob(f"{_TEMPORARY}*"):
            shutil.rmtree(leftover)
        home = settings.warehouse / f"{_TEMPORARY}{uuid.uuid4().hex[:8]}"
        home.mkdir(mode=0o700)
        try:
            yield settings.with_home(home)
        finally:
            shutil.rmtree(home, ignore_errors=True)
    finally:
        lock.release()


def _bring(settings: Settings, shop: Settings, receipts: list[Receipt]) -> None:
    """The originals with their receipts, linked, and the key: else the same person would carry another token."""
    if not settings.key_file.is_file():
        raise RebuildError(
            f"{settings.key_file}: the key is missing, and without it persons would carry other tokens."
            " Restore it from the backup."
        )
    shop.key_file.parent.mkdir(parents=True)
    shutil.copy2(settings.key_file, shop.key_file)
    for receipt in receipts:
        target = receipt_folder(shop, receipt)
        target.mkdir(parents=True, mode=0o700)
        for path in receipt_folder(settings, receipt).iterdir():
            try:
                os.link(path, target / path.name)
            except OSError:  # the archive lies on another file system
                shutil.copy2(path, target / path.name)


def _make(settings: Settings, shop: Settings, listen: Journal) -> Release:
    with listen.step("read"):
        land(shop)
    with listen.step("check"):
        check_periods(shop, landed_periods(shop))
    with listen.step("transform"):
        known_on, parsed = Journal(shop).known_on(), transform.prepare_manifest(settings)
        report = transform.build(shop, transform.new_build_db(shop), known_on, parsed)
        if report.broken:
            raise RebuildError(report.complaint())
    with listen.step("release"):
        sealed = publish(shop, draft_release(shop, report.released, known_on, report.checks_held, is_rebuilt=True))
        keep_working(settings, shop, report.database.parent, parsed, sealed.release_id)
        return sealed


def _published(settings: Settings, receipts: list[Receipt], rebuilt: Manifest) -> Manifest | None:
    """The release made of the same submissions: by the same definitions where there are several, or else the newest."""
    wanted = {receipt.submission_id for receipt in receipts}
    found = [m for m in list_manifests(settings) if {given.submission_id for given in m.inputs} == wanted]
    return max(
        found,
        key=lambda m: (m.definitions_hash == rebuilt.definitions_hash, m.release_id == rebuilt.release_id, m.known_on),
        default=None,
    )
