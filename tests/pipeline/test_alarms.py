"""What came of an alarm: corrected, explained, waived or open; and how often a rule was false."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.check.run import check_periods
from orchestration.check.state import landed_periods
from orchestration.cli.rule_screen import show_retired, show_rule, show_rules
from orchestration.core.settings import Settings
from orchestration.decisions.log import list_decisions
from orchestration.decisions.waivers import latest_words
from orchestration.rules.alarms import Tally, list_alarms, tally
from orchestration.rules.proposal import RuleError
from orchestration.rules.waiving import reverse, waive
from tests.added_rule import BEFORE, HUGE, contracts_with, judge_by, rule, sent
from tests.landed import WITHDRAWN, Return, household, land

LATER = BEFORE + timedelta(days=2)


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose first return raised five alarms, three of them answered by a later return."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    answers = [
        household(1, housing_area_m2=99),  # corrected
        household(2, **HUGE),  # sent again as it was, with a word
        household(3, **WITHDRAWN),
    ]
    explained = Return(
        forms={"households": answers}, mode="correction", received_at=LATER, explanation="含加工厂房，已核实"
    )
    land(settings, sent(BEFORE, *range(1, 7), huge=(1, 2, 3, 4, 5)), explained)
    with pytest.MonkeyPatch.context() as patch:
        judge_by(patch, contracts_with(rule()))
        check_periods(settings, landed_periods(settings))
        yield settings.home


@pytest.fixture
def settings(checked: Path, copy_of: Callable[[Path], Path]) -> Settings:
    return Settings(home=copy_of(checked))


def outcomes(settings: Settings) -> list[str]:
    """The outcome of each household's alarm, by the household's number."""
    return [alarm.outcome for alarm in sorted(list_alarms(settings, "HH-90"), key=_household(settings))]


def _household(settings: Settings):
    path = settings.landing / "households" / "period=2017-06" / "*.parquet"
    rows = duckdb.execute(
        "select md5(concat_ws('|', record_id, 'HH-90', 'housing_area_m2')), household_code from read_parquet(?)",
        [str(path)],
    ).fetchall()
    return lambda alarm: dict(rows)[alarm.finding_id]


def held(settings: Settings) -> set[tuple[str, str]]:
    path = settings.held / "households" / "period=2017-06" / "rows.parquet"
    return set(duckdb.execute("select record_id, held_by_rule from read_parquet(?)", [str(path)]).fetchall())


def finding_of(settings: Settings, serial: int) -> str:
    return sorted(list_alarms(settings, "HH-90"), key=_household(settings))[serial - 1].finding_id


def test_a_later_return_answers_the_alarms_of_an_earlier_one(settings: Settings) -> None:
    assert outcomes(settings) == ["corrected", "explained", "corrected", "open", "open"]
    assert tally(list_alarms(settings)) == {"HH-90": Tally(hits=5, corrected=2, explained=1, open=2)}


def test_a_waived_finding_counts_as_a_false_alarm_until_the_waiver_is_reversed(settings: Settings) -> None:
    assert tally(list_alarms(settings))["HH-90"].false_alarm_rate == 0
    finding = finding_of(settings, 4)
    waive(settings, finding, "张三", "祖屋，面积属实")
    told = tally(list_alarms(settings))["HH-90"]
    assert (told.waived, told.open, told.reversed) == (1, 1, 0)
    assert told.false_alarm_rate == pytest.approx(1 / 3)
    reverse(settings, finding, "李四", "复核有误")
    told = tally(list_alarms(settings))["HH-90"]
    assert (told.waived, told.open, told.reversed, told.false_alarm_rate) == (0, 2, 1, 0)
    waive(settings, finding, "张三", "再次核实")
    assert tally(list_alarms(settings))["HH-90"].waived == 1
    assert [decision.by for decision in list_decisions(settings, ("finding_waived", "waiver_reversed"))] == [
        "张三",
        "李四",
        "张三",
    ]


def test_what_cannot_be_waived_or_reversed_is_refused_and_nothing_is_recorded(settings: Settings) -> None:
    finding = finding_of(settings, 4)
    for decision, told in (
        (lambda: waive(settings, "0" * 32, "张三", "误报"), "no such finding"),
        (lambda: waive(settings, finding, " ", "误报"), "--by, --reason"),
        (lambda: reverse(settings, finding, "张三", "误报"), "no waiver stands"),
    ):
        with pytest.raises(RuleError, match=told):
            decision()
    assert list_decisions(settings, ("finding_waived", "waiver_reversed")) == ()
    waive(settings, finding, "张三", "误报")
    with pytest.raises(RuleError, match="waived already by 张三"):
        waive(settings, finding, "李四", "误报")


def test_a_refused_return_answers_nothing_and_a_waiver_outlives_the_findings_and_lets_no_row_through(
    settings: Settings,
) -> None:
    waive(settings, finding_of(settings, 4), "张三", "祖屋，面积属实")
    before = held(settings)
    # A 全量 that lost most rows without a word is refused: what it left out was not withdrawn.
    land(settings, sent(LATER + timedelta(days=1), 6, huge=()))
    check_periods(settings, landed_periods(settings))
    assert outcomes(settings) == ["corrected", "explained", "corrected", "waived", "open"]
    refused = tally(list_alarms(settings))["FL-16"]
    assert refused.open == refused.hits == 2
    assert before <= held(settings)


def test_the_screens_tell_a_rule_s_state_its_alarms_with_their_ids_and_why_it_was_retired(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = finding_of(settings, 4)
    waive(settings, finding, "张三", "祖屋，面积属实")
    alarms = list_alarms(settings)
    retired = rule(retired_on=date(2017, 9, 1), retired_because="误报过多")
    show_rules([retired, rule(code="HH-91", on_trial=True), rule(code="HH-92")], tally(alarms), (), everything=False)
    told = capsys.readouterr().out
    assert "2 of 3 rules" in told
    assert re.search(r"HH-90 +block +retired 2017-09-01 +5 +2 +1 +1 +0 +1 +33%", told)
    assert re.search(r"HH-91 +block +on trial +0 ", told)
    show_retired([retired], tally(alarms))
    assert "误报过多" in capsys.readouterr().out
    show_rule(retired, alarms, latest_words(settings), (), everything=True)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if finding in line]
    assert line.endswith("waived     张三: 祖屋，面积属实")
    assert "999" not in line  # the cell is named, what it says is not
