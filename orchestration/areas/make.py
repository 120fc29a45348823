"""Make the files by role of a release: one per county, and the public's where the release is what readers see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orchestration.areas.county_file import list_counties, make_county_folder
from orchestration.areas.public_file import PublicEdition, make_public_edition
from orchestration.core.settings import Settings
from orchestration.release.manifest import Release, ReleaseError

_NEEDED = "reports.figure"


@dataclass(frozen=True)
class Areas:
    """What was made of a release.

    Attributes:
        counties: code of 2017 → its folder.
        public: what the public sees; none where nothing is confirmed, or readers do not see the release.
    """

    counties: dict[str, Path]
    public: PublicEdition | None


def make_areas(settings: Settings, release: Release, also: Callable[[Path], None] | None = None) -> Areas:
    """Make the files by role, each in a folder of its own.

    Args:
        settings: the home.
        release: a sealed release. Only of what readers see the public is told: an older one would take back what
            was corrected since.
        also: makes more of the file in a folder it is given (``county.duckdb`` or ``public.duckdb``): a site, for
            instance.

    Raises:
        ReleaseError: a file would show more than its readers may see, or the release is too old; nothing was written.
    """
    if _NEEDED not in {table.name for table in release.manifest.tables}:
        raise ReleaseError(f"{release.release_id}: has no {_NEEDED}; it was sealed before there were files by role.")
    counties = {code: make_county_folder(settings, release, code, also) for code in list_counties(release)}
    return Areas(counties, make_public_edition(settings, release, also) if release.is_current else None)
