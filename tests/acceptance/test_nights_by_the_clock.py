"""Whole nights with the machine's clock moved: on the edges of a month and a year each is published for its own day.

What a clock set by the test can tell of the same moments is told in ``tests/unit/test_hours.py``.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from orchestration.core.clock import SANMING
from orchestration.release.history import known_releases, release_of_day
from orchestration.release.manifest import list_releases
from orchestration.release.verify import verify
from tests.acceptance.test_bi import queries
from tests.acceptance.test_period_life import statuses
from tests.hours import moments, needs_faketime, run_at
from tests.nights import TINY_PERIODS, home_settings, lend_project, send
from twin.city import City

pytestmark = [pytest.mark.verify, needs_faketime, pytest.mark.timeout(3600)]

# Later than the files of the inbox, which are written now: a file of the future is still being written.
YEAR = date.today().year + 1
ZONES = ("UTC", "America/New_York", "Asia/Shanghai", "Pacific/Kiritimati")
COMMAND = ("-c", "from orchestration.cli.main import main; main()")
ASK = """
import json, sys, duckdb
views, asked = json.loads(sys.stdin.read())
with duckdb.connect(views, read_only=True) as connection:
    print(json.dumps([connection.execute(query).fetchall() for query in asked], default=str))
"""
FIRST, LAST = TINY_PERIODS


def at(month: int, day: int, hour: int, minute: int = 0, year: int = YEAR) -> datetime:
    return datetime.combine(date(year, month, day), time(hour, minute), SANMING)


# Each with the time zone of its machine.
NIGHTS = {
    at(4, 30, 12): "UTC",
    at(5, 1, 7, 30): "America/New_York",
    at(12, 31, 23, 30): "Pacific/Kiritimati",
    at(1, 1, 0, 30, YEAR + 1): "UTC",
}


@pytest.fixture(scope="module")
def home(tiny_city: City, parsed_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four nights: the first period, then closed; the second; the first reopened to the end of the year; closed again.

    The last night has received nothing: that the reopening is over, half an hour ago in Sanming, is all that is new.
    """
    home = tmp_path_factory.mktemp("by-the-clock")
    lend_project(parsed_project, home)
    by = ("--by", "张三", "--reason", "上报省里")
    first, second, third, fourth = NIGHTS

    def sanming(moment: datetime, *arguments: str, zone: str = "UTC") -> None:
        own = {"SANMING_HOME": str(home), "SANMING_SETTLE_SECONDS": "0", "SANMING_WORKERS": "1"}
        run_at(moment, *COMMAND, *arguments, zone=zone, **own)

    send(tiny_city, home, only_period=FIRST)
    sanming(first, "night", zone=NIGHTS[first])
    sanming(at(5, 1, 0, 10), "period", "close", FIRST, *by, "--despite-unconfirmed")
    send(tiny_city, home, only_period=LAST)
    sanming(second, "night", zone=NIGHTS[second])
    sanming(at(12, 31, 7, 30), "period", "reopen", FIRST, *by, "--until", f"{YEAR}-12-31")
    sanming(third, "night", zone=NIGHTS[third])
    sanming(fourth, "night", zone=NIGHTS[fourth])
    return home


def asked(home: Path, moment: datetime, zone: str, *questions: str) -> list[list[Any]]:
    """The answers that a reader gets at a moment on a machine of a time zone."""
    given = json.dumps([str(home_settings(home).views), questions])
    return json.loads(run_at(moment, "-c", ASK, zone=zone, given=given))


def test_each_night_is_published_whole_and_known_from_its_day_on(home: Path) -> None:
    settings = home_settings(home)
    known = known_releases(settings)
    # What is new in the last is known since midnight.
    days = [moment.date() for moment in NIGHTS]
    assert [one.manifest.known_on.astimezone(SANMING).date() for one in known] == days
    assert [release_of_day(known, day) for day in days] == list(known)
    assert verify(settings).ok


def test_a_reopening_ends_with_the_year_in_sanming(home: Path) -> None:
    told = [statuses(release)[FIRST] for release in list_releases(home_settings(home))]
    assert [found == {"final"} for found in told] == [False, True, False, True]


# The year begins before the first night.
ASKED = [*NIGHTS, *moments(YEAR)[4:]]


@pytest.mark.parametrize(
    ("moment", "zone"),
    zip(ASKED, cycle(ZONES), strict=False),
    ids=lambda value: f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value,
)
def test_at_every_hour_today_is_what_the_nights_until_today_published(home: Path, moment: datetime, zone: str) -> None:
    expected = release_of_day(known_releases(home_settings(home)), moment.date())
    assert expected is not None
    ((of_today,), of_then_and_today, *_) = asked(
        home, moment, zone, "select release_known_on()", *queries(of_earlier_days=True)
    )
    assert of_today == [expected.manifest.release_id]
    assert {row[0] for row in of_then_and_today} == {"today"}
