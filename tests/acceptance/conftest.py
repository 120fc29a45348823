"""Whole nights on twin cities, built once and shared read-only by the acceptance tests.

``full_*`` is the city at real size; ``small_*`` is a cut of six townships, for what needs several nights.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.night import run_night
from orchestration.settings import Settings
from twin.city import City, build_city

SMALL_TOWNSHIPS = 6
SMALL_SCALE = 0.2


def home_settings(home: Path) -> Settings:
    """Settings of a test home: nothing waits to settle, nothing else is different."""
    return Settings(home=home, settle_seconds=0.0)


def send(city: City, home: Path, *, without: tuple[str, ...] = (), only_period: str | None = None) -> None:
    """Put copies of the city's files into the home's inbox, written now as a clerk's copy would be."""
    for source in sorted((city.inbox).rglob("*")):
        relative = source.relative_to(city.inbox)
        if not source.is_file() or relative.parts[0] in without:
            continue
        if only_period is not None and only_period not in relative.name:
            continue
        target = home / "raw" / "inbox" / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def table(home: Path, name: str, columns: str = "*", where: str = "true") -> list[tuple]:
    """Rows of a table of the current release, in an order of their own."""
    with duckdb.connect(str(home / "warehouse" / "current" / "sanming.duckdb"), read_only=True) as connection:
        return connection.execute(f"select {columns} from {name} where {where} order by all").fetchall()


@pytest.fixture(scope="session")
def full_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return build_city(tmp_path_factory.mktemp("full-city"))


@pytest.fixture(scope="session")
def full_home(full_city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("full-home")
    send(full_city, home)
    run_night(home_settings(home))
    return home


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return build_city(tmp_path_factory.mktemp("small-city"), scale=SMALL_SCALE, townships=SMALL_TOWNSHIPS)


@pytest.fixture(scope="session")
def small_home(small_city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("small-home")
    send(small_city, home)
    run_night(home_settings(home))
    return home


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Path], Path]:
    """A private copy of a finished home, for tests that go on from there."""

    def copy(home: Path) -> Path:
        target = tmp_path / "home"
        shutil.copytree(home, target, symlinks=True)
        return target

    return copy
