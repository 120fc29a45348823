"""Any table as it was known on any day: from one file, never the later knowledge, never a figure nobody had seen."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.core import clock
from orchestration.core.clock import midnight_after
from orchestration.core.settings import Settings
from orchestration.release.departure import take_back
from orchestration.release.draft import draft_release
from orchestration.release.history import known_releases, release_at, release_of_day
from orchestration.release.manifest import Release, ReleaseError
from orchestration.release.pin import resume, roll_back
from orchestration.release.publish import publish
from orchestration.release.views import ensure_views, write_views
from tests.children import KILLED, exit_code_of

pytestmark = pytest.mark.slow  # a test seals several releases


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home", keep_releases=3)
    settings.warehouse.mkdir(parents=True)
    return settings


def built(settings: Settings, figures: dict[str, float], more: str = "") -> Path:
    """A build with one indicator of the city, period by period."""
    path = settings.home / "built.duckdb"
    path.unlink(missing_ok=True)
    rows = ", ".join(
        f"('poor_persons', '350400', 'city', '2017', '{p}', {v}::decimal(24, 6))" for p, v in figures.items()
    )
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema reports")
        connection.execute(
            f"create table reports.indicator as select * {more} from (values {rows})"
            " as given(indicator, division_code, division_level, map_edition, period, value)"
        )
    return path


def night(settings: Settings, known_on: datetime, figures: dict[str, float], more: str = "") -> Release:
    """Publish a release."""
    return publish(settings, draft_release(settings, built(settings, figures, more), known_on))


def rebuild(settings: Settings, known_on: datetime, figures: dict[str, float]) -> None:
    """Put a release among the others that readers do not see, as a rebuild does."""
    draft = draft_release(settings, built(settings, figures), known_on, is_rebuilt=True)
    target = settings.releases / draft.release_id
    if target.is_dir():  # on its last day under its readers
        take_back(target)
    else:
        draft.folder.rename(target)
    write_views(settings)


def asked(settings: Settings, query: str, zone: str = "UTC") -> list[tuple[Any, ...]]:
    """An answer of the file as a reader has it: attached under a name of the reader's own, in a session of a zone."""
    with duckdb.connect() as connection:
        connection.execute(f"set TimeZone = '{zone}'")
        connection.execute(f"attach '{settings.views}' as history (read_only)")
        return connection.execute(query).fetchall()


def known(settings: Settings, day: str) -> list[tuple[str, int]]:
    found = asked(settings, f"select period, value from history.reports.indicator_known_on('{day}') order by 1")
    return [(period, int(value)) for period, value in found]


JULY_3, JULY_10, JULY_20 = (datetime(2017, 7, day, 8, tzinfo=UTC) for day in (3, 10, 20))


def test_after_a_correction_the_day_before_it_still_has_the_old_figure(settings: Settings) -> None:
    night(settings, JULY_3, {"2017-06": 28700})
    night(settings, JULY_10, {"2017-06": 28650})
    assert known(settings, "2017-07-09") == [("2017-06", 28700)]
    assert known(settings, "2017-07-10") == known(settings, "2030-01-01") == [("2017-06", 28650)]


def test_before_anything_was_known_there_is_nothing(settings: Settings) -> None:
    night(settings, JULY_3, {"2017-06": 28700})
    assert known(settings, "2017-07-02") == []


def test_history_loaded_later_was_not_known_earlier(settings: Settings) -> None:
    night(settings, JULY_3, {"2017-06": 28700})
    night(settings, JULY_10, {"2015-12": 55200, "2017-06": 28700})
    assert known(settings, "2017-07-05") == [("2017-06", 28700)]
    assert known(settings, "2015-12-31") == []
    assert known(settings, "2017-07-11") == [("2015-12", 55200), ("2017-06", 28700)]


def test_a_day_ends_in_sanming_and_not_in_greenwich(settings: Settings) -> None:
    night(settings, datetime(2017, 7, 3, 15, 59, 59, tzinfo=UTC), {"2017-06": 1})
    night(settings, datetime(2017, 7, 3, 16, 0, tzinfo=UTC), {"2017-06": 2})
    assert known(settings, "2017-07-03") == [("2017-06", 1)]
    assert known(settings, "2017-07-04") == [("2017-06", 2)]
    of_days = [release_of_day(known_releases(settings), date(2017, 7, day)) for day in (2, 3, 4)]
    assert [one.manifest.known_on.hour if one else None for one in of_days] == [None, 15, 16]


# Between the last two it is never the same day.
ZONES = ("UTC", "America/New_York", "Asia/Shanghai", "Pacific/Pago_Pago", "Pacific/Kiritimati")


@pytest.mark.parametrize("zone", ZONES)
def test_without_a_day_it_is_today_in_sanming_whatever_the_time_zone_of_the_session(
    settings: Settings, zone: str
) -> None:
    last = midnight_after(clock.today()) - timedelta(microseconds=1)
    night(settings, last - timedelta(days=1), {"2017-06": 1})
    of_today = night(settings, last, {"2017-06": 2})
    night(settings, last + timedelta(microseconds=1), {"2017-06": 3})
    assert asked(settings, "select value::int from history.reports.indicator_known_on()", zone) == [(2,)]
    assert asked(settings, "select history.release_known_on()", zone) == [(of_today.release_id,)]


def test_a_day_that_is_null_is_not_today(settings: Settings) -> None:
    night(settings, JULY_3, {"2017-06": 1})
    assert asked(settings, "select * from history.reports.indicator_known_on(null)") == []
    assert asked(settings, "select history.release_known_on(null)") == [(None,)]


def test_the_views_hold_every_release_and_say_which(settings: Settings) -> None:
    first, second = night(settings, JULY_3, {"2017-06": 1}), night(settings, JULY_10, {"2017-06": 2})
    rows = asked(settings, "select release_id, known_on, value from history.reports.indicator order by known_on")
    assert [(release, moment.day, int(value)) for release, moment, value in rows] == [
        (first.release_id, 3, 1),
        (second.release_id, 10, 2),
    ]
    listed = asked(settings, "select release_id, known_until, publication, is_kept from history.quality.releases")
    assert listed == [
        (first.release_id, JULY_10.replace(tzinfo=None), 1, True),
        (second.release_id, None, 2, True),
    ]


def test_only_the_file_of_the_day_is_read(settings: Settings) -> None:
    night(settings, JULY_3, {"2017-06": 1})
    night(settings, JULY_10, {"2017-06": 2})
    ((_, plan),) = asked(settings, "explain select sum(value) from history.reports.indicator_known_on('2017-07-05')")
    assert "Scanning Files: 1/2" in plan
    ((_, plan),) = asked(settings, "explain select sum(value) from history.reports.indicator_known_on()")
    assert "Scanning Files: 1/2" in plan


def test_a_table_whose_columns_changed_is_read_over_both_forms_of_it(settings: Settings) -> None:
    night(settings, JULY_3, {"2017-06": 1})
    night(settings, JULY_10, {"2017-06": 2}, ", 'persons' as unit")
    units = asked(settings, "select unit, value from history.reports.indicator order by known_on")
    assert [(unit, int(value)) for unit, value in units] == [(None, 1), ("persons", 2)]
    assert known(settings, "2017-07-05") == [("2017-06", 1)]


def test_of_two_releases_of_the_same_receipts_the_later_made_is_known_and_both_are_steps(settings: Settings) -> None:
    night(settings, JULY_3, {"2017-06": 7})
    night(settings, JULY_3, {"2017-06": 4})
    assert known(settings, "2017-07-03") == [("2017-06", 4)]
    assert asked(settings, "select previous::int, value::int from history.reports.indicator_revision") == [(7, 4)]


def test_what_is_rebuilt_by_other_definitions_was_never_known(settings: Settings) -> None:
    night(settings, JULY_3, {"2017-06": 1})
    rebuild(settings, JULY_3, {"2017-06": 9})
    assert known(settings, "2017-07-05") == [("2017-06", 1)]
    assert asked(settings, "select count(*) from history.reports.indicator") == [(2,)]


def test_a_day_whose_release_is_no_longer_kept_is_refused_and_comes_back_with_it(settings: Settings) -> None:
    nights = [night(settings, JULY_3.replace(day=day), {"2017-06": day}) for day in (3, 4, 5, 6)]
    with pytest.raises(duckdb.InvalidInputException, match=r"no longer kept; sanming rebuild --known-on 2017-07-03T08"):
        known(settings, "2017-07-03")
    assert known(settings, "2017-07-02") == []
    rebuild(settings, JULY_3, {"2017-06": 3})
    assert known(settings, "2017-07-03") == [("2017-06", 3)]
    assert known_releases(settings)[0].manifest.release_id == nights[0].release_id


def test_while_readers_are_held_no_day_knows_what_was_taken_back(settings: Settings) -> None:
    first = night(settings, JULY_3, {"2017-06": 1})
    night(settings, JULY_10, {"2017-06": 2})
    roll_back(settings, first.release_id, "规则有误", "张三")
    assert known(settings, "2017-07-11") == [("2017-06", 1)]
    night(settings, JULY_20, {"2017-06": 3})
    assert known(settings, "2017-07-21") == [("2017-06", 1)]
    resume(settings, "李四", "已改正")
    assert [known(settings, day)[0][1] for day in ("2017-07-04", "2017-07-11", "2017-07-21")] == [1, 2, 3]


def test_of_nights_while_readers_are_held_only_the_one_they_see_afterwards_was_ever_known(settings: Settings) -> None:
    first, second = night(settings, JULY_3, {"2017-06": 1}), night(settings, JULY_10, {"2017-06": 2})
    roll_back(settings, first.release_id, "规则有误", "张三")
    night(settings, JULY_10 + timedelta(days=1), {"2017-06": 3})
    last = night(settings, JULY_20, {"2017-06": 4})
    resume(settings, "李四", "已改正")
    told = [one.manifest.release_id for one in known_releases(settings)]
    assert told == [first.release_id, second.release_id, last.release_id]


def test_what_was_made_between_two_rollbacks_was_never_known(settings: Settings) -> None:
    first, second = night(settings, JULY_3, {"2017-06": 1}), night(settings, JULY_10, {"2017-06": 2})
    roll_back(settings, first.release_id, "规则有误", "张三")
    night(settings, JULY_10 + timedelta(days=1), {"2017-06": 3})
    roll_back(settings, second.release_id, "规则无误", "张三")
    last = night(settings, JULY_20, {"2017-06": 4})
    resume(settings, "李四", "已改正")
    told = [one.manifest.release_id for one in known_releases(settings)]
    assert told == [first.release_id, second.release_id, last.release_id]


def test_killed_while_the_file_is_written_readers_keep_the_whole_earlier_one(settings: Settings) -> None:
    night(settings, JULY_3, {"2017-06": 1})
    dying = replace(settings, failpoint="views.before_rename")
    assert exit_code_of(night, dying, JULY_10, {"2017-06": 2}) == KILLED
    assert known(settings, "2017-07-11") == [("2017-06", 1)]
    ensure_views(settings)
    assert known(settings, "2017-07-11") == [("2017-06", 2)]
    assert [path.name for path in settings.warehouse.glob(".releases-*")] == []


def test_the_file_is_made_again_where_it_is_missing_spoilt_or_its_home_was_moved(settings: Settings) -> None:
    night(settings, JULY_3, {"2017-06": 1})
    for spoil in (lambda: settings.views.unlink(), lambda: settings.views.write_text("no database")):
        spoil()
        ensure_views(settings)
        assert known(settings, "2017-07-05") == [("2017-06", 1)]
    moved = settings.with_home(settings.home.with_name("moved"))
    shutil.move(settings.home, moved.home)
    ensure_views(moved)
    assert known(moved, "2017-07-05") == [("2017-06", 1)]
    assert moved.views.stat().st_mtime_ns == ensure_views(moved).stat().st_mtime_ns


def test_a_file_of_a_version_that_could_not_be_asked_for_today_is_made_again(settings: Settings) -> None:
    night(settings, JULY_3, {"2017-06": 1})
    with duckdb.connect(str(settings.views)) as connection:
        connection.execute("create or replace macro release_known_on(day) as null")
    ensure_views(settings)
    assert asked(settings, "select value::int from history.reports.indicator_known_on()") == [(1,)]


def test_a_home_without_a_release_has_the_empty_list_and_knew_nothing_on_any_day(settings: Settings) -> None:
    write_views(settings)
    assert asked(settings, "select * from history.quality.releases") == []
    assert asked(settings, "select history.release_known_on(), history.release_known_on('2017-07-03')") == [
        (None, None)
    ]


def test_the_triangle_has_each_step_of_a_figure_with_what_it_was_first_and_before(settings: Settings) -> None:
    night(settings, JULY_3, {"2017-05": 5, "2017-06": 100})
    night(settings, JULY_10, {"2017-05": 5, "2017-06": 90})
    night(settings, JULY_20, {"2017-06": 95})
    rows = asked(
        settings,
        "select period, day(known_on), first_reported::int, previous::int, value::int, change::int, is_there"
        " from history.reports.indicator_revision order by period, known_on",
    )
    assert rows == [
        ("2017-05", 20, 5, 5, None, None, False),
        ("2017-06", 10, 100, 100, 90, -10, True),
        ("2017-06", 20, 100, 90, 95, 5, True),
    ]
    first = asked(settings, "select period, value::int from history.reports.indicator_step where step = 1 order by 1")
    assert first == [("2017-05", 5), ("2017-06", 100)]


def test_a_figure_is_explained_from_the_release_that_readers_saw_then(settings: Settings) -> None:
    first = night(settings, JULY_3, {"2017-06": 1})
    rebuild(settings, JULY_3, {"2017-06": 9})  # by other definitions: nobody saw it
    second = night(settings, JULY_10, {"2017-06": 2})
    assert release_at(settings, JULY_10 - timedelta(seconds=1)).release_id == first.release_id
    assert release_at(settings, JULY_10).release_id == second.release_id
    with pytest.raises(ReleaseError, match="nothing was published by 2017-07-02"):
        release_at(settings, JULY_3 - timedelta(days=1))


def test_a_release_no_longer_kept_is_explained_from_what_a_rebuild_brought_back(settings: Settings) -> None:
    for day in (3, 4, 5, 6):
        night(settings, JULY_3.replace(day=day), {"2017-06": day})
    with pytest.raises(ReleaseError, match="no longer kept; sanming rebuild --known-on 2017-07-03"):
        release_at(settings, JULY_3)
    rebuild(settings, JULY_3, {"2017-06": 9})
    assert release_at(settings, JULY_3).manifest.is_rebuilt
