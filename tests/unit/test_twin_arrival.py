"""The city that arrives: when, what late, corrected and silent means, and the period after its own three."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.nights import SMALL_SCALE, SMALL_TOWNSHIPS
from tests.states import small_arriving
from twin.arrival import Arrival, arrival_of, last_moment_in_time, nights
from twin.arriving_city import ArrivingCity
from twin.city import City, build_arriving_city
from twin.duties import due_forms, offices_of
from twin.households import DISABILITY, ILLNESS, SCHOOLING
from twin.next_period import NEXT
from twin.oracle.book import Book, keep_book
from twin.oracle.returns import all_came, returns_of
from twin.people import CHRONIC, DISABLED, SERIOUS
from twin.person_states import NOT_AT_SCHOOL, last_day
from twin.places import read_places, words
from twin.state import PERIODS, make_state

SEED = 348
TOWNSHIPS = tuple(read_places().townships["code"])


@pytest.fixture(scope="module")
def arriving() -> ArrivingCity:
    return small_arriving()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return build_arriving_city(tmp_path_factory.mktemp("city"), scale=SMALL_SCALE, townships=SMALL_TOWNSHIPS)


def files_of(city: City, *, period: str) -> dict[Path, str]:
    """The files of a period that come, and who sends them."""
    return {path: path.parent.name for path in city.inbox.rglob("*.*") if period in path.name}


def test_four_nights_follow_each_other_and_the_last_knows_all_of_the_half_year() -> None:
    assert len(nights()) >= 4
    assert list(nights()) == sorted(nights())
    senders = (*TOWNSHIPS, *offices_of(TOWNSHIPS))
    last = max(arrival_of(one, period, SEED).moment for one in senders for period in PERIODS if due_forms(one, period))
    assert last < nights()[-1]


@pytest.mark.parametrize("period", [*PERIODS, NEXT])
def test_returns_come_in_the_weeks_after_their_period_and_some_are_late(period: str) -> None:
    end = datetime.combine(last_day(period), datetime.min.time(), UTC)
    arrivals = [arrival_of(one, period, SEED) for one in TOWNSHIPS]
    assert all(end < one.moment < end + timedelta(days=60) for one in arrivals)
    assert 0 < sum(one.is_late for one in arrivals) < len(arrivals) / 10
    # What goes with a township's return is due fifteen days after the period at the earliest.
    assert all((one.moment > end + timedelta(days=16)) == one.is_late for one in arrivals)


def test_a_late_workbook_says_why_on_its_cover(city: City) -> None:
    late = {one for one in city.townships if arrival_of(one, "2017-06", SEED).is_late}
    corrected = words()["correction_name"].split("}")[-1]
    books = [
        path
        for path, one in files_of(city, period="2017-06").items()
        if one in late and path.suffix == ".xlsx" and not path.name.endswith(corrected)
    ]
    assert books
    for path in books:
        cells = [cell for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True) for cell in row]
        assert set(words()["late_reasons"]) & set(cells)


def test_of_the_last_period_some_come_and_some_are_silent(city: City, arriving: ArrivingCity) -> None:
    came = set(files_of(city, period=NEXT).values())
    assert came & set(city.townships)
    assert set(city.townships) & arriving.silent
    assert not came & arriving.silent
    for period in PERIODS:
        assert set(city.townships) <= set(files_of(city, period=period).values())


def test_who_would_move_confirmed_years_by_a_late_ledger_is_in_time(arriving: ArrivingCity) -> None:
    late = next(one for one in SMALL_TOWNSHIPS if arrival_of(one, "2017-06", SEED).is_late)
    free, bound = replace(arriving, punctual=frozenset()), replace(arriving, punctual=frozenset({late}))
    assert free.comes(late, "2017-06") == arrival_of(late, "2017-06", SEED)
    assert bound.comes(late, "2017-06") == Arrival(last_moment_in_time("2017-06"), is_late=False)
    assert bound.comes(late, "2016-12") == arrival_of(late, "2016-12", SEED)


def test_a_correction_comes_after_its_return_and_leaves_what_the_plan_says(arriving: ArrivingCity) -> None:
    keys = {"village_income": "village_code", "assistance_measures": "measure_code"}
    first = datetime(2017, 7, 10, tzinfo=UTC)
    before, after = books(arriving, first)
    changed = [one for one in arriving.revisions if one.form in keys]
    assert {one.form for one in changed} == set(keys)
    for one in changed:
        key = keys[one.form]
        clean = _of(arriving.planted.state.forms[one.form, one.period], one.submitter, key)
        assert len(_standing(before, one.form, one.submitter, key)) == len(one.wrong)
        assert not _standing(before, one.form, one.submitter, key).equals(clean)
        pd.testing.assert_frame_equal(_standing(after, one.form, one.submitter, key), clean, check_dtype=False)


def test_what_should_not_have_been_sent_is_taken_back_with_a_reason(arriving: ArrivingCity) -> None:
    before, after = books(arriving, datetime(2017, 7, 10, tzinfo=UTC))
    taken_back = [one for one in arriving.revisions if one.takes_back]
    assert taken_back
    for one in taken_back:
        assert one.reason
        assert len(_standing(before, one.form, one.submitter, "household_code")) == len(one.wrong) > 0
        assert len(_standing(after, one.form, one.submitter, "household_code")) == 0


def books(arriving: ArrivingCity, first: datetime) -> tuple[Book, Book]:
    """What stands before the corrections of a city came, and after."""
    came = all_came(arriving.planted, first)
    corrected = {(one.submitter, one.period): first + timedelta(days=30) for one in arriving.revisions}
    sent = returns_of(arriving.planted, came, arriving.revisions, corrected)
    return keep_book(sent, first), keep_book(sent)


def _of(rows: pd.DataFrame, township: str, key: str) -> pd.DataFrame:
    columns = [key, *[name for name in ("total_income_yuan", "funds_yuan") if name in rows.columns]]
    mine = rows[rows["village_code"].str.startswith(township)]
    return mine[columns].sort_values(key).reset_index(drop=True).astype(object)


def _standing(book: Book, form: str, township: str, key: str) -> pd.DataFrame:
    return _of(book.of_period(form, "2017-06"), township, key)


def test_the_period_after_leaves_the_earlier_ones_as_they_were(arriving: ArrivingCity) -> None:
    state = make_state(SMALL_SCALE, SMALL_TOWNSHIPS, is_lively=True)
    assert arriving.planted.state.periods == (*PERIODS, NEXT)
    for form in ("members", "guarantee_loans", "insurance_claims"):
        rows = arriving.planted.state.forms[form, "2016-12"]
        own = rows[rows["tag"].isna()] if "tag" in rows.columns else rows
        clean = state.forms[form, "2016-12"]
        assert set(own[clean.columns[0]]) <= set(clean[clean.columns[0]])
        assert len(own) <= len(clean)


def test_a_cause_of_the_period_after_applies_to_somebody(arriving: ArrivingCity) -> None:
    persons = arriving.planted.state.forms["members", NEXT]
    register = arriving.planted.state.forms["households", NEXT]
    health = persons["health"].astype(str)
    applies = {
        ILLNESS: health.str.contains(CHRONIC) | health.str.contains(SERIOUS),
        DISABILITY: health.str.contains(DISABLED),
        SCHOOLING: persons["school_status"] != NOT_AT_SCHOOL,
    }
    for cause, who in applies.items():
        households = set(register.loc[register["main_cause"] == cause, "household_code"])
        assert households
        assert households <= set(persons.loc[who, "household_code"])
