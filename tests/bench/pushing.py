"""What a copy in PostgreSQL costs: the first push of the full release, one after a correction, and one of nothing new.

On the home that `whole_night` left, and a server of this machine that waits for its disk.
"""

from __future__ import annotations

import time
from pathlib import Path

from orchestration.core.settings import Settings
from orchestration.core.steps import Steps
from orchestration.release.manifest import Release, read_release
from orchestration.release.push.push import push
from tests.bench.measure import Line, rate_text
from tests.bench.small_night import send_corrected
from tests.bench.whole_night import run
from tests.push.server import Server, programs, running_server

AIM_FIRST_SECONDS = 120.0
AIM_CORRECTED_SECONDS = 20.0
_WAIT_SECONDS = 60.0


def measure(folder: Path) -> list[Line]:
    """All lines about pushing.

    Args:
        folder: where `whole_night` left the city and its home.
    """
    if programs() is None:
        return [Line("a copy in PostgreSQL", "not measured: Debian's package postgresql is missing", "", 0.0)]
    settings = Settings(home=folder / "home")
    before = read_release(settings)
    send_corrected(folder / "city" / "inbox", settings.home)
    run(settings.home)
    return push_in_turn(settings, before, read_release(settings))


def push_in_turn(settings: Settings, before: Release, corrected: Release) -> list[Line]:
    """Push a release into an empty database, then one that differs by a correction, then that once more."""
    with running_server(flushes=True) as server:
        database = server.new_database()
        lines = [
            _pushed(settings, server, database, before, "the first push", AIM_FIRST_SECONDS),
            _pushed(settings, server, database, corrected, "after one correction", AIM_CORRECTED_SECONDS),
            _pushed(settings, server, database, corrected, "nothing new", None),
        ]
        with server.connect(database) as connection:
            query = "select pg_database_size(current_database()) / 1048576"
            size = connection.execute(query).fetchall()[0][0]
    return [*lines, Line("a copy in PostgreSQL", "size of the database", f"{size:,} MiB", 0.0)]


def _pushed(settings: Settings, server: Server, database: str, release: Release, what: str, aim: float | None) -> Line:
    started = time.perf_counter()
    found = push(settings, server.url(database), release.release_id, Steps(), _WAIT_SECONDS)
    seconds = time.perf_counter() - started
    told = "" if aim is None else f"≤ {aim:.0f} s {'met' if seconds <= aim else 'missed'}"
    amount = f"{len(found.copied)} tables, {found.rows:,} rows"
    rate = rate_text(found.rows, seconds, "rows") if found.rows else ""
    return Line("a copy in PostgreSQL", what, amount, seconds, rate, aim=told)
