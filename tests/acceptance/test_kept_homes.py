"""A home that an earlier commit made goes on: a night of today ends well over it, and no published figure moves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.logic_version import READING_VERSION
from orchestration.release.admission import sign
from orchestration.release.manifest import current_id, latest_id, read_release
from orchestration.release.verify import verify
from orchestration.settings import CHECKOUT, Settings
from orchestration.submissions.batches import list_batches
from orchestration.submissions.token_key import fingerprint, read_key
from tests.kept_home import HOMES, unpack

KEPT = 3
# Home → indicator whose figures differ today → the reason. A reason for a figure that does not differ fails, too.
REASONS: dict[str, dict[str, str]] = {}
_KEY = "indicator, map, division_level, division_code, period"
_VALUES = "value, numerator, denominator, low, high, status"


def homes() -> list[str]:
    return sorted(path.name.removesuffix(".tar.xz") for path in HOMES.glob("*.tar.xz"))


def night(home: Path) -> subprocess.CompletedProcess[str]:
    """A night as the timer starts it, with the settings a home has by default."""
    command = [sys.executable, "-c", "from orchestration.cli import main; main()", "night"]
    environment = {**os.environ, "SANMING_HOME": str(home), "SANMING_SETTLE_SECONDS": "0"}
    return subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)


def moved(before: Path, after: Path) -> dict[str, int]:
    """Indicator → how many of its published figures differ."""
    with duckdb.connect() as connection:
        for name, path in (("before", before), ("after", after)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
            connection.execute(f"create view {name}_figures as select {_KEY}, {_VALUES} from {name}.reports.indicator")
        return dict(
            connection.execute(
                "select indicator, count(*) from (from (from before_figures except from after_figures)"
                " union all from (from after_figures except from before_figures)) group by indicator"
            ).fetchall()
        )


def test_the_newest_homes_are_kept_and_no_more() -> None:
    assert 1 <= len(homes()) <= KEPT
    assert set(REASONS) <= set(homes())


@pytest.mark.verify
@pytest.mark.parametrize("name", homes())
def test_a_night_of_today_over_a_kept_home_moves_no_figure_without_a_reason(name: str, tmp_path: Path) -> None:
    home = Settings(home=unpack(name, tmp_path))
    before = read_release(home).database
    ended = night(home.home)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    draft = latest_id(home)
    assert draft is not None
    if draft != current_id(home):  # a final figure moved, and no return came: somebody stands for it
        sign(home, draft, "张三", "程序更新已核对")
    found = moved(before, read_release(home).database)
    assert set(found) == set(REASONS.get(name, {})), found
    assert verify(home).ok
    assert {batch.reading_version for batch in list_batches(home)} == {READING_VERSION}
    assert {batch.key_fingerprint for batch in list_batches(home)} == {fingerprint(read_key(home))}
    again = night(home.home)
    assert (again.returncode, "no period was touched" in again.stdout) == (0, True)
