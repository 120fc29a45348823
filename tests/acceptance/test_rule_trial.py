"""A rule tried on a published city: its contract comes from a file, and the figures that would move are named.

In `make test` rules are tried on checked rows, without figures (tests/pipeline/test_rule_trials).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from click.testing import CliRunner, Result

from expectations.model import CONTRACTS_DIR
from orchestration.cli.main import main
from orchestration.release.manifest import list_releases
from orchestration.release.verify import verify
from orchestration.runs.backtest import list_backtests
from orchestration.transform import dbt_runner
from orchestration.transform.build_report import BuildReport
from tests.nights import home_settings, table

# The first test may wait for the tiny city's first night.
pytestmark = [pytest.mark.timeout(900), pytest.mark.verify]


def with_rule(folder: Path, household: str) -> Path:
    """The households' contract with one more rule, on trial, that one household breaks."""
    name = "households.odcs.yaml"
    raw = yaml.load((CONTRACTS_DIR / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    rules = raw["schema"][0]["quality"]
    model = next(rule for rule in rules if rule["severity"] == "block" and rule["id"].startswith("HH-"))
    told = {item["property"]: item["value"] for item in model["customProperties"]} | {"onTrial": True}
    added = model | {
        "id": "HH-99",
        "query": f"with b as (select * from {{batch}})\nselect record_id from b where household_code = '{household}'\n",
        "customProperties": [{"property": key, "value": value} for key, value in told.items()],
    }
    rules.append(added)
    (folder / name).write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return folder / name


def note_status(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """By period, how the figures of what a trial builds stand: the builds are gone when it ends."""
    build, noted = dbt_runner.build, []

    def noting(*told: Any) -> BuildReport:
        report = build(*told)
        with duckdb.connect(str(report.released), read_only=True) as connection:
            query = "select distinct period, status from reports.indicator where status in ('final', 'provisional')"
            noted.extend(connection.execute(f"{query} order by all").fetchall())
        return report

    monkeypatch.setattr(dbt_runner, "build", noting)
    return noted


def test_a_contract_from_a_file_is_tried_with_the_figures_it_would_move_and_nothing_published_changes(
    tiny_first_home: Path, copy_of: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = home_settings(copy_of(tiny_first_home))
    monkeypatch.setenv("SANMING_HOME", str(settings.home))
    ((household, period, persons), *_) = table(
        settings.home, "marts.fct_poverty_status", "household_code, period, person_count", "poverty_status = '0'"
    )

    def sanming(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["rules", *arguments], catch_exceptions=False)

    (release,) = list_releases(settings)
    statuses = note_status(monkeypatch)
    result = sanming("try", "--contract", str(with_rule(tmp_path, household)), "--figures")
    assert result.exit_code == 0, result.output
    (trial,) = list_backtests(settings)
    assert (trial.codes, trial.compared_with, trial.periods) == (("HH-99",), release.release_id, (period,))
    assert statuses == [(period, "final")]  # it was closed after its release
    assert "HH-99: hits 1 rows of 1 submitters" in result.output
    kept = next(settings.trials.iterdir()) / "figures.parquet"
    moved = duckdb.execute(
        "select division_level, cast(before - after as integer) from read_parquet(?)"
        " where indicator = 'poor_persons' and map_edition = '2017' order by all",
        [str(kept)],
    ).fetchall()
    assert moved == [("city", persons), ("county", persons)]
    assert list_releases(settings) == (release,)
    assert verify(settings).ok
    assert "tried" in sanming("list").output
    refused = sanming("try", "HH-08")
    assert (refused.exit_code, "judges every return already" in refused.output) == (64, True)
