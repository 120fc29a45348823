"""What was decided is kept as it was decided, in one log."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from orchestration.cli.main import main
from orchestration.core.settings import Settings
from orchestration.decisions.decision import Decision, DecisionLogError
from orchestration.decisions.log import append_decisions, copy_decisions, list_decisions, read_decisions
from orchestration.receive.archive import list_receipts
from tests.children import KILLED, exit_code_of

AT = datetime(2017, 7, 20, 8, 0, tzinfo=UTC)
CLOSED = Decision(kind="period_closed", subject="2017-06", at=AT, by="张三", reason="各县已确认")
REOPENED = Decision(
    kind="period_reopened",
    subject="2017-06",
    at=AT + timedelta(days=3),
    by="李四",
    reason="清流县补报",
    until=date(2017, 7, 31),
)


def write_acts(settings: Settings, *decisions: Decision) -> None:
    """A file for each decision, as homes of before the log have them."""
    folder = settings.archive / "acts"
    folder.mkdir(parents=True)
    for decision in decisions:
        name = f"{decision.at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}_{decision.kind}.json"
        (folder / name).write_text(decision.model_dump_json(indent=2, exclude_none=True), encoding="utf-8")


def test_decisions_come_back_in_the_order_of_their_time_and_only_those_of_the_day(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert list_decisions(settings, ("period_closed",)) == ()
    for decision in (REOPENED, CLOSED):
        append_decisions(settings, decision)
    both = ("period_closed", "period_reopened")
    assert list_decisions(settings, both) == (CLOSED, REOPENED)
    assert list_decisions(settings, both, AT) == (CLOSED,)
    assert list_decisions(settings, ("period_reopened",)) == (REOPENED,)
    assert list_receipts(settings) == []


def test_a_decision_never_takes_the_place_of_another(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    append_decisions(settings, CLOSED)
    other = CLOSED.model_copy(update={"by": "王五"})
    append_decisions(settings, other)
    assert list_decisions(settings, ("period_closed",)) == read_decisions(settings) == (CLOSED, other)


def test_nobody_else_may_read_the_log(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    append_decisions(settings, CLOSED)
    assert settings.decision_log.stat().st_mode & 0o777 == 0o600


def test_a_decision_without_a_name_or_a_reason_is_none() -> None:
    for gap in ("by", "reason", "subject"):
        with pytest.raises(ValidationError, match=gap):
            Decision.model_validate(CLOSED.model_dump() | {gap: ""})


def test_another_home_is_given_what_was_decided_up_to_a_moment(tmp_path: Path) -> None:
    here, there = Settings(home=tmp_path / "here"), Settings(home=tmp_path / "there")
    append_decisions(here, CLOSED, REOPENED, CLOSED.model_copy(update={"kind": "release_signed"}))
    copy_decisions(here, there, ("period_closed", "period_reopened"), AT)
    assert read_decisions(there) == (CLOSED,)


@pytest.mark.parametrize("left", [b'{"kind":"period_cl', b"\0" * 40, REOPENED.model_dump_json().encode()])
def test_what_a_killed_process_left_half_written_was_never_decided(tmp_path: Path, left: bytes) -> None:
    settings = Settings(home=tmp_path)
    append_decisions(settings, CLOSED)
    with settings.decision_log.open("ab") as log:
        log.write(left)
    assert read_decisions(settings) == (CLOSED,)
    append_decisions(settings, REOPENED)
    assert read_decisions(settings) == (CLOSED, REOPENED)


@pytest.mark.parametrize("command", [["release", "list"], ["period", "list"], ["night"]])
def test_a_line_that_is_no_decision_is_refused_by_its_number_and_never_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    settings = Settings(home=tmp_path)
    append_decisions(settings, CLOSED, REOPENED)
    log = settings.decision_log
    log.write_text(log.read_text(encoding="utf-8").replace("period_closed", "period_shut"), encoding="utf-8")
    with pytest.raises(DecisionLogError, match=r"decisions\.jsonl: line 1 cannot be read"):
        read_decisions(settings)
    monkeypatch.setenv("SANMING_HOME", str(tmp_path))
    ended = CliRunner().invoke(main, command)
    assert (ended.exit_code, "line 1 cannot be read" in ended.output, "各县已确认" in ended.output) == (1, True, False)


def test_of_two_processes_that_decide_at_once_nothing_is_lost(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)

    def decide(by: str) -> None:
        for number in range(40):
            append_decisions(settings, CLOSED.model_copy(update={"by": by, "reason": "理由" * number + "。"}))

    children = []
    for by in ("张三", "李四"):
        child = os.fork()
        if child == 0:
            decide(by)
            os._exit(0)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    decided = read_decisions(settings)
    for by in ("张三", "李四"):
        assert [len(decision.reason) for decision in decided if decision.by == by] == [2 * n + 1 for n in range(40)]


def test_decisions_of_a_home_of_before_the_log_are_read_and_become_its_beginning(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    write_acts(settings, REOPENED, CLOSED)
    assert read_decisions(settings) == (CLOSED, REOPENED)
    assert not settings.decision_log.exists()  # who only asks writes nothing
    dying = replace(settings, failpoint="decisions.before_rename")
    signed = CLOSED.model_copy(update={"kind": "release_signed"})
    assert exit_code_of(append_decisions, dying, signed) == KILLED
    assert read_decisions(settings) == (CLOSED, REOPENED)
    append_decisions(settings, signed)
    assert read_decisions(settings) == (CLOSED, REOPENED, signed)
    append_decisions(settings, CLOSED)
    assert read_decisions(settings) == (CLOSED, REOPENED, signed, CLOSED)
