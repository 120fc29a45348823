"""Readers of the copy while releases are pushed: no transaction meets two releases, or an empty table."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import psycopg
import pytest

from orchestration.core.settings import Settings
from orchestration.release.manifest import Release
from orchestration.release.push.address import PushBusyError, PushError
from tests.push.releases import TABLES, pushed, release_of
from tests.push.server import Server

PUSHES = 8
INCOME = "marts.fct_household_income"
CORRECTED = {**TABLES, INCOME: TABLES[INCOME].replace("10.50", "11.50"), "marts.dim_cause": "select '02' as cause_code"}


@pytest.fixture
def database(server: Server, settings: Settings) -> str:
    name = server.new_database()
    release_of(settings)
    pushed(settings, server.url(name))
    return name


@pytest.fixture
def releases(settings: Settings, database: str) -> tuple[Release, Release]:
    """The release that stands in the database, and a correction of it."""
    return release_of(settings), release_of(settings, CORRECTED, day=1)


QUERIES = (
    "select release_id from quality.release_info",
    f"select sum(amount_yuan) from {INCOME}",
    "select cause_code from marts.dim_cause",
)


def what_is_told(connection: psycopg.Connection, first: int = 0) -> Iterator[tuple[str, Decimal, str]]:
    """What a transaction sees of the release, asked twice with a pause; one of the queries comes first."""
    for _ in range(2):
        told = {}
        for query in (*QUERIES[first:], *QUERIES[:first]):
            ((told[query],),) = connection.execute(query).fetchall()
        name, total, cause = (told[query] for query in QUERIES)
        yield name, total, cause
        time.sleep(0.01)


def told_by(releases: tuple[Release, Release]) -> set[tuple[str, Decimal, str]]:
    first, second = releases
    return {(first.release_id, Decimal("30.75"), "01"), (second.release_id, Decimal("31.75"), "02")}


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read", "serializable"])
@pytest.mark.parametrize(
    ("asks_first", "pause"),
    [((0, 0, 0), 0), ((2, 2, 2), 0), ((0, 1, 2), 0.1)],
    ids=["the release first, without a pause", "the release last, without a pause", "each another table first"],
)
def test_no_transaction_of_a_reader_meets_two_releases(
    server: Server,
    settings: Settings,
    database: str,
    releases: tuple[Release, Release],
    isolation: str,
    asks_first: tuple[int, ...],
    pause: float,
) -> None:
    done = threading.Event()

    def read(first: int) -> list[set[tuple[str, Decimal, str]]]:
        found = []
        with server.connect(database) as connection:
            connection.execute(f"set default_transaction_isolation = '{isolation}'")
            while not done.is_set():
                with connection.transaction():
                    found.append(set(what_is_told(connection, first)))
                time.sleep(pause)
        return found

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read, first) for first in asks_first]
        try:
            for number in range(PUSHES):
                assert pushed(settings, server.url(database), releases[1 - number % 2]).copied
        finally:
            done.set()
        transactions = [told for reader in readers for told in reader.result()]
    assert [told for told in transactions if len(told) != 1] == []
    assert {one for told in transactions for one in told} == told_by(releases)


def test_a_transaction_that_began_before_a_push_finds_no_table_empty(
    server: Server, settings: Settings, database: str, releases: tuple[Release, Release]
) -> None:
    with server.connect(database) as reader:
        reader.execute("begin isolation level repeatable read")
        reader.execute("select count(*) from pg_class")  # its view of the database is fixed from here on
        pushed(settings, server.url(database), releases[1])
        assert set(what_is_told(reader)) == {(releases[1].release_id, Decimal("31.75"), "02")}


def test_who_reads_too_long_is_named_and_keeps_the_old_release(
    server: Server, settings: Settings, database: str, releases: tuple[Release, Release]
) -> None:
    with server.connect(database) as reader:
        with reader.transaction():
            before = set(what_is_told(reader))
            with pytest.raises(
                PushError, match=f"transactions of postgres \\(process {reader.info.backend_pid}\\) hold tables"
            ):
                pushed(settings, server.url(database), releases[1], wait_seconds=0.5)
            assert set(what_is_told(reader)) == before == {(releases[0].release_id, Decimal("30.75"), "01")}
        assert "marts.dim_cause" in pushed(settings, server.url(database), releases[1]).copied
        assert set(what_is_told(reader)) == {(releases[1].release_id, Decimal("31.75"), "02")}


def test_readers_come_and_go_while_a_push_waits(
    server: Server, settings: Settings, database: str, releases: tuple[Release, Release]
) -> None:
    with server.connect(database) as first, server.connect(database) as second, ThreadPoolExecutor(1) as pool:
        first.execute("begin")
        first.execute("select * from marts.dim_cause")
        waiting = pool.submit(pushed, settings, server.url(database), releases[1])
        time.sleep(1.5)
        started = time.monotonic()
        assert set(what_is_told(second)) == {(releases[0].release_id, Decimal("30.75"), "01")}
        assert time.monotonic() - started < 10  # behind one attempt or two, of a second and of two
        first.execute(f"select * from {INCOME}")
        first.execute("commit")
        waiting.result()
        assert set(what_is_told(second)) == {(releases[1].release_id, Decimal("31.75"), "02")}


def test_of_two_pushes_at_once_one_is_refused(
    server: Server, settings: Settings, database: str, releases: tuple[Release, Release]
) -> None:
    with server.connect(database) as reader, ThreadPoolExecutor(1) as pool:
        reader.execute("begin")
        reader.execute("select * from marts.dim_cause")
        first = pool.submit(pushed, settings, server.url(database), releases[1])
        time.sleep(1)  # until it waits for the reader
        with pytest.raises(PushBusyError, match="another push is at work in this database"):
            pushed(settings, server.url(database), releases[0])
        reader.execute("commit")
        assert first.result().copied
