"""What checking makes of returns: accepted, held, carried, superseded, refused.

The rules themselves are tested by their examples (tests/unit/test_rules.py); here a few of them serve to
get rows held.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.check.evaluate import CouldNotCheck
from orchestration.check.run import CheckReport, check_periods
from orchestration.check.state import unchecked_periods
from orchestration.core.settings import Settings
from tests.landed import REPEATED_CAUSE, WITHDRAWN, WRONG_COUNT, Return, household, id_number, land, member

LATER = datetime(2017, 7, 9, 8, 0)
LATEST = datetime(2017, 7, 12, 8, 0)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def full(*serials: int, changes: dict[int, dict] | None = None, **kwargs) -> Return:
    """A 全量 of households and their heads."""
    changed = changes or {}
    return Return(
        forms={
            "households": [household(n, **changed.get(n, {})) for n in serials],
            "members": [member(n) for n in serials],
        },
        **kwargs,
    )


def check(settings: Settings, *periods: str) -> CheckReport:
    return check_periods(settings, periods or ("2017-06",))


def rows(settings: Settings, area: str, form: str = "households", what: str = "household_code", where: str = "true"):
    files = settings.warehouse / area / form / "period=2017-06" / "rows.parquet"
    found = duckdb.sql(f"select {what} from read_parquet('{files}') where {where} order by all").fetchall()
    return [row[0] if len(row) == 1 else row for row in found]


def serials(settings: Settings, area: str = "accepted", form: str = "households", where: str = "known_to is null"):
    return [int(code[-4:]) for code in rows(settings, area, form, where=where)]


def findings(settings: Settings, what: str = "rule_code", where: str = "true"):
    return rows(settings, "findings", "findings", what=what, where=where)


def test_a_check_writes_nothing_between_the_lines_of_a_night(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    land(settings, full(1))
    check(settings)
    assert caplog.messages == []


def test_clean_returns_are_accepted_whole(settings: Settings) -> None:
    land(settings, full(1, 2, 3))
    report = check(settings)
    assert serials(settings) == [1, 2, 3]
    assert findings(settings) == []
    assert report.periods[0].verdicts == {"accepted": 2}


def test_a_held_household_takes_its_members_with_it_and_names_the_cause(settings: Settings) -> None:
    land(settings, full(1, 2, changes={2: REPEATED_CAUSE}))
    check(settings)
    assert serials(settings) == [1]
    assert serials(settings, form="members") == [1]
    assert rows(settings, "held", "members", "held_by_rule, held_cause") == [("HH-11", "household")]
    assert rows(settings, "held", "households", "held_by_rule, held_cause") == [("HH-11", "row")]


def test_a_finding_names_the_cell_and_carries_message_and_fix(settings: Settings) -> None:
    land(settings, full(1, changes={1: WRONG_COUNT}))
    check(settings)
    ((cell, value, header, message),) = findings(settings, "cell, value, header, message", "rule_code = 'HH-08'")
    assert (cell, value, header) == ("G4", "3", "家庭人口数")
    assert message


def test_a_finding_of_an_empty_cell_says_that_it_is_blank(settings: Settings) -> None:
    land(settings, full(1, changes={1: {"poverty_status": "1", "exit_year": None}}))
    check(settings)
    ((cell, message),) = findings(settings, "cell, message", "rule_code = 'HH-15'")
    assert cell == "I4"
    assert message.startswith("脱贫年度填空白：")


def test_no_accepted_row_carries_a_name_or_an_id_number(settings: Settings) -> None:
    land(settings, full(1))
    check(settings)
    for form in ("households", "members"):
        path = settings.accepted / form / "period=2017-06" / "rows.parquet"
        values = {str(v) for row in duckdb.sql(f"select * from read_parquet('{path}')").fetchall() for v in row}
        assert not values & {id_number(1), "甲", "乙"}


def test_a_later_full_return_replaces_the_earlier_one(settings: Settings) -> None:
    land(settings, full(1, 2, 3, 4), full(2, 3, 4, 5, received_at=LATER))
    check(settings)
    assert serials(settings) == [2, 3, 4, 5]
    assert serials(settings, where="known_to is not null") == [1, 2, 3, 4]


def test_a_row_held_in_the_newer_return_keeps_its_earlier_version_marked_carried(settings: Settings) -> None:
    land(settings, full(1, 2, 3), full(1, 2, 3, changes={2: REPEATED_CAUSE}, received_at=LATER))
    check(settings)
    assert serials(settings) == [1, 2, 3]
    assert serials(settings, where="known_to is null and is_carried") == [2]
    assert serials(settings, form="members", where="known_to is null and is_carried") == [2]


def test_a_correction_replaces_only_the_keys_it_names(settings: Settings) -> None:
    mended = Return(
        forms={"households": [household(2, main_cause="01", other_causes="07")]}, mode="correction", received_at=LATER
    )
    land(settings, full(1, 2), mended)
    check(settings)
    assert rows(settings, "accepted", what="main_cause", where="known_to is null") == ["01", "07"]


def test_a_correction_that_mends_the_household_also_frees_its_members(settings: Settings) -> None:
    mended = Return(forms={"households": [household(2)]}, mode="correction", received_at=LATER)
    land(settings, full(1, 2, changes={2: REPEATED_CAUSE}), mended)
    check(settings)
    assert serials(settings, form="members") == [1, 2]
    assert findings(settings, where="rule_code = 'HH-11' and submission_id like '20170709%'") == []


def test_a_deletion_takes_the_row_out_of_the_facts(settings: Settings) -> None:
    deleted = Return(
        forms={"households": [household(2, **WITHDRAWN)], "members": [member(2, **WITHDRAWN)]},
        mode="correction",
        received_at=LATER,
    )
    land(settings, full(1, 2), deleted)
    check(settings)
    assert serials(settings) == [1]
    assert serials(settings, form="members") == [1]


def test_a_deleted_household_leaves_no_orphan_in_any_form(settings: Settings) -> None:
    gone = household(2, **WITHDRAWN)
    land(settings, full(1, 2), Return(forms={"households": [gone]}, mode="correction", received_at=LATER))
    check(settings)
    assert serials(settings, form="members") == [1]
    assert "MB-16" in findings(settings)


def test_a_full_return_of_which_too_little_got_through_does_not_replace_the_earlier_one(settings: Settings) -> None:
    spoiled = full(1, 2, 3, changes=dict.fromkeys((1, 2, 3), REPEATED_CAUSE), received_at=LATER)
    land(settings, full(1, 2, 3), spoiled)
    report = check(settings)
    assert serials(settings) == [1, 2, 3]
    assert "贫困户登记表本次全量报送只有0%通过审核，低于50%，上次数据继续有效。" in findings(settings, "message")
    assert report.periods[0].verdicts["rejected"] == 2


def test_a_return_that_lost_most_of_its_rows_is_refused_unless_it_explains_the_fall(settings: Settings) -> None:
    land(settings, full(1, 2, 3, 4), full(1, received_at=LATER))
    check(settings)
    assert serials(settings) == [1, 2, 3, 4]
    told = "贫困户登记表本次全量报送为1行，上次为4行，减少过多且封面没有说明，不替换上次数据。"
    assert (told, "households") in findings(settings, "message, sheet")
    land(settings, full(1, received_at=LATEST, explanation="整村搬迁"))
    check(settings)
    assert serials(settings) == [1]


def test_a_blank_return_wipes_nothing_of_this_period_or_the_last_where_it_does_not_say_that_there_is_nothing(
    settings: Settings,
) -> None:
    land(settings, full(1, 2, period="2016-12"), full(1, 2, 3), full(received_at=LATER))
    check(settings, "2016-12")
    assert serials(settings) == [1, 2, 3]
    assert "贫困户登记表本次全量报送为0行，上次为3行，减少过多且封面没有说明，不替换上次数据。" in findings(
        settings, "message"
    )


def test_a_blank_return_of_a_new_period_is_refused_and_so_is_carried_by_the_last(settings: Settings) -> None:
    land(settings, full(1, 2, period="2016-12"), full())
    check(settings, "2016-12")
    assert findings(settings, "form", "rule_code = 'FL-16'") == ["households", "members"]
    assert rows(settings, "findings", "submissions", "verdict") == ["rejected", "rejected"]


def test_nothing_to_report_empties_the_form(settings: Settings) -> None:
    nil = Return(forms={"households": [], "members": []}, mode="nothing", received_at=LATER, explanation="整村搬迁")
    land(settings, full(1, 2), nil)
    check(settings)
    assert serials(settings) == []


@pytest.mark.parametrize(
    ("explanation", "asked", "standing"), [(None, ["households", "members"], [1, 2]), ("整村搬迁", [], [])]
)
def test_nothing_to_report_where_rows_stood_needs_a_reason(
    settings: Settings, explanation: str | None, asked: list[str], standing: list[int]
) -> None:
    nil = Return(forms={"households": [], "members": []}, mode="nothing", received_at=LATER, explanation=explanation)
    land(settings, full(1, 2), nil)
    check(settings)
    assert findings(settings, "form", "rule_code = 'FL-37'") == asked
    assert findings(settings, "rule_code", "rule_code <> 'FL-37'") == []
    assert (serials(settings), serials(settings, form="members")) == (standing, standing)
    told = "rejected" if asked else "nothing"
    sent = rows(settings, "findings", "submissions", "verdict", where="mode = 'nothing'")
    assert sent == [told, told]


def test_nothing_to_report_from_the_start_is_not_asked_about(settings: Settings) -> None:
    land(settings, full(1, period="2016-12"), Return(forms={"households": [], "members": []}, mode="nothing"))
    check(settings, "2016-12", "2017-06")
    assert findings(settings, "form", "rule_code = 'FL-37'") == []


def test_a_correction_before_the_full_return_of_its_period_waits_for_it(settings: Settings) -> None:
    early = Return(forms={"households": [household(2, main_cause="01")]}, mode="correction")
    land(settings, full(1, 2, 3, period="2016-12"), early)
    check(settings, "2016-12", "2017-06")
    assert rows(settings, "accepted") == []
    told = "贫困户登记表本期还没有有效的全量，这份更正（1行）没有可更正的数据，暂不入库，上期数据继续有效。"
    assert findings(settings, "message", "rule_code = 'FL-36'") == [told]
    assert rows(settings, "findings", "submissions", "verdict") == ["rejected"]


def test_a_return_that_was_refused_replaces_nothing_when_a_correction_comes_after_it(settings: Settings) -> None:
    shrunk = full(1, received_at=LATER)
    correction = Return(forms={"households": [household(2, main_cause="01")]}, mode="correction", received_at=LATEST)
    land(settings, full(1, 2, 3, 4), shrunk, correction)
    check(settings)
    assert findings(settings, "form", "rule_code = 'FL-16'") == ["households", "members"]
    assert serials(settings) == [1, 2, 3, 4]
    # What the refused return was to change may have changed: it is in the figures, as outstanding.
    assert serials(settings, where="known_to is null and is_carried") == [1, 3, 4]


TAKEN_BACK = [
    pytest.param([("full", (1, 2, 3)), ("correction", 2), ("full", (1, 2, 3))], "FL-38", id="a correction is undone"),
    pytest.param([("full", (1, 2, 3)), ("delete", 2), ("full", (1, 2, 3))], "FL-39", id="a deletion is undone"),
    pytest.param([("full", (1, 2, 3)), ("full", (1, 2, 3, 4))], None, id="two wholes on two days"),
    pytest.param([("full", (1, 2, 3)), ("same day", (1, 2, 3, 4))], "FL-40", id="two wholes on one day"),
    pytest.param([("full", (1, 2, 3)), ("same day", (1, 2, 3))], None, id="the same again"),
]


@pytest.mark.parametrize("explanation", [None, "数据核对后改回"])
@pytest.mark.parametrize(("sent", "told"), TAKEN_BACK)
def test_a_whole_that_takes_back_what_was_said_before_is_asked_about(
    settings: Settings, sent: list[tuple[str, Any]], told: str | None, explanation: str | None
) -> None:
    received, returns = datetime(2017, 7, 3, 8, 0), []
    for kind, what in sent:
        received += timedelta(hours=1) if kind == "same day" else timedelta(days=1)
        if kind in ("full", "same day"):
            reason = explanation if returns else None
            returns.append(full(*what, received_at=received, explanation=reason))
        else:
            changes = WITHDRAWN if kind == "delete" else {"main_cause": "01"}
            forms = {"households": [household(what, **changes)]}
            if kind == "delete":
                forms["members"] = [member(what, **WITHDRAWN)]
            returns.append(Return(forms=forms, mode="correction", received_at=received))
    land(settings, *returns)
    check(settings)
    asked = findings(settings, "rule_code", "rule_code in ('FL-38', 'FL-39', 'FL-40') and form = 'households'")
    assert asked == ([told] if told and explanation is None else [])
    assert serials(settings) == list(sent[-1][1])


def test_a_correction_that_waits_stays_out_when_another_form_comes_later(settings: Settings) -> None:
    early = Return(forms={"households": [household(2)]}, mode="correction")
    other = Return(forms={"members": [member(2)]}, mode="correction", received_at=LATER)
    land(settings, full(2, period="2016-12"), early, other)
    check(settings, "2016-12", "2017-06")
    assert rows(settings, "accepted") == []
    assert findings(settings, "form", "rule_code = 'FL-36'") == ["households", "members"]


def test_a_full_return_after_an_early_correction_stands_whole(settings: Settings) -> None:
    early = Return(forms={"households": [household(2)]}, mode="correction")
    land(settings, early, full(1, 2, 3, received_at=LATER))
    check(settings)
    assert serials(settings) == [1, 2, 3]


def test_a_return_whose_rows_are_held_by_a_later_one_still_has_rows_that_stand(settings: Settings) -> None:
    """A correction takes the only member away, and the household without any is held: its first version stands."""
    late = Return(forms={"members": [member(1, **WITHDRAWN)]}, mode="correction", received_at=LATER)
    land(settings, full(1), late)
    check(settings)
    assert serials(settings) == [1]
    told = rows(
        settings, "findings", "submissions", "rows_accepted, rows_carried, rows_standing", "form = 'households'"
    )
    assert told == [(0, 1, 1)]


def test_accepted_and_held_make_up_every_row_read_of_every_submission(settings: Settings) -> None:
    land(
        settings,
        full(1, 2, 3, changes={3: REPEATED_CAUSE}),
        full(1, 2, 4, changes={4: REPEATED_CAUSE}, received_at=LATER),
        Return(forms={"members": [member(4)]}, mode="correction", received_at=LATEST),
    )
    check(settings)
    counts = rows(settings, "findings", "submissions", "rows_read, rows_accepted + rows_held")
    assert len(counts) == 5
    assert all(read == judged for read, judged in counts)


def test_what_a_return_did_to_the_rows_before_it_is_counted_and_whether_it_says_why(settings: Settings) -> None:
    mended = household(1, safe_water=False)
    land(
        settings,
        full(1, 2, 3),
        Return(
            forms={"households": [mended, household(4), household(3, **WITHDRAWN)], "members": [member(4)]},
            mode="correction",
            received_at=LATER,
            explanation="重复登记",
        ),
        Return(forms={"households": []}, mode="nothing", received_at=LATEST, explanation="整村搬迁"),
    )
    check(settings)
    counts = rows(
        settings,
        "findings",
        "submissions",
        "received_at, form, rows_changed, rows_added, rows_withdrawn, is_explained",
    )
    first = datetime(2017, 7, 3, 8, 0)
    assert counts == [
        (first, "households", 0, 0, 0, False),
        (first, "members", 0, 0, 0, False),
        (LATER, "households", 1, 1, 1, True),
        (LATER, "members", 0, 1, 1, True),
        (LATEST, "households", 0, 0, 3, True),
    ]


def test_the_result_does_not_depend_on_which_night_saw_which_return(settings: Settings, tmp_path: Path) -> None:
    first, second = full(1, 2, changes={2: REPEATED_CAUSE}), full(1, 2, 3, received_at=LATER)
    land(settings, first)
    check(settings)
    land(settings, second)
    check(settings)
    at_once = Settings(home=tmp_path / "at-once")
    land(at_once, first, second)
    check(at_once)
    for area, form in (("accepted", "households"), ("held", "members"), ("findings", "findings")):
        assert rows(settings, area, form, "*") == rows(at_once, area, form, "*")


def test_a_person_in_two_townships_is_explained_and_both_rows_stand(settings: Settings) -> None:
    elsewhere = "350426201"
    guest = {"household_code": f"{elsewhere}2010001", "village_code": f"{elsewhere}201"}
    other = Return(
        submitter=elsewhere,
        forms={
            "households": [household(1, **guest)],
            "members": [member(1, **guest, person_code=f"{elsewhere}2010001001")],
        },
    )
    land(settings, full(1), other)
    check(settings)
    assert sorted(set(findings(settings))) == ["MB-19"]
    assert rows(settings, "held", "members") == []


def test_a_checked_period_is_no_longer_pending_until_something_new_lands(settings: Settings) -> None:
    land(settings, full(1))
    assert unchecked_periods(settings) == ("2017-06",)
    check(settings)
    assert unchecked_periods(settings) == ()
    land(settings, full(1, 2, period="2016-12", received_at=LATER))
    assert unchecked_periods(settings) == ("2016-12", "2017-06")


def test_a_rule_that_cannot_be_checked_stops_the_night_and_changes_nothing(settings: Settings, monkeypatch) -> None:
    land(settings, full(1))
    check(settings)
    with_loan = full(1, 2, received_at=LATER)
    with_loan.forms["guarantee_loans"] = [{"household_code": household(1)["household_code"]}]
    land(settings, with_loan)
    broken_seeds = settings.home / "seeds"
    broken_seeds.mkdir()
    for path in settings.seeds.iterdir():
        if path.name != "loan_product_cap.csv":
            (broken_seeds / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(Settings, "seeds", property(lambda self: broken_seeds))
    with pytest.raises(CouldNotCheck, match="GL-1"):
        check(settings)
    assert serials(settings) == [1]
