"""A correction that comes before its period's whole, and nothing to report after a whole: each figure on each day.

In `make test` the same returns are checked without their figures (tests/pipeline/test_checking), and a build shows what
is left of a form that was said to be empty (tests/dbt/test_silence).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from expectations.contract import load_contracts
from orchestration.explain.lineage.explain import explain
from orchestration.explain.lineage.explanation import Figure
from orchestration.release.manifest import read_release
from orchestration.runs.night import run_night
from tests.builders import make_workbook
from tests.nights import TINY_PERIODS, TINY_TOWNSHIPS, home_settings, table

pytestmark = [pytest.mark.timeout(900), pytest.mark.verify]

OTHER, TOWNSHIP = TINY_TOWNSHIPS
COUNTY, CITY = TOWNSHIP[:6], "350400"
BEFORE, PERIOD = TINY_PERIODS
FORM = "guarantee_loans"
NAMES = ("guarantee_loan_amount", "loan_balance")
# A repayment, a subsidy, a bank's balance of a loan that is in no register.
DEPENDANTS = {"loan_events": "LE-10", "loan_subsidies": "LS-11", "bank_loans": "BL-11"}
REASON = "台账移交县农商行，乡镇不再登记"


def send(home: Path, name: str, word: str, rows: Mapping[str, list[dict[str, Any]]], reason: str = "") -> None:
    """Put a return of the township's loans into its inbox."""
    make_workbook(
        home_settings(home).inbox / TOWNSHIP / f"{TOWNSHIP}_{PERIOD}_{name}.xlsx",
        TOWNSHIP,
        PERIOD,
        rows,
        modes={FORM: word},
        explanations={FORM: reason} if reason else {},
    )


def night(home: Path) -> None:
    report = run_night(home_settings(home))
    assert report.success, f"{report.failed_step}: {report.error}"


def told(home: Path, name: str, division: str) -> dict[str, Any]:
    """A figure as published, and its receipt: the returns of loans that it rests on, and what came of those owed."""
    columns = ("value", "low", "high", "coverage", "status")
    where = f"map_edition = '2017' and period = '{PERIOD}' and division_code = '{division}' and indicator = '{name}'"
    (figure,) = table(home, "reports.indicator", ", ".join(columns), where)
    settings = home_settings(home)
    receipt = explain(settings, read_release(settings), Figure(name, division, PERIOD))
    (came,) = [one for one in receipt.beside.coverage if one.form == FORM]
    return dict(zip(columns, figure, strict=True)) | {
        "returns": {row.submission_id for row in receipt.rows if row.form == FORM},
        "came": {"received": came.received, "nothing": came.nothing, "missing": came.missing, "refused": came.rejected},
        "missing": [submitter for submitter, form in receipt.beside.missing if form == FORM],
    }


def all_told(home: Path) -> dict[tuple[str, str], dict[str, Any]]:
    return {(name, place): told(home, name, place) for name in NAMES for place in (TOWNSHIP, COUNTY, CITY)}


def asked(home: Path, form: str = FORM) -> dict[str, int]:
    """The rules that ask about a form of the period, each with how many times, leaving replaced returns out."""
    where = f"period = '{PERIOD}' and form = '{form}' and not is_replaced"
    return dict(table(home, "marts.fct_finding", "rule_code, count(*)", f"{where} group by rule_code"))


def test_a_correction_before_its_whole_changes_no_figure_and_the_township_has_not_returned(
    tiny_first_home: Path, tiny_home: Path, copy_of: Callable[[Path], Path]
) -> None:
    home = copy_of(tiny_first_home)
    (sent,) = (home_settings(home).inbox / TOWNSHIP).glob(f"*_{PERIOD}_扶贫报表.xlsx")
    whole = Path(shutil.move(sent, home.with_name("whole.xlsx")))
    night(home)
    silent = all_told(home)
    for name in NAMES:
        ((before,),) = table(
            home, "reports.indicator", "value",
            f"map_edition = '2017' and period = '{BEFORE}' and division_code = '{TOWNSHIP}' and indicator = '{name}'",
        )  # fmt: skip
        assert (silent[name, TOWNSHIP]["value"], silent[name, TOWNSHIP]["coverage"]) == (before, 0), name
        assert silent[name, TOWNSHIP]["came"] == {"received": 0, "nothing": 0, "missing": 1, "refused": 0}
        assert all(TOWNSHIP in silent[name, place]["missing"] for place in (TOWNSHIP, COUNTY, CITY)), name

    send(home, "更正", "更正", {FORM: [load_contracts()[FORM].clean_rows[0]]})
    night(home)
    assert asked(home)["FL-36"] == 1
    for which, figure in all_told(home).items():
        # It is missing as before, and was refused: all else is as it was, to the returns it rests on.
        assert figure == silent[which] | {"came": silent[which]["came"] | {"refused": 1}}, which

    shutil.copyfile(whole, sent)
    night(home)
    for which, figure in all_told(home).items():
        in_time = told(tiny_home, *which)
        assert figure | {"returns": ()} == in_time | {"returns": ()}, which
        assert len(figure["returns"]) == len(in_time["returns"]) > 0
        assert figure["returns"] != silent[which]["returns"]


def test_nothing_to_report_after_a_whole_takes_its_rows_back_with_a_reason_only(
    tiny_home: Path, copy_of: Callable[[Path], Path]
) -> None:
    home = copy_of(tiny_home)
    whole = all_told(home)

    send(home, "无数据", "无数据", {FORM: []})
    night(home)
    assert asked(home)["FL-37"] == 1
    for which, figure in all_told(home).items():
        # No reason came: the rows stand as they did and may have changed, so the range opens and all else is as it was.
        unmoved = {"low": None, "high": None}
        assert figure | unmoved == whole[which] | unmoved, which
        assert figure["low"] <= whole[which]["low"], which
        assert which[1] != TOWNSHIP or (figure["low"] == 0 and figure["high"] >= whole[which]["high"]), which

    before_nil = {form: asked(home, form)[rule] for form, rule in DEPENDANTS.items()}
    send(home, "更改", "无数据", {FORM: []}, REASON)
    night(home)
    now = all_told(home)
    for name in NAMES:
        was, is_now = whole[name, TOWNSHIP], now[name, TOWNSHIP]
        assert was["value"] > 0
        # It is an answer, and so nothing stands: neither missing nor unknown, and no row for the receipt to name.
        for side, expected in (("value", 0), ("low", 0), ("coverage", 1), ("returns", set()), ("missing", [])):
            assert is_now[side] == expected, (name, side)
        assert is_now["came"] == {"received": 0, "nothing": 1, "missing": 0, "refused": 0}
        for place in (COUNTY, CITY):
            before, after = whole[name, place], now[name, place]
            assert after["value"] == before["value"] - was["value"], (name, place)
            assert after["low"] <= after["value"]
            assert (after["coverage"], after["missing"]) == (before["coverage"], before["missing"]), (name, place)
            assert after["returns"] == before["returns"] - was["returns"], (name, place)
    # What others tell of its loans is held against the empty register, and not excused by it.
    for form, rule in DEPENDANTS.items():
        assert asked(home, form)[rule] > before_nil[form] + 10, rule
