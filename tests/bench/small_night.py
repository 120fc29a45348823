"""What the smallest night with work costs: one cell of one township's return corrected, in a home of two townships.

Counted in seconds of CPU of the whole command, because most of it is what every night does whatever came. How it
divides into steps of wall time is told by ``whole_night`` on a city whose rows count.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import openpyxl

from tests.bench.measure import Line
from tests.bench.whole_night import ROOT
from tests.nights import TINY_SCALE, TINY_TOWNSHIPS, send
from twin.city import build_city

AIM_SECONDS = 15.0
CORRECTED = "350426202/溪尾乡_2017-06_扶贫报表.xlsx"
_CELL = ("贫困户登记表", "Q4")  # the living space of the first household
_COMMAND = [sys.executable, "-c", "from orchestration.cli.main import main; main()", "night"]


def measure(folder: Path) -> list[Line]:
    """The second night of a home that knows its parsed project, and the first for comparison.

    Args:
        folder: scratch space.
    """
    city, home = build_city(folder / "city", scale=TINY_SCALE, townships=TINY_TOWNSHIPS), folder / "home"
    send(city, home)
    first = _cpu_of_a_night(home)
    send_corrected(city.inbox, home)
    second = _cpu_of_a_night(home)
    subject = "small night: two townships, CPU of the whole process"
    verdict = "met" if second <= AIM_SECONDS else "missed"
    return [
        Line(subject, "first, three periods, project parsed", "", first),
        Line(subject, "one cell corrected", "", second, aim=f"≤ {AIM_SECONDS:.0f} s {verdict}"),
    ]


def send_corrected(inbox: Path, home: Path) -> None:
    """Send one return of a city once more, with another number in one cell."""
    book = openpyxl.load_workbook(inbox / CORRECTED)
    sheet, cell = _CELL
    book[sheet][cell] = float(book[sheet][cell].value) + 1
    target = home / "raw" / "inbox" / CORRECTED
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)


def _cpu_of_a_night(home: Path) -> float:
    environ = {
        **os.environ,
        "SANMING_HOME": str(home),
        "SANMING_SETTLE_SECONDS": "0",
        "SANMING_SITE": "off",
        "SANMING_AREAS": "off",
        "PYTHONPATH": str(ROOT),
    }
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(_COMMAND, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the night failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
