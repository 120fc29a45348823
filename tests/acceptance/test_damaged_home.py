"""A home with damaged files publishes neither loss nor more than came: it makes them anew, or releases nothing.

In `make test` each area is damaged by itself and made anew by its own step (tests/unit/test_damage).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.release.manifest import read_release
from orchestration.runs.night import run_night
from tests.dbt.accepted import run_dbt
from tests.nights import TINY_PERIODS, home_settings

_GUARD = "accepted_rows_are_those_of_the_verdicts"


@pytest.mark.verify
def test_a_night_over_damaged_files_makes_them_anew_and_publishes_the_same(
    tiny_home: Path, copy_of: Callable[[Path], Path]
) -> None:
    settings = home_settings(copy_of(tiny_home))
    before = read_release(settings)
    shutil.rmtree(settings.accepted / "members")
    held = settings.held / "households" / f"period={TINY_PERIODS[0]}" / "rows.parquet"
    held.write_bytes(held.read_bytes()[:-8])
    (settings.findings / "submissions" / f"period={TINY_PERIODS[1]}" / "rows.parquet").unlink()
    landed = next((settings.landing / "households" / f"period={TINY_PERIODS[1]}").glob("*.parquet"))
    landed.write_bytes(b"")
    report = run_night(settings)
    assert (report.success, report.periods) == (True, TINY_PERIODS)
    assert read_release(settings).release_id == before.release_id
    assert run_night(settings).periods == ()


def test_a_build_of_fewer_or_more_accepted_rows_than_the_verdicts_counted_is_never_released(
    tiny_home: Path, copy_of: Callable[[Path], Path]
) -> None:
    settings = home_settings(copy_of(tiny_home))
    path = settings.accepted / "members" / f"period={TINY_PERIODS[1]}" / "rows.parquet"
    # A row that came with its own return: what is carried has a guard of its own.
    rows = f"from read_parquet('{path}') order by is_carried, record_id offset 1"
    duckdb.execute(f"copy ({rows}) to '{path}.new' (format parquet)")
    Path(f"{path}.new").replace(path)
    failed = run_dbt(settings.warehouse, "build", "--select", f"+{_GUARD}", "--exclude-resource-type", "unit_test")
    assert [line.split(":")[0] for line in failed] == [_GUARD]
