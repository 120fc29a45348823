"""Every published figure beside an oracle's that knows no SQL: the small city as it is, and without a township that
never returns; before two late returns and after the night that brings them.

In `make test` late and silent returns are those of the city that lives (test_arriving_city, whose last night is held
against the oracle).
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from orchestration.core.settings import CHECKOUT
from tests.nights import LATE_RETURNS, NEVER_RETURNS
from tests.states import small_planted
from twin.oracle import expected_figures
from twin.oracle.compare import Comparison, compare
from twin.oracle.home import published_figures
from twin.oracle.returns import came_to, returns_of
from twin.plant import Planted

pytestmark = pytest.mark.timeout(900)

# Indicators that no oracle computes: it may only shrink, and is empty.
UNCOMPARED: frozenset[str] = frozenset()
SHOWN = 10


@pytest.fixture(scope="module")
def planted() -> Planted:
    return small_planted()


@pytest.fixture(scope="module")
def expected(small_home: Path, planted: Planted) -> pd.DataFrame:
    """The oracle's figures of what came to the small city's home: all that was sent."""
    return expected_figures(returns_of(planted, came_to(small_home / "raw" / "archive", planted)))


def _say(found: Comparison) -> str:
    lines = [
        f"{found.compared:,} figures of {len(found.indicators)} indicators compared, {len(found.differing)} differ"
    ]
    for indicator, count in found.by_indicator().items():
        rows = found.differing[found.differing["indicator"] == indicator].head(SHOWN)
        lines += [f"{indicator}: {count} differ", rows.drop(columns="indicator").to_string(index=False)]
    return "\n".join(lines)


def test_every_indicator_has_an_oracle(expected: pd.DataFrame) -> None:
    with (CHECKOUT / "dbt_project" / "seeds" / "indicator_definition.csv").open(encoding="utf-8") as file:
        defined = {row["indicator"] for row in csv.DictReader(file)}
    assert defined - set(expected["indicator"]) == UNCOMPARED


def test_all_figures_of_the_small_city_are_the_oracles(small_home: Path, expected: pd.DataFrame) -> None:
    found = compare(published_figures(small_home / "warehouse" / "current"), expected)
    print(_say(found))
    assert found.compared > 200_000
    assert found.differing.empty, _say(found)


@pytest.mark.verify
@pytest.mark.parametrize("night", [0, 1])
def test_all_figures_with_a_silent_and_late_townships_are_the_oracles(
    small_late_home: tuple[Path, Path, Path], planted: Planted, night: int
) -> None:
    home, *releases = small_late_home
    came = came_to(home / "raw" / "archive", planted)
    assert NEVER_RETURNS not in {submitter for submitter, _ in came}
    if night == 0:
        for late in LATE_RETURNS:
            del came[late]
    found = compare(published_figures(releases[night]), expected_figures(returns_of(planted, came)))
    print(_say(found))
    assert found.differing.empty, _say(found)


def test_a_figure_that_is_changed_differs(small_home: Path, expected: pd.DataFrame) -> None:
    """The comparison itself: a changed numerator, a row taken away, a zero for what was not returned."""
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
