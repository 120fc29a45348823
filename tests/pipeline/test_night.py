"""Whole nights on one township: what is recorded, what a second night does, and how a night fails.

Figures, planted errors and killed nights are the acceptance tests' business.
"""

from __future__ import annotations

import json
import multiprocessing
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from expectations.contract import load_contracts
from orchestration.core.lock import HomeBusyError, home_lock
from orchestration.core.settings import Settings
from orchestration.definitions import build_defs
from orchestration.defs.automation import ASSETS_JOB
from orchestration.defs.instance import open_instance
from orchestration.defs.lineage import kept_lineage
from orchestration.defs.run_context import RunContext
from orchestration.release.derived_folder import derived_problems
from orchestration.release.manifest import current_id, list_releases, read_release
from orchestration.release.verify import verify
from orchestration.runs.night import NightError, run_night
from orchestration.transform.dbt_runner import MANIFEST_NAME, prepare_manifest
from tests.nights import lend_project, send, table
from twin.city import City, build_city

PERIODS = ("2016-12", "2017-06")
# As somebody may call the folder of a home: every path of a night stands in SQL somewhere.
HOME = "梅列's 扶贫办"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return build_city(tmp_path_factory.mktemp("city"), scale=0.1, townships=1, periods=PERIODS, errors=False)


@pytest.fixture(scope="module", autouse=True)
def unusable_environment() -> Iterator[None]:
    """A night has its settings from who starts it: one that asked the environment would stop."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANMING_SETTLE_SECONDS", "of another home")
        yield


@pytest.fixture(scope="module")
def checked_home(city: City, parsed_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose first period was received and checked, as the inbox sensor does it."""
    home = tmp_path_factory.mktemp("checked")
    lend_project(parsed_project, home, derive_lineage=True)
    send(city, home, only_period=PERIODS[0])
    report = run_night(Settings(home=home, settle_seconds=0), release=False)
    assert report.success
    assert report.periods == PERIODS[:1]
    return home


@pytest.fixture(scope="module")
def nightly_home(checked_home: Path, city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same home after a night that was started as the schedule starts it: by the job around the assets' run."""
    home = tmp_path_factory.mktemp("nightly") / HOME
    shutil.copytree(checked_home, home)
    send(city, home, only_period=PERIODS[1])
    settings = Settings(home=home, settle_seconds=0)
    with open_instance(settings) as instance:
        run = (
            build_defs(settings)
            .resolve_job_def("nightly")
            .execute_in_process(
                instance=instance, resources={"run_context": RunContext(settings)}, raise_on_error=False
            )
        )
    assert run.success
    return home


@pytest.fixture
def settings(nightly_home: Path, tmp_path: Path) -> Settings:
    home = tmp_path / HOME
    shutil.copytree(nightly_home, home, symlinks=True)
    return Settings(home=home, settle_seconds=0, site=False, areas=False)


@pytest.fixture
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    with open_instance(settings) as opened:
        yield opened


def events_of(instance: dg.DagsterInstance) -> list[dg.DagsterEvent]:
    (run,) = instance.get_runs(dg.RunsFilter(job_name=ASSETS_JOB), limit=1)
    return [record.dagster_event for record in instance.all_logs(run.run_id) if record.dagster_event]


def test_the_schedule_s_job_leads_to_one_run_of_the_assets_over_all_touched_periods(
    instance: dg.DagsterInstance,
) -> None:
    (run,) = instance.get_runs(dg.RunsFilter(job_name=ASSETS_JOB))
    assert run.status is dg.DagsterRunStatus.SUCCESS
    assert run.tags["dagster/asset_partition_range_start"] == PERIODS[0]
    assert run.tags["dagster/asset_partition_range_end"] == PERIODS[-1]


def test_a_form_s_check_tells_what_each_of_its_rules_came_to_in_every_period(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    told = [
        event.asset_check_evaluation_data
        for event in events_of(instance)
        if event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION
        and event.asset_check_evaluation_data.asset_key.path[0] == "accepted"
    ]
    assert sorted(check.asset_key.path[1] for check in told) == sorted(load_contracts())
    assert {check.severity for check in told} == {dg.AssetCheckSeverity.WARN}
    with duckdb.connect() as connection:
        kept = connection.execute(
            "select form, rule_code, period, outcome, rows_checked, rows_failed from read_parquet(?)",
            [f"{settings.findings}/rule_results/*/*.parquet"],
        ).fetchall()
    for check in told:
        form = check.asset_key.path[1]
        shown = {record.data["rule"]: record.data for record in check.metadata["by_rule"].records}
        assert list(shown) == [rule.code for rule in load_contracts()[form].judging]
        assert check.passed == all(row["rows failed"] == 0 for row in shown.values())
        for _form, rule, period, outcome, checked, failed in [row for row in kept if row[0] == form]:
            assert shown[rule][period] == (f"{failed} of {checked} failed" if outcome == "failed" else outcome)


def test_the_metadata_of_an_asset_counts_rows_by_period(instance: dg.DagsterInstance) -> None:
    latest = instance.get_latest_materialization_event(dg.AssetKey(["accepted", "households"]))
    assert latest is not None
    rows = latest.asset_materialization.metadata["rows"]
    assert [record.data["period"] for record in rows.records] == list(PERIODS)
    assert all(record.data["read"] == record.data["accepted"] + record.data["held"] for record in rows.records)


def test_column_lineage_leads_from_a_fact_back_to_the_accepted_rows_and_is_told_once(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    graph = build_defs(settings).resolve_asset_graph()  # as the first night left it for every later one
    staged, fact = (
        graph.get(dg.AssetKey(path)).metadata["dagster/column_lineage"].deps_by_column
        for path in (["staging", "stg_guarantee_loans"], ["marts", "fct_guarantee_loan"])
    )
    assert (
        dg.TableColumnDep(dg.AssetKey(["accepted", "guarantee_loans"]), "contract_number") in staged["contract_number"]
    )
    assert any(fact.values())
    latest = instance.get_latest_materialization_event(dg.AssetKey(["marts", "fct_guarantee_loan"]))
    assert latest is not None
    assert set(latest.asset_materialization.metadata) == {"seconds", "dagster/row_count"}


def test_every_model_has_lineage_after_the_first_night(settings: Settings) -> None:
    parsed = prepare_manifest(settings)
    manifest = json.loads((parsed / MANIFEST_NAME).read_text(encoding="utf-8"))
    models = {name for name, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    kept = kept_lineage(parsed)
    assert {name for name, found in kept.items() if any(found.deps_by_column.values())} == models


def test_only_landed_periods_have_a_partition_and_events(instance: dg.DagsterInstance) -> None:
    assert instance.get_dynamic_partitions("period") == list(PERIODS)
    for area in ("landing", "accepted", "held"):
        assert instance.get_materialized_partitions(dg.AssetKey([area, "households"])) == set(PERIODS)


def test_the_release_opens_for_readers_and_is_whole(settings: Settings) -> None:
    assert verify(settings).ok
    with duckdb.connect(str(settings.current / "sanming.duckdb"), read_only=True) as connection:
        (count,) = connection.execute("select count(*) from marts.fct_poverty_status").fetchone() or (0,)
    assert count > 0
    assert not settings.build.exists()


def test_a_night_leaves_the_pages_of_its_release(settings: Settings) -> None:
    start = settings.current / "site" / "index.html"
    assert current_id(settings) in start.read_text(encoding="utf-8")
    assert derived_problems(start.parent) == []
    assert (start.parent / "indicator" / "poor_persons.html").is_file()


@pytest.mark.parametrize(
    ("compared", "residual", "open_rows"),
    [
        ("reports.stock_flow", "reports.stock_flow_residual", "true"),
        ("quality.fund_balance", "quality.fund_balance", "difference_yuan <> 0"),
        ("marts.fct_loan_event", "quality.loan_ledger_gap", "true"),
        ("marts.fct_distribution", "quality.equity_gap", "true"),
    ],
)
def test_in_a_clean_city_every_identity_closes(
    nightly_home: Path, compared: str, residual: str, open_rows: str
) -> None:
    assert table(nightly_home, compared)
    assert table(nightly_home, residual, where=open_rows) == []


def test_a_second_night_touches_nothing_and_says_so(settings: Settings, instance: dg.DagsterInstance) -> None:
    before = current_id(settings)
    report = run_night(settings, instance=instance)
    assert report.success
    assert report.periods == ()
    assert current_id(settings) == before
    assert len(instance.get_runs(dg.RunsFilter(job_name=ASSETS_JOB))) == 1


def test_a_repeated_period_gives_the_same_release_again_and_a_killed_run_becomes_red(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    before = current_id(settings)
    left = instance.create_run_for_job(
        build_defs(settings).resolve_job_def(ASSETS_JOB), status=dg.DagsterRunStatus.STARTED
    )
    steps: list[str] = []
    report = run_night(settings, ("2017-06",), lambda step, seconds: steps.append(step), instance)
    assert report.periods == ("2017-06",)
    assert report.release is not None
    assert not report.release.is_new
    assert current_id(settings) == before
    assert len(list_releases(settings)) == 1
    killed = instance.get_run_by_id(left.run_id)
    assert killed is not None
    assert killed.status is dg.DagsterRunStatus.FAILURE
    assert steps[::2] == ["receive", "read", "definitions", "check", "transform", "release"]


def test_an_unknown_period_is_refused_with_the_known_ones(settings: Settings) -> None:
    with pytest.raises(NightError, match=r"2018-12.*2017-06"):
        run_night(settings, ("2018-12",))


def test_a_failing_night_is_red_where_it_failed_and_current_stays(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    before = current_id(settings)
    settings.build.write_text("in the way")
    report = run_night(settings, ("2017-06",), instance=instance)
    assert not report.success
    assert report.failed_step == "dbt"
    assert current_id(settings) == before
    failed = [event.step_key for event in events_of(instance) if event.is_step_failure]
    assert failed == ["dbt"]


def test_what_the_sensor_s_job_checked_is_released_by_the_next_night(checked_home: Path, nightly_home: Path) -> None:
    assert current_id(Settings(home=checked_home)) is None
    released = read_release(Settings(home=nightly_home))
    assert len(released.manifest.batches) == len(PERIODS)
    assert {period for (period,) in table(nightly_home, "marts.fct_poverty_status", "distinct period")} == set(PERIODS)


def hold(settings: Settings, ready: Callable[[], None], seconds: float) -> None:
    with home_lock(settings, "a night"):
        ready()
        time.sleep(seconds)


def test_a_second_night_says_who_is_at_work_or_waits(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    holder = context.Process(target=hold, args=(settings, ready.set, 1.5))
    holder.start()
    assert ready.wait(10)
    with pytest.raises(HomeBusyError, match=rf"a night \(process {holder.pid},"):
        run_night(settings)
    with (
        home_lock(replace(settings, lock_wait_seconds=20), "a patient one"),
        home_lock(settings, "the same one inside"),
    ):
        assert holder.is_alive() is False or holder.exitcode is None
    holder.join(10)
    assert holder.exitcode == 0
