"""The two releases that a revision report compares: named, of a day, or the last two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from orchestration.core.settings import Settings
from orchestration.release.history import Known, known_releases, release_of_day
from orchestration.release.manifest import Release, ReleaseError, read_release


def choose_pair(settings: Settings, before: str | None, after: str | None) -> tuple[Release, Release]:
    """The two releases of a report, each given as an id or as a day; the last two known ones unless given.

    Raises:
        ReleaseError: there is none such, it is no longer kept, or there is only one.
    """
    known = known_releases(settings)
    later = _choose(settings, known, after) if after else _nth_last(settings, known, 1)
    if before:
        return _choose(settings, known, before), later
    ids = [one.manifest.release_id for one in known]
    place = ids.index(later.release_id) if later.release_id in ids else len(ids)
    return _nth_last(settings, known[:place], 1), later


def _nth_last(settings: Settings, known: Sequence[Known], place: int) -> Release:
    if len(known) < place:
        raise ReleaseError(
            f"{settings.releases}: there is no earlier release to compare with. Name two of `sanming release list`,"
            " or run a night when something has come."
        )
    return _kept(settings, known[-place])


def _choose(settings: Settings, known: Sequence[Known], text: str) -> Release:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return read_release(settings, text)
    found = release_of_day(known, day)
    if found is None:
        raise ReleaseError(f"{day}: nothing was known on that day; the first release is later. See the list of them.")
    return _kept(settings, found)


def _kept(settings: Settings, one: Known) -> Release:
    if not one.is_kept:
        raise ReleaseError(
            f"{settings.releases / one.manifest.release_id}: no longer kept;"
            f" `sanming rebuild --known-on {one.manifest.known_on.isoformat()}` brings it back."
        )
    return read_release(settings, one.manifest.release_id)
