"""The graph a data engineer sees: every asset, every check, what blocks and what does not."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
import pytest

from expectations.contract import load_contracts
from orchestration.core.settings import CHECKOUT, Settings
from orchestration.core.written_files import file_sha256
from orchestration.definitions import build_defs, defs
from orchestration.defs.run_context import RunContext
from orchestration.receive.inbox_key import inbox_state
from tests.nights import lend_project

MODELS = CHECKOUT / "dbt_project" / "models"


@pytest.fixture(scope="module")
def home(parsed_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    lend_project(parsed_project, home)
    return home


@pytest.fixture(scope="module")
def definitions(home: Path) -> dg.Definitions:
    return build_defs(Settings(home=home))


@pytest.fixture(scope="module")
def assets(definitions: dg.Definitions) -> list[dg.AssetSpec]:
    return list(definitions.resolve_all_asset_specs())


@pytest.fixture(scope="module")
def checks(definitions: dg.Definitions) -> dict[dg.AssetCheckKey, dg.AssetCheckSpec]:
    graph = definitions.resolve_asset_graph()
    return {key: graph.get_check_spec(key) for key in graph.asset_check_keys}


def test_the_graph_is_the_night_and_nothing_else(assets: list[dg.AssetSpec]) -> None:
    forms = load_contracts()
    expected = {f"{area}/{form}" for area in ("landing", "accepted", "held") for form in forms}
    expected |= {f"findings/{table}" for table in ("findings", "rule_results", "submissions")}
    expected |= {f"{path.relative_to(MODELS).parts[0]}/{path.stem}" for path in MODELS.rglob("*.sql")}
    assert {spec.key.to_user_string() for spec in assets} == expected | {"archive", "release"}


def test_every_asset_says_what_it_is_whose_it_is_and_where_it_belongs(assets: list[dg.AssetSpec]) -> None:
    silent = [
        spec.key.to_user_string()
        for spec in assets
        if not (spec.description and spec.owners and spec.kinds and spec.group_name not in {None, "default"})
    ]
    assert silent == []


def test_the_rules_of_a_form_are_one_check_on_its_accepted_rows_and_it_never_blocks(
    checks: dict[dg.AssetCheckKey, dg.AssetCheckSpec],
) -> None:
    found = {
        key.asset_key.path[1]: (key.name, spec.metadata["rules"], spec.blocking)
        for key, spec in checks.items()
        if key.asset_key.path[0] == "accepted"
    }
    assert found == {
        form: ("rules_of_the_form", len(contract.judging), False) for form, contract in load_contracts().items()
    }


def test_reconciliations_and_tests_of_facts_block(checks: dict[dg.AssetCheckKey, dg.AssetCheckSpec]) -> None:
    blocking = {key.asset_key.path[0] for key, spec in checks.items() if spec.blocking}
    assert {"findings", "marts", "reports"} <= blocking
    assert sum(spec.blocking for key, spec in checks.items() if key.asset_key.path[0] == "findings") == 2


def test_the_models_hang_on_our_own_assets_and_the_release_on_the_models(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    accepted = dg.AssetKey(["accepted", "guarantee_loans"])
    assert dg.AssetKey(["staging", "stg_guarantee_loans"]) in graph.get(accepted).child_keys
    parents = {key.path[0] for key in graph.get(dg.AssetKey("release")).parent_keys}
    assert parents == {"marts", "reports", "quality"}


def test_the_schedule_runs_at_two_in_sanming_and_schedule_and_sensor_are_alive(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("nightly_at_two")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "Asia/Shanghai")
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
    assert definitions.resolve_sensor_def("inbox_sensor").default_status is dg.DefaultSensorStatus.RUNNING


def test_loading_the_definitions_writes_into_the_home_only(home: Path, definitions: dg.Definitions) -> None:
    assert definitions is not None
    assert not (CHECKOUT / "dbt_project" / "logs").exists()
    assert {path.name for path in home.iterdir()} <= {"warehouse"}


def context_of(definitions: dg.Definitions) -> RunContext:
    with dg.build_resources(dict(definitions.resources or {})) as resources:
        return resources.run_context


def test_definitions_are_those_of_the_home_they_are_built_for(
    home: Path, definitions: dg.Definitions, parsed_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lend_project(parsed_project, tmp_path)
    monkeypatch.setenv("SANMING_HOME", str(tmp_path))
    for built, place in ((definitions, home), (defs(), tmp_path)):  # Dagster's own are those of the environment
        run = context_of(built)
        assert run.settings.home == place
        assert run.parsed is not None
        assert run.parsed.parent == place / "warehouse" / "dbt"
        assert context_of(built) is not run


def put(home: Path, name: str, text: str, age_seconds: float = 60) -> Path:
    path = home / "raw" / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    stamp = path.stat().st_mtime - age_seconds
    os.utime(path, (stamp, stamp))
    return path


def test_the_sensor_starts_one_run_for_one_state_of_the_inbox(definitions: dg.Definitions, tmp_path: Path) -> None:
    sensor = definitions.resolve_sensor_def("inbox_sensor")
    run_context = RunContext(Settings(home=tmp_path))

    def tick() -> list[str | None]:
        found = sensor.evaluate_tick(dg.build_sensor_context(resources={"run_context": run_context}))
        return [request.run_key for request in found.run_requests]

    assert tick() == []
    first = put(tmp_path, "350402100/a.csv", "1")
    (key,) = tick()
    os.utime(first)
    os.utime(first, (1, 1))
    assert tick() == [key]  # the same content, saved again
    put(tmp_path, "350402100/a.csv", "2")
    (other,) = tick()
    assert other != key


def test_a_file_still_being_written_starts_nothing(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", "1", age_seconds=0)
    state = inbox_state(Settings(home=tmp_path, settle_seconds=30))
    assert state.key is None
    assert "still being written" in state.reason
    assert file_sha256(path)
