"""An earlier day's release comes back from the archive and the key alone, equal to what was published that day.

`make test` rebuilds one day; after a kill, over damage, and the drill in an empty home are for `make verify`.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.core.steps import Steps
from orchestration.decisions.period_state import period_decisions
from orchestration.release.diff import compare
from orchestration.release.manifest import Release, current_id, list_releases, read_release
from orchestration.release.pin import roll_back
from orchestration.release.publish import remove_old
from orchestration.release.verify import verify
from orchestration.runs.night import run_night
from orchestration.runs.rebuild import RebuildError, rebuild
from orchestration.transform import dbt_runner
from orchestration.transform.build_report import BuildReport
from tests.children import KILLED, exit_code_of
from tests.nights import home_settings, lend_project

# A rebuild reads, checks and builds a small city whole; the first test waits for its nights, too.
pytestmark = pytest.mark.timeout(900)


def let_build_once(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let the models be built by the first rebuild and taken over by the later ones, which have the same rows."""
    whole_build = dbt_runner.build

    def build(settings: Settings, build_db: Path, known_on: datetime, parsed: Path) -> BuildReport:
        kept, told = folder / "build", folder / "report.pickle"
        if not told.exists():
            report = whole_build(settings, build_db, known_on, parsed)
            shutil.copytree(build_db.parent, kept)
            told.write_bytes(pickle.dumps(report.nodes))
        else:
            shutil.copytree(kept, build_db.parent, dirs_exist_ok=True)
        return BuildReport(build_db, pickle.loads(told.read_bytes()))

    monkeypatch.setattr(dbt_runner, "build", build)


def first_gone(home: Path) -> tuple[Settings, Release, str]:
    """A home whose first release was removed as an old one: the release, and the id of that which stays."""
    settings = replace(home_settings(home), keep_releases=1)
    first, second = list_releases(settings)
    remove_old(settings)
    assert list_releases(settings) == (second,)
    # Nothing but the archive and the key is needed.
    for area in (settings.landing, settings.accepted, settings.held, settings.findings):
        shutil.rmtree(area)
    return settings, first, second.release_id


def test_a_day_whose_release_is_gone_is_rebuilt_equal_to_what_was_published(
    tiny_home: Path, copy_of: Callable[[Path], Path]
) -> None:
    first, second = list_releases(home_settings(tiny_home))
    difference = compare(first, second)
    assert difference.submissions_added
    assert not difference.submissions_gone
    assert {"reports.indicator", "marts.fct_poverty_status"} <= {table.name for table in difference.tables}
    assert {figure.period for figure in difference.figures if figure.before is None} >= {"2017-06"}
    # Its period was closed after that day: the night after it says so, and the rebuilt day does not.
    (closing,) = period_decisions(home_settings(tiny_home))
    assert first.manifest.known_on < closing.at < second.manifest.known_on
    settings, gone, standing = first_gone(copy_of(tiny_home))
    found = rebuild(settings, gone.manifest.known_on, Steps())
    assert found.differing == ()
    assert found.is_equal
    assert found.release.release_id == gone.release_id
    assert current_id(settings) == standing
    assert not list(settings.warehouse.glob(".rebuild-*"))
    assert roll_back(settings, gone.release_id, "规则有误", "张三").is_current


@pytest.mark.verify
def test_after_a_killed_rebuild_readers_see_what_they_saw_and_the_next_one_makes_a_damaged_release_whole(
    tiny_home: Path, copy_of: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, gone, standing = first_gone(copy_of(tiny_home))
    let_build_once(monkeypatch, tmp_path)
    dying = replace(settings, failpoint="rebuild.before_release")
    assert exit_code_of(rebuild, dying, gone.manifest.known_on, Steps()) == KILLED
    assert current_id(settings) == standing
    assert verify(settings).ok
    found = rebuild(settings, gone.manifest.known_on, Steps())
    assert found.is_equal
    assert not list(settings.warehouse.glob(".rebuild-*"))
    spoilt = found.release.path / "parquet" / "reports" / "indicator.parquet"
    spoilt.unlink()
    assert rebuild(settings, gone.manifest.known_on, Steps()).is_equal
    assert verify(settings, gone.release_id).ok
    assert current_id(settings) == standing


@pytest.mark.verify
def test_the_drill_from_archive_and_key_in_an_empty_home_ends_in_the_same_release(
    tiny_home: Path, parsed_project: Path, tmp_path: Path
) -> None:
    """As docs/operations.md has it: restore both, run a night, verify."""
    lost, restored = home_settings(tiny_home), home_settings(tmp_path / "restored")
    shutil.copytree(lost.archive, restored.archive)
    lend_project(parsed_project, restored.home)
    shutil.copy2(lost.key_file, restored.key_file)
    report = run_night(restored)
    assert report.success, report.error
    assert verify(restored).ok
    was, found = read_release(lost), read_release(restored)
    assert found.release_id == was.release_id
    assert [(t.name, t.rows, t.content_hash) for t in found.manifest.tables] == [
        (t.name, t.rows, t.content_hash) for t in was.manifest.tables
    ]


def test_before_anything_came_nothing_can_be_rebuilt(tiny_home: Path) -> None:
    settings = home_settings(tiny_home)
    before = list_releases(settings)[0].manifest.known_on - timedelta(days=365)
    with pytest.raises(RebuildError, match="nothing had been received by"):
        rebuild(settings, before, Steps())
