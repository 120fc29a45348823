"""Held is not gone: what was accepted of a key stands on, in the next period too, until its return is mended."""

from __future__ import annotations

import random
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.check.run import check_periods
from orchestration.core.settings import Settings
from tests.landed import REPEATED_CAUSE, WITHDRAWN, Return, household, land, member

DECEMBER = {"period": "2016-12", "received_at": datetime(2017, 1, 5, 8, 0)}
NEXT = {"period": "2017-12"}
JUNE = datetime(2017, 7, 3, 8, 0)
LATER, LATEST = datetime(2017, 7, 9, 8, 0), datetime(2017, 7, 12, 8, 0)
UNREADABLE = {"household_code": None, "household_code__text": "三五零四"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def full(*serials: int, changes: dict[int, dict[str, Any]] | None = None, **kwargs: Any) -> Return:
    """A 全量 of households and their heads."""
    changed = changes or {}
    return Return(
        forms={
            "households": [household(n, **changed.get(n, {})) for n in serials],
            "members": [member(n) for n in serials],
        },
        **kwargs,
    )


def check(settings: Settings) -> None:
    check_periods(settings, ("2016-12", "2017-06"))


def standing(settings: Settings, form: str = "households", period: str = "2017-06") -> dict[int, str | None]:
    """The households (or members' households) that stand, each with the period it is carried from."""
    path = settings.accepted / form / f"period={period}" / "rows.parquet"
    found = duckdb.sql(
        f"select household_code, carried_from from read_parquet('{path}') where known_to is null order by all"
    ).fetchall()
    return {int(code[-4:]): origin for code, origin in found}


def verdicts(settings: Settings, what: str, form: str = "households") -> list[tuple[Any, ...]]:
    path = settings.findings / "submissions" / "period=2017-06" / "rows.parquet"
    return duckdb.sql(f"select {what} from read_parquet('{path}') where form = '{form}' order by all").fetchall()


def test_a_household_held_in_june_stands_as_it_was_accepted_in_december(settings: Settings) -> None:
    land(settings, full(1, 2, **DECEMBER), full(1, 2, changes={2: REPEATED_CAUSE}))
    check(settings)
    assert standing(settings) == {1: None, 2: "2016-12"}
    assert standing(settings, "members") == {1: None, 2: "2016-12"}
    path = settings.accepted / "households" / "period=2017-06" / "rows.parquet"
    row = duckdb.sql(
        "select period, submission_id, is_carried, known_from"
        f" from read_parquet('{path}') where carried_from is not null"
    ).fetchall()
    assert row == [("2017-06", full(**DECEMBER).id, True, JUNE)]


def test_what_is_carried_is_carried_on_and_ends_when_the_return_is_mended(settings: Settings) -> None:
    december = full(1, 2, period="2017-12", received_at=datetime(2018, 1, 4), changes={2: REPEATED_CAUSE})
    land(settings, full(1, 2, **DECEMBER), full(1, 2, changes={2: REPEATED_CAUSE}), december)
    check(settings)
    assert standing(settings, period="2017-12") == {1: None, 2: "2016-12"}
    land(settings, full(1, 2, period="2017-12", received_at=datetime(2018, 1, 9)))
    check(settings)
    assert standing(settings, period="2017-12") == {1: None, 2: None}


def test_a_member_who_left_a_held_household_stands_with_it(settings: Settings) -> None:
    wife = member(2, 2, person_token="token-wife", relation="02", sex="2", person_id_sex="2")
    before = full(1, 2, **DECEMBER, changes={2: {"person_count": 2}})
    before.forms["members"].append(wife)
    land(settings, before, full(1, 2, changes={2: REPEATED_CAUSE}))
    check(settings)
    path = settings.accepted / "members" / "period=2017-06" / "rows.parquet"
    persons = duckdb.sql(
        f"select right(person_code, 3) from read_parquet('{path}') where household_code like '%0002' order by all"
    ).fetchall()
    assert persons == [("001",), ("002",)]


@pytest.mark.parametrize("slip", ["none", "a measure's key"])
def test_what_was_left_out_of_a_held_household_ends_when_a_correction_frees_it(settings: Settings, slip: str) -> None:
    """The wholes said what is there; only what held the household kept that from being heard."""
    before = full(1, 2, 3, changes={n: {"person_count": 2} for n in (2, 3)})
    wife = {"relation": "02", "sex": "2", "person_id_sex": "2"}
    before.forms["members"] += [member(n, 2, person_token=f"token-wife-{n}", **wife) for n in (2, 3)]
    before.forms["assistance_measures"] = [measure(n, number) for n in (1, 2, 3) for number in (1, 2)]
    after = full(1, 2, 3, changes={2: REPEATED_CAUSE, 3: REPEATED_CAUSE}, **NEXT, received_at=datetime(2018, 1, 4))
    after.forms["assistance_measures"] = [measure(n, 1) for n in (1, 2, 3)]
    if slip == "a measure's key":
        after.forms["assistance_measures"].append(measure(2, 2, measure_code=None, measure_code__text="见上"))
    land(settings, before, after)
    check(settings)
    assert numbered(settings, "members", "person_code") == ["1001", "2001", "2002", "3001", "3002"]
    assert numbered(settings, "assistance_measures", "measure_code") == ["1-01", "2-01", "2-02", "3-01", "3-02"]
    mended = Return(forms={"households": [household(2)]}, mode="correction", **NEXT, received_at=datetime(2018, 1, 9))
    land(settings, mended)
    check(settings)
    assert numbered(settings, "members", "person_code") == ["1001", "2001", "3001", "3002"]
    stays = [] if slip == "none" else ["2-02"]
    assert numbered(settings, "assistance_measures", "measure_code") == ["1-01", "2-01", *stays, "3-01", "3-02"]


def test_a_measure_is_carried_in_a_period_without_households(settings: Settings) -> None:
    before = full(1)
    before.forms["assistance_measures"] = [measure(1, 1), measure(1, 2)]
    held = [measure(1, 1), measure(1, 2, started_on=None, started_on__text="去年")]
    after = Return(forms={"assistance_measures": held}, **NEXT, received_at=datetime(2018, 1, 4))
    land(settings, before, after)
    check(settings)
    assert numbered(settings, "assistance_measures", "measure_code") == ["1-01", "1-02"]


@pytest.mark.parametrize("has_neighbour", [False, True])
def test_a_nil_of_members_leaves_them_to_the_households_it_holds_whoever_else_sends_members(
    settings: Settings, has_neighbour: bool
) -> None:
    """A household without a member is held (HH-09), and what stands of it stands whole."""
    june = Return(forms={"households": [household(1), household(2)]})
    nil = Return(forms={"members": []}, mode="nothing", received_at=LATER)
    neighbour = Return(forms={"members": [member(3)]}, submitter="350426203")
    land(settings, full(1, 2, **DECEMBER), june, nil, *([neighbour] if has_neighbour else []))
    check(settings)
    others = {3: None} if has_neighbour else {}
    assert standing(settings, "members") == {1: "2016-12", 2: "2016-12", **others}


def measure(serial: int, number: int, **changes: Any) -> dict[str, Any]:
    code = household(serial)["household_code"]
    return {
        "village_code": household(serial)["village_code"],
        "household_code": code,
        "measure_code": f"{code}-{number:02d}",
        "measure_type": "02",
        "started_on": date(2016, 3, 1),
        **changes,
    }


def numbered(settings: Settings, form: str, key: str) -> list[str]:
    """The rows that stand in 2017-12, each by the last four places of its key."""
    path = settings.accepted / form / "period=2017-12" / "rows.parquet"
    found = duckdb.sql(f"select right({key}, 4) from read_parquet('{path}') where known_to is null order by all")
    return [code for (code,) in found.fetchall()]


def test_a_new_household_that_is_held_is_held_and_none_is_carried_for_it(settings: Settings) -> None:
    land(settings, full(1, 2, **DECEMBER), full(1, 2, 3, changes={3: REPEATED_CAUSE}))
    check(settings)
    assert standing(settings) == {1: None, 2: None}
    assert verdicts(settings, "rows_held, rows_held_new, rows_carried_for_held") == [(1, 1, 0)]


def test_a_carried_row_is_outstanding_and_none_is_both(settings: Settings) -> None:
    land(settings, full(1, 2, 3, **DECEMBER), full(1, 2, 3, 4, changes={3: REPEATED_CAUSE, 4: REPEATED_CAUSE}))
    check(settings)
    assert verdicts(settings, "rows_held, rows_held_new, rows_carried_for_held") == [(2, 1, 1)]
    assert verdicts(settings, "persons_held, persons_held_new, persons_carried_for_held", "members") == [(2, 1, 1)]


@pytest.mark.parametrize("strange", [UNREADABLE, {"household_code": f"{household(7)['household_code']}"}])
def test_for_a_row_whose_key_tells_nothing_as_many_absent_households_stand_unaccounted(
    settings: Settings, strange: dict[str, Any]
) -> None:
    june = full(1, 2)
    june.forms["households"].append(household(3, **strange, **REPEATED_CAUSE))
    land(settings, full(1, 2, 3, 4, **DECEMBER), june)
    check(settings)
    assert standing(settings) == {1: None, 2: None, 3: "2016-12"}
    assert standing(settings, "members") == {1: None, 2: None, 3: "2016-12"}


@pytest.mark.parametrize("later", ["another household", "another form"])
def test_who_stands_for_a_key_that_tells_nothing_stands_on_whatever_else_is_sent(
    settings: Settings, later: str
) -> None:
    june = full(1, 2)
    june.forms["households"].append(household(3, **UNREADABLE, **REPEATED_CAUSE))
    forms = {
        "another household": {"households": [household(2, **WITHDRAWN)], "members": [member(2, **WITHDRAWN)]},
        "another form": {"assistance_measures": []},
    }[later]
    land(settings, full(1, 2, 3, 4, **DECEMBER), june, Return(forms=forms, mode="correction", received_at=LATER))
    check(settings)
    stayed = {1: None} if later == "another household" else {1: None, 2: None}
    assert standing(settings) == standing(settings, "members") == {**stayed, 3: "2016-12"}
    deleted = {"households": [household(3, **WITHDRAWN)], "members": [member(3, **WITHDRAWN)]}
    land(settings, Return(forms=deleted, mode="correction", received_at=LATEST))
    check(settings)
    assert standing(settings) == standing(settings, "members") == stayed


def test_a_new_member_that_is_held_carries_nobody_who_left_another_household(settings: Settings) -> None:
    before = full(1, 2, **DECEMBER)
    before.forms["members"].append(member(1, 2, person_token="token-son"))
    before.forms["households"][0]["person_count"] = 2
    june = full(1, 2, 3, changes={3: REPEATED_CAUSE})
    land(settings, before, june)
    check(settings)
    assert standing(settings, "members") == {1: None, 2: None}
    path = settings.accepted / "members" / "period=2017-06" / "rows.parquet"
    (count,) = duckdb.sql(f"select count(*) from read_parquet('{path}') where known_to is null").fetchone() or (0,)
    assert count == 2  # the son who left household 1 is not carried for the stranger in household 3


def test_a_return_of_which_no_row_passed_has_not_come(settings: Settings) -> None:
    land(settings, full(1, 2, **DECEMBER), full(1, changes={1: REPEATED_CAUSE}))
    check(settings)
    assert standing(settings) == {}
    assert verdicts(settings, "verdict, rows_standing") == [("partly accepted", 0)]


def test_a_withdrawal_and_a_nil_end_carrying(settings: Settings) -> None:
    deleted = Return(
        forms={"households": [household(2, **WITHDRAWN)], "members": [member(2, **WITHDRAWN)]},
        mode="correction",
        received_at=LATER,
    )
    land(settings, full(1, 2, **DECEMBER), full(1, 2, changes={2: REPEATED_CAUSE}), deleted)
    check(settings)
    assert standing(settings) == {1: None}
    forms = {"households": [], "members": []}
    land(settings, Return(forms=forms, mode="nothing", received_at=LATEST, explanation="整村搬迁"))
    check(settings)
    assert standing(settings) == standing(settings, "members") == {}


@pytest.mark.slow
def test_any_set_of_held_rows_leaves_the_stock_as_it_would_be_without_their_change(tmp_path: Path) -> None:
    """Conservation: who stood stands, whoever is held; who left is gone, unless a strange key may be theirs."""
    chance = random.Random(15)
    for number in range(6):
        home = Settings(home=tmp_path / str(number))
        before = set(range(1, 9))
        left = set(chance.sample(sorted(before), chance.randint(0, 2)))
        new = set(range(9, 9 + chance.randint(0, 2)))
        held = {serial for serial in before - left if chance.random() < 0.4}
        sent = sorted(before - left | new)
        land(home, full(*sorted(before), **DECEMBER), full(*sent, changes=dict.fromkeys(held, REPEATED_CAUSE)))
        check(home)
        found = standing(home)
        if held == set(sent):
            assert found == {}
            continue
        expected = {serial: "2016-12" if serial in held else None for serial in sent}
        assert found == standing(home, "members") == expected, (left, new, held)
