"""A release that left the kept ones stays under its readers for a day, and is removed then.

Whoever opened it, or resolved `current` to it, has that long to finish. Which releases are kept is for ``publish``.
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from orchestration.core import clock
from orchestration.core.failpoints import failpoint
from orchestration.core.settings import Settings
from orchestration.release.manifest import DEPARTED_NAME, TEMPORARY

_STAYS = timedelta(days=1)


def depart(folder: Path) -> None:
    """Take a release out of the list of releases, in one step."""
    written = folder / f".{DEPARTED_NAME}"
    written.write_text(clock.now().isoformat(), encoding="ascii")
    written.replace(folder / DEPARTED_NAME)


def take_back(folder: Path) -> None:
    """Put a release into the list again, if it had left it."""
    (folder / DEPARTED_NAME).unlink(missing_ok=True)


def remove_departed(settings: Settings) -> None:
    """Remove the releases that left the list a day ago."""
    for mark in settings.releases.glob(f"*/{DEPARTED_NAME}"):
        if clock.now() - datetime.fromisoformat(mark.read_text(encoding="ascii")) < _STAYS:
            continue
        # Away from its name in one step: killed halfway, half a release would stand there.
        leaving = mark.parent.with_name(f"{TEMPORARY}{mark.parent.name}")
        mark.parent.rename(leaving)
        failpoint(settings, "release.before_removal")
        shutil.rmtree(leaving)
