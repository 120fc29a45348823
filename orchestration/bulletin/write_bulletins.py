"""Writes the bulletins of a release, of city and counties: page, workbook, and PDF where one can be printed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orchestration.bulletin.compose import compose
from orchestration.bulletin.edition import as_of
from orchestration.bulletin.print_pages import cannot_print, print_pages
from orchestration.bulletin.revisions import revisions_since
from orchestration.bulletin.words import bulletin_words
from orchestration.bulletin.write_page import page_of
from orchestration.bulletin.write_workbook import write_workbook
from orchestration.core.settings import Settings
from orchestration.release.derived_folder import BULLETIN_NAME, make_derived_folder
from orchestration.release.manifest import Release
from orchestration.release.open_edition import OPEN_NAME
from orchestration.site.opened import read_opened
from orchestration.site.printed import read_units


@dataclass(frozen=True)
class Written:
    """The bulletins of a period.

    Attributes:
        page: the city's.
        without_pdf: why there is no PDF, or not of all; none where all are there.
    """

    page: Path
    without_pdf: str | None


def make_bulletins(settings: Settings, release: Release, period: str | None = None) -> Written:
    """Make the bulletins of a period of a release (its latest, unless named) beside it, instead of those there.

    Raises:
        ReleaseError: the release has no open edition, is from before figures had names, or has no such period.
    """
    opened = as_of(read_opened(release.path / OPEN_NAME), period)
    since, units = revisions_since(settings, release), read_units(settings.seeds)
    issuer = settings.issuer or bulletin_words()["issuer"]
    missing = cannot_print()
    failed: list[str] = []

    def write(folder: Path) -> None:
        pages = []
        for place in (opened.whole, *opened.counties):
            bulletin = compose(opened, units, place, since, issuer)
            pages.append(folder / f"{bulletin.code}.html")
            pages[-1].write_text(page_of(bulletin), encoding="utf-8")
            write_workbook(bulletin, folder / f"{bulletin.code}.xlsx")
        if missing is None:
            failed.extend(print_pages(pages))

    folder = make_derived_folder(settings, release, f"{BULLETIN_NAME}/{opened.latest_period}", write)
    without = missing or ("; ".join(failed) or None)
    return Written(folder / f"{opened.whole.division_code}.html", without)
