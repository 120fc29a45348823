"""Who may look into the areas of a home: names and ID numbers stand in most of them.

The releases' rights are the operator's, who gives them to their readers. The inbox is open to the group that sends.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.core.settings import Settings

_CLOSED = 0o700
_INBOX = 0o2770


def keep_rights(settings: Settings) -> None:
    """Close the areas with personal data to others, those of a home from before they were closed as well."""
    for area in (
        settings.archive,
        settings.landing,
        settings.accepted,
        settings.held,
        settings.findings,
        settings.build,
        settings.working,
        settings.errors,
    ):
        _set(area, _CLOSED)
    try:
        _set(settings.inbox, _INBOX)
    except PermissionError:
        return  # somebody else's folder, a share for instance: its rights are theirs to set


def _set(folder: Path, mode: int) -> None:
    if folder.exists() and not folder.is_dir():
        return  # something in the way: the step that needs the area says so
    folder.mkdir(parents=True, exist_ok=True, mode=_CLOSED)
    if folder.stat().st_mode & 0o7777 != mode:
        folder.chmod(mode)
