"""What speaks against a release is found and told, keeps it from readers where the settings say so, or warns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.cli.main import main
from orchestration.core.settings import Settings
from orchestration.core.variables import read_settings
from orchestration.decisions.log import list_decisions
from orchestration.receive.archive import FormNotice, Receipt
from orchestration.receive.arrival import copy_to_judge, receive_into_place, take_from_inbox
from orchestration.release.checklist import Checklist, draft_with_checklist, read_checklist
from orchestration.release.gate import admit, admit_waiting, find_blockers, is_blocked, sign
from orchestration.release.history import known_releases
from orchestration.release.manifest import (
    Release,
    ReleaseError,
    current_id,
    latest_id,
    list_releases,
    read_release,
    waiting_id,
)
from orchestration.release.pin import resume, roll_back
from orchestration.release.privacy import look_for_persons
from orchestration.release.publish import publish
from orchestration.release.verify import verify
from orchestration.transform.definitions import LOGIC
from tests.children import KILLED, exit_code_of

KNOWN_ON = datetime(2017, 7, 1, 2, 0, tzinfo=UTC)
TOWNSHIP, COUNTY = "350426202", "350426"
_TABLES = """
create schema reports; create schema marts; create schema quality;
create table reports.indicator (indicator varchar, map_edition varchar, division_level varchar, division_code varchar,
    period varchar, value decimal(24, 6), status varchar, definition_version varchar);
create table reports.reconciliation (period varchar, form varchar, indicator varchar, division_code varchar,
    submitter_code varchar, where_from varchar, ours decimal(24, 6), theirs decimal(24, 6), difference decimal(24, 6));
create table reports.stock_flow_residual (period varchar, population varchar, household_code varchar,
    person_code varchar, persons bigint, reason varchar);
create table quality.fund_balance (period varchar, fund_code varchar, difference_yuan decimal(18, 2));
create table quality.equity_gap (period varchar, subject_code varchar, identity_kind varchar,
    gap_yuan decimal(18, 2));
create table quality.loan_ledger_gap (period varchar, contract_number varchar, difference_yuan decimal(18, 2));
create table quality.suspect_row (period varchar, rule_code varchar, form varchar, submitter_code varchar,
    row_number bigint, column_name varchar, indicator varchar, division_level varchar, division_code varchar,
    published_value decimal(24, 6), value_without_row decimal(24, 6), influence decimal(24, 6), moves_figure boolean);
create table quality.figure_jump (period varchar, indicator varchar, division_code varchar,
    published_value decimal(24, 6), period_before varchar, published_before decimal(24, 6), factor decimal(24, 6));
create table reports.coverage (map_edition varchar, division_level varchar, division_code varchar, period varchar,
    form varchar, owed bigint, missing bigint, rejected bigint, coverage decimal(24, 6));
create table marts.dim_submitter (submitter_code varchar, area_code varchar);
insert into marts.dim_submitter values ('350426202', '350426202'), ('350426', '350426'), ('350423', '350423'),
    ('350400', '350400');
create table marts.fct_submission (submission_id varchar, form varchar, submitter_code varchar, period varchar,
    verdict varchar);
insert into reports.coverage values ('2017', 'county', '350426', '2017-06', 'households', 20, 0, 0, 1);
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    settings.warehouse.mkdir(parents=True)
    return settings


def night(
    settings: Settings,
    day: int,
    *statements: str,
    persons: int = 100,
    status: str = "final",
    definition: str = "1",
) -> Release:
    """Seal a release whose one figure, of a township, its county and the city, is ``persons``."""
    built = settings.home / "built.duckdb"
    built.unlink(missing_ok=True)
    divisions = {"city": "350400", "county": COUNTY, "township": TOWNSHIP}
    with duckdb.connect(str(built)) as connection:
        connection.execute(_TABLES)
        for level, code in divisions.items():
            figure = ["poor_persons", "2017", level, code, "2016-12", persons, status, definition]
            connection.execute("insert into reports.indicator values (?, ?, ?, ?, ?, ?, ?, ?)", figure)
        for statement in statements:
            connection.execute(statement)
    return publish(settings, draft_with_checklist(settings, built, KNOWN_ON + timedelta(days=day)))


def outcomes(release: Release, blocks: Iterable[str] = ("revisions", "privacy")) -> dict[str, str]:
    return {item.name: item.outcome(tuple(blocks)) for item in listed(release).items}


def listed(release: Release) -> Checklist:
    checklist = read_checklist(release.path)
    assert checklist is not None
    return checklist


def first(release: Release, name: str) -> tuple[str, ...]:
    return next(item.first for item in listed(release).items if item.name == name)


def came(settings: Settings, sent: dict[str, str], verdict: str) -> str:
    """Archive a return of members; gives the statement that tells its verdict."""
    period, submitter = sent.get("period", "2016-12"), sent.get("submitter", TOWNSHIP)
    notice = FormNotice(form="members", mode=sent.get("mode", "full"), explanation=sent.get("explanation"))
    receipt = Receipt(
        submission_id="s1", original_name="a.csv", stored_name="a.csv", sha256="0", size_bytes=0, received_at=KNOWN_ON,
        inbox_path="a.csv", modified_ns=0, submitter_code=submitter, period=period, data_origin="synthetic",
        forms=(notice,),
    )  # fmt: skip
    source = settings.inbox / "a.csv"
    source.parent.mkdir(parents=True)
    source.touch()
    arrived = take_from_inbox(settings, source)
    copy_to_judge(arrived)
    receive_into_place(settings, arrived, receipt)
    return f"insert into marts.fct_submission values ('s1', 'members', '{submitter}', '{period}', '{verdict}')"


LEAK = "create table marts.dim_person as select '350490197101090016' as person_key"


def test_a_release_without_a_gap_is_ok_in_every_item_and_readers_see_it(settings: Settings) -> None:
    release = night(settings, 1)
    assert set(outcomes(release).values()) == {"ok"}
    assert release.is_current
    assert listed(release).compared_with is None
    assert verify(settings).ok


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("insert into reports.reconciliation values ('2017-06', 'members', null, null, '350426202', 'control total',"
         " 10, 12, -2)", "2017-06 members 350426202: control total, ours 10.000000, theirs 12.000000"),
        ("insert into reports.stock_flow_residual values ('2017-06', 'registered', '0001', null, -3, 'gone')",
         "2017-06 registered 0001: gone"),
        ("insert into quality.fund_balance values ('2017-06', 'F1', 0.01)", "0.01 yuan between ledger and balance"),
        ("insert into quality.equity_gap values ('2017-06', 'S1', 'dues_to_yield', -2)", "dues_to_yield: -2.00 yuan"),
        ("insert into quality.loan_ledger_gap values ('2017-06', 'C1', null)", "2017-06 C1: no ledger entries"),
    ],
)  # fmt: skip
def test_an_identity_that_does_not_close_is_named(settings: Settings, statement: str, told: str) -> None:
    release = night(settings, 1, statement)
    assert outcomes(release)["reconciliations"] == "warning"
    assert told in first(release, "reconciliations")[0]
    assert release.is_current


def test_a_county_that_returned_too_little_of_the_latest_period_is_named(settings: Settings) -> None:
    row = "insert into reports.coverage values ('2017', 'county', '350426', '{}', 'members', 20, 4, 1, 0.75)"
    assert outcomes(night(settings, 1, row.format("2016-12")))["coverage"] == "ok"
    release = night(settings, 2, row.format("2017-06"))
    assert first(release, "coverage") == ("350426 members: 5 of 20 missing or rejected, coverage 0.750",)


def suspect(level: str, code: str, influence: float, moves: bool, without: str = "54000", column: str = "'a'") -> str:
    return (
        f"insert into quality.suspect_row values ('2016-12', 'VI-11', 'village_income', '{TOWNSHIP}', 9, {column},"
        f" 'village_income_mean', '{level}', '{code}', 596000, {without}, {influence}, {moves})"
    )


def test_a_row_without_an_answer_that_moves_a_countys_figure_is_named(settings: Settings) -> None:
    release = night(
        settings, 1,
        suspect("county", "350423", 0.5, True, without="null", column="null"),
        suspect("county", COUNTY, 0.9, True),
        suspect("county", "350424", 0.9, False),
        suspect("city", "350400", 0.9, True),
    )  # fmt: skip
    assert (outcomes(release)["suspects"], release.is_current) == ("warning", True)
    assert first(release, "suspects") == (
        "2016-12 350426 village_income_mean: 596000.000000, without the row 54000.000000 (VI-11, village_income a,"
        " 350426202, row 9)",
        "2016-12 350423 village_income_mean: 596000.000000, without the row none (VI-11, village_income,"
        " 350426202, row 9)",
    )


def test_a_figure_of_the_latest_period_that_jumps_is_named(settings: Settings) -> None:
    jump = "insert into quality.figure_jump values ('{}', 'insurance_premium', '{}', 5, '2015-12', 100, {})"
    release = night(settings, 1, jump.format("2016-12", COUNTY, 40), jump.format("2017-06", COUNTY, 20),
                    jump.format("2017-06", "350423", 34.37))  # fmt: skip
    assert outcomes(release)["jumps"] == "warning"
    assert first(release, "jumps") == (
        "2017-06 350423 insurance_premium: 5.000000, in 2015-12 100.000000, 34.4 times",
        "2017-06 350426 insurance_premium: 5.000000, in 2015-12 100.000000, 20.0 times",
    )


def test_a_confirmed_figure_that_moved_for_no_reason_is_named_from_the_widest_area_on(settings: Settings) -> None:
    night(settings, 1)
    release = night(settings, 2, persons=99)
    assert (outcomes(release)["revisions"], release.is_current) == ("block", False)
    assert first(release, "revisions")[0] == "2016-12 350400 poor_persons (final): 100.000000 became 99.000000"
    assert len(first(release, "revisions")) == 3
    assert listed(release).compared_with == list_releases(settings)[0].release_id


def test_a_confirmed_figure_that_vanished_blocks_the_release(settings: Settings) -> None:
    before = night(settings, 1, status="county-confirmed")
    release = night(settings, 2, f"delete from reports.indicator where division_code = '{TOWNSHIP}'")
    told = ("2016-12 350426202 poor_persons (county-confirmed): 100.000000 became none",)
    assert (first(release, "revisions"), outcomes(release)["revisions"]) == (told, "block")
    assert current_id(settings) == before.release_id


def test_a_night_with_a_confirmed_figure_that_vanished_ends_with_1_and_the_checklist_names_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANMING_HOME", str(settings.home))
    night(settings, 1)
    release = night(settings, 2, f"delete from reports.indicator where division_code = '{TOWNSHIP}'")
    ended = CliRunner().invoke(main, ["night"])
    assert (ended.exit_code, f"{release.release_id} is blocked by revisions" in ended.output) == (1, True)
    shown = CliRunner().invoke(main, ["release", "checklist"])
    assert shown.exit_code == 1
    assert "block    revisions, 1 found" in shown.output
    assert "2016-12 350426202 poor_persons (final): 100.000000 became none" in shown.output


def test_a_confirmed_figure_that_is_defined_anew_is_listed_and_needs_one_signature(settings: Settings) -> None:
    before = night(settings, 1)
    release = night(settings, 2, f"delete from reports.indicator where division_code = '{TOWNSHIP}'",
                    persons=99, definition="2")  # fmt: skip
    found = outcomes(release)
    assert (found["revisions"], found["redefinitions"]) == ("ok", "sign")
    assert "2016-12 350426202 poor_persons (final): 100.000000 became none" in first(release, "redefinitions")
    assert len(first(release, "redefinitions")) == 3
    assert (current_id(settings), is_blocked(settings)) == (before.release_id, False)
    assert find_blockers(settings, release.release_id).missing == 1
    assert sign(settings, release.release_id, "张三", "口径调整已核对").missing == 0
    assert current_id(settings) == release.release_id
    # The same figures again, by the same definition, ask nobody.
    assert night(settings, 3, persons=99, definition="2").is_current


def test_a_definition_that_changed_without_moving_a_confirmed_figure_asks_nobody(settings: Settings) -> None:
    night(settings, 1)
    assert night(settings, 2, definition="2").is_current


def test_a_provisional_figure_may_move(settings: Settings) -> None:
    night(settings, 1, status="provisional")
    assert outcomes(night(settings, 2, persons=99))["revisions"] == "ok"


@pytest.mark.parametrize(
    ("sent", "verdict", "left"),
    [
        pytest.param({"mode": "correction"}, "accepted", 0, id="a correction of the township"),
        pytest.param({"explanation": "补报"}, "partly accepted", 0, id="the whole with an explanation"),
        pytest.param({}, "accepted", 3, id="the whole without a word"),
        pytest.param({"mode": "correction"}, "rejected", 3, id="a correction that was rejected"),
        pytest.param({"mode": "correction", "period": "2017-06"}, "accepted", 3, id="of a later period"),
        pytest.param({"mode": "correction", "submitter": "350423"}, "accepted", 2, id="of another county"),
        pytest.param({"mode": "correction", "submitter": "350400"}, "accepted", 0, id="of a city office"),
    ],
)
def test_only_an_accepted_return_that_says_why_explains_what_moved_in_its_area(
    settings: Settings, sent: dict[str, str], verdict: str, left: int
) -> None:
    night(settings, 1)
    release = night(settings, 2, came(settings, sent, verdict), persons=99)
    # A county's return says nothing of another county, but the city's figure contains it.
    assert len(first(release, "revisions")) == left


@pytest.mark.parametrize(
    ("sent", "verdict", "by_returns", "by_definitions"),
    [
        pytest.param(None, "", 0, 3, id="nothing came"),
        pytest.param({}, "rejected", 0, 3, id="what came was rejected"),
        pytest.param({}, "accepted", 3, 0, id="a return of the township came"),
        pytest.param({"period": "2017-06"}, "accepted", 0, 3, id="a return of a later period came"),
        pytest.param({"submitter": "350423"}, "accepted", 1, 2, id="a return of another county came"),
    ],
)
def test_figures_that_only_another_program_can_have_moved_need_one_signature(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    sent: dict[str, str] | None,
    verdict: str,
    by_returns: int,
    by_definitions: int,
) -> None:
    night(settings, 1)
    monkeypatch.setitem(LOGIC, "logic/checking", LOGIC["logic/checking"] + 1)
    statements = [] if sent is None else [came(settings, sent, verdict)]
    release = night(settings, 2, *statements, persons=99)
    assert (len(first(release, "revisions")), len(first(release, "redefinitions"))) == (by_returns, by_definitions)
    assert not release.is_current


@pytest.mark.parametrize(
    ("column", "value", "found"),
    [
        ("person_key", "350490197101090016", True),
        ("person_key", "350490197101090012", False),  # the last digit does not follow from the others
        ("person_key", "0123456789abcdef0123456789abcdef", False),
        ("village_code", "0123456789abcdef0123456789abcdef", True),
        ("told", "13805980000", True),
        ("told", "电话：13805980000。", True),
        ("told", "证号350490197101090016", True),
        ("told", "合同13805980000123号", False),
        ("remark", "无", True),
    ],
)
def test_what_looks_like_a_person_is_found_and_never_repeated(column: str, value: str, found: bool) -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.dim_thing as select '{value}' as {column}")
        told = look_for_persons(connection, "memory")
    assert bool(told) == found
    assert all(place.startswith(f"marts.dim_thing.{column}: ") and value not in place for place in told)


def test_a_code_that_passes_for_an_id_number_by_chance_is_none() -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.t as select '350490197101090016' as distribution_code"
                           " union all select unnest(['350426202206512016', '350426202206512017'])")  # fmt: skip
        assert look_for_persons(connection, "memory") == ()


def test_a_blocked_release_is_sealed_and_kept_and_readers_stay_until_the_cause_is_mended(settings: Settings) -> None:
    before = night(settings, 1)
    blocked = night(settings, 2, LEAK)
    assert (blocked.is_new, blocked.is_current, is_blocked(settings)) == (True, False, True)
    assert (current_id(settings), latest_id(settings)) == (before.release_id, blocked.release_id)
    assert verify(settings, blocked.release_id).ok
    again = night(settings, 2, LEAK)
    assert (again.release_id, again.is_new, again.is_current) == (blocked.release_id, False, False)
    mended = night(settings, 3)
    assert (mended.is_current, is_blocked(settings), waiting_id(settings)) == (True, False, None)
    with pytest.raises(ReleaseError, match="readers may not see it"):
        roll_back(settings, blocked.release_id, "试", "张三")
    assert current_id(settings) == mended.release_id


def test_what_was_superseded_while_it_waited_was_known_on_no_day(settings: Settings) -> None:
    seen, blocked = night(settings, 1), night(settings, 2, LEAK)
    assert known(settings) == [seen.release_id]
    mended = night(settings, 3)
    assert known(settings) == [seen.release_id, mended.release_id]
    # Made again and admitted after all, it is known from then on.
    admit(replace(settings, checklist_blocks=()), blocked.release_id)
    assert blocked.release_id in known(settings)


def test_a_release_that_was_published_is_known_where_the_process_died_before_readers_saw_it(settings: Settings) -> None:
    signing = replace(settings, signatures=1)
    signed = night(signing, 1)
    dying = replace(signing, failpoint="admit.before_current")
    assert exit_code_of(sign, dying, signed.release_id, "张三", "已核对") == KILLED
    assert (current_id(settings), latest_id(settings)) == (None, signed.release_id)
    shown = admit_waiting(signing)
    assert shown is not None
    assert (shown.release_id, shown.is_current, known(settings)) == (signed.release_id, True, [signed.release_id])
    later = night(settings, 2)
    assert known(settings) == [signed.release_id, later.release_id]


def known(settings: Settings) -> list[str]:
    return [one.manifest.release_id for one in known_releases(settings)]


def test_the_first_release_may_be_blocked_too_and_then_readers_see_none(settings: Settings) -> None:
    night(settings, 1, LEAK)
    assert current_id(settings) is None
    assert admit_waiting(replace(settings, checklist_blocks=())) == read_release(settings)
    assert waiting_id(settings) is None


def test_which_items_block_is_a_setting(settings: Settings) -> None:
    night(settings, 1)
    assert not night(settings, 2, persons=99).is_current
    assert find_blockers(settings, latest_id(settings) or "").blocking == ("revisions",)
    lenient = replace(settings, checklist_blocks=("privacy",))
    assert find_blockers(lenient, latest_id(lenient) or "").blocking == ()


def test_readers_see_a_release_when_two_persons_have_signed(settings: Settings) -> None:
    signing = replace(settings, signatures=2)
    before = night(settings, 1)
    release = night(signing, 2)
    assert not release.is_current
    assert sign(signing, release.release_id, "张三", "已核对").missing == 1
    assert current_id(signing) == before.release_id
    with pytest.raises(ReleaseError, match="张三 has signed already"):
        sign(signing, release.release_id, " 张三 ", "再签")
    assert sign(signing, release.release_id, "李四", "已核对").missing == 0
    assert current_id(signing) == release.release_id
    assert [decision.by for decision in list_decisions(signing, ("release_signed",))] == ["张三", "李四"]
    # The same night again asks nobody, and what was seen may be gone back to.
    assert night(signing, 2).is_current
    assert roll_back(signing, before.release_id, "规则有误", "张三").is_current


def test_what_cannot_be_signed_is_refused(settings: Settings) -> None:
    signing = replace(settings, signatures=2)
    old = night(signing, 1)
    new = night(signing, 2, LEAK)
    for release_id, by, told in (
        ("2017-01-x", "张三", "no such release"),
        (old.release_id, "张三", f"does not wait for a signature; {new.release_id} does"),
        (new.release_id, "张三", "blocked by privacy; nobody can sign it"),
        (new.release_id, " ", "needs a name"),
    ):
        with pytest.raises(ReleaseError, match=told):
            sign(signing, release_id, by, "已核对")
    assert list_decisions(signing, ("release_signed",)) == ()


def test_a_signature_while_readers_are_held_moves_them_only_when_they_are_held_no_longer(settings: Settings) -> None:
    signing = replace(settings, signatures=2)
    old, seen = night(settings, 1), night(settings, 2)
    roll_back(signing, old.release_id, "规则有误", "张三")
    release = night(signing, 3)
    for name in ("张三", "李四"):
        assert current_id(signing) == old.release_id
        sign(signing, release.release_id, name, "已核对")
    assert resume(signing, "李四", "已改正").release_id == release.release_id
    assert seen.release_id in {kept.release_id for kept in list_releases(signing)}


def test_ending_a_rollback_does_not_show_what_waits(settings: Settings) -> None:
    signing = replace(settings, signatures=2)
    old, seen = night(settings, 1), night(settings, 2)
    roll_back(signing, old.release_id, "规则有误", "张三")
    waits = night(replace(signing, keep_releases=1), 3)
    assert resume(signing, "李四", "已改正").release_id == seen.release_id
    assert latest_id(signing) == waits.release_id


def test_a_killed_signature_leaves_a_whole_release_and_the_next_night_completes_it(settings: Settings) -> None:
    signing = replace(settings, signatures=2)
    before, release = night(settings, 1), night(signing, 2)
    sign(signing, release.release_id, "张三", "已核对")
    dying = replace(signing, failpoint="sign.before_current")
    assert exit_code_of(sign, dying, release.release_id, "李四", "已核对") == KILLED
    assert current_id(signing) == before.release_id
    assert verify(signing).ok
    shown = admit_waiting(signing)
    assert shown is not None
    assert (shown.is_current, waiting_id(signing)) == (True, None)


def test_a_night_killed_before_it_says_what_waits_leaves_readers_where_they_were(settings: Settings) -> None:
    before = night(settings, 1)
    assert exit_code_of(night, replace(settings, failpoint="release.before_current"), 2, LEAK) == KILLED
    assert current_id(settings) == latest_id(settings) == before.release_id
    night(settings, 2, LEAK)
    assert (current_id(settings), is_blocked(settings)) == (before.release_id, True)


def test_the_command_shows_the_list_and_takes_signatures(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANMING_HOME", str(settings.home))
    monkeypatch.setenv("SANMING_SIGN_OFF", "on")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["release", *arguments])

    assert run("checklist").exit_code == 1
    release = night(read_settings(), 1)
    assert f"{release.release_id} waits for 2 signatures" in run("list").output
    assert "ok       privacy, 0 found" in run("checklist").output
    told = ("--reason", "已核对")
    assert "1 more to sign" in run("sign", release.release_id, "--by", "张三", *told).output
    assert "(signed by 张三)" in run("list").output
    assert run("sign", release.release_id, "--by", "张三", *told).exit_code == 1
    assert "readers see it" in run("sign", release.release_id, "--by", "李四", *told).output
    assert "waits" not in run("list").output
    night(read_settings(), 2, LEAK)
    blocked = run("checklist")
    assert (blocked.exit_code, "block    privacy, 1 found" in blocked.output) == (1, True)
    assert "is blocked by privacy" in run("list").output


def test_every_night_ends_with_1_while_a_release_is_blocked_and_shows_it_once_the_setting_lets_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANMING_HOME", str(settings.home))
    release = night(settings, 1, LEAK)
    blocked = CliRunner().invoke(main, ["night"])
    assert (blocked.exit_code, f"{release.release_id} is blocked by privacy" in blocked.output) == (1, True)
    monkeypatch.setenv("SANMING_CHECKLIST_BLOCKS", "none")
    assert CliRunner().invoke(main, ["night"]).exit_code == 0
    assert current_id(settings) == release.release_id
