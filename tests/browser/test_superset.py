"""The dashboards on a fresh Superset, each opened in a browser: no chart fails, nothing is asked of the outside.

`make test` shows on the smallest city that the bundle holds together and its SQL runs (tests/unit/test_dashboards.py,
tests/acceptance/test_boards.py); here Superset itself makes the SQL, by its own version of sqlglot.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.boards import SUPERSET, Seen, look, served
from tests.browser.pages import CHROMIUM
from tests.dashboards import files

pytestmark = [
    pytest.mark.browser,
    pytest.mark.verify,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
    pytest.mark.skipif(
        not SUPERSET.exists(), reason="needs .venv-superset, which `make dashboards` and `make verify` make"
    ),
]
BOARDS = files("dashboards")
_MADE_OF_NOTHING = 2  # charts of a board that may be empty in the small city


@pytest.fixture(scope="module")
def home(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("dashboards")
    (home / "warehouse" / "current").mkdir(parents=True)
    shutil.copy(small_home / "warehouse" / "current" / "open.duckdb", home / "warehouse" / "current")
    return home


@pytest.fixture(scope="module")
def seen(home: Path) -> Iterator[dict[str, Seen]]:
    with served(home) as address:
        yield {board: look(address, board) for board in BOARDS}


@pytest.mark.parametrize("board", BOARDS)
def test_every_chart_of_a_board_is_drawn(board: str, seen: dict[str, Seen]) -> None:
    charts = [part for part in BOARDS[board]["position"].values() if isinstance(part, dict) and part["type"] == "CHART"]
    assert seen[board].errors == []
    assert seen[board].charts == len(charts)
    assert seen[board].empty <= _MADE_OF_NOTHING


def test_no_page_reaches_another_host(seen: dict[str, Seen]) -> None:
    assert {host for one in seen.values() for host in one.hosts} - {""} == {"127.0.0.1"}


def test_a_broken_chart_is_seen_and_the_next_import_mends_it_without_a_second_of_anything(
    home: Path, seen: dict[str, Seen]
) -> None:
    kept = home / "warehouse" / "superset"
    before = _counted(kept)
    assert before == (len(BOARDS), len(files("charts")), len(files("datasets/sanming")))
    with sqlite3.connect(kept / "superset.db") as connection:  # as an older bundle might have left it
        broken = "sql = 'select 1 as old', uuid = randomblob(16)"
        connection.execute(f"update tables set {broken} where table_name like '%报道%'")
    with served(home) as address:
        assert "printed" in str(look(address, "overview").errors)
    (kept / "prepared").unlink()
    with served(home) as address:
        assert look(address, "overview").errors == []
    assert _counted(kept) == before


def _counted(kept: Path) -> tuple[int, ...]:
    with sqlite3.connect(kept / "superset.db") as connection:
        return tuple(
            connection.execute(f"select count(*) from {table}").fetchone()[0]
            for table in ("dashboards", "slices", "tables")
        )
