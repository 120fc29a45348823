"""Lets a synthetic city arrive over time: its files come on their days, and nights follow at theirs.

What is to come lies in ``raw/to_come/<night>/<day>/<submitter>/``, folders named after moments in Sanming. A night
takes what its folder holds, so one that was stopped goes on where it was. The clock is set here and by the caller for
the night, and never in a home of real returns.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from orchestration.core import clock
from orchestration.core.lock import home_lock
from orchestration.core.settings import Settings, SettingsError
from orchestration.receive.inbox import receive

_FOLDER = "%Y-%m-%dT%H%M"
# How long before its receipt a file was written: nothing has to settle.
_WRITTEN_BEFORE = timedelta(hours=2)


def nights_to_come(settings: Settings) -> Iterator[datetime]:
    """The moments of the nights still to come, each after its files were received on their days.

    The caller runs the night at the moment (``clock.at``); then the folder of the night is taken away.

    Raises:
        SettingsError: the home is one of real returns, or a folder is not named after a moment.
        HomeBusyError: a night is at work in the home.
    """
    for night in _moments(settings.to_come):
        if settings.data_origin != "synthetic":
            raise SettingsError(f"{settings.to_come}: returns of a synthetic city never enter a home of real data")
        folder = settings.to_come / night.strftime(_FOLDER)
        for day in _moments(folder):
            _receive(settings, folder / day.strftime(_FOLDER), day)
        yield night
        shutil.rmtree(folder)


def is_arriving(settings: Settings) -> bool:
    """Whether anything is still to come."""
    return bool(_moments(settings.to_come))


def is_last_to_come(settings: Settings) -> bool:
    """Whether no night follows the one that is run: its folder stands until it is over."""
    return len(_moments(settings.to_come)) <= 1


def _moments(folder: Path) -> list[datetime]:
    """The moments that the folders in a folder are named after, ascending."""
    names = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    try:
        return [datetime.strptime(name, _FOLDER).replace(tzinfo=clock.SANMING) for name in names]
    except ValueError as error:
        expected = "expected folders like 2017-07-21T0200. Take away what does not belong there."
        raise SettingsError(f"{folder}: {error}; {expected}") from error


def _receive(settings: Settings, folder: Path, day: datetime) -> None:
    """Put what comes on a day into the inbox and receive it then."""
    written = int((day - _WRITTEN_BEFORE).timestamp() * 10**9)
    with home_lock(settings, "the arrival of a synthetic city"):
        for number, source in enumerate(sorted(path for path in folder.rglob("*") if path.is_file())):
            target = settings.inbox / source.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.utime(source, ns=(written + number, written + number))
            shutil.move(source, target)
        with clock.at(day):
            receive(settings)
        shutil.rmtree(folder)
