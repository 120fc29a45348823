"""What a person decided is kept as it was decided."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from orchestration.core.settings import Settings
from orchestration.decisions.log import Decision, append_decision, copy_decisions, list_decisions
from orchestration.receive.archive import list_receipts

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


def test_acts_come_back_in_the_order_of_their_time_and_only_those_of_the_day(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert list_decisions(settings, ("period_closed",)) == ()
    for decision in (REOPENED, CLOSED):
        append_decision(settings, decision)
    both = ("period_closed", "period_reopened")
    assert list_decisions(settings, both) == (CLOSED, REOPENED)
    assert list_decisions(settings, both, AT) == (CLOSED,)
    assert list_decisions(settings, ("period_reopened",)) == (REOPENED,)
    assert list_receipts(settings) == []


def test_an_act_never_takes_the_place_of_another(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    append_decision(settings, CLOSED)
    with pytest.raises(FileExistsError):
        append_decision(settings, CLOSED.model_copy(update={"by": "王五"}))
    assert list_decisions(settings, ("period_closed",)) == (CLOSED,)


def test_an_act_without_a_name_or_a_reason_is_none() -> None:
    for gap in ("by", "reason", "subject"):
        with pytest.raises(ValidationError, match=gap):
            Decision.model_validate(CLOSED.model_dump() | {gap: ""})


def test_another_home_is_given_what_was_decided_up_to_a_moment(tmp_path: Path) -> None:
    here, there = Settings(home=tmp_path / "here"), Settings(home=tmp_path / "there")
    for decision in (CLOSED, REOPENED, CLOSED.model_copy(update={"kind": "release_signed"})):
        append_decision(here, decision)
    copy_decisions(here, there, ("period_closed", "period_reopened"), AT)
    assert list_decisions(there, ("period_closed", "period_reopened", "release_signed")) == (CLOSED,)
