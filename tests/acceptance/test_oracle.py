"""Every published figure beside an oracle's that knows no SQL: the small city as it is, and with a silent and a late
township; after a night before the late return and after the night that brings it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.settings import CHECKOUT
from tests.nights import SMALL_SCALE, SMALL_TOWNSHIPS, home_settings, lend_project, send
from twin.city import City
from twin.oracle import expected_figures
from twin.oracle.compare import Comparison, compare
from twin.oracle.home import published_figures
from twin.oracle.returns import all_came, came_to, returns_of
from twin.plant import Planted, plant_errors
from twin.state import make_state

pytestmark = pytest.mark.timeout(900)

# Indicators that no oracle computes: it may only shrink, and is empty.
UNCOMPARED: frozenset[str] = frozenset()
SILENT, LATE = ("350423103", "2017-06"), ("350426202", "2016-12")
SHOWN = 10


@pytest.fixture(scope="module")
def planted() -> Planted:
    return plant_errors(make_state(SMALL_SCALE, SMALL_TOWNSHIPS))


@pytest.fixture(scope="module")
def late_home(
    small_city: City, parsed_project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, list[Path]]]:
    """A home of two nights, and the release of each: one return never comes, another with the second."""
    from orchestration.night import run_night

    home = tmp_path_factory.mktemp("late-home")
    send(small_city, home)
    kept = [_take(home, *LATE), _take(home, *SILENT)][0]
    lend_project(parsed_project, home)
    releases = []
    for files in ({}, kept):
        for path, content in files.items():
            path.write_bytes(content)
        report = run_night(home_settings(home))
        assert report.success, f"{report.failed_step}: {report.error}"
        releases.append((home / "warehouse" / "current").resolve())
    yield home, releases


def _take(home: Path, submitter: str, period: str) -> dict[Path, bytes]:
    """Take what a township sends for a period out of the inbox."""
    files = {path: path.read_bytes() for path in (home / "raw" / "inbox" / submitter).iterdir() if period in path.name}
    assert files
    for path in files:
        path.unlink()
    return files


def _say(found: Comparison) -> str:
    lines = [
        f"{found.compared:,} figures of {len(found.indicators)} indicators compared, {len(found.differing)} differ"
    ]
    for indicator, count in found.by_indicator().items():
        rows = found.differing[found.differing["indicator"] == indicator].head(SHOWN)
        lines += [f"{indicator}: {count} differ", rows.drop(columns="indicator").to_string(index=False)]
    return "\n".join(lines)


def test_every_indicator_has_an_oracle(planted: Planted) -> None:
    expected = expected_figures(returns_of(planted, all_came(planted, datetime.now(UTC))))
    with (CHECKOUT / "dbt_project" / "seeds" / "indicator_definition.csv").open(encoding="utf-8") as file:
        defined = {row["indicator"] for row in csv.DictReader(file)}
    assert defined - set(expected["indicator"]) == UNCOMPARED


def test_all_figures_of_the_small_city_are_the_oracles(small_home: Path, planted: Planted) -> None:
    sent = returns_of(planted, came_to(small_home / "raw" / "archive", planted))
    found = compare(published_figures(small_home / "warehouse" / "current"), expected_figures(sent))
    print(_say(found))
    assert found.compared > 200_000
    assert found.differing.empty, _say(found)


@pytest.mark.parametrize("night", [0, 1])
def test_all_figures_with_a_silent_and_a_late_township_are_the_oracles(
    late_home: tuple[Path, list[Path]], planted: Planted, night: int
) -> None:
    home, releases = late_home
    came = came_to(home / "raw" / "archive", planted)
    assert SILENT not in came
    if night == 0:
        del came[LATE]
    found = compare(published_figures(releases[night]), expected_figures(returns_of(planted, came)))
    print(_say(found))
    assert found.differing.empty, _say(found)


def test_a_figure_that_is_changed_differs(small_home: Path, planted: Planted) -> None:
    """The comparison itself: a changed numerator, a row taken away, a zero for what was not returned."""
    expected = expected_figures(returns_of(planted, came_to(small_home / "raw" / "archive", planted)))
    published = published_figures(small_home / "warehouse" / "current")
    city = published["division_level"] == "city"
    changed = published.copy()
    first = changed.index[city & (changed["indicator"] == "insurance_claim_ratio")][0]
    numbers = ["numerator", "denominator", "value"]
    changed[numbers] = changed[numbers].astype(float)
    changed.loc[first, "numerator"] += 0.01
    gone = changed.index[city & (changed["indicator"] == "fostering_area")][0]
    silent = changed.index[changed["status"] == "not returned"][0]
    changed.loc[silent, ["value", "numerator", "status"]] = [0.0, 0.0, "provisional"]
    before = len(compare(published, expected).differing)
    assert len(compare(changed.drop(index=gone), expected).differing) == before + 3
