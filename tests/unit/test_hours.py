"""What depends on the time, by a set clock at the hours and days at which UTC and Sanming differ in day, month or year.

The same with the machine's own clock moved, over whole nights: ``tests/acceptance/test_nights_by_the_clock.py``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from expectations.contract import load_contracts
from expectations.rule_life import received_in_force
from orchestration.cli.console import show_periods
from orchestration.cli.release_screen import show_releases
from orchestration.core import clock
from orchestration.core.clock import midnight_after, moment_of
from orchestration.core.settings import Settings
from orchestration.receive.archive import Receipt
from orchestration.receive.inbox import receive
from orchestration.receive.look import look
from orchestration.release.draft import draft_release
from orchestration.release.history import known_releases, release_of_day
from orchestration.release.manifest import Release
from orchestration.release.publish import publish
from orchestration.runs.closing import PeriodError, close, list_period_states, reopen
from tests.builders import SUBMITTER, make_workbook
from tests.hours import moments

MICROSECOND = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)
# At two in the night it is 18:00 of the day before in UTC.
NIGHT = datetime(2027, 5, 1, 2, tzinfo=clock.SANMING)


@pytest.fixture(params=moments(2027), ids=lambda moment: f"{moment:%m-%d %H:%M}")
def moment(request: pytest.FixtureRequest) -> Iterator[datetime]:
    """A moment in Sanming, to which the clock is set."""
    with clock.at(request.param):
        yield request.param


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home", settle_seconds=60)
    settings.warehouse.mkdir(parents=True)
    return settings


def put(home: Settings, written_at: datetime, name: str = "a.xlsx", period: str = "2017-06") -> Path:
    """A return as it lies in the inbox, last written at a moment."""
    path = make_workbook(home.inbox / SUBMITTER / name, period=period, modes={"households": "无数据"})
    os.utime(path, (written_at.timestamp(),) * 2)
    return path


def received(home: Settings, period: str) -> Receipt:
    put(home, clock.now() - timedelta(hours=1), f"{period}.xlsx", period)
    (receipt,) = receive(home).received
    return receipt


def published(home: Settings, known_on: datetime) -> Release:
    built = home.home / "built.duckdb"
    built.unlink(missing_ok=True)
    with duckdb.connect(str(built)) as connection:
        connection.execute("create schema reports")
        connection.execute(f"create table reports.figures as select {known_on.timestamp()} as value")
    return publish(home, draft_release(home, built, known_on))


def following(month: str) -> str:
    return clock.month_of(datetime(int(month[:4]), int(month[5:]), 15, tzinfo=UTC) + timedelta(days=30))


def test_the_month_of_a_return_is_over_or_going_on_in_sanming(home: Settings, moment: datetime) -> None:
    this = f"{moment:%Y-%m}"
    assert received(home, this).period == this
    refused = received(home, following(this))
    assert (refused.period, refused.is_refused) == (None, True)


def test_a_file_settles_by_the_clock(home: Settings, moment: datetime) -> None:
    young = put(home, moment - timedelta(seconds=59), "young.xlsx")
    rested = put(home, moment - timedelta(seconds=61), "rested.xlsx")
    found = look(home)
    assert (found.settled, list(found.waiting)) == ([rested], [young])


def test_a_period_is_reopened_until_the_end_of_today_and_not_of_yesterday(home: Settings, moment: datetime) -> None:
    today, midnight = moment.date(), midnight_after(moment.date())
    home = replace(home, settle_seconds=0)
    received(home, "2017-06")
    close(home, "2017-06", "张三", "上报省里", despite_unconfirmed=True)
    with pytest.raises(PeriodError, match="over already"):
        reopen(home, "2017-06", "李四", "补报", today - ONE_DAY)
    reopen(home, "2017-06", "李四", "补报", today)
    states = [life.state for at in (midnight - MICROSECOND, midnight) for life in list_period_states(home, at)]
    assert states == ["reopened", "closed"]


def test_what_was_published_is_known_today_and_was_not_yesterday(home: Settings, moment: datetime) -> None:
    release, today = published(home, moment), moment.date()
    known = known_releases(home)
    assert [release_of_day(known, day) for day in (today - ONE_DAY, today)] == [None, known[-1]]
    assert known[-1].manifest.release_id == release.release_id
    with duckdb.connect(str(home.views), read_only=True) as connection:
        for day, rows in ((today - ONE_DAY, 0), (today, 1)):
            assert len(connection.execute(f"from reports.figures_known_on('{day}')").fetchall()) == rows


def test_a_rule_judges_from_today_on_what_is_received_now(moment: datetime) -> None:
    rule = load_contracts()["households"].rules[0]
    at = f"timestamp '{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}' as received_at"
    for day, judges in ((moment.date(), True), (moment.date() + ONE_DAY, False)):
        told = received_in_force(rule.model_copy(update={"active_from": day}))
        assert duckdb.sql(f"select {told} from (select {at})").fetchone() == (judges,)


def test_the_day_that_is_asked_for_ends_in_sanming(moment: datetime) -> None:
    asked = moment_of(f"{moment.date()}")
    assert moment <= asked < midnight_after(moment.date())
    assert asked + MICROSECOND == midnight_after(moment.date())


def test_what_the_night_at_two_publishes_is_of_the_new_day_and_named_in_utc(
    home: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with clock.at(NIGHT):
        receipt = received(home, "2027-05")
        close(home, "2027-05", "张三", "上报省里", despite_unconfirmed=True)
        release = published(home, receipt.received_at)
        show_periods(list_period_states(home, clock.now() + MICROSECOND))
    show_releases([release])
    assert receipt.submission_id.startswith("20270430T180000")
    assert release.release_id.startswith("2027-05-20270430T180000Z-")
    known = known_releases(home)
    assert [release_of_day(known, date(2027, *day)) for day in ((4, 30), (5, 1))] == [None, known[-1]]
    shown = capsys.readouterr().out
    assert "2027-05  closed since 2027-05-01 02:00" in shown
    assert f"{release.release_id}  known on 2027-05-01 02:00 " in shown
