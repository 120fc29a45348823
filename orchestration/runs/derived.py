"""What a night makes of its release after readers have it: nothing here holds `current` up or makes a night fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from orchestration.core.machine_faults import machine_fault
from orchestration.core.settings import Settings
from orchestration.core.steps import Steps
from orchestration.release.derived_folder import BULLETIN_NAME, COUNTIES_NAME, SITE_NAME, START_PAGE
from orchestration.release.manifest import MANIFEST_NAME, Release, current_id, read_release

if TYPE_CHECKING:
    from orchestration.areas.make import Areas
    from orchestration.bulletin.write_bulletins import Written

SITE_STEP, BULLETIN_STEP, AREAS_STEP = "site", "bulletin", "release areas"
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class DerivedReport:
    """What lies beside the release.

    Attributes:
        site: its start page; none where there is none.
        bulletin: the city's bulletin; none where none was made in this night.
        notes: a sentence for each that was made without a part of it, told in the night that makes it.
        failures: a sentence for each that could not be made.
    """

    site: Path | None = None
    bulletin: Path | None = None
    notes: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


NOTHING_DERIVED = DerivedReport()


def make_derived(settings: Settings, steps: Steps, release: Release | None) -> DerivedReport:
    """Make what the settings ask for of a night's release, or of the one that readers see, unless it stands there."""
    if release is None and current_id(settings) is None:
        return NOTHING_DERIVED
    failures: list[str] = []

    def made(step: str, what: str, make: Callable[[Settings, Release], _Made]) -> _Made | None:
        with steps.step(step):
            try:
                return make(settings, release or read_release(settings))
            except Exception as error:  # noqa: BLE001 - whatever it is: the release is published, and the night goes on
                fault = machine_fault(error)
                said = fault[0] if fault is not None else str(error) or type(error).__name__
                failures.append(f"the {what} not made: {said} `sanming {step}` makes {_PRONOUN[step]} anew.")
        return None

    site = made(SITE_STEP, "site was", _site_of) if settings.site else None
    bulletin = made(BULLETIN_STEP, "bulletins were", _bulletins_of) if settings.site else None
    if settings.areas:
        made(AREAS_STEP, "files by role were", _areas_of)
    without = None if bulletin is None else bulletin.without_pdf
    notes = () if without is None else (f"the bulletins have no PDF: {without}; the pages and workbooks are there.",)
    return DerivedReport(site, None if bulletin is None else bulletin.page, notes, tuple(failures))


_PRONOUN = {SITE_STEP: "it", BULLETIN_STEP: "them", AREAS_STEP: "them"}


def _site_of(settings: Settings, release: Release) -> Path:
    stands = release.path / SITE_NAME / START_PAGE
    if stands.is_file():
        return stands
    from orchestration.site.write_site import make_site  # pandas and Altair: most of a second

    return make_site(settings, release)


def _bulletins_of(settings: Settings, release: Release) -> Written | None:
    """Those of the latest period; none where the release has some."""
    if any((release.path / BULLETIN_NAME).glob(f"*/{MANIFEST_NAME}")):
        return None
    from orchestration.bulletin.write_bulletins import make_bulletins

    return make_bulletins(settings, release)


def _areas_of(settings: Settings, release: Release) -> None:
    """Those of a release that readers see: what waits is nobody's yet."""
    current = read_release(settings, release.release_id)
    if current.is_current and not (release.path / COUNTIES_NAME).is_dir():
        make_areas_with_sites(settings, current)


def make_areas_with_sites(settings: Settings, release: Release) -> Areas:
    """Make the files by role of a release, each with its pages beside it.

    Raises:
        ReleaseError: a file would show more than its readers may see, or the release is too old; nothing was written.
    """
    from orchestration.areas.make import make_areas
    from orchestration.site.write_site import write_site

    def pages(folder: Path) -> None:
        (database,) = folder.glob("*.duckdb")
        (folder / SITE_NAME).mkdir()
        write_site(database, settings.seeds, folder / SITE_NAME)

    return make_areas(settings, release, pages)
