"""A rule tried over all kept originals names exactly whom it would hit, and leaves what the nights decided alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from expectations.contract import read_contract
from expectations.model import CONTRACTS_DIR
from orchestration.check.run import check_periods
from orchestration.check.state import landed_periods
from orchestration.core.lock import HomeBusyError
from orchestration.core.settings import Settings
from orchestration.core.steps import Steps
from orchestration.rules.proposal import RuleError, propose
from orchestration.runs.backtest import RuleBacktest, backtest_rules, keep_opinion, list_backtests
from tests.added_rule import BEFORE, FROM_THEN_ON, contracts_with, judge_by, rule, sent
from tests.children import KILLED, exit_code_of
from tests.landed import REPEATED_CAUSE, TOWNSHIP, land

CONTRACTS = contracts_with(rule(on_trial=True))
REPEATED = 6  # the household of the last return that HH-11 holds


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home of two townships, checked by the rules in force; of one township's households two are huge by now."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    last = sent(FROM_THEN_ON, 1, 2, 3, 4, 5, REPEATED, huge=(2, 3))
    last.forms["households"][-1] |= REPEATED_CAUSE
    land(settings, sent(BEFORE, 1, 2, huge=(), submitter="350426201"), sent(BEFORE, 1, 2, 3, huge=(2,)), last)
    with pytest.MonkeyPatch.context() as patch:
        judge_by(patch, CONTRACTS)
        check_periods(settings, landed_periods(settings))
        # A batch that a night is about to land, or was killed over, has no manifest yet.
        (settings.landing / "households" / "period=2017-06" / "batch-half.parquet").write_bytes(b"half a file")
        yield settings


@pytest.fixture(scope="module")
def before(settings: Settings) -> dict[str, bytes]:
    return decided(settings)


@pytest.fixture(scope="module")
def report(settings: Settings, before: dict[str, bytes]) -> RuleBacktest:
    assert before
    return backtest_rules(settings, propose(CONTRACTS, ["HH-90"], ["HH-11"]), Steps())


def decided(settings: Settings) -> dict[str, bytes]:
    """Every byte of what the nights accepted, held and found."""
    areas = (settings.accepted, settings.held, settings.findings)
    return {str(path): path.read_bytes() for area in areas for path in sorted(area.rglob("*")) if path.is_file()}


def test_a_tried_rule_names_exactly_the_rows_it_hits(report: RuleBacktest) -> None:
    found = duckdb.execute(
        "select submission_id[10:13], rule_code, row_number, value from read_parquet(?) order by all",
        [str(report.folder / "findings.parquet")],
    ).fetchall()
    assert found == [("1559", "HH-90", 5, "999"), ("1600", "HH-90", 5, "999"), ("1600", "HH-90", 6, "999")]


def test_a_trial_tells_what_would_be_held_and_freed_and_whose_verdict_would_change(report: RuleBacktest) -> None:
    told = [(c.rule_code, c.form, c.rows_hit, c.rows_held, c.rows_freed) for c in report.consequences]
    # The members of a household are held and freed with it; the rule left out is asked nothing.
    assert told == [
        ("HH-11", "households", 0, 0, 1),
        ("HH-11", "members", 0, 0, 1),
        ("HH-90", "households", 3, 3, 0),
        ("HH-90", "members", 0, 3, 0),
    ]
    assert {c.submitter_code for c in report.consequences} == {TOWNSHIP}
    changes = [(v.submission_id[9:13], v.form, v.before, v.after, v.held_before, v.held_after) for v in report.verdicts]
    # The later return was partly accepted before, for another household; that is no other verdict.
    assert changes == [
        ("1559", "households", "accepted", "partly accepted", 0, 1),
        ("1559", "members", "accepted", "partly accepted", 0, 1),
    ]


def test_the_second_opinion_stands_whole_beside_the_first_which_no_byte_of_changes(
    settings: Settings, before: dict[str, bytes], report: RuleBacktest
) -> None:
    assert decided(settings) == before
    assert not list(settings.warehouse.glob(".trial-*"))
    assert list(settings.trials.iterdir()) == [report.folder]
    kept = sorted(path.name for path in report.folder.iterdir())
    assert kept == ["consequences.parquet", "findings.parquet", "trial.json", "verdicts.parquet"]
    assert {path.stat().st_mode & 0o077 for path in (settings.trials, report.folder, *report.folder.iterdir())} == {0}
    (listed,) = list_backtests(settings)
    assert (listed.codes, listed.submissions) == (("HH-90", "HH-11"), 3)
    assert "housing_area_m2 > 500" in listed.tried[0].query


def test_a_killed_trial_is_none_and_the_next_one_clears_it_away(settings: Settings, report: RuleBacktest) -> None:
    listed = list_backtests(settings)
    again = replace(report, folder=report.folder.with_name("20261231T000000000000Z_HH-90"))
    dying = replace(settings, failpoint="trial.before_rename")
    assert exit_code_of(keep_opinion, dying, settings, again) == KILLED
    assert list_backtests(settings) == listed
    assert len(list(settings.trials.iterdir())) == 2
    keep_opinion(settings, settings, again)
    assert sorted(settings.trials.iterdir()) == [report.folder, again.folder]


def test_one_trial_at_a_time_works_in_a_home(settings: Settings) -> None:
    with (
        FileLock(settings.warehouse / "trial.lock"),
        pytest.raises(HomeBusyError, match="another trial is at work here"),
    ):
        backtest_rules(settings, propose(CONTRACTS, ["HH-90"]), Steps())


def test_before_anything_was_received_there_is_nothing_to_try_on(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="nothing was received yet"):
        backtest_rules(Settings(home=tmp_path), propose(CONTRACTS, ["HH-90"]), Steps())


@pytest.mark.parametrize(
    ("codes", "without", "told"),
    [
        pytest.param((), (), "nothing to try", id="nothing"),
        pytest.param(("HH-91",), (), "HH-91: no such rule", id="no rule"),
        pytest.param(("HH-11",), (), "judges every return already", id="a rule in force"),
        pytest.param(("HH-11",), ("HH-11",), "choose one", id="both in and out"),
        pytest.param((), ("HH-90",), "HH-90: no such rule", id="leaving out what judges nothing"),
    ],
)
def test_what_cannot_be_tried_is_refused(codes: tuple[str, ...], without: tuple[str, ...], told: str) -> None:
    with pytest.raises(RuleError, match=told):
        propose(CONTRACTS, codes, without)


def test_a_contract_from_a_file_proposes_its_new_and_changed_rules_and_leaves_out_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "guarantee_funds.odcs.yaml"
    shutil.copy(CONTRACTS_DIR / path.name, path)
    current = read_contract(path)
    contracts = {**CONTRACTS, "guarantee_funds": current}
    with pytest.raises(RuleError, match="nothing to try"):
        propose(contracts, (), other=read_contract(path))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("id: GF-09", "id: GF-90"), encoding="utf-8")
    proposal = propose(contracts, (), other=read_contract(path))
    assert (proposal.codes, proposal.left_out) == (("GF-90", "GF-09"), ("GF-09",))
    judging = {found.code for found in proposal.rules}
    assert "GF-90" in judging
    assert not {"GF-09", "HH-90"} & judging
    changed = current.model_copy(
        update={"rules": tuple(r.model_copy(update={"severity": "inform", "holds": "none"}) if r.code == "GF-01" else r
                               for r in current.rules)}
    )  # fmt: skip
    assert [found.severity for found in propose(contracts, (), other=changed).tried] == ["inform"]
    wider = current.model_copy(update={"columns": current.columns[:-1]})
    with pytest.raises(RuleError, match="other columns"):
        propose(contracts, (), other=wider)
