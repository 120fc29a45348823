"""What a night makes of its release after readers have it: nothing here holds `current` up or makes a night fail."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orchestration.core.machine_faults import machine_fault
from orchestration.core.settings import Settings
from orchestration.core.steps import Steps
from orchestration.release.manifest import Release, current_id, read_release

SITE_STEP = "site"


@dataclass(frozen=True)
class DerivedReport:
    """What lies beside the release.

    Attributes:
        site: its start page; none where there is none.
        failures: a sentence for each that could not be made.
    """

    site: Path | None = None
    failures: tuple[str, ...] = ()


NOTHING_DERIVED = DerivedReport()


def make_derived(settings: Settings, steps: Steps, release: Release | None) -> DerivedReport:
    """Make the site of a night's release, or of the one that readers see, unless it stands there."""
    if not settings.site or (release is None and current_id(settings) is None):
        return NOTHING_DERIVED
    with steps.step(SITE_STEP):
        try:
            return DerivedReport(site=_site_of(settings, release or read_release(settings)))
        except Exception as error:  # noqa: BLE001 - whatever it is: the release is published, and the night goes on
            fault = machine_fault(error)
            said = fault[0] if fault is not None else str(error) or type(error).__name__
            return DerivedReport(failures=(f"the site was not made: {said} `sanming site` makes it anew.",))


def _site_of(settings: Settings, release: Release) -> Path:
    from orchestration.site.write_site import SITE_NAME, START_PAGE, make_site  # pandas and Altair: most of a second

    stands = release.path / SITE_NAME / START_PAGE
    return stands if stands.is_file() else make_site(settings, release)
