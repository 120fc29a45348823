"""Cities and finished nights, built once per session and shared read-only by every kind of test.

``full_*`` is the city at real size; ``small_*`` is a cut of six townships, for what needs several nights. With
several workers the tests of one city stay on one worker, so that each city is built once.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.nights import SMALL_SCALE, SMALL_TOWNSHIPS, home_settings, send

if TYPE_CHECKING:
    from twin.city import City

# The office has no internet, and neither has a test.
for _name, _value in {
    "GX_ANALYTICS_ENABLED": "false",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "DAGSTER_DISABLE_TELEMETRY": "1",
}.items():
    os.environ.setdefault(_name, _value)
# A test's home is the one it names, never that of the shell it is started from.
for _name in [name for name in os.environ if name.startswith("SANMING_")]:
    del os.environ[_name]

# Fixtures that are dear to build → the worker's group that builds them.
_GROUPS = {"full_home": "full", "full_city": "full", "small_home": "small", "small_city": "small"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep what shares a dear fixture on one worker: a shared city first, else the tests of one file.

    Here and not in ``pytest_collection_modifyitems``, where xdist has read the groups already.
    """
    names = getattr(item, "fixturenames", ())
    group = next((_GROUPS[name] for name in _GROUPS if name in names), None)
    if group is not None:
        item.add_marker("city")
    item.add_marker(pytest.mark.xdist_group(group or _folder_group(item)))


def _folder_group(item: pytest.Item) -> str:
    # The dbt tests share a built project; elsewhere what a file needs is built for that file.
    return "dbt" if item.path.parent.name == "dbt" else item.path.stem


@pytest.fixture(scope="session")
def full_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The city at real size, with its planted errors."""
    from twin.city import build_city

    return build_city(tmp_path_factory.mktemp("full-city"))


@pytest.fixture(scope="session")
def full_home(full_city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one finished night over everything the full city sent."""
    return _home_after_a_night(full_city, tmp_path_factory.mktemp("full-home"))


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Six townships of a fifth of the city, with planted errors."""
    from twin.city import build_city

    return build_city(tmp_path_factory.mktemp("small-city"), scale=SMALL_SCALE, townships=SMALL_TOWNSHIPS)


@pytest.fixture(scope="session")
def small_home(small_city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one finished night over everything the small city sent."""
    return _home_after_a_night(small_city, tmp_path_factory.mktemp("small-home"))


def _home_after_a_night(city: City, home: Path) -> Path:
    # Loading Dagster and Great Expectations costs seconds: only a worker that needs a night pays for it.
    from orchestration.night import run_night

    send(city, home)
    report = run_night(home_settings(home))
    assert report.success, f"{report.failed_step}: {report.error}"
    return home


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Path], Path]:
    """A private copy of a finished home, for tests that go on from there."""

    def copy(home: Path) -> Path:
        target = tmp_path / "home"
        shutil.copytree(home, target, symlinks=True)
        return target

    return copy
