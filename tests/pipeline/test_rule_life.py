"""A rule on trial judges nothing, an active one what is received from its day on, a retired one what came before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from pydantic import ValidationError

from expectations.contract import read_contract
from expectations.handbook import handbook
from expectations.model import CONTRACTS_DIR
from expectations.rule_model import Rule
from orchestration.check.run import check_periods
from orchestration.check.state import landed_periods
from orchestration.core.settings import Settings
from tests.added_rule import ACTIVE, BEFORE, FROM_THEN_ON, contracts_with, judge_by, rule, sent
from tests.landed import Return, land


def nights(settings: Settings, *returns: Return) -> None:
    """A night after each return."""
    for one in returns:
        land(settings, one)
        check_periods(settings, landed_periods(settings))


def outcome(settings: Settings) -> dict[str, list[tuple]]:
    """Every row of what was accepted, held and found, by area and file."""
    found = {}
    for area in ("accepted", "held", "findings"):
        for path in sorted((settings.warehouse / area).rglob("*.parquet")):
            rows = duckdb.execute("select * from read_parquet(?) order by all", [str(path)]).fetchall()
            found[str(path.relative_to(settings.warehouse))] = rows
    return found


def hit(settings: Settings) -> list[str]:
    """Where the rule was broken: the time of receipt and the row."""
    path = settings.findings / "findings" / "period=2017-06" / "rows.parquet"
    query = (
        "select submission_id[10:13] || ' ' || row_number from read_parquet(?) where rule_code = 'HH-90' order by all"
    )
    return [told for (told,) in duckdb.execute(query, [str(path)]).fetchall()]


def standing(settings: Settings) -> list[tuple[str, bool]]:
    """The last digit of each household that stands, and whether it is carried."""
    path = settings.accepted / "households" / "period=2017-06" / "rows.parquet"
    query = "select right(household_code, 1), is_carried from read_parquet(?) where known_to is null order by all"
    return duckdb.execute(query, [str(path)]).fetchall()


def counted(settings: Settings) -> list[tuple[str, int, int]]:
    path = settings.findings / "rule_results" / "period=2017-06" / "rows.parquet"
    query = "select outcome, rows_checked, rows_failed from read_parquet(?) where rule_code = 'HH-90'"
    return duckdb.execute(query, [str(path)]).fetchall()


def test_a_night_is_the_same_with_a_rule_on_trial_and_whatever_rules_begin_or_end_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states: dict[str, tuple[Rule, ...]] = {
        "never": (),
        "on trial": (rule(on_trial=True),),
        "later": (rule(active_from=ACTIVE),),
        "always": (rule(),),
        "ended": (rule(retired_on=ACTIVE, retired_because="误报过多"),),
    }
    found = {}
    for name, added in states.items():
        judge_by(monkeypatch, contracts_with(*added))
        settings = Settings(home=tmp_path / name)
        nights(settings, sent(BEFORE, 1, 2, huge=(2,)))
        found[name] = outcome(settings)
    assert found["on trial"] == found["never"]
    assert found["later"] == found["never"]
    assert found["ended"] == found["always"]
    assert found["always"] != found["never"]


def test_an_active_rule_judges_what_is_received_from_its_day_on_night_by_night_or_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge_by(monkeypatch, contracts_with(rule(active_from=ACTIVE)))
    elsewhere = sent(BEFORE, 7, huge=(7,), submitter="350426201")
    old, new = sent(BEFORE, 1, 2, 3, 4, 5, 6, huge=(2,)), sent(FROM_THEN_ON, 1, 2, 3, 4, 5, 6, huge=(2, 3))
    nightly, at_once = Settings(home=tmp_path / "nightly"), Settings(home=tmp_path / "at-once")
    land(nightly, elsewhere)
    nights(nightly, old)
    assert (hit(nightly), counted(nightly)) == ([], [])
    nights(nightly, new)
    assert hit(nightly) == ["1600 5", "1600 6"]
    # GX counts the same: six rows were received in time; the other township's old return stands unjudged.
    assert counted(nightly) == [("failed", 6, 2)]
    # What is held now keeps its old version, which was accepted by the rules of its day.
    assert standing(nightly) == [("1", False), ("2", True), ("3", True), *((n, False) for n in "4567")]
    land(at_once, elsewhere)
    land(at_once, old)
    nights(at_once, new)
    assert outcome(at_once) == outcome(nightly)


def test_a_retired_rule_judges_what_came_before_and_nothing_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge_by(monkeypatch, contracts_with(rule(retired_on=ACTIVE, retired_because="误报过多")))
    settings = Settings(home=tmp_path)
    land(settings, sent(BEFORE, 1, 2, huge=(2,)))
    nights(settings, sent(FROM_THEN_ON, 1, 2, huge=(2,)))
    assert hit(settings) == ["1559 5"]
    assert counted(settings) == [("passed", 0, 0)]
    assert standing(settings) == [("1", False), ("2", False)]


@pytest.mark.parametrize(
    ("life", "told"),
    [
        pytest.param({"on_trial": True, "active_from": ACTIVE}, "take onTrial away", id="on trial with a day"),
        pytest.param({"retired_on": ACTIVE}, "go together", id="retired without a reason"),
        pytest.param({"retired_because": "误报过多"}, "go together", id="a reason without a day"),
        pytest.param(
            {"active_from": ACTIVE, "retired_on": date(2017, 7, 9), "retired_because": "误报过多"},
            "before it is active",
            id="retired before it began",
        ),
    ],
)
def test_a_life_that_cannot_be_is_refused(life: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        rule(**life)


def test_a_life_is_written_in_the_contract_and_told_in_the_handbook(tmp_path: Path) -> None:
    text = (CONTRACTS_DIR / "guarantee_funds.odcs.yaml").read_text(encoding="utf-8")
    days = "- {property: retiredOn, value: 2017-09-01}\n    - {property: retiredBecause, value: 误报过多}\n    "
    path = tmp_path / "guarantee_funds.odcs.yaml"
    place = text.index("    - property: holds", text.index("id: GF-09")) + 4
    path.write_text(text[:place] + days + text[place:], encoding="utf-8")
    contract = read_contract(path)
    (retired,) = [found for found in contract.rules if found.code == "GF-09"]
    assert (retired.retired_on, retired.retired_because) == (date(2017, 9, 1), "误报过多")
    (line,) = [line for line in handbook({"guarantee_funds": contract}, {}).splitlines() if "| GF-09 |" in line]
    assert "2017-09-01起停用：误报过多" in line
