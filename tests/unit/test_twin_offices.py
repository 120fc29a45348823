"""The offices of the synthetic city: confirmations in order, official figures those of the plan, surveys in part."""

from __future__ import annotations

import pytest

from tests.states import full_state
from twin.duties import CITY
from twin.plant import Planted, plant_errors
from twin.state import PERIODS, State, accepted, make_state
from twin.subjects.offices.rows import NOT_SURVEYED, RELEASED_UNTIL


@pytest.fixture(scope="module")
def full() -> State:
    return full_state()


@pytest.fixture(scope="module")
def planted() -> Planted:
    return plant_errors(make_state(0.2, 6))


def test_a_period_is_confirmed_after_its_end_in_a_later_return(full: State) -> None:
    for period in PERIODS:
        rows = full.forms["period_confirmations", period]
        assert (rows["period_confirmed"] < period).all()
        assert all(
            day.isoformat()[:7] > quarter
            for day, quarter in zip(rows["confirmed_on"], rows["period_confirmed"], strict=True)
        )
        assert rows["confirmation_code"].is_unique


def test_all_counties_confirmed_2016_and_the_city_released_2015(full: State) -> None:
    rows = full.forms["period_confirmations", "2017-06"]
    standing = rows[rows["withdrawn_on"].isna()]
    of_2016 = standing[standing["period_confirmed"] == "2016-12"]
    assert set(of_2016["area_code"]) == set(full.plan.counties)
    assert standing.loc[standing["area_code"] == CITY, "period_confirmed"].max() == RELEASED_UNTIL


def test_a_ledger_lists_what_the_one_before_listed(full: State) -> None:
    codes = [set(full.forms["period_confirmations", period]["confirmation_code"]) for period in PERIODS]
    assert codes[0] < codes[1] < codes[2]


def test_official_figures_are_the_plans(full: State) -> None:
    rows = full.forms["control_totals", "2017-06"].set_index(["division_code", "indicator_name", "figure_period"])
    national = rows[rows["source_kind"] == "national_system"]["figure_value"]
    bulletin = rows[rows["source_kind"] == "city_bulletin"]["figure_value"]
    assert national[CITY, "建档立卡人口", "2015-12"] == 105_600
    assert bulletin[CITY, "未脱贫人口", "2015-12"] == 55_200
    for name in ("建档立卡人口", "未脱贫人口", "建档立卡户"):
        counties = sum(national[county, name, "2016-12"] for county in full.plan.counties)
        assert counties == national[CITY, name, "2016-12"]


def test_some_counties_are_surveyed_and_some_are_not(full: State) -> None:
    rows = full.forms["surveys", "2016-12"]
    assert set(full.plan.counties) - set(rows["division_code"]) == set(NOT_SURVEYED)
    for part, whole in (
        ("missed_persons", "surveyed_unregistered_persons"),
        ("wrongly_exited_persons", "surveyed_exited_persons"),
        ("satisfied_households", "asked_households"),
    ):
        assert (rows[part] <= rows[whole]).all()
    assert ("surveys", "2017-06") not in full.forms


def test_errors_leave_enough_of_every_return(planted: Planted) -> None:
    for form in ("period_confirmations", "control_totals", "surveys"):
        for period in PERIODS:
            if (form, period) not in planted.state.forms:
                continue
            sent = planted.state.forms[form, period].groupby("submitter_code").size()
            kept = accepted(planted.state, form, period).groupby("submitter_code").size()
            assert (kept >= 0.55 * sent).all(), (form, period)
