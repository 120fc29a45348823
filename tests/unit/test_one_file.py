"""One file, one verdict: what reading one file comes to costs that file only, and is recorded."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.check.environment import checking_database, prepare, work_on
from orchestration.core.settings import Settings
from orchestration.decisions.decision import READING_KINDS, Decision
from orchestration.decisions.log import append_decisions, list_decisions
from orchestration.decisions.waivers import waived_findings
from orchestration.read import landing, reading_run
from orchestration.read.landing import land
from orchestration.read.scratch_home import link_archive, scratch_home
from orchestration.receive import inbox, unreadable
from orchestration.receive.archive import list_receipts, receipt_folder
from orchestration.receive.inbox import receive
from orchestration.receive.known_moments import latest_known, next_moment
from orchestration.runs.preview import preview_file
from orchestration.workbook.child import Failure
from orchestration.workbook.children import children
from tests import poison
from tests.builders import HOUSEHOLD, SUBMITTER, VILLAGE_CODE, make_workbook

pytestmark = pytest.mark.slow

PERIOD = "2017-06"


def household(number: int) -> dict[str, object]:
    return {
        "sequence": number,
        "village_code": VILLAGE_CODE,
        "household_code": f"{HOUSEHOLD[:-1]}{number}",
        "head_name": f"户主{number}",
        "person_count": 3,
    }


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, settle_seconds=0, workers=1)


def send(home: Settings, name: str, *numbers: int) -> None:
    make_workbook(home.inbox / SUBMITTER / name, forms={"households": [household(number) for number in numbers]})


def landed(home: Settings) -> list[tuple[str, int]]:
    files = str(home.landing / "households" / "*" / "*.parquet")
    query = "select submission_id, row_number from read_parquet(?, hive_partitioning = false) order by all"
    names = {receipt.submission_id: receipt.original_name for receipt in list_receipts(home)}
    return [(names[submission_id], row) for submission_id, row in duckdb.execute(query, [files]).fetchall()]


def told(home: Settings) -> list[tuple[str, str | None, str]]:
    files = str(home.landing / "file_findings" / "*" / "*.parquet")
    query = "select code, form, message from read_parquet(?, hive_partitioning = false) order by all"
    return duckdb.execute(query, [files]).fetchall()


def revisions(home: Settings) -> list[tuple[str, datetime, int]]:
    """In which order the returns of the submitter count, and from when on each is known."""
    with checking_database(PERIOD) as database, work_on(database) as connection:
        prepare(connection, home, PERIOD)
        found = connection.execute(
            "select submission_id, received_at, revision from revisions order by revision"
        ).fetchall()
    return [(submission_id, moment.replace(tzinfo=UTC), revision) for submission_id, moment, revision in found]


def decisions(home: Settings) -> list[tuple[str, str]]:
    names = {receipt.submission_id: receipt.original_name for receipt in list_receipts(home)}
    return [(decision.kind, names[decision.subject]) for decision in list_decisions(home, READING_KINDS)]


@pytest.mark.parametrize("kind", ["raises", "dies", "eats memory"])
@pytest.mark.parametrize("step", ["identify", "read"])
def test_a_file_that_breaks_its_reader_costs_itself_only(
    home: Settings, monkeypatch: pytest.MonkeyPatch, kind: str, step: str
) -> None:
    if step == "identify":
        monkeypatch.setattr(inbox, "identify", poison.identify)
    else:
        monkeypatch.setattr(reading_run, "read_share", poison.read_share)
    bad = poison.NAMES[kind]
    send(home, "a.xlsx", 1)
    send(home, bad, 2)
    send(home, "z.xlsx", 1, 3)
    received = receive(home)
    report = land(home)
    assert len(received.received) == 3
    assert (*received.unreadable, *report.unreadable) == tuple(
        receipt.submission_id for receipt in received.received if receipt.original_name == bad
    )
    assert landed(home) == [("a.xlsx", 4), ("z.xlsx", 4), ("z.xlsx", 5)]
    ((code, form, message),) = told(home)
    assert (code, form) == ("FL-23", None)
    assert bad in message
    assert "已通知市扶贫办" in message
    assert decisions(home) == [("file_unreadable", bad)]
    assert land(home).batch_id is None


@pytest.mark.parametrize("step", ["identify", "read"])
def test_a_check_tells_nobody_and_asks_the_clerk_to(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    if step == "identify":
        monkeypatch.setattr(inbox, "identify", poison.identify)
    else:
        monkeypatch.setattr(reading_run, "read_share", poison.read_share)
    bad = poison.NAMES["raises"]
    path = make_workbook(tmp_path / "clerk" / bad, forms={"households": [household(1)]})
    preview = preview_file(home, path)
    (finding,) = preview.findings
    assert finding.rule_code == "FL-23"
    assert bad in finding.message
    assert "通知" not in finding.message
    assert "告知市扶贫办" in finding.fix
    assert not home.errors.exists()


def test_the_trace_is_kept_from_everybody_but_the_engineer(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_run, "read_share", poison.read_share)
    send(home, poison.NAMES["raises"], 1)
    receive(home)
    land(home)
    (record,) = home.errors.iterdir()
    assert poison.SECRET in record.read_text(encoding="utf-8")
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.errors.stat().st_mode) == 0o700
    (decision,) = list_decisions(home, READING_KINDS)
    assert poison.SECRET not in decision.model_dump_json()
    assert decision.reason.startswith("LookupError in ")
    assert all(poison.SECRET not in message for _, _, message in told(home))


@pytest.mark.parametrize("step", ["identify", "read"])
def test_another_version_tries_again_and_the_rows_are_known_from_then_on(
    home: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The file came between two others of the same submitter; what came after it still stands above it."""
    with monkeypatch.context() as broken:
        broken.setattr(inbox, "identify", poison.identify if step == "identify" else inbox.identify)
        broken.setattr(reading_run, "read_share", poison.read_share if step == "read" else reading_run.read_share)
        send(home, "a.xlsx", 1)
        receive(home)
        send(home, poison.NAMES["raises"], 1, 2)
        receive(home)
        land(home)
    before = latest_known(home)
    assert land(home).batch_id is None, "the same version does not try again"
    for module in (landing, reading_run, unreadable):
        monkeypatch.setattr(module, "READING_VERSION", 99)
    assert land(home).submissions == 2
    assert decisions(home) == [("file_unreadable", "毒a.xlsx"), ("file_read_again", "毒a.xlsx")]
    (_, again) = list_decisions(home, READING_KINDS)
    assert latest_known(home) == again.at > before
    first, second = list_receipts(home)
    assert revisions(home) == [(first.submission_id, first.received_at, 1), (second.submission_id, again.at, 2)]
    assert land(home).batch_id is None


def test_a_later_return_still_stands_above_a_file_read_again(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(reading_run, "read_share", poison.read_share)
        send(home, poison.NAMES["raises"], 1, 2)
        receive(home)
        send(home, "z.xlsx", 3)
        receive(home)
        land(home)
    for module in (landing, reading_run, unreadable):
        monkeypatch.setattr(module, "READING_VERSION", 99)
    land(home)
    (_, again) = list_decisions(home, READING_KINDS)
    first, second = list_receipts(home)
    assert again.at > second.received_at
    assert revisions(home) == [(first.submission_id, again.at, 1), (second.submission_id, second.received_at, 2)]


def test_who_decides_nothing_repeats_what_was_recorded(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(reading_run, "read_share", poison.read_share)
        send(home, poison.NAMES["raises"], 1)
        receive(home)
        land(home)
    for module in (landing, reading_run, unreadable):
        monkeypatch.setattr(module, "READING_VERSION", 99)
    land(home, decide=False)
    assert landed(home) == []
    assert [code for code, _, _ in told(home)] == ["FL-23"]
    assert decisions(home) == [("file_unreadable", "毒a.xlsx")]


def test_a_rebuild_of_a_day_repeats_what_that_day_knew_of_the_file(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(inbox, "identify", poison.identify)
        send(home, poison.NAMES["raises"], 1)
        receive(home)
        land(home)
    (failed,) = list_decisions(home, READING_KINDS)
    for module in (landing, reading_run, unreadable):
        monkeypatch.setattr(module, "READING_VERSION", 99)
    land(home)
    (_, again) = list_decisions(home, READING_KINDS)
    for known_on, code in ((failed.at, ["FL-23"]), (again.at, [])):
        with scratch_home(home, "rebuild") as scratch:
            link_archive(home, scratch, list_receipts(home), known_on)
            land(scratch, decide=False)
            assert [found for found, _, _ in told(scratch)] == code
            assert latest_known(scratch, known_on) == known_on


def test_a_rebuild_of_a_day_knows_what_was_waived_by_its_end(home: Settings) -> None:
    send(home, "a.xlsx", 1)
    receive(home)
    waived = Decision(kind="finding_waived", subject="a", at=next_moment(home), by="张三", reason="面积属实")
    append_decisions(home, waived)
    known_on = latest_known(home)
    append_decisions(home, waived.model_copy(update={"subject": "b", "at": next_moment(home)}))
    with scratch_home(home, "rebuild") as scratch:
        link_archive(home, scratch, list_receipts(home), known_on)
        assert latest_known(scratch, known_on) == known_on == waived.at
        assert waived_findings(scratch, known_on) == ("a",)


def test_a_count_that_no_column_holds_costs_its_file_only(home: Settings) -> None:
    send(home, "a.xlsx", 1)
    make_workbook(
        home.inbox / SUBMITTER / "b.xlsx", forms={"households": [household(2)]}, control_rows={"households": 10**15}
    )
    receive(home)
    receipt = list_receipts(home)[1]
    (form,) = receipt.forms
    changed = receipt.model_copy(update={"forms": (form.model_copy(update={"control_rows": 10**30}),)})
    (receipt_folder(home, receipt) / "receipt.json").write_text(changed.model_dump_json(), encoding="utf-8")
    assert land(home).unreadable == (receipt.submission_id,)
    assert landed(home) == [("a.xlsx", 4)]
    assert [code for code, _, _ in told(home)] == ["FL-23", "FL-29"]  # the cover's own count was told when it came


def test_a_machine_without_room_is_no_verdict_on_a_file(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "identify", poison.full_disk)
    send(home, "a.xlsx", 1)
    with pytest.raises(OSError, match="No space left"):
        receive(home)
    monkeypatch.undo()
    assert list_decisions(home, READING_KINDS) == ()
    assert [receipt.original_name for receipt in receive(home).received] == ["a.xlsx"]


def test_a_decision_says_when_by_which_version_and_why(home: Settings) -> None:
    at = datetime(2017, 7, 1, tzinfo=UTC)
    decision = Decision(
        kind="file_unreadable", subject="x", at=at, by="system", reason="LookupError in table.py:1", version=1
    )
    assert Decision.model_validate_json(decision.model_dump_json()) == decision


def test_a_child_that_dies_is_replaced_and_says_how() -> None:
    answers = dict(children().run(poison.fail, [("毒b.xlsx",), ("good.xlsx",)]))
    assert isinstance(answers[0], Failure)
    assert answers[0].is_exhausted
    assert "SIGABRT" in answers[0].reason
    assert answers[1] is None


def test_a_call_without_end_ends_by_its_cpu_seconds_and_says_where(home: Settings) -> None:
    ((_, answer),) = children().run(poison.spin, [()])
    assert isinstance(answer, Failure)
    assert "SIGXCPU" in answer.reason
    assert "in spin" in answer.trace
