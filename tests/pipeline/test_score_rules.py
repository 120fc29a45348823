"""What rules come to on rows that are right: natural findings, and rows held that no error of the key explains."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from orchestration.check.run import check_periods
from orchestration.cli.main import main
from orchestration.core.settings import Settings
from tests.landed import REPEATED_CAUSE, WRONG_COUNT, Return, household, land, member
from twin.score import KEY
from twin.score_rules import RuleScore, score_rules


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home of ten households, of which one is held for its causes and one is asked for its persons."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    wrong = {2: REPEATED_CAUSE, 3: WRONG_COUNT}
    households = [household(n, **wrong.get(n, {})) for n in range(1, 11)]
    land(settings, Return(forms={"households": households, "members": [member(n) for n in range(1, 11)]}))
    check_periods(settings, ["2017-06"])
    return settings


def key_of(settings: Settings, path: Path, **parts: str) -> Path:
    """An answer key that lists what was found by some rules, each with its part."""
    found, files = (settings.findings / name / "*" / "rows.parquet" for name in ("findings", "submissions"))
    told = duckdb.sql(
        f"select {', '.join(KEY)} from (select *, original_name as file from '{found}' join"
        f" (select distinct submission_id, original_name from '{files}') using (submission_id))"
    ).fetchall()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*KEY, "part"])
        writer.writerows([*row, parts[row[-1]]] for row in told if row[-1] in parts)
    return path


def rule(code: str, told: tuple[RuleScore, ...]) -> RuleScore:
    return next(one for one in told if one.rule_code == code)


def test_a_held_row_that_no_error_explains_counts_with_all_that_is_held_along(
    settings: Settings, tmp_path: Path
) -> None:
    told = score_rules(key_of(settings, tmp_path / "key.csv"), settings.warehouse)
    held = rule("HH-11", told)
    assert (held.severity, held.rows, held.natural, held.held) == ("block", 10, 1, 2)
    assert held.held_rate == 0.2
    asked = rule("HH-08", told)
    assert (asked.natural, asked.held, asked.natural_rate) == (1, 0, 0.1)


def test_what_an_error_causes_is_no_alarm_about_a_right_row(settings: Settings, tmp_path: Path) -> None:
    key = key_of(settings, tmp_path / "key.csv", **{"HH-11": "planted", "HH-08": "natural"})
    told = score_rules(key, settings.warehouse)
    assert (rule("HH-11", told).natural, rule("HH-11", told).held) == (0, 0)
    assert rule("HH-08", told).natural == 1


def test_a_rule_that_checked_nothing_is_not_told(settings: Settings, tmp_path: Path) -> None:
    told = score_rules(key_of(settings, tmp_path / "key.csv"), settings.warehouse)
    assert {one.rule_code[:2] for one in told} == {"HH", "MB", "FL"}
    assert rule("FL-17", told).rows == 20


def test_the_command_prints_rules_that_ask_about_right_rows_or_hold_them(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANMING_HOME", str(settings.home))
    key = key_of(settings, tmp_path / "key.csv", **{"HH-11": "natural", "HH-08": "planted"})
    done = CliRunner().invoke(main, ["score", str(key)])
    assert done.exit_code == 0, done.output
    assert "recall 1.0000 (1 of 1), precision 1.0000 (1 natural, 0 not in the key)" in done.output
    assert [line.split() for line in done.output.splitlines() if line[:3] == "HH-"] == [
        ["HH-11", "block", "10", "1", "10.0000%", "2", "20.0000%"]
    ]
    assert "blocking rules hold 2 rows that are right; above 0.1%: HH-11" in done.output
    every = CliRunner().invoke(main, ["score", str(key), "--rules"]).output
    assert len(every.splitlines()) > len(done.output.splitlines()) + 20


def test_the_command_fails_on_what_the_key_does_not_list(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANMING_HOME", str(settings.home))
    done = CliRunner().invoke(main, ["score", str(key_of(settings, tmp_path / "key.csv", **{"HH-11": "planted"}))])
    assert done.exit_code == 1
    assert "not in the key: " in done.output
