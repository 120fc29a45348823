"""Readers of eight kinds ask on and on while releases are published, rolled back, withdrawn and removed.

None of them meets an error or half a release, and no set of questions over one connection, or over a link that was
resolved once, is answered by two releases. The releases are small: what is looked at is their coming and going.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from expectations.reader_roles import tables_of
from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.release.draft import draft_release
from orchestration.release.manifest import current_id, list_releases
from orchestration.release.open_edition import OPEN_ROLE
from orchestration.release.pin import resume, roll_back
from orchestration.release.publish import publish
from orchestration.release.withdraw import withdraw

pytestmark = pytest.mark.verify

PUBLICATIONS = 20
KNOWN_ON = datetime(2017, 7, 1, 2, 0, tzinfo=UTC)
STARTED = datetime(2026, 1, 1, tzinfo=UTC)
# Two tables of every edition; each row of theirs says the day of its release.
WHOLE, PARTS = "reports.coverage", "reports.correction"
RELEASE = "select release_id from quality.release_info"
ROWS = 1000

# What one set of questions came to: the release that each named, and the days that the rows were of.
Answer = tuple[set[str], set[int]]


@dataclass(frozen=True)
class Told:
    """What a reader met: sets of questions, errors with their words, sets answered by more than one release."""

    sets: int
    errors: list[str]
    mixed: int


def over(execute: Callable[[str], list[tuple[Any, ...]]]) -> Answer:
    """Ask, one after the other, which release it is, and what three tables say."""
    ids = {str(name) for (name,) in execute(RELEASE)}
    days = {int(day) for (day,) in execute(f"select distinct day from {WHOLE}")}
    days |= {int(day) for (day,) in execute(f"select distinct day from {PARTS}")}
    return ids | {str(name) for (name,) in execute(RELEASE)}, days


def duckdb_file(home: Path, name: str) -> Answer:
    with duckdb.connect(str(home / "warehouse" / "current" / name), read_only=True) as connection:
        return over(lambda query: connection.execute(query).fetchall())


def long_connection(home: Path) -> Iterator[Answer]:
    with duckdb.connect(str(home / "warehouse" / "current" / "sanming.duckdb"), read_only=True) as connection:
        while True:
            yield over(lambda query: connection.execute(query).fetchall())


def without_a_pool(home: Path) -> Answer:
    engine = sa.create_engine(
        f"duckdb:///{home / 'warehouse' / 'current' / 'sanming.duckdb'}",
        connect_args={"read_only": True},
        poolclass=sa.pool.NullPool,
    )
    with engine.connect() as connection:
        return over(lambda query: [tuple(row) for row in connection.execute(sa.text(query))])


def resolved(home: Path) -> Path:
    return (home / "warehouse" / "current").resolve() / "parquet"


def with_pandas(home: Path) -> Answer:
    folder = resolved(home)
    ids = set(pd.read_parquet(folder / "quality" / "release_info.parquet")["release_id"])
    days = {int(day) for day in pd.read_parquet(folder / "reports" / "coverage.parquet")["day"]}
    return ids, days | {int(day) for day in pd.read_parquet(folder / "reports" / "correction.parquet")["day"]}


def with_pyarrow(home: Path) -> Answer:
    folder = resolved(home)
    ids = set(pq.read_table(folder / "quality" / "release_info.parquet")["release_id"].to_pylist())
    days = set(pq.read_table(folder / "reports" / "coverage.parquet")["day"].to_pylist())
    return ids, days | set(pq.read_table(folder / "reports" / "correction.parquet")["day"].to_pylist())


def duckdb_over_parquet(home: Path) -> Answer:
    folder = resolved(home)

    def execute(query: str) -> list[tuple[Any, ...]]:
        for table in ("quality.release_info", WHOLE, PARTS):
            query = query.replace(table, f"'{folder / table.replace('.', '/')}.parquet'")
        return duckdb.sql(query).fetchall()

    return over(execute)


def as_known_today(home: Path) -> Answer:
    with duckdb.connect(str(home / "warehouse" / "releases.duckdb"), read_only=True) as connection:
        ids = {name for (name,) in connection.execute("select release_known_on()").fetchall()}
        days = {day for (day,) in connection.execute(f"select distinct day from {WHOLE}_known_on()").fetchall()}
        days |= {day for (day,) in connection.execute(f"select distinct day from {PARTS}_known_on()").fetchall()}
        return ids, days


def each_time(ask: Callable[[Path], Answer]) -> Callable[[Path], Iterator[Answer]]:
    def asked(home: Path) -> Iterator[Answer]:
        while True:
            yield ask(home)

    return asked


READERS: dict[str, Callable[[Path], Iterator[Answer]]] = {
    "DuckDB, connected for each set": each_time(lambda home: duckdb_file(home, "sanming.duckdb")),
    "DuckDB, the open edition": each_time(lambda home: duckdb_file(home, "open.duckdb")),
    "DuckDB, one long connection": long_connection,
    "SQLAlchemy without a pool": each_time(without_a_pool),
    "pandas, link resolved once": each_time(with_pandas),
    "pyarrow, link resolved once": each_time(with_pyarrow),
    "DuckDB over Parquet, link resolved once": each_time(duckdb_over_parquet),
    "releases.duckdb, as known today": each_time(as_known_today),
}


def read_on(kind: str, home: Path, stop: Event, told: Any) -> None:
    sets, errors, mixed, asked = 0, [], 0, READERS[kind](home)
    while not stop.is_set():
        try:
            ids, days = next(asked)
        except Exception as error:  # noqa: BLE001 - every error is counted and shown
            errors.append(f"{type(error).__name__}: {error}"[:200])
            asked = READERS[kind](home)
        else:
            mixed += len(ids) != 1 or len(days) != 1
        sets += 1
    told.put((kind, Told(sets, errors, mixed)))


@contextmanager
def readers(home: Path) -> Iterator[dict[str, Told]]:
    """Readers at work inside the block; afterwards what each of them met."""
    spawn = multiprocessing.get_context("spawn")
    stop, queue, met = spawn.Event(), spawn.Queue(), {}
    started = [spawn.Process(target=read_on, args=(kind, home, stop, queue)) for kind in READERS]
    for process in started:
        process.start()
    time.sleep(5)  # until each has imported what it reads with
    try:
        yield met
    finally:
        stop.set()
        met.update(queue.get(timeout=60) for _ in started)
        for process in started:
            process.join(60)


def publish_day(settings: Settings, day: int) -> str:
    built = settings.home / "built.duckdb"
    built.unlink(missing_ok=True)
    with duckdb.connect(str(built)) as connection:
        connection.execute("create schema reports")
        for table in (WHOLE, PARTS):
            connection.execute(f"create table {table} as select {day} as day, range as row from range({ROWS})")
    return publish(settings, draft_release(settings, built, KNOWN_ON + timedelta(days=day))).release_id


def test_readers_meet_no_error_and_no_mixture_while_releases_come_and_go(tmp_path: Path) -> None:
    assert {WHOLE, PARTS} <= set(tables_of(OPEN_ROLE))
    settings = Settings(home=tmp_path / "home", keep_releases=4)
    settings.warehouse.mkdir(parents=True)
    publish_day(settings, 0)
    removed, everything = set(), {release.path for release in list_releases(settings)}
    with readers(settings.home) as met:
        for day in range(1, PUBLICATIONS + 1):
            with clock.at(STARTED + timedelta(days=day)):  # so that what left is removed while they read
                before, release_id = str(current_id(settings)), publish_day(settings, day)
                everything |= {release.path for release in list_releases(settings)}
                if day % 4 == 2:
                    roll_back(settings, before, "试验", "张三")
                    time.sleep(0.2)
                    resume(settings, "张三", "试验结束")
                if day % 6 == 5:
                    withdraw(settings, release_id, "试验", "张三")
                time.sleep(0.3)
        removed = {path for path in everything if not path.exists()}
    print(f"\n{PUBLICATIONS} publications, {len(removed)} releases removed")
    for kind, told in sorted(met.items()):
        print(f"{kind:<42}{told.sets:>7} sets {len(told.errors):>4} errors {told.mixed:>4} mixed")
    assert len(removed) >= PUBLICATIONS // 2
    assert met.keys() == READERS.keys()
    assert {kind: told.errors[:3] for kind, told in met.items() if told.errors} == {}
    assert {kind: told.mixed for kind, told in met.items() if told.mixed} == {}
    assert min(told.sets for told in met.values()) >= PUBLICATIONS
