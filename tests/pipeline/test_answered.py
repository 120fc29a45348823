"""An empty register is no missing one: who says 无数据 has answered, and what belongs to it is looked for there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.contract import load_contracts
from orchestration.check.run import check_periods
from orchestration.core.settings import Settings
from orchestration.read.landing import land as read_landed
from orchestration.receive.inbox import receive
from orchestration.runs.preview import preview_file
from tests.builders import SUBMITTER, make_workbook
from tests.landed import Return, household, land, member

SUMMER = {"period": "2016-06", "received_at": datetime(2016, 7, 5, 8, 0)}
DECEMBER = {"period": "2016-12", "received_at": datetime(2017, 1, 5, 8, 0)}
LATER = datetime(2017, 7, 9, 8, 0)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", settle_seconds=0, workers=1)


def clean(*forms: str, **kwargs: Any) -> Return:
    """A 全量 of the clean rows of some forms: they belong to one another."""
    return Return(forms={form: [dict(row) for row in load_contracts()[form].clean_rows] for form in forms}, **kwargs)


def nil(*forms: str, **kwargs: Any) -> Return:
    return Return(forms={form: [] for form in forms}, mode="nothing", **kwargs)


def check(settings: Settings) -> None:
    check_periods(settings, ("2016-06",))


def found(settings: Settings, *codes: str) -> set[str]:
    """Which of the rules found something in 2017-06."""
    path = settings.findings / "findings" / "period=2017-06" / "rows.parquet"
    told = duckdb.execute("select distinct rule_code from read_parquet(?)", [str(path)]).fetchall()
    return {code for (code,) in told} & set(codes)


# Registers, and of each a form of which every row belongs to a row of it, with the rule that asks.
REGISTERS = ("households", "cooperatives", "guarantee_loans")
DEPENDANTS = clean("assistance_measures", "equity_holdings", "loan_events", received_at=LATER)
OF_THE_BANK = clean("bank_loans", submitter="350400-RCC", received_at=LATER)
ASKING = ("AM-08", "EH-08", "LE-10", "BL-11")


@pytest.mark.parametrize("has_answered", [True, False])
def test_what_belongs_to_an_empty_register_is_found_and_who_never_sent_it_is_not_asked(
    settings: Settings, has_answered: bool
) -> None:
    land(settings, nil(*REGISTERS if has_answered else ("loan_products",)), DEPENDANTS, OF_THE_BANK)
    check(settings)
    assert found(settings, *ASKING) == (set(ASKING) if has_answered else set())


@pytest.mark.parametrize("has_answered", [True, False])
def test_a_county_is_asked_about_a_household_only_if_its_township_has_answered(
    settings: Settings, has_answered: bool
) -> None:
    works = {"programme": "employment", "subject_kind": "household", "household_code": "3504262022030001",
             "counterpart_kind": "enterprise", "counterpart_township_code": None}  # fmt: skip
    row = {**load_contracts()["programme_participation"].clean_rows[0], **works}
    answer = nil("households", explanation="整村搬迁") if has_answered else nil("loan_products", submitter="350400-RCC")
    listed = Return(forms={"programme_participation": [row]}, submitter="350426", received_at=LATER)
    land(settings, clean("households", **DECEMBER), answer, listed)
    check(settings)
    assert found(settings, "PG-13") == ({"PG-13"} if has_answered else set())


@pytest.mark.parametrize("explanation", [None, "全部还清"])
def test_a_nil_that_takes_back_the_loans_leaves_their_events_alone_only_if_it_is_refused(
    settings: Settings, explanation: str | None
) -> None:
    taken_back = nil("guarantee_loans", received_at=LATER, explanation=explanation)
    land(settings, clean("guarantee_loans", "loan_events"), taken_back)
    check(settings)
    assert found(settings, "LE-10", "FL-37") == ({"FL-37"} if explanation is None else {"LE-10"})


def test_a_nil_of_the_last_period_is_what_stands_and_not_the_rows_before_it(settings: Settings) -> None:
    land(
        settings,
        clean("guarantee_loans", **SUMMER),
        nil("guarantee_loans", explanation="全部还清", **DECEMBER),
        clean("loan_events"),
    )
    check(settings)
    assert found(settings, "LE-10") == {"LE-10"}


def test_rows_after_a_nil_of_an_earlier_period_are_what_stands(settings: Settings) -> None:
    land(settings, nil("guarantee_loans", **SUMMER), clean("guarantee_loans", **DECEMBER), clean("loan_events"))
    check(settings)
    assert found(settings, "LE-10") == set()


def test_a_nil_of_a_list_by_year_says_nothing_of_the_next_year(settings: Settings) -> None:
    identified = {"identified_on": datetime(2017, 3, 1).date()}
    homes = [{**row, **identified} for row in load_contracts()["urban_households"].clean_rows]
    asking = Return(forms={"urban_households": homes})
    land(settings, nil("urban_applications", **DECEMBER), asking)
    check(settings)
    assert found(settings, "UH-18") == set()
    same_year = nil("urban_applications", period="2017-03", received_at=datetime(2017, 4, 5))
    land(settings, same_year)
    check(settings)
    assert found(settings, "UH-18") == {"UH-18"}


def test_households_without_a_member_are_found_although_no_member_is_there(settings: Settings) -> None:
    register = Return(forms={"households": [household(1)], "members": [member(1)]})
    land(settings, register, nil("members", received_at=LATER, explanation="整村搬迁"))
    check(settings)
    assert found(settings, "HH-09") == {"HH-09"}


@pytest.mark.parametrize("has_answered", [True, False])
def test_a_check_of_one_file_knows_who_said_nothing_in_an_earlier_period(
    settings: Settings, tmp_path: Path, has_answered: bool
) -> None:
    form = "cooperatives" if has_answered else "loan_products"
    make_workbook(settings.inbox / SUBMITTER / "a.xlsx", period="2016-12", forms={form: []}, modes={form: "无数据"})
    receive(settings)
    read_landed(settings)
    check_periods(settings, ("2016-12",))
    rows = load_contracts()["equity_holdings"].clean_rows
    preview = preview_file(settings, make_workbook(tmp_path / "b.xlsx", forms={"equity_holdings": rows}))
    assert preview.verdicts
    assert any(finding.rule_code == "EH-08" for finding in preview.findings) == has_answered
