"""What a night makes of its release after readers have it: nothing here holds `current` up or makes a night fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from orchestration.core.machine_faults import machine_fault
from orchestration.core.settings import Settings
from orchestration.core.steps import Steps
from orchestration.release.manifest import MANIFEST_NAME, Release, current_id, read_release

if TYPE_CHECKING:
    from orchestration.bulletin.write_bulletins import Written

SITE_STEP, BULLETIN_STEP = "site", "bulletin"
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
    """Make the site and the bulletins of a night's release, or of the one that readers see, unless they stand there."""
    if not settings.site or (release is None and current_id(settings) is None):
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

    site = made(SITE_STEP, "site was", _site_of)
    bulletin = made(BULLETIN_STEP, "bulletins were", _bulletins_of)
    without = None if bulletin is None else bulletin.without_pdf
    notes = () if without is None else (f"the bulletins have no PDF: {without}; the pages and workbooks are there.",)
    return DerivedReport(site, None if bulletin is None else bulletin.page, notes, tuple(failures))


_PRONOUN = {SITE_STEP: "it", BULLETIN_STEP: "them"}


def _site_of(settings: Settings, release: Release) -> Path:
    from orchestration.site.write_site import SITE_NAME, START_PAGE, make_site  # pandas and Altair: most of a second

    stands = release.path / SITE_NAME / START_PAGE
    return stands if stands.is_file() else make_site(settings, release)


def _bulletins_of(settings: Settings, release: Release) -> Written | None:
    """Those of the latest period; none where the release has some."""
    from orchestration.bulletin.write_bulletins import BULLETIN_NAME, make_bulletins

    stand = (release.path / BULLETIN_NAME).glob(f"*/{MANIFEST_NAME}")
    return None if any(stand) else make_bulletins(settings, release)
