"""What happened stays: a loan or a measure of a household that left the register is not held for that."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.contract import load_contracts
from orchestration.check.run import check_periods
from orchestration.core.settings import Settings
from tests.landed import REPEATED_CAUSE, WITHDRAWN, Return, household, land, member

DECEMBER = {"period": "2016-12", "received_at": datetime(2017, 1, 5, 8, 0)}
JUNE, LATER, LATEST = (datetime(2017, 7, day, 8, 0) for day in (3, 9, 12))
NEIGHBOUR = "350426203"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def happened(form: str, serial: int, **changes: Any) -> dict[str, Any]:
    """The clean row of a form, of ``household(serial)``."""
    row = dict(load_contracts()[form].clean_rows[0])
    key = {
        "guarantee_loans": {"contract_number": f"DB-350426202-{serial:05d}", "borrower_token": f"token-{serial}"},
        "assistance_measures": {"measure_code": f"{household(serial)['household_code']}001"},
    }[form]
    return {**row, "household_code": household(serial)["household_code"], **key, **changes}


def returned(*serials: int, loans: dict[int, dict[str, Any]], **kwargs: Any) -> Return:
    """A 全量 of a register, with a loan and a measure of each household of ``loans``, in the register or not."""
    return Return(
        forms={
            "households": [household(n) for n in serials],
            "members": [member(n) for n in serials],
            "guarantee_loans": [happened("guarantee_loans", n, **changes) for n, changes in loans.items()],
            "assistance_measures": [happened("assistance_measures", n) for n in loans],
        },
        **kwargs,
    )


def held(settings: Settings, period: str = "2017-06") -> list[tuple[str, str]]:
    """The rules that hold rows of what happened, each with the household's number."""
    found = []
    for form in ("guarantee_loans", "assistance_measures"):
        path = settings.held / form / f"period={period}" / "rows.parquet"
        if path.exists():
            found += duckdb.sql(
                f"select held_by_rule, right(household_code, 1) from read_parquet('{path}') order by all"
            ).fetchall()
    return found


def check(settings: Settings) -> None:
    check_periods(settings, ("2016-12", "2017-06"))


def test_a_household_that_left_the_register_keeps_its_loan_and_its_measure(settings: Settings) -> None:
    land(settings, returned(1, 2, loans={1: {}, 2: {}}, **DECEMBER), returned(1, loans={1: {}, 2: {}}))
    check(settings)
    assert held(settings) == []


def test_one_that_was_in_the_register_two_periods_ago_was_in_it(settings: Settings) -> None:
    land(
        settings,
        returned(1, 2, loans={1: {}}, period="2016-06", received_at=datetime(2016, 7, 5)),
        returned(1, loans={1: {}}, **DECEMBER),
        returned(1, loans={1: {}, 2: {}}),
    )
    check_periods(settings, ("2016-06",))
    assert held(settings) == []


def test_a_household_withdrawn_within_the_period_keeps_them_too(settings: Settings) -> None:
    gone = Return(
        forms={"households": [household(2, **WITHDRAWN)], "members": [member(2, 1, **WITHDRAWN)]},
        mode="correction",
        received_at=LATER,
    )
    land(settings, returned(1, 2, loans={1: {}, 2: {}}), gone)
    check(settings)
    assert held(settings) == []


def test_a_household_that_was_never_in_it_holds_what_is_said_of_it(settings: Settings) -> None:
    land(settings, returned(1, loans={1: {}}, **DECEMBER), returned(1, loans={1: {}, 2: {}}))
    check(settings)
    assert held(settings) == [("GL-26", "2"), ("AM-08", "2")]


def test_only_loans_of_the_poverty_programme_ask_for_the_register(settings: Settings) -> None:
    land(settings, returned(1, loans={1: {}}, **DECEMBER), returned(1, loans={1: {}, 2: {"loan_product": "other"}}))
    check(settings)
    assert held(settings) == [("AM-08", "2")]
    path = settings.findings / "findings" / "period=2017-06" / "rows.parquet"
    told = duckdb.sql(f"select severity from read_parquet('{path}') where rule_code = 'GL-08'").fetchall()
    assert told == [("explain",)]


def test_a_register_that_is_returned_as_nil_takes_nothing_back(settings: Settings) -> None:
    nil = Return(forms={"households": [], "members": []}, mode="nothing", received_at=LATER)
    land(settings, returned(1, 2, loans={1: {}}, **DECEMBER), returned(1, 2, loans={1: {}, 3: {}}), nil)
    check(settings)
    assert held(settings) == [("GL-26", "3"), ("AM-08", "3")]


@pytest.mark.parametrize("explanation", [None, "与银行核对后更正"])
@pytest.mark.parametrize("is_nil", [False, True])
def test_a_list_of_all_that_happened_loses_nothing_in_a_new_period_without_a_word(
    settings: Settings, is_nil: bool, explanation: str | None
) -> None:
    register = {"households": [household(n) for n in range(1, 5)], "members": [member(n) for n in range(1, 5)]}
    left = {"guarantee_loans": [] if is_nil else [happened("guarantee_loans", 1)]}
    land(
        settings,
        returned(1, 2, 3, 4, loans={n: {} for n in (1, 2, 3, 4)}, **DECEMBER),
        Return(forms=register),
        Return(forms=left, mode="nothing" if is_nil else "full", received_at=LATER, explanation=explanation),
    )
    check(settings)
    path = settings.findings / "submissions" / "period=2017-06" / "rows.parquet"
    told = duckdb.sql(f"select verdict from read_parquet('{path}') where form = 'guarantee_loans'").fetchall()
    accepted = settings.accepted / "guarantee_loans" / "period=2017-06" / "rows.parquet"
    ((standing,),) = duckdb.sql(f"select count(*) from read_parquet('{accepted}')").fetchall()
    asked = duckdb.sql(
        f"select rule_code from read_parquet('{settings.findings}/findings/period=2017-06/rows.parquet')"
        " where form = 'guarantee_loans'"
    ).fetchall()
    if explanation is None:
        # Nothing was returned for the period: the models carry December's.
        assert (told, standing, asked) == ([("rejected",)], 0, [("FL-37" if is_nil else "FL-16",)])
    else:
        assert (told, standing, asked) == ([("nothing" if is_nil else "accepted",)], len(left["guarantee_loans"]), [])


def loans_of_a_neighbour() -> list[Return]:
    """As many submissions of the form as the others send: each is in every pass of the check."""
    rows = {"guarantee_loans": [happened("guarantee_loans", 8), happened("guarantee_loans", 9)]}
    return [Return(forms=rows, submitter=NEIGHBOUR, received_at=day) for day in (JUNE, LATER, LATEST)]


@pytest.mark.parametrize("refused", ["nil", "whole"])
@pytest.mark.parametrize("has_neighbour", [False, True])
def test_a_refused_return_brings_nothing_of_a_held_household_whoever_else_sends_the_form(
    settings: Settings, refused: str, has_neighbour: bool
) -> None:
    register = {
        "households": [household(n, **(REPEATED_CAUSE if n == 2 else {})) for n in (1, 2, 3, 4)],
        "members": [member(n) for n in (1, 2, 3, 4)],
    }
    forms: dict[str, list[dict[str, Any]]] = {"guarantee_loans": []}
    again = {"nil": "nothing", "whole": "full"}[refused]
    land(
        settings,
        returned(1, 2, 3, 4, loans={n: {} for n in (1, 2, 3, 4)}, **DECEMBER),
        Return(forms=forms, mode=again, received_at=JUNE),
        Return(forms=register, received_at=LATER),
        Return(forms=forms, mode="nothing", received_at=LATEST),
        *(loans_of_a_neighbour() if has_neighbour else []),
    )
    check(settings)
    findings = settings.findings / "findings" / "period=2017-06" / "rows.parquet"
    told = duckdb.sql(
        f"select rule_code, value from read_parquet('{findings}') where form = 'guarantee_loans' order by all"
    ).fetchall()
    assert told == {"nil": [("FL-37", "4"), ("FL-37", "4")], "whole": [("FL-16", "0"), ("FL-37", "4")]}[refused]
    accepted = settings.accepted / "guarantee_loans" / "period=2017-06" / "rows.parquet"
    sent_by = duckdb.sql(f"select distinct submitter_code from read_parquet('{accepted}')").fetchall()
    assert sent_by == ([(NEIGHBOUR,)] if has_neighbour else [])
