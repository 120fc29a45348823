"""What answering for a release costs: publishing, explaining, making it anew, its pages, and its size on disk.

On the home that `whole_night` left: the city at real size after its last night.
"""

from __future__ import annotations

import time
from pathlib import Path

from orchestration.core.settings import Settings
from orchestration.core.steps import Steps
from orchestration.release.manifest import Release, read_release
from orchestration.runs.rebuild import rebuild
from orchestration.site.write_site import make_site
from tests.bench.measure import Line
from tests.receipts import ask

AIM_EXPLAIN_SECONDS = 1.0
AIM_REBUILD_SECONDS = 300.0
AIM_SITE_SECONDS = 20.0
FIGURES = 100


def measure(home: Path, published_seconds: float) -> list[Line]:
    """All lines about the current release of a home.

    Args:
        home: a home with a release and what it was made from.
        published_seconds: what the night's last step took.
    """
    settings = Settings(home=home)
    release = read_release(settings)
    amount = f"{len(release.manifest.tables)} tables, {release.rows:,} rows"
    lines = [Line("a release", "published", amount, published_seconds)]
    lines += [
        Line("", f"size of {what}", f"{_mib(path):,.0f} MiB", 0.0)
        for what, path in (
            ("its DuckDB file", release.database),
            ("its Parquet files", release.path / "parquet"),
            ("what explains it", settings.working / release.release_id),
        )
    ]
    return lines + _site(settings, release) + _explained(settings, release) + _rebuilt(settings, release)


def _site(settings: Settings, release: Release) -> list[Line]:
    started = time.perf_counter()
    start = make_site(settings, release)
    seconds = time.perf_counter() - started
    folder = start.parent
    amount = f"{len(list(folder.rglob('*.html')))} pages, {_mib(folder):,.0f} MiB"
    verdict = "met" if seconds <= AIM_SITE_SECONDS else "missed"
    return [Line("its site", "made", amount, seconds, aim=f"≤ {AIM_SITE_SECONDS:.0f} s {verdict}")]


def _explained(settings: Settings, release: Release) -> list[Line]:
    seconds, problems = ask(settings, release, FIGURES)
    missed, slow = len(problems), seconds[int(len(seconds) * 0.95)]
    verdict = "met" if slow <= AIM_EXPLAIN_SECONDS else "missed"
    return [
        Line("a figure", "explained, half of them", f"{FIGURES} figures", seconds[len(seconds) // 2]),
        Line("", "explained, 95 % of them", "", slow, aim=f"≤ {AIM_EXPLAIN_SECONDS:.0f} s {verdict}"),
        Line("", "recomputed from its cells", f"{missed} missed", 0.0, aim=f"0 {'met' if not missed else 'missed'}"),
    ]


def _rebuilt(settings: Settings, release: Release) -> list[Line]:
    started = time.perf_counter()
    found = rebuild(settings, release.manifest.known_on, Steps())
    seconds = time.perf_counter() - started
    if not found.is_equal:
        raise RuntimeError(f"{release.release_id}: rebuilt with other tables: {found.differing}")
    verdict = "met" if seconds <= AIM_REBUILD_SECONDS else "missed"
    amount = f"{len(release.manifest.inputs)} submissions, equal"
    return [Line("a release", "rebuilt", amount, seconds, aim=f"≤ {AIM_REBUILD_SECONDS:.0f} s {verdict}")]


def _mib(path: Path) -> float:
    files = [path] if path.is_file() else [found for found in path.rglob("*") if found.is_file()]
    return sum(file.stat().st_size for file in files) / 2**20
