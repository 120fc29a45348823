"""A release is shown when it should be: at the minute an embargo ends, and no longer once it is withdrawn."""

from __future__ import annotations

import grp
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from click.testing import CliRunner

from orchestration.cli.main import main
from orchestration.core import clock
from orchestration.core.lock import home_lock
from orchestration.core.settings import Settings
from orchestration.decisions.log import read_decisions
from orchestration.defs.automation import admit, embargo_sensor
from orchestration.defs.run_context import RunContext
from orchestration.home.token_key import home_key
from orchestration.release.embargo import lift_embargo, set_embargo, show_waiting
from orchestration.release.manifest import Release, ReleaseError, current_id, read_release, read_state
from orchestration.release.pin import roll_back
from orchestration.release.pointers import show_decided
from orchestration.release.publish import publish, remove_old
from orchestration.release.withdraw import reverse_withdrawal, withdraw
from tests.children import KILLED, exit_code_of
from tests.releases import draft_total, note_return

pytestmark = pytest.mark.slow  # a test seals several releases

KNOWN_ON = datetime(2017, 7, 1, 2, 0, tzinfo=UTC)
NINE = datetime(2017, 7, 20, 1, 0, tzinfo=UTC)  # nine o'clock in Sanming
WHY = "新闻发布会上公布"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    settings.warehouse.mkdir(parents=True)
    home_key(settings)  # made before the first return comes
    return settings


def night(settings: Settings, day: int, period: str = "2017-06") -> Release:
    """Publish, or seal where readers may not see it, a release that holds a period and whose figure is the day."""
    note_return(settings, period, KNOWN_ON)
    return publish(settings, draft_total(settings, KNOWN_ON + timedelta(days=day), day))


def seen(settings: Settings) -> int:
    with duckdb.connect(str(settings.current / "sanming.duckdb"), read_only=True) as connection:
        (amount,) = connection.execute("select amount from reports.total").fetchone() or (None,)
    return int(amount)


def seen_by_views(settings: Settings) -> list[int]:
    with duckdb.connect(str(settings.views), read_only=True) as connection:
        rows = connection.execute("select amount from reports.total order by all").fetchall()
    return [int(amount) for (amount,) in rows]


def mode(release: Release) -> int:
    return release.path.stat().st_mode & 0o777


def test_under_an_embargo_nights_seal_and_readers_stay(settings: Settings) -> None:
    night(settings, 1, "2016-12")
    with clock.at(NINE - timedelta(days=7)):
        set_embargo(settings, "2017-06", NINE, "张三", WHY)
        sealed = night(settings, 2)
        corrected = night(settings, 3)
    for release in (sealed, corrected):
        assert (release.is_current, mode(release)) == (False, 0o700)
    assert (seen(settings), seen_by_views(settings)) == (1, [1])


def test_an_embargo_leaves_earlier_periods_alone(settings: Settings) -> None:
    with clock.at(NINE - timedelta(days=7)):
        set_embargo(settings, "2017-06", NINE, "张三", WHY)
        assert night(settings, 1, "2016-12").is_current


def test_at_the_minute_readers_see_what_was_sealed_last(settings: Settings) -> None:
    night(settings, 1, "2016-12")
    with clock.at(NINE - timedelta(days=7)):
        set_embargo(settings, "2017-06", NINE, "张三", WHY)
        sealed, corrected = night(settings, 2), night(settings, 3)
    with clock.at(NINE - timedelta(seconds=1)):
        assert show_waiting(settings) is None
    with clock.at(NINE):
        shown = show_waiting(settings)
    assert shown is not None
    assert (shown.release_id, seen(settings), mode(shown)) == (corrected.release_id, 3, 0o755)
    assert (mode(sealed), seen_by_views(settings)) == (0o700, [1, 3])


def test_the_sensor_asks_for_the_release_when_its_embargo_has_ended_and_not_before(settings: Settings) -> None:
    with clock.at(NINE - timedelta(days=7)):
        set_embargo(settings, "2017-06", NINE, "张三", WHY)
        sealed = night(settings, 2)

    def tick() -> list[str | None]:
        context = dg.build_sensor_context(resources={"run_context": RunContext(settings)})
        return [request.run_key for request in embargo_sensor.evaluate_tick(context).run_requests]

    with clock.at(NINE - timedelta(minutes=1)):
        assert tick() == []
    with clock.at(NINE):
        assert tick() == [sealed.release_id]
        show_waiting(settings)
        assert tick() == []


def test_the_job_that_the_sensor_starts_shows_what_waited(settings: Settings) -> None:
    with clock.at(NINE - timedelta(days=7)):
        set_embargo(settings, "2017-06", NINE, "张三", WHY)
        night(settings, 2)
    with clock.at(NINE):
        done = admit.execute_in_process(
            resources={"run_context": RunContext(settings)}, instance=dg.DagsterInstance.ephemeral()
        )
    assert (done.success, seen(settings)) == (True, 2)


def test_the_group_of_the_settings_may_open_what_waits(settings: Settings) -> None:
    group = grp.getgrgid(os.getgid()).gr_name
    early = replace(settings, prerelease_group=group)
    with clock.at(NINE - timedelta(days=7)):
        set_embargo(early, "2017-06", NINE, "张三", WHY)
        sealed = night(early, 2)
    assert (mode(sealed), sealed.path.group()) == (0o750, group)


def test_a_group_that_is_not_there_leaves_it_closed_and_is_named(settings: Settings) -> None:
    early = replace(settings, prerelease_group="no-such-group")
    with clock.at(NINE - timedelta(days=7)):
        set_embargo(early, "2017-06", NINE, "张三", WHY)
        with pytest.raises(ReleaseError, match="SANMING_PRERELEASE_GROUP"):
            night(early, 2)
    (folder,) = [path for path in settings.releases.iterdir() if not path.name.startswith(".")]
    assert folder.stat().st_mode & 0o777 == 0o700


def test_an_embargo_that_is_lifted_shows_at_once_what_waited(settings: Settings) -> None:
    night(settings, 1, "2016-12")
    with clock.at(NINE - timedelta(days=7)):
        set_embargo(settings, "2017-06", NINE, "张三", WHY)
        night(settings, 2)
        assert lift_embargo(settings, "2017-06", "李四", "提前公布") is not None
    assert seen(settings) == 2
    kinds = [decision.kind for decision in read_decisions(settings)]
    assert kinds == ["release_published", "embargo_set", "release_deferred", "embargo_lifted", "release_published"]


@pytest.mark.parametrize(
    ("period", "until", "by", "told"),
    [
        ("2016-12", NINE, "张三", "readers see figures up to 2016-12 already"),
        ("2017-06", NINE - timedelta(days=30), "张三", "has passed"),
        ("2017-06", NINE, " ", "a name and a reason"),
    ],
)
def test_an_embargo_that_could_not_hold_is_refused(
    settings: Settings, period: str, until: datetime, by: str, told: str
) -> None:
    night(settings, 1, "2016-12")
    with clock.at(NINE - timedelta(days=7)), pytest.raises(ReleaseError, match=re.escape(told)):
        set_embargo(settings, period, until, by, WHY)


def test_a_withdrawn_release_is_closed_and_readers_see_the_one_before(settings: Settings) -> None:
    first, second = night(settings, 1), night(settings, 2)
    shown = withdraw(settings, second.release_id, "户数有误", "张三")
    assert shown is not None
    assert (shown.release_id, seen(settings), seen_by_views(settings)) == (first.release_id, 1, [1])
    assert mode(second) == 0o700
    assert read_state(settings).withdrawn[second.release_id].reason == "户数有误"


def test_a_withdrawal_does_not_wait_for_the_night_that_is_at_work(settings: Settings) -> None:
    first, second = night(settings, 1), night(settings, 2)
    with home_lock(settings, "a night"):
        withdraw(settings, second.release_id, "户数有误", "张三")
    assert current_id(settings) == first.release_id


def test_after_a_withdrawal_readers_follow_the_nights(settings: Settings) -> None:
    night(settings, 1)
    second = night(settings, 2)
    withdraw(settings, second.release_id, "户数有误", "张三")
    assert night(settings, 3).is_current
    assert seen_by_views(settings) == [1, 3]


def test_a_night_that_makes_the_withdrawn_release_again_does_not_show_it(settings: Settings) -> None:
    night(settings, 1)
    second = night(settings, 2)
    withdraw(settings, second.release_id, "户数有误", "张三")
    again = night(settings, 2)
    assert (again.release_id, again.is_current, mode(again), seen(settings)) == (second.release_id, False, 0o700, 1)
    with pytest.raises(ReleaseError, match="withdrawn by 张三"):
        roll_back(settings, second.release_id, "试试", "李四")


def test_the_only_release_withdrawn_leaves_readers_nothing_and_a_night_goes_on(settings: Settings) -> None:
    only = night(settings, 1)
    assert withdraw(settings, only.release_id, "户数有误", "张三") is None
    assert not settings.current.is_symlink()
    assert seen_by_views_is_empty(settings)
    assert night(settings, 2).is_current


def seen_by_views_is_empty(settings: Settings) -> bool:
    with duckdb.connect(str(settings.views), read_only=True) as connection:
        return connection.execute("select count(*) from quality.releases").fetchone() == (0,)


def test_readers_held_at_a_release_that_is_withdrawn_see_the_latest(settings: Settings) -> None:
    first = night(settings, 1)
    night(settings, 2)
    roll_back(settings, first.release_id, "规则有误", "张三")
    withdraw(settings, first.release_id, "户数有误", "张三")
    assert (seen(settings), read_state(settings).pin) == (2, None)


def test_a_withdrawal_that_is_reversed_gives_the_release_back(settings: Settings) -> None:
    night(settings, 1)
    second = night(settings, 2)
    withdraw(settings, second.release_id, "户数有误", "张三")
    reverse_withdrawal(settings, second.release_id, "核对无误", "李四")
    assert (seen(settings), mode(second), seen_by_views(settings)) == (2, 0o755, [1, 2])


def test_a_withdrawal_reversed_after_another_night_leaves_readers_at_the_latest(settings: Settings) -> None:
    night(settings, 1)
    second = night(settings, 2)
    withdraw(settings, second.release_id, "户数有误", "张三")
    night(settings, 3)
    reverse_withdrawal(settings, second.release_id, "核对无误", "李四")
    assert (seen(settings), seen_by_views(settings)) == (3, [1, 2, 3])


def test_killed_before_it_takes_effect_a_withdrawal_is_completed_by_the_next_night(settings: Settings) -> None:
    first, second = night(settings, 1), night(settings, 2)
    dying = replace(settings, failpoint="withdraw.before_current")
    assert exit_code_of(withdraw, dying, second.release_id, "户数有误", "张三") == KILLED
    assert current_id(settings) == second.release_id
    show_decided(settings)
    assert (current_id(settings), mode(second)) == (first.release_id, 0o700)


def test_a_withdrawn_release_is_kept_no_longer_than_others(settings: Settings) -> None:
    few = replace(settings, keep_releases=2)
    first, second = night(few, 1), night(few, 2)
    withdraw(few, second.release_id, "户数有误", "张三")
    night(few, 3), night(few, 4)
    with clock.at(clock.now() + timedelta(days=2)):
        remove_old(few)
    assert not first.path.exists()
    assert not second.path.exists()


@pytest.mark.parametrize(("again", "told"), [(True, "withdrawn already, by 张三"), (False, "not withdrawn")])
def test_a_withdrawal_that_changes_nothing_is_refused(settings: Settings, again: bool, told: str) -> None:
    night(settings, 1)
    second = night(settings, 2)
    if again:
        withdraw(settings, second.release_id, "户数有误", "张三")
    with pytest.raises(ReleaseError, match=told):
        (withdraw if again else reverse_withdrawal)(settings, second.release_id, "户数有误", "张三")


def test_the_command_withdraws_embargoes_and_says_so(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANMING_HOME", str(settings.home))

    def run(*words: str) -> str:
        done = CliRunner().invoke(main, ["release", *words])
        assert done.exit_code == 0, done.output
        return done.output

    first, second = night(settings, 1, "2016-12"), night(settings, 2, "2016-12")
    told = run("withdraw", second.release_id, "--reason", "户数有误", "--by", "张三")
    assert told == f"{second.release_id}: withdrawn; readers see {first.release_id}\n"
    assert f"{second.release_id} was withdrawn by 张三 at" in run("list")
    until = clock.now() + timedelta(days=1)
    run("embargo", "2017-06", "--until", until.isoformat(), "--reason", WHY, "--by", "张三")
    third = night(settings, 3)
    listed = run("list")
    assert f"2017-06 is under embargo until {clock.minute_of(until)} by 张三: {WHY}" in listed
    assert f"{third.release_id} waits: 2017-06 under embargo until {clock.minute_of(until)}" in listed
    assert run("admit") == "nothing waits that may be shown\n"
    told = run("embargo", "2017-06", "--lift", "--reason", "提前公布", "--by", "李四")
    assert told == f"2017-06: under embargo no more; readers see {third.release_id}\n"
    refused = CliRunner().invoke(main, ["release", "embargo", "2017-06", "--reason", WHY])
    assert (refused.exit_code, "say --until" in refused.output) == (64, True)
    assert read_release(settings).release_id == third.release_id
