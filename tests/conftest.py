"""Cities and finished nights, built once per session and shared read-only by every kind of test.

``full_*`` is the city at real size; ``small_*`` is a cut of seven townships, ``tiny_*`` one of two, for what repeats
whole nights. With several workers the tests of one city stay on one worker, so that each city is built once; the homes
of the tiny city are made by one worker for all of them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

from tests.fuzz import examples
from tests.groups import LONGEST, group_of
from tests.nights import (
    LATE_RETURNS,
    NEVER_RETURNS,
    PROJECT_STORE,
    SMALL_SCALE,
    SMALL_TOWNSHIPS,
    TINY_PERIODS,
    TINY_SCALE,
    TINY_TOWNSHIPS,
    close_first_period,
    home_settings,
    lend_project,
    made_once,
    send,
)

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
# Nor does a night make pages of its release unless a test is about them.
os.environ["SANMING_SITE"] = os.environ["SANMING_AREAS"] = "off"

hypothesis.settings.register_profile("suite", max_examples=examples(100), deadline=None)
hypothesis.settings.load_profile("suite")


class GroupedScheduling(LoadScopeScheduling):
    """Keeps the tests of a group on one worker.

    xdist's own groups (``loadgroup``) write into a node id that pytest 9.2 no longer reads.
    """

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(tryfirst=True)  # before pytest looks at the markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest groups first, the others in the order of their files. Quick are units but for those."""
    for item in items:
        if group_of(item.nodeid) in LONGEST or item.path.parent.name != "unit":
            item.add_marker("slow")
    place = {group: number for number, group in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(group_of(item.nodeid), len(place)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Hand tests out by group; without workers xdist never asks."""
    return GroupedScheduling(config, log)


@pytest.fixture(scope="session", autouse=True)
def parsed_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the homes of all workers find the project, parsed by the first that needs it."""
    store = _of_all_workers(tmp_path_factory) / "parsed-project"
    os.environ[PROJECT_STORE] = str(store)  # for builds that have no home (tests/dbt/accepted.py)
    return store


def _of_all_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of this session, the same for every worker."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def full_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The city at real size, with its planted errors."""
    from twin.city import build_city

    return build_city(tmp_path_factory.mktemp("full-city"))


@pytest.fixture(scope="session")
def full_home(full_city: City, parsed_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one finished night over everything the full city sent."""
    return _night_over(full_city, parsed_project, tmp_path_factory.mktemp("full-home"), workers=2)


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Seven townships of a fifth of the city, with planted errors."""
    from twin.city import build_city

    return build_city(tmp_path_factory.mktemp("small-city"), scale=SMALL_SCALE, townships=SMALL_TOWNSHIPS)


@pytest.fixture(scope="session")
def small_home(small_city: City, parsed_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one finished night over everything the small city sent."""
    return _night_over(small_city, parsed_project, tmp_path_factory.mktemp("small-home"))


@pytest.fixture(scope="session")
def small_late_home(
    small_city: City, parsed_project: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path, Path]:
    """A home of two nights over the small city without a township, and the release of each: two returns are late."""
    from orchestration.runs.night import run_night

    home = tmp_path_factory.mktemp("small-late-home")
    send(small_city, home, without=(NEVER_RETURNS,))
    late = {
        path: path.read_bytes()
        for submitter, period in LATE_RETURNS
        for path in (home / "raw" / "inbox" / submitter).glob(f"*{period}*")
    }
    for path in late:
        path.unlink()
    lend_project(parsed_project, home)
    assert run_night(home_settings(home)).success
    first = (home / "warehouse" / "current").resolve()
    for path, content in late.items():
        path.write_bytes(content)
    assert run_night(home_settings(home)).success
    return home, first, (home / "warehouse" / "current").resolve()


@pytest.fixture(scope="session")
def tiny_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Two townships of a tenth of the city, with the planted errors that find room in them."""
    from twin.city import build_city

    return build_city(
        tmp_path_factory.mktemp("tiny-city"), scale=TINY_SCALE, townships=TINY_TOWNSHIPS, periods=TINY_PERIODS
    )


@pytest.fixture(scope="session")
def tiny_first_home(tiny_city: City, parsed_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has published and then closed the tiny city's first period and has the other in its inbox."""

    def make(home: Path) -> None:
        _night_over(tiny_city, parsed_project, home, only_period=TINY_PERIODS[0])
        close_first_period(home)
        send(tiny_city, home, only_period=TINY_PERIODS[1])

    return made_once(_of_all_workers(tmp_path_factory) / "tiny-first-home", make)


@pytest.fixture(scope="session")
def tiny_home(tiny_first_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two finished nights, one for each period of the tiny city."""

    def make(home: Path) -> None:
        from orchestration.runs.night import run_night

        shutil.copytree(tiny_first_home, home, symlinks=True)
        assert run_night(home_settings(home)).success

    return made_once(_of_all_workers(tmp_path_factory) / "tiny-home", make)


def _night_over(
    city: City, parsed_project: Path, home: Path, *, only_period: str | None = None, workers: int = 1
) -> Path:
    # Loading Dagster and Great Expectations costs seconds: only a worker that needs a night pays for it.
    from orchestration.runs.night import run_night

    send(city, home, only_period=only_period)
    lend_project(parsed_project, home)
    report = run_night(home_settings(home, workers))
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
