"""What tests of whole nights share: settings of a test home, sending a city's files, looking into a release.

The cities and homes themselves are fixtures of ``conftest``.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestration.core.settings import Settings
from orchestration.runs.closing import close
from orchestration.transform.dbt_runner import LINEAGE_NAME, prepare_manifest

if TYPE_CHECKING:
    from twin.city import City

# The cut of the city that is small enough for several nights in one test.
# The article's three, their neighbours in 清流, and a street of the urban pilot.
SMALL_TOWNSHIPS = ("350402002", "350423100", "350423101", "350423102", "350423103", "350426202", "350427105")
SMALL_SCALE = 0.2
# In the small city's home of late returns: who never returns, and what comes with the second night.
NEVER_RETURNS = "350423102"
LATE_RETURNS = (("350426202", "2016-12"), ("350423103", "2017-06"))
# A cut for what repeats whole nights: what they cost is the number of models and rules, hardly of rows.
TINY_TOWNSHIPS = ("350423101", "350426202")
TINY_SCALE = 0.1
TINY_PERIODS = ("2016-12", "2017-06")
# The variable that tells every test of a session where the parsed project is or will be.
PROJECT_STORE = "TESTS_PARSED_PROJECT"


def home_settings(home: Path, workers: int = 1) -> Settings:
    """Settings of a test home: nothing waits to settle, and the other core is the other test worker's.

    The synthetic city's later returns move figures of a closed period without a word on their covers. By default that
    blocks a release (tests/unit/test_checklist.py); in the homes of tests of something else it only warns. Pages are
    made by their own tests.
    """
    return Settings(
        home=home, settle_seconds=0.0, workers=workers, checklist_blocks=("privacy",), site=False, areas=False
    )


def send(city: City, home: Path, *, without: tuple[str, ...] = (), only_period: str | None = None) -> None:
    """Put copies of the city's files into the home's inbox, written now as a clerk's copy would be."""
    for source in sorted(city.inbox.rglob("*")):
        relative = source.relative_to(city.inbox)
        if not source.is_file() or relative.parts[0] in without:
            continue
        if only_period is not None and only_period != _sent_with(relative.name, city):
            continue
        target = home / "raw" / "inbox" / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def date_back(inbox: Path, moment: datetime) -> None:
    """Let the files of an inbox be written before an earlier moment, in the order in which they were."""
    past = time.time_ns() - int(moment.timestamp()) * 10**9
    for path in inbox.rglob("*"):
        if path.is_file():
            os.utime(path, ns=(path.stat().st_mtime_ns - past,) * 2)


def _sent_with(name: str, city: City) -> str:
    """The period a file belongs to by its name; a stray file comes with the last one."""
    return next((period for period in city.periods if period in name), city.periods[-1])


def close_first_period(home: Path) -> None:
    """Close the tiny city's first period, whoever has confirmed it."""
    close(home_settings(home), TINY_PERIODS[0], "张三", "上报省里", despite_unconfirmed=True)


def share_key(source: Path, home: Path) -> None:
    """Give a home the token key of another: else the same person would carry another token there."""
    target = home_settings(home).key_file
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(home_settings(source).key_file, target)


def lend_project(store: Path, home: Path, *, derive_lineage: bool = False) -> None:
    """Give a home the parsed project, without its columns' lineage unless the home's first night is to derive it."""
    name = shared_project(store).name
    lent = home_settings(home).warehouse / "dbt"
    shutil.copytree(store, lent)
    if derive_lineage:
        (lent / name / LINEAGE_NAME).unlink()


def made_once(place: Path, make: Callable[[Path], None]) -> Path:
    """A folder that the first of several workers makes; the others wait for it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    done = place.with_name(f"{place.name}.done")
    with place.with_name(f"{place.name}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(place, ignore_errors=True)  # what another worker failed to make
            make(place)
            done.touch()
    return place


def shared_project(store: Path) -> Path:
    """The parsed project with its seeds, parsed by the first that needs it."""

    def parse(place: Path) -> None:
        making = home_settings(place.with_name(f"{place.name}-making"))
        making.warehouse.mkdir(parents=True, exist_ok=True)
        parsed = prepare_manifest(making)  # the checkout's own, where it has been used
        shutil.copytree(parsed, place / parsed.name)
        (place / parsed.name / LINEAGE_NAME).write_text("{}", encoding="utf-8")

    made_once(store, parse)
    return next(path.parent for path in store.glob(f"*/{LINEAGE_NAME}"))


def table(home: Path, name: str, columns: str = "*", where: str = "true") -> list[tuple]:
    """Rows of a table of the current release, in an order of their own."""
    with duckdb.connect(str(home / "warehouse" / "current" / "sanming.duckdb"), read_only=True) as connection:
        return connection.execute(f"select {columns} from {name} where {where} order by all").fetchall()
