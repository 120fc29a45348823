"""A ledger sent in July carries July's entries: they are asked about, and count from the period of their day.

In `make test` the unit tests of the models show what waits for the next period (int_loan_event, int_fund_movement and
their kind), and the rules' examples what is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.runs.night import run_night
from tests.nights import TINY_PERIODS, TINY_SCALE, TINY_TOWNSHIPS, home_settings, lend_project, table
from twin.city import returns_of
from twin.errors_loans import loan_row
from twin.next_period import NEXT, with_next_period
from twin.oracle.home import score_figures
from twin.plant import Planted
from twin.planting import NOW, Ground
from twin.state import make_state
from twin.write_returns import write_return

pytestmark = [pytest.mark.timeout(900), pytest.mark.verify]

OTHER, TOWNSHIP = TINY_TOWNSHIPS
JULY = date(2017, 7, 5)
PRINCIPAL, COMPENSATED = 7_000, 900
# Figure → what the row of July adds to it once it counts.
ADDED = {"guarantee_loan_amount": PRINCIPAL, "guaranteed_households": 1, "compensated_amount": COMPENSATED}


@dataclass(frozen=True)
class Played:
    """A home after the night of June's returns and the one of the next period, with the releases of both."""

    home: Path
    releases: tuple[Path, ...]
    city: Planted


def _city() -> Planted:
    """A clean city whose township lists in June's return a loan and a compensation of 5 July."""
    ground = Ground(make_state(TINY_SCALE, TINY_TOWNSHIPS, TINY_PERIODS))
    label = ground.find("guarantee_loans", NOW, _is_standing, taking=True)
    known = ground.values("guarantee_loans", NOW, label)
    same = {name: known[name] for name in ("loan_product", "guarantor_kind", "fund_code")}
    loan_row(ground, "july", held=False, township=TOWNSHIP, released_on=JULY, principal_yuan=PRINCIPAL, **same)
    drawn = ground.find("loan_events", NOW, lambda v: v["contract_number"] == known["contract_number"], taking=True)
    event = {
        "event_number": f"LE-{TOWNSHIP}-99001", "happened_on": JULY, "event_kind": "compensated",
        "amount_yuan": COMPENSATED,
    }  # fmt: skip
    ground.add("loan_events", NOW, {**ground.values("loan_events", NOW, drawn), **event}, "july", held=False)
    later = with_next_period(ground.state)
    following = {key: rows for key, rows in later.forms.items() if key[1] == NEXT}
    return Planted(replace(later, forms={**ground.planted_forms(), **following}), {}, (), ())


def _is_standing(loan: dict[str, object]) -> bool:
    is_of_township = str(loan["contract_number"])[3:12] == TOWNSHIP
    return is_of_township and loan["guarantor_kind"] == "fund" and float(str(loan["balance_yuan"])) > COMPENSATED


@pytest.fixture(scope="module")
def played(parsed_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """June's returns of all; of the next period, that of the other township alone."""
    home, city = tmp_path_factory.mktemp("july"), _city()
    lend_project(parsed_project, home)
    releases = []
    for is_next in (False, True):
        for sent in returns_of(city):
            if (sent.period == NEXT) == is_next and (not is_next or sent.submitter == OTHER):
                write_return(home_settings(home).inbox / sent.submitter, sent)
        report = run_night(home_settings(home))
        assert report.success, f"{report.failed_step}: {report.error}"
        releases.append((home / "warehouse" / "current").resolve())
    yield Played(home, tuple(releases), city)


def _values(home: Path, period: str) -> dict[str, Decimal]:
    where = f"period = '{period}' and map_edition = '2017' and division_code = '{TOWNSHIP}'"
    return {name: value for name, value in table(home, "reports.indicator", "indicator, value", where)
            if name in ADDED}  # fmt: skip


def test_a_row_of_july_is_accepted_and_asked_about(played: Played) -> None:
    found = table(played.home, "marts.fct_finding", "rule_code, severity, holds", f"submitter_code = '{TOWNSHIP}'")
    assert [one for one in found if one[0] in ("GL-16", "LE-08")] == [
        ("GL-16", "explain", "none"),
        ("LE-08", "explain", "none"),
    ]
    held = table(played.home, "marts.fct_submission", "sum(rows_held)", f"submitter_code = '{TOWNSHIP}'")
    assert held == [(0,)]


def test_it_is_in_no_figure_of_june_and_in_those_of_december_though_nothing_is_returned_anew(played: Played) -> None:
    june, december = _values(played.home, NOW), _values(played.home, NEXT)
    assert set(june) == set(ADDED)
    # Without a return of the township nothing else has moved.
    assert {name: december[name] - june[name] for name in ADDED} == ADDED


def test_the_figures_of_both_nights_are_the_oracles(played: Played) -> None:
    found = score_figures(played.releases[1], played.home / "raw" / "archive", played.city)
    assert found.compared > 10_000
    assert found.differing.empty, found.differing.head(20).to_string()
