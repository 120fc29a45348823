"""A closed period's figures are published as final, once, after two persons signed, and a rebuild knows of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.closing import close
from orchestration.journal import Journal
from orchestration.night import run_night
from orchestration.rebuild import rebuild
from orchestration.release.admission import sign
from orchestration.release.checklist import read_checklist
from orchestration.release.diff import compare
from orchestration.release.manifest import list_releases
from tests.nights import home_settings, table

# A night and a rebuild; the first test of the group waits for its nights, too.
pytestmark = pytest.mark.timeout(900)


def statuses(home: Path) -> set[tuple[str, str]]:
    figures = table(home, "reports.indicator", "distinct period, status", "status <> 'not evaluated'")
    return {(period, status) for period, status in figures}


def test_the_night_after_a_closing_publishes_final_figures_once_and_a_rebuild_of_either_moment_is_equal(
    tiny_home: Path, copy_of: Callable[[Path], Path]
) -> None:
    home = copy_of(tiny_home)
    settings = replace(home_settings(home), signatures=2)
    before = list_releases(settings)[-1]
    assert ("2017-06", "provisional") in statuses(home)

    close(settings, "2017-06", "张三", "上报省里", despite_unconfirmed=True)
    report = run_night(settings)
    assert report.success, report.error
    release = report.release
    assert release is not None
    assert (release.is_new, release.is_current) == (True, False)
    for name in ("张三", "李四"):
        sign(settings, release.release_id, name, "已核对")
    assert {status for period, status in statuses(home) if period == "2017-06"} == {"final"}
    assert table(home, "marts.dim_period", "period, is_closed") == [("2016-12", False), ("2017-06", True)]
    # Nothing but the state of the period has turned.
    difference = compare(before, release)
    assert (difference.figures, difference.submissions_added) == ((), ())

    checklist = read_checklist(release.path)
    assert checklist is not None
    assert checklist.compared_with == before.release_id
    found = {item.name: item.found for item in checklist.items}
    assert (found["privacy"], found["revisions"]) == (0, 0)

    assert run_night(settings).periods == ()
    assert list_releases(settings)[-1].release_id == release.release_id
    assert rebuild(settings, datetime.now(UTC), Journal(settings)).is_equal
