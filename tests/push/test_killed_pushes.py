"""A push that is killed anywhere leaves readers one whole release, and the next push completes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.release.manifest import Release
from tests.push.releases import TABLES, pushed, release_of
from tests.push.server import Server

INCOME = "marts.fct_household_income"
CORRECTED = {**TABLES, INCOME: TABLES[INCOME].replace("10.50", "11.50")}
KILLED = """
import sys
from pathlib import Path
from orchestration.core.settings import Settings
from tests.push.releases import pushed
home, url, place = sys.argv[1:]
pushed(Settings(home=Path(home), failpoint=place), url)
"""


def push_killed(settings: Settings, url: str, place: str) -> None:
    command = [sys.executable, "-c", KILLED, str(settings.home), url, place]
    assert subprocess.run(command, cwd=Path(__file__).parents[2]).returncode == 137


def seen(server: Server, database: str) -> tuple[str, str]:
    query = f"select release_id, (select sum(amount_yuan)::text from {INCOME}) from quality.release_info"
    with server.connect(database) as connection:
        ((release_id, total),) = connection.execute(query).fetchall()
    return release_id, total


def unfinished(server: Server, database: str) -> int:
    with server.connect(database) as connection:
        found = connection.execute(
            "select count(*) from pg_namespace where nspname like 'sanming_building%'"
        ).fetchone()
    return found[0] if found else 0


@pytest.fixture
def releases(settings: Settings) -> tuple[Release, Release]:
    return release_of(settings), release_of(settings, CORRECTED, day=1)


@pytest.mark.parametrize("place", ["push.after_table", "push.before_switch", "push.before_references"])
def test_a_killed_push_leaves_one_release_and_the_next_completes(
    server: Server, settings: Settings, releases: tuple[Release, Release], place: str
) -> None:
    database = server.new_database()
    pushed(settings, server.url(database), releases[0])
    push_killed(settings, server.url(database), place)
    switched = place == "push.before_references"
    expected = (releases[1].release_id, "31.75") if switched else (releases[0].release_id, "30.75")
    assert seen(server, database) == expected
    assert bool(unfinished(server, database)) != switched
    found = pushed(settings, server.url(database))
    assert len(found.copied) == (0 if switched else 2)
    assert found.broken_references == ()
    assert seen(server, database) == (releases[1].release_id, "31.75")
    assert unfinished(server, database) == 0
    with server.connect(database) as connection:
        held = connection.execute("select convalidated from pg_constraint where contype = 'f'").fetchall()
    assert held == [(True,)]


def test_a_first_push_that_is_killed_shows_nothing_and_the_next_completes(
    server: Server, settings: Settings, releases: tuple[Release, Release]
) -> None:
    database = server.new_database()
    push_killed(settings, server.url(database), "push.after_table")
    with server.connect(database) as connection:
        shown = connection.execute("select count(*) from pg_tables where schemaname in ('marts', 'reports', 'quality')")
        assert shown.fetchall() == [(0,)]
    assert len(pushed(settings, server.url(database)).copied) == len(TABLES) + 1
    assert seen(server, database) == (releases[1].release_id, "31.75")
