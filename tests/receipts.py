"""Random figures explained and recomputed, random rows followed: for a test on a small city, and a command for any.

``python -m tests.receipts HOME [FIGURES] [ROWS]`` prints how many were missed and how long one takes.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.core.settings import Settings
from orchestration.explain.lineage.explain import Explainer, explain, open_explainer
from orchestration.explain.lineage.explanation import Figure
from orchestration.explain.lineage.row_status import Address
from orchestration.explain.lineage.trace import trace
from orchestration.release.manifest import Release, read_release

# What is owed is known without a return.
_OF_NO_RETURN = {"returns_owed"}
_NO_ROWS = {"submission_forms", "layout", "file_findings", "batches"}
Asked = tuple[Figure, Decimal, Decimal | None]


def random_figures(release: Release, count: int, seed: int) -> Iterator[Asked]:
    """Figures that can be told, every indicator in turn, of any level, period and map."""
    chance = random.Random(seed)
    with duckdb.connect(str(release.database), read_only=True) as connection:
        rows = connection.execute(
            "select indicator, division_code, period, map_edition, numerator, denominator from reports.indicator"
            " where numerator is not null order by all"
        ).fetchall()
    by_indicator: dict[str, list[tuple]] = {}
    for row in rows:
        by_indicator.setdefault(row[0], []).append(row)
    names = sorted(by_indicator)
    for number in range(count):
        *key, numerator, denominator = chance.choice(by_indicator[names[number % len(names)]])
        yield Figure(*key), numerator, denominator


def missed_by(explainer: Explainer, asked: Asked) -> str:
    """What is wrong with the explanation of a figure; empty where nothing is."""
    figure, numerator, denominator = asked
    found = explainer.explain(figure)
    again = explainer.recompute(found)
    # A figure of nothing has no row to be made of: then no row is named, and zero is right.
    if (again[0] or 0, again[1] or 0) != (numerator, denominator or 0):
        return f"{figure}: {numerator} / {denominator} published, {again} from {len(found.rows)} rows"
    is_empty = numerator and not found.rows and figure.indicator not in _OF_NO_RETURN
    return f"{figure}: no row is named" if is_empty else ""


def random_rows(settings: Settings, count: int, seed: int) -> list[Address]:
    """Rows that were read, of every form."""
    chance = random.Random(seed)
    found: dict[str, list[Address]] = {}
    for folder in sorted(path for path in settings.landing.iterdir() if path.is_dir() and path.name not in _NO_ROWS):
        rows = duckdb.sql(
            f"select distinct submission_id, sheet, row_number from read_parquet('{folder}/*/*.parquet') order by all"
        ).fetchall()
        found[folder.name] = [Address(*row) for row in rows]
    share = count // len(found) + 4
    chosen = [address for rows in found.values() for address in chance.sample(rows, min(len(rows), share))]
    return chance.sample(chosen, min(count, len(chosen)))


def ask(settings: Settings, release: Release, count: int) -> tuple[list[float], list[str]]:
    """Explain random figures: the seconds that each took by itself, in ascending order, and what was missed."""
    seconds, problems = [], []
    with open_explainer(settings, release) as explainer:
        for asked in random_figures(release, count, seed=348):
            started = time.perf_counter()
            explain(settings, release, asked[0])
            seconds.append(time.perf_counter() - started)
            problems.append(missed_by(explainer, asked))
    return sorted(seconds), [problem for problem in problems if problem]


def main(home: str, figures: str = "500", rows: str = "500") -> None:
    settings = Settings(home=Path(home))
    release = read_release(settings)
    seconds, missed = ask(settings, release, int(figures))
    for problem in missed:
        print(problem)
    if seconds:
        middle, slow = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.95)]
        print(
            f"{len(seconds)} figures, {len(missed)} missed; explain: half under {middle:.2f} s, 95 % under {slow:.2f} s"
        )
    started = time.perf_counter()
    followed = trace(settings, release, random_rows(settings, int(rows), seed=347))
    kinds = sorted({found.row_status.kind for found in followed})
    print(f"{len(followed)} rows followed in {time.perf_counter() - started:.1f} s: {', '.join(kinds)}")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main(*sys.argv[1:])
