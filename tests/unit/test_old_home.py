"""A home of before the log of decisions goes on: readers stay where they are, and what was decided is read once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.decisions.decision import Decision, DecisionKind, DecisionLogError
from orchestration.decisions.log import append_decisions, read_decisions
from orchestration.release.history import known_releases
from orchestration.release.manifest import Release, current_id, latest_id, read_state
from orchestration.release.pin import resume, roll_back
from tests.children import KILLED, exit_code_of
from tests.releases import publish_total

KNOWN_ON = datetime(2017, 7, 1, 2, 0, tzinfo=UTC)
NOTED = Decision(kind="cells_read", subject="x", at=KNOWN_ON, by="张三", reason="核对")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    settings.warehouse.mkdir(parents=True)
    return settings


def night(settings: Settings, day: int) -> Release:
    """Publish a release, sealed on the day that it is known on."""
    with clock.at(moment(day)):
        return publish_total(settings, moment(day), day)


def moment(day: int) -> datetime:
    return KNOWN_ON + timedelta(days=day)


def as_before_the_log(
    settings: Settings,
    pin: tuple[Release, Release, int] | None = None,
    waiting: Release | None = None,
    superseded: Iterable[Release] = (),
    acts: Iterable[tuple[DecisionKind, Release, int]] = (),
) -> None:
    """Let a home be as earlier versions left it.

    Args:
        pin: where readers are held, the latest release, and the day on which it was said.
        acts: what was decided about which release on which day.
    """
    settings.decision_log.unlink()
    told = {}
    if pin is not None:
        where, latest, day = pin
        told["hold.json"] = {
            "release_id": where.release_id,
            "latest": latest.release_id,
            "reason": "规则有误",
            "since": moment(day).isoformat(),
        }
    if waiting is not None:
        told["waiting.json"] = {"release_id": waiting.release_id, "since": moment(9).isoformat()}
    for name, content in told.items():
        (settings.warehouse / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
    settings.manifests.mkdir(exist_ok=True)
    for release in superseded:
        (settings.manifests / f"{release.release_id}.overtaken").touch()
    folder = settings.archive / "acts"
    folder.mkdir(exist_ok=True)
    for kind, release, day in acts:
        act = Decision(kind=kind, subject=release.release_id, at=moment(day), by="李四", reason="规则有误")
        name = f"{act.at:%Y%m%dT%H%M%S%fZ}_{kind}.json"
        (folder / name).write_text(act.model_dump_json(indent=2, exclude_none=True), encoding="utf-8")


def old_files(settings: Settings) -> list[str]:
    found = [*settings.warehouse.glob("*.json"), *settings.manifests.glob("*.overtaken")]
    return sorted(path.name for path in found)


def test_who_saw_which_release_is_read_once_and_the_files_that_said_so_are_gone(settings: Settings) -> None:
    first, second, third, fourth = (night(settings, day) for day in (1, 2, 3, 4))
    settings.current.unlink()
    settings.current.symlink_to(f"releases/{first.release_id}")
    rolled_back = ("readers_rolled_back", first, 3)
    as_before_the_log(settings, (first, second, 3), fourth, [third], [rolled_back])
    expected = read_state(settings)
    assert expected.pin is not None
    assert (expected.pin.subject, expected.pin.by, expected.published) == (
        first.release_id,
        "李四",
        second.release_id,
    )
    assert expected.never_seen == {third.release_id, fourth.release_id}
    assert (latest_id(settings), current_id(settings)) == (fourth.release_id, first.release_id)
    assert not settings.decision_log.exists()

    dying = replace(settings, failpoint="decisions.before_rename")
    assert exit_code_of(append_decisions, dying, NOTED) == KILLED
    assert (read_state(settings), len(old_files(settings))) == (expected, 3)

    append_decisions(settings, NOTED)
    decided = read_decisions(settings)
    assert (read_state(settings), old_files(settings), decided[-1]) == (expected, [], NOTED)
    append_decisions(settings, NOTED)
    assert read_decisions(settings) == (*decided, NOTED)
    assert len(list((settings.archive / "acts").iterdir())) == 1


def test_what_a_killed_import_left_is_not_read_again(settings: Settings) -> None:
    first, second = night(settings, 1), night(settings, 2)
    log = settings.decision_log.read_bytes()
    as_before_the_log(settings, (first, second, 3))
    settings.decision_log.write_bytes(log)
    assert read_state(settings).pin is None
    append_decisions(settings, NOTED)
    assert (read_state(settings).pin, old_files(settings)) == (None, [])


@pytest.mark.parametrize(
    ("day", "known"),
    [pytest.param(1, [1], id="made while they were held"), pytest.param(3, [1, 2], id="seen before")],
)
def test_readers_who_are_held_stay_and_follow_again_when_they_are_let(
    settings: Settings, day: int, known: list[int]
) -> None:
    """Of before rollbacks were acts: ``hold.json`` alone says so."""
    nights = {number: night(settings, number) for number in (1, 2)}
    settings.current.unlink()
    settings.current.symlink_to(f"releases/{nights[1].release_id}")
    as_before_the_log(settings, (nights[1], nights[2], day))
    nights[4] = night(settings, 4)
    assert (current_id(settings), nights[4].is_current) == (nights[1].release_id, False)
    assert resume(settings, "李四", "已改正").release_id == nights[4].release_id
    seen = [one.manifest.release_id for one in known_releases(settings)]
    assert seen == [nights[number].release_id for number in (*known, 4)]


def test_readers_who_were_let_go_are_not_held_by_an_earlier_rollback(settings: Settings) -> None:
    first, second = night(settings, 1), night(settings, 2)
    as_before_the_log(settings, acts=[("readers_rolled_back", first, 3)])
    state = read_state(settings)
    assert (state.pin, state.published) == (None, second.release_id)
    assert night(settings, 4).is_current


def test_the_release_that_readers_see_is_the_latest_whatever_was_decided_after_it_was_sealed(
    settings: Settings,
) -> None:
    first, second = night(settings, 1), night(settings, 2)
    settings.current.unlink()
    settings.current.symlink_to(f"releases/{first.release_id}")
    as_before_the_log(settings, acts=[("readers_rolled_back", first, 3), ("readers_resumed", second, 4)])
    assert (read_state(settings).pin, read_state(settings).shown) == (None, first.release_id)


@pytest.mark.parametrize("name", ["hold.json", "waiting.json"])
def test_a_file_that_cannot_be_read_stops_who_asks(settings: Settings, name: str) -> None:
    first = night(settings, 1)
    as_before_the_log(settings)
    (settings.warehouse / name).write_text("{")
    with pytest.raises(DecisionLogError, match=rf"{name}: cannot be read"):
        night(settings, 2)
    assert (current_id(settings), old_files(settings)) == (first.release_id, [name])


def test_a_home_goes_on_without_anything_decided(settings: Settings) -> None:
    first = night(settings, 1)
    as_before_the_log(settings)
    assert (latest_id(settings), read_state(settings).never_seen) == (first.release_id, frozenset())
    second = night(settings, 2)
    assert second.is_current
    assert roll_back(settings, first.release_id, "规则有误", "张三").is_current
