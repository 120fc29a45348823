"""Make a release anew from the archive and the key, as it was known on an earlier day, and compare the two.

No Dagster and no state of earlier nights: all that the day knew is read, checked and built at once. That the outcome
equals what the nights had published, one after the other, is what the comparison shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orchestration.check.run import check_periods
from orchestration.check.state import landed_periods
from orchestration.core.failpoints import failpoint
from orchestration.core.fsync import flush
from orchestration.core.settings import Settings
from orchestration.core.steps import Steps
from orchestration.explain.lineage.lineage_build import keep_working
from orchestration.read.landing import land
from orchestration.read.scratch_home import link_archive, scratch_home
from orchestration.receive.archive import Receipt, list_receipts
from orchestration.receive.known_moments import latest_known
from orchestration.release.departure import take_back
from orchestration.release.diff import TableChange, compare_manifests
from orchestration.release.draft import draft_release
from orchestration.release.manifest import TEMPORARY, Manifest, Release, ReleaseError, list_manifests, read_release
from orchestration.release.pointers import show_decided
from orchestration.release.publish import publish
from orchestration.release.verify import verify
from orchestration.release.views import write_views
from orchestration.transform import dbt_runner


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


def rebuild(settings: Settings, known_on: datetime, listen: Steps) -> Rebuilt:
    """Rebuild what was known at a moment.

    Args:
        settings: the home; its archive and its key are read, and nothing else of it is used.
        known_on: submissions received, and periods closed or reopened, up to this moment count (with its time zone).
        listen: told of the steps.

    Raises:
        RebuildError: nothing had been received, or a check or model did not hold.
        TokenKeyError: the key is missing, or not the one the home was made with.
        HomeBusyError: another rebuild is at work in the home.
    """
    receipts = [receipt for receipt in list_receipts(settings) if receipt.received_at <= known_on]
    if not receipts:
        raise RebuildError(
            f"{settings.archive}: nothing had been received by {known_on.isoformat()}; choose a later day."
        )
    with scratch_home(settings, "rebuild") as scratch:
        link_archive(settings, scratch, receipts, known_on)
        sealed = _make(settings, scratch, listen, known_on)
        failpoint(settings, "rebuild.before_release")
        target = settings.releases / sealed.release_id
        published = _published(settings, receipts, sealed.manifest)
        if target.is_dir():
            take_back(target)
        if target.is_dir() and not verify(settings, sealed.release_id).ok:
            # What is not whole gives way, also where readers see it: until the next line, then, they see nothing.
            target.rename(target.with_name(f"{TEMPORARY}{sealed.release_id}"))
        if not target.is_dir():
            settings.releases.mkdir(parents=True, exist_ok=True)
            sealed.path.rename(target)
            flush(settings.releases)
        show_decided(settings)  # one that was withdrawn is closed again
        write_views(settings)
    differing = compare_manifests(published, sealed.manifest) if published is not None else ()
    return Rebuilt(read_release(settings, sealed.release_id), published, differing)


def _make(settings: Settings, scratch: Settings, listen: Steps, moment: datetime) -> Release:
    with listen.step("read"):
        land(scratch, decide=False)
    with listen.step("check"):
        check_periods(scratch, landed_periods(scratch))
    with listen.step("transform"):
        known_on, parsed = latest_known(scratch, moment), dbt_runner.prepare_manifest(settings)
        report = dbt_runner.build(scratch, dbt_runner.new_build_db(scratch), known_on, parsed)
        if report.broken:
            raise RebuildError(report.complaint())
    with listen.step("release"):
        sealed = publish(
            scratch, draft_release(scratch, report.released, known_on, report.checks_held, is_rebuilt=True)
        )
        keep_working(settings, scratch, report.database.parent, parsed, sealed.release_id)
        return sealed


def _published(settings: Settings, receipts: list[Receipt], rebuilt: Manifest) -> Manifest | None:
    """The release made of the same submissions and as known at the same moment: closing a period makes another of them.

    By the same definitions where there are several, or else the newest.
    """
    wanted = {receipt.submission_id for receipt in receipts}
    found = [
        m
        for m in list_manifests(settings)
        if m.known_on == rebuilt.known_on and {given.submission_id for given in m.inputs} == wanted
    ]
    return max(
        found,
        key=lambda m: (m.definitions_hash == rebuilt.definitions_hash, m.release_id == rebuilt.release_id, m.known_on),
        default=None,
    )
