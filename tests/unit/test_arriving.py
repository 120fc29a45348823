"""A synthetic city that arrives over time: received on its days, nights at theirs, and never in a real home."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from orchestration.core import clock
from orchestration.core.clock import SANMING
from orchestration.core.settings import Settings, SettingsError
from orchestration.receive.archive import list_receipts
from orchestration.runs.arriving import is_arriving, nights_to_come
from tests.builders import HOUSEHOLD, SUBMITTER, VILLAGE, make_workbook

FIRST, SECOND = datetime(2017, 1, 16, 2, tzinfo=SANMING), datetime(2017, 7, 21, 2, tzinfo=SANMING)
DAYS = (datetime(2017, 1, 6, 18, tzinfo=SANMING), datetime(2017, 1, 15, 18, tzinfo=SANMING),
        datetime(2017, 7, 15, 18, tzinfo=SANMING))  # fmt: skip
FOLDER = "%Y-%m-%dT%H%M"


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, settle_seconds=0)


@pytest.fixture
def coming(home: Settings) -> Settings:
    """A home to which three workbooks come: two before the first night, one before the second."""
    for number, (night, day) in enumerate(zip((FIRST, FIRST, SECOND), DAYS, strict=True)):
        row = {"sequence": 1, "village_code": VILLAGE, "household_code": HOUSEHOLD, "head_name": f"户{number}"}
        path = home.to_come / night.strftime(FOLDER) / day.strftime(FOLDER) / SUBMITTER / f"{number}.xlsx"
        path.parent.mkdir(parents=True)
        make_workbook(path, forms={"households": [row]})
    return home


def moments(home: Settings) -> list[datetime]:
    return sorted(receipt.received_at for receipt in list_receipts(home))


def test_what_comes_is_received_on_its_day_and_nights_follow(coming: Settings) -> None:
    nights = nights_to_come(coming)
    assert next(nights) == FIRST
    assert moments(coming) == list(DAYS[:2])
    assert next(nights) == SECOND
    assert moments(coming) == list(DAYS)
    assert next(nights, None) is None
    assert not is_arriving(coming)


def test_a_night_that_was_stopped_is_played_again_and_nothing_is_received_twice(coming: Settings) -> None:
    next(nights_to_come(coming))  # stopped here: the night's folder is still there
    assert list(nights_to_come(coming)) == [FIRST, SECOND]
    assert moments(coming) == list(DAYS)


def test_the_clock_goes_on_after_a_day(coming: Settings) -> None:
    list(nights_to_come(coming))
    assert clock.now().year > 2017


def test_a_real_home_lets_no_synthetic_city_in(coming: Settings) -> None:
    with pytest.raises(SettingsError, match="never enter a home of real data"):
        next(nights_to_come(replace(coming, data_origin="real")))
    assert moments(coming) == []


def test_a_folder_that_is_no_moment_is_refused(coming: Settings) -> None:
    (coming.to_come / "soon").mkdir()
    with pytest.raises(SettingsError, match="expected folders like"):
        next(nights_to_come(coming))
