"""A period is open, closed, or open again until a day; what a closed one is sent is refused, and nothing is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.check.state import mark_checked
from orchestration.cli.main import main
from orchestration.core.settings import Settings
from orchestration.decisions.decision import Decision
from orchestration.decisions.log import append_decisions
from orchestration.decisions.period_state import closed_periods, period_decisions, period_state_at
from orchestration.home.batches import Batch
from orchestration.receive.archive import Receipt, list_receipts, original_path
from orchestration.receive.inbox import receive
from orchestration.receive.known_moments import changed_since, latest_known
from orchestration.release.draft import draft_release
from orchestration.release.publish import publish
from orchestration.runs.closing import PeriodError, close, list_period_states, reopen
from orchestration.runs.preview import preview_file
from orchestration.runs.staleness import pending_periods
from tests.builders import HOUSEHOLD, SUBMITTER, VILLAGE, make_workbook

PERIOD = "2017-06"
AT = datetime(2017, 7, 20, 8, 0, tzinfo=UTC)
CLOSED = Decision(kind="period_closed", subject=PERIOD, at=AT, by="张三", reason="各县已确认")
REOPENED = Decision(
    kind="period_reopened",
    subject=PERIOD,
    at=AT + timedelta(days=3),
    by="李四",
    reason="清流县补报",
    until=date(2017, 7, 31),
)
# 2017-07-31 ends in Sanming eight hours before it ends in UTC.
END = datetime(2017, 7, 31, 16, 0, tzinfo=UTC)
ROW = {"sequence": 1, "village_code": VILLAGE, "household_code": HOUSEHOLD}


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home", settle_seconds=0)
    settings.warehouse.mkdir(parents=True)
    return settings


def put(home: Settings, name: str = "a.xlsx", period: str = PERIOD) -> Path:
    """A return of the township, as it lies in the inbox."""
    path = home.inbox / SUBMITTER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return make_workbook(path, period=period, forms={"households": [ROW | {"remark": name}]})


def send(home: Settings, name: str = "a.xlsx", period: str = PERIOD) -> Receipt:
    put(home, name, period)
    (receipt,) = receive(home).received
    return receipt


def night(home: Settings, **statuses: str) -> None:
    """Publish a release in which a county's one figure has a status: ``_350426="provisional"``."""
    built = home.home / "built.duckdb"
    built.unlink(missing_ok=True)
    with duckdb.connect(str(built)) as connection:
        connection.execute("create schema reports")
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_division as select '2017' as map_edition, '350426' as division_code,"
                           " '尤溪县' as division_name")  # fmt: skip
        connection.execute("create table reports.indicator (map_edition varchar, division_level varchar, division_code"
                           " varchar, period varchar, status varchar, indicator varchar, value int)")  # fmt: skip
        for county, status in statuses.items():
            values = ["2017", "county", county[1:], PERIOD, status]
            connection.execute("insert into reports.indicator values (?, ?, ?, ?, ?, 'poor_persons', 1)", values)
    publish(home, draft_release(home, built, latest_known(home)))


def test_a_period_is_open_then_closed_then_open_until_the_end_of_a_day_in_sanming_and_closed_again() -> None:
    decisions = (CLOSED, REOPENED)
    second = timedelta(seconds=1)
    states = {
        at: period_state_at(decisions, PERIOD, at).state for at in (AT - second, AT, REOPENED.at, END - second, END)
    }
    assert list(states.values()) == ["open", "closed", "reopened", "reopened", "closed"]
    assert period_state_at(decisions, PERIOD, END + second).since == END
    assert (closed_periods(decisions, END - second), closed_periods(decisions, END)) == ((), (PERIOD,))


def test_what_is_known_goes_on_with_receipts_with_acts_and_with_the_end_of_a_reopening(home: Settings) -> None:
    assert latest_known(home, END) == datetime(1970, 1, 1, tzinfo=UTC)
    for decision in (CLOSED, REOPENED):
        append_decisions(home, decision)
    for at, known in (
        (AT - timedelta(1), 1970),
        (AT, AT),
        (END - timedelta(1), REOPENED.at),
        (END + timedelta(1), END),
    ):
        found = latest_known(home, at)
        assert found.year == known if isinstance(known, int) else found == known
    assert changed_since(home, REOPENED.at, END)
    assert not changed_since(home, REOPENED.at, END - timedelta(1))
    # Closed by hand before its day: that day turns nothing.
    append_decisions(home, CLOSED.model_copy(update={"at": REOPENED.at + timedelta(1)}))
    assert not changed_since(home, REOPENED.at + timedelta(1), END + timedelta(1))


def test_a_return_of_a_closed_period_is_archived_and_refused_with_what_to_do_until_it_is_reopened(
    home: Settings,
) -> None:
    send(home)
    night(home, _350426="county-confirmed")
    close(home, PERIOD, "张三", "各县已确认")
    late = send(home, "b.xlsx")
    (finding,) = late.findings
    assert (late.is_refused, late.period, finding.code, finding.value) == (True, PERIOD, "FL-22", PERIOD)
    assert f"{period_decisions(home)[0].at + timedelta(hours=8):%Y-%m-%d %H:%M}" in finding.message
    assert "重新开放" in finding.fix
    assert original_path(home, late).is_file()
    assert not send(home, "c.xlsx", "2016-12").is_refused
    reopen(home, PERIOD, "李四", "清流县补报", date(2099, 12, 31))
    assert not send(home, "d.xlsx").is_refused


@pytest.mark.slow
def test_a_dry_run_says_what_a_night_would_say(home: Settings, tmp_path: Path) -> None:
    send(home)
    close(home, PERIOD, "张三", "作废", despite_unconfirmed=True)
    path = make_workbook(tmp_path / "b.xlsx", forms={"households": [ROW]})
    preview = preview_file(home, path)
    assert (preview.is_unreadable, [finding.rule_code for finding in preview.findings]) == (True, ["FL-22"])


def test_closing_names_the_counties_that_have_not_confirmed_and_is_refused_unless_asked_for(home: Settings) -> None:
    send(home)
    night(home, _350426="provisional", _350427="county-confirmed")
    with pytest.raises(PeriodError, match="not confirmed by 1 counties: 350426 尤溪县"):
        close(home, PERIOD, "张三", "上报省里")
    assert period_decisions(home) == ()
    closed = close(home, PERIOD, "张三", "上报省里", despite_unconfirmed=True)
    assert closed.unconfirmed == ("350426 尤溪县",)
    assert period_decisions(home)[0].reason == "上报省里 (not confirmed by 350426 尤溪县)"


def test_a_county_that_did_not_return_has_not_confirmed(home: Settings) -> None:
    send(home)
    night(home, _350426="not returned", _350427="county-confirmed")
    with pytest.raises(PeriodError, match="not confirmed by 1 counties: 350426 尤溪县"):
        close(home, PERIOD, "张三", "上报省里")
    assert close(home, PERIOD, "张三", "上报省里", despite_unconfirmed=True).unconfirmed == ("350426 尤溪县",)


def test_what_was_delivered_before_the_closing_is_received_and_must_be_published_first(home: Settings) -> None:
    send(home)
    night(home, _350426="county-confirmed")
    put(home, "b.xlsx")
    with pytest.raises(PeriodError, match=r"does not know all of it \(1 returns"):
        close(home, PERIOD, "张三", "各县已确认")
    assert [receipt.is_refused for receipt in list_receipts(home)] == [False, False]
    night(home, _350426="county-confirmed")
    close(home, PERIOD, "张三", "各县已确认")
    reopen(home, PERIOD, "李四", "清流县补报", date(2099, 12, 31))
    with pytest.raises(PeriodError, match="reopened since"):
        close(home, PERIOD, "张三", "各县已确认")


def test_what_cannot_be_closed_or_reopened_is_refused_and_leaves_no_decision(home: Settings) -> None:
    send(home)
    send(home, "c.xlsx", "2016-12")
    with pytest.raises(PeriodError, match="no return of this period was ever received; known are"):
        close(home, "2017-05", "张三", "各县已确认")
    with pytest.raises(PeriodError, match="open, not closed"):
        reopen(home, PERIOD, "李四", "清流县补报", date(2099, 12, 31))
    assert close(home, PERIOD, "张三", "各县已确认", despite_unconfirmed=True).open_before == ("2016-12",)
    with pytest.raises(PeriodError, match="closed already, since 20"):
        close(home, PERIOD, "王五", "各县已确认")
    with pytest.raises(PeriodError, match="over already"):
        reopen(home, PERIOD, "李四", "清流县补报", date(2017, 7, 31))
    assert len(period_decisions(home)) == 1


def test_a_night_is_due_after_a_closing_and_only_until_a_release_knows_of_it(home: Settings) -> None:
    send(home)
    batches = home.landing / "batches"
    batches.mkdir(parents=True)
    batch = Batch(batch_id="b1", submission_ids=("s1",), periods=("2017-06",), files=())
    (batches / "b1.json").write_text(batch.model_dump_json())
    mark_checked(home, PERIOD)
    night(home, _350426="county-confirmed")
    assert pending_periods(home) == ()
    close(home, PERIOD, "张三", "各县已确认")
    assert pending_periods(home) == (PERIOD,)
    night(home, _350426="final")
    assert pending_periods(home) == ()


def test_decisions_and_receipts_have_one_order_even_when_the_clock_is_set_back(home: Settings) -> None:
    send(home)
    append_decisions(home, CLOSED.model_copy(update={"at": datetime(2098, 1, 1, tzinfo=UTC)}))
    assert send(home, "b.xlsx").is_refused
    reopen(home, PERIOD, "李四", "清流县补报", date(2099, 12, 31))
    assert [life.state for life in list_period_states(home, datetime(2099, 1, 1, tzinfo=UTC))] == ["reopened"]
    last = send(home, "c.xlsx")
    assert not last.is_refused
    assert latest_known(home) == last.received_at


def test_the_command_closes_lists_and_reopens(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANMING_HOME", str(home.home))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["period", *arguments])

    assert "nothing was received" in run("list").output
    send(home)
    told = ("--by", "张三", "--reason", "各县已确认")
    assert run("close", PERIOD, "--by", "张三").exit_code == 2
    refused = run("close", PERIOD, *told)
    assert (refused.exit_code, "nothing is published yet" in refused.output) == (1, True)
    assert run("close", PERIOD, *told, "--despite-unconfirmed").exit_code == 0
    assert "closed since" in run("list").output
    assert run("reopen", PERIOD, *told, "--until", "2017-01-01").exit_code == 64
    assert run("reopen", PERIOD, *told, "--until", "2099-12-31").exit_code == 0
    assert "until 2099-12-31: 各县已确认" in run("list").output
