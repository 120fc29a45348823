"""``python -m tests.bench``: measures checking, reading, nights, a release and its copy, and prints one table.

Takes some minutes; run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.measure import Line

_PARTS = ("checking", "reading", "small night", "night", "release", "push")


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=_PARTS, action="append", help="one part alone")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows for the checks inside DuckDB")
    parser.add_argument("--pandas-rows", type=int, default=1_000_000, help="rows for GX on pandas")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the city")
    asked = parser.parse_args()
    parts = asked.only or list(_PARTS)
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with tempfile.TemporaryDirectory(prefix="sanming-bench-") as scratch:
        lines = _measure(parts, Path(scratch), asked)
    _show(lines)


def _measure(parts: list[str], scratch: Path, asked: argparse.Namespace) -> list[Line]:
    # Each part loads what it needs: the night is measured in a process of its own.
    lines: list[Line] = []
    if "checking" in parts:
        from tests.bench import checking

        lines += checking.measure(scratch, asked.rows, asked.pandas_rows)
    if "reading" in parts:
        from tests.bench import reading

        lines += reading.measure(scratch / "reading", asked.scale)
    if "small night" in parts:
        from tests.bench import small_night

        lines += small_night.measure(scratch / "small")
    if {"night", "release", "push"} & set(parts):
        from tests.bench import whole_night, whole_release

        night, lines_of_night = whole_night.measure(scratch / "night", asked.scale)
        lines += lines_of_night
        if "release" in parts:
            lines += whole_release.measure(scratch / "night" / "home", night["steps"]["release"])
        if "push" in parts:
            from tests.bench import pushing

            lines += pushing.measure(scratch / "night")
    return lines


def _show(lines: list[Line]) -> None:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    title = f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"
    table = Table(title=title, title_justify="left")
    for name in ("what", "how", "on", "seconds", "rate", "ratio", "aim"):
        table.add_column(name, justify="right" if name in {"seconds", "rate", "ratio"} else "left")
    subject = None
    for line in lines:
        if subject is not None and line.subject != subject:
            table.add_section()
        shown = line.subject if line.subject != subject else ""
        subject = line.subject
        seconds = f"{line.seconds:.2f}" if line.seconds else ""
        table.add_row(shown, line.variant, line.amount, seconds, line.rate, line.ratio, line.aim)
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
