"""Rolled back means rolled back: for every reader, until someone says otherwise, whatever the nights make meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.core.settings import Settings
from orchestration.decisions.decision import DecisionLogError
from orchestration.decisions.log import list_decisions
from orchestration.release.manifest import (
    Release,
    ReleaseError,
    current_id,
    latest_id,
    list_manifests,
    list_releases,
    read_state,
)
from orchestration.release.pin import resume, roll_back
from orchestration.release.verify import verify
from tests.children import KILLED, exit_code_of
from tests.releases import publish_total

pytestmark = pytest.mark.slow  # a test seals several releases

KNOWN_ON = datetime(2017, 7, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home", keep_releases=3)
    settings.warehouse.mkdir(parents=True)
    return settings


def night(settings: Settings, day: int) -> Release:
    """Publish a release whose one figure is the day."""
    return publish_total(settings, KNOWN_ON + timedelta(days=day), day)


def seen(settings: Settings) -> int:
    """What a reader that connects now sees."""
    with duckdb.connect(str(settings.current / "sanming.duckdb"), read_only=True) as connection:
        (amount,) = connection.execute("select amount from reports.total").fetchone() or (None,)
    return int(amount)


def test_readers_see_the_earlier_release_and_keep_seeing_it_while_nights_go_on(settings: Settings) -> None:
    first, _second = night(settings, 1), night(settings, 2)
    shown = roll_back(settings, first.release_id, "规则有误", "张三")
    assert (shown.is_current, seen(settings)) == (True, 1)
    third = night(settings, 3)
    assert (third.is_new, third.is_current, seen(settings)) == (True, False, 1)
    assert (current_id(settings), latest_id(settings)) == (first.release_id, third.release_id)
    state = read_state(settings)
    assert state.pin is not None
    assert (state.pin.subject, state.published, state.pin.reason) == (first.release_id, third.release_id, "规则有误")


def test_after_resuming_readers_see_the_latest_and_follow_the_nights(settings: Settings) -> None:
    first = night(settings, 1)
    night(settings, 2)
    roll_back(settings, first.release_id, "规则有误", "张三")
    night(settings, 3)
    assert resume(settings, "李四", "已改正").is_current
    assert seen(settings) == 3
    night(settings, 4)
    assert seen(settings) == 4


def test_a_second_rollback_keeps_what_is_the_latest(settings: Settings) -> None:
    first, second, third = night(settings, 1), night(settings, 2), night(settings, 3)
    roll_back(settings, second.release_id, "一", "张三")
    roll_back(settings, first.release_id, "二", "张三")
    assert (seen(settings), latest_id(settings)) == (1, third.release_id)


def test_neither_what_readers_see_nor_what_they_will_see_is_removed_and_manifests_stay(settings: Settings) -> None:
    first = night(settings, 1)
    night(settings, 2)
    roll_back(settings, first.release_id, "规则有误", "张三")
    last = [night(settings, day) for day in range(3, 8)][-1]
    kept = [release.release_id for release in list_releases(settings)]
    assert len(kept) == settings.keep_releases
    assert {first.release_id, last.release_id} < set(kept)
    assert len(list_manifests(settings)) == 7


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda release: (release.path / "parquet" / "reports" / "total.parquet").unlink(), "not whole"),
        (lambda release: shutil.rmtree(release.path), "no such release"),
    ],
)
def test_what_is_not_whole_is_not_shown(settings: Settings, spoil: Callable[[Release], Any], told: str) -> None:
    first = night(settings, 1)
    night(settings, 2)
    spoil(first)
    with pytest.raises(ReleaseError, match=told):
        roll_back(settings, first.release_id, "规则有误", "张三")
    assert (seen(settings), read_state(settings).pin) == (2, None)


def test_a_night_says_what_to_do_where_the_release_is_gone_that_readers_are_pinned_to(settings: Settings) -> None:
    first = night(settings, 1)
    night(settings, 2)
    roll_back(settings, first.release_id, "规则有误", "张三")
    shutil.rmtree(settings.releases)  # as a home restored from its archive has none
    with pytest.raises(ReleaseError, match=rf"{first.release_id}: readers are held at this release, and it is gone"):
        night(settings, 2)
    assert current_id(settings) is None
    resume(settings, "李四", "已改正")
    assert seen(settings) == 2


def test_a_rollback_without_a_reason_and_a_resume_without_a_rollback_are_refused(settings: Settings) -> None:
    first = night(settings, 1)
    with pytest.raises(ReleaseError, match="--reason"):
        roll_back(settings, first.release_id, " ", "张三")
    with pytest.raises(ReleaseError, match="not held"):
        resume(settings, "李四", "已改正")


def test_who_rolled_back_and_who_resumed_is_kept_after_the_pin_is_gone(settings: Settings) -> None:
    first, second = night(settings, 1), night(settings, 2)
    roll_back(settings, first.release_id, "规则有误", "张三")
    resume(settings, "李四", "已改正")
    decisions = list_decisions(settings, ("readers_rolled_back", "readers_resumed"))
    assert [(one.kind, one.before, one.subject, one.by, one.reason) for one in decisions] == [
        ("readers_rolled_back", second.release_id, first.release_id, "张三", "规则有误"),
        ("readers_resumed", first.release_id, second.release_id, "李四", "已改正"),
    ]
    assert read_state(settings).pin is None


@pytest.mark.parametrize("by", ["", " "])
def test_nobody_rolls_back_or_resumes_without_a_name(settings: Settings, by: str) -> None:
    first = night(settings, 1)
    night(settings, 2)
    with pytest.raises(ReleaseError, match="--by"):
        roll_back(settings, first.release_id, "规则有误", by)
    roll_back(settings, first.release_id, "规则有误", "张三")
    with pytest.raises(ReleaseError, match="--by"):
        resume(settings, by, "已改正")
    assert seen(settings) == 1


def test_decisions_that_cannot_be_read_stop_a_night_before_readers_see_it(settings: Settings) -> None:
    night(settings, 1)
    settings.decision_log.write_text("{\n")
    with pytest.raises(DecisionLogError, match=r"decisions\.jsonl: line 1 cannot be read"):
        night(settings, 2)
    assert seen(settings) == 1


def test_a_killed_rollback_leaves_a_whole_release_and_the_next_night_completes_it(settings: Settings) -> None:
    first = night(settings, 1)
    night(settings, 2)
    dying = replace(settings, failpoint="rollback.before_current")
    assert exit_code_of(roll_back, dying, first.release_id, "规则有误", "张三") == KILLED
    assert seen(settings) == 2
    assert verify(settings).ok
    night(settings, 3)
    assert seen(settings) == 1


def test_a_killed_resume_leaves_a_whole_release_and_the_next_night_completes_it(settings: Settings) -> None:
    first = night(settings, 1)
    night(settings, 2)
    roll_back(settings, first.release_id, "规则有误", "张三")
    assert exit_code_of(resume, replace(settings, failpoint="resume.before_current"), "李四", "已改正") == KILLED
    assert seen(settings) == 1
    assert verify(settings).ok
    night(settings, 3)
    assert seen(settings) == 3
