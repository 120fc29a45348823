"""The whole night of the latest period on the city at real size: every step, imports included, and peak memory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.measure import Line, rate_text
from twin.city import build_city

ROOT = Path(__file__).resolve().parents[2]
AIM_SECONDS = 90.0
AIM_MIB = 2048.0


def run(home: Path) -> dict:
    """One night in a fresh process; what it printed, with the wall time seen from outside."""
    environ = {
        **os.environ,
        "SANMING_HOME": str(home),
        "SANMING_SETTLE_SECONDS": "0",
        "SANMING_SITE": "off",
        "SANMING_AREAS": "off",
        "PYTHONPATH": str(ROOT),
    }
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.one_night"],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the night failed:\n{done.stderr[-4000:]}")
    told = json.loads(done.stdout.strip().splitlines()[-1])
    if not told["success"]:
        raise RuntimeError(f"the night ended red: {told['error']}")
    return {**told, "wall": time.monotonic() - started}


def send(inbox: Path, home: Path, periods: tuple[str, ...]) -> int:
    """Copy the files of some periods into a home's inbox; how many."""
    files = [path for path in sorted(inbox.rglob("*")) if path.is_file() and any(p in path.name for p in periods)]
    for path in files:
        target = home / "raw" / "inbox" / path.relative_to(inbox)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return len(files)


def measure(folder: Path, scale: float) -> tuple[dict, list[Line]]:
    """What the night told, and all lines about it: the earlier periods are worked off first, the last one is measured.

    Args:
        folder: scratch space; the home is left in it.
        scale: size of the city.
    """
    city, home = build_city(folder / "city", scale=scale), folder / "home"
    inbox, periods = city.inbox, city.periods
    send(inbox, home, periods[:-1])
    run(home)
    files = send(inbox, home, periods[-1:])
    night = run(home)
    subject = f"night of {periods[-1]}, city at {scale:g} of its real size"
    lines = [Line(subject, step, "", seconds) for step, seconds in night["steps"].items()]
    other = night["wall"] - sum(night["steps"].values())
    lines.append(Line(subject, "Dagster's own and process start", "", other))
    wall, peak = night["wall"], night["peak_mib"]
    verdict = "met" if wall <= AIM_SECONDS else "missed"
    lines.append(
        Line(subject, "whole", f"{files} files, {night['rows']:,} rows", wall, rate_text(night["rows"], wall, "rows"),
             aim=f"≤ {AIM_SECONDS:.0f} s {verdict}")
    )  # fmt: skip
    verdict = "met" if peak <= AIM_MIB else "missed"
    lines.append(Line(subject, "peak memory", f"{peak:,.0f} MiB", 0.0, aim=f"≤ {AIM_MIB:,.0f} MiB {verdict}"))
    return night, lines
