"""Small homes made by earlier commits, kept so that a night of today can be tried on them.

``python -m tests.kept_home NAME`` makes one with the code of the working tree and packs it into ``tests/homes``: two
townships at a tenth of their size that arrive over time in four nights, the first period closed after the first. Left
out is what a night makes anew by itself (Dagster's history, the parsed project, the views over all releases) and what
explains the figures of any but the last release. The token key is a test's own.
"""

from __future__ import annotations

import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from orchestration.core import clock
from tests.nights import TINY_SCALE, TINY_TOWNSHIPS, home_settings

HOMES = Path(__file__).parent / "homes"
KEY = "5a" * 32  # of no home but these
_MADE_ANEW = ("dagster", "dbt", "build", "night.lock", "current.lock", "releases.duckdb", "releases.lock")


def unpack(name: str, folder: Path) -> Path:
    """A private copy of a kept home; gives the folder that is the home."""
    with tarfile.open(HOMES / f"{name}.tar.xz") as archive:
        archive.extractall(folder, filter="tar")
    return folder / "home"


def make(name: str, folder: Path) -> Path:
    """Make and pack a home with the code of the working tree; gives the file."""
    from orchestration.runs.arriving import nights_to_come
    from orchestration.runs.closing import close
    from orchestration.runs.night import run_night
    from twin.city import PERIODS, build_arriving_city

    settings = home_settings(folder / "home")
    build_arriving_city(settings.home / "raw", scale=TINY_SCALE, townships=TINY_TOWNSHIPS)
    settings.warehouse.mkdir(parents=True)
    settings.key_file.write_text(KEY, encoding="ascii")
    settings.key_file.chmod(0o600)
    for number, moment in enumerate(nights_to_come(settings)):
        with clock.at(moment):
            assert run_night(settings).success
            if number == 0:
                close(settings, PERIODS[0], "张三", "上报省里", despite_unconfirmed=True)
    return _pack(settings.home, HOMES / f"{name}.tar.xz")


def _pack(home: Path, target: Path) -> Path:
    for left_out in _MADE_ANEW:
        path = home / "warehouse" / left_out
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    working, last = home / "warehouse" / "working", (home / "warehouse" / "current").resolve().name
    for path in working.iterdir():
        if path.name != last:
            shutil.rmtree(path)
    target.parent.mkdir(exist_ok=True)
    with tarfile.open(target, "w:xz") as archive:
        archive.add(home, "home", filter=_nobody)
    return target


def _nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """The file without the user of the machine it was made on."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        print(make(sys.argv[1], Path(made)))
