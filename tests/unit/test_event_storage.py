"""The kept event log writes what Dagster's own would write."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from orchestration.defs.event_storage import KeptSqliteEventLogStorage

pytestmark = pytest.mark.slow

MONTHS = dg.MonthlyPartitionsDefinition(start_date="2016-01", fmt="%Y-%m", end_date="2017-01")
# When a row was written differs from store to store; nothing else may.
WRITTEN = {"create_timestamp", "created_timestamp", "cached_status_data", "migration_completed"}


@dg.multi_asset(
    specs=[dg.AssetSpec("read"), dg.AssetSpec("judged", tags={"area": "city"})],
    check_specs=[dg.AssetCheckSpec("one", asset="judged"), dg.AssetCheckSpec("two", asset="judged")],
    partitions_def=MONTHS,
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def months():
    yield dg.MaterializeResult(asset_key="read", metadata={"rows": 3})
    checks = [dg.AssetCheckResult(asset_key="judged", check_name=name, passed=name == "one") for name in ("one", "two")]
    yield dg.MaterializeResult(asset_key="judged", check_results=checks, tags={"known": "yes"})


@pytest.fixture(scope="module")
def events() -> list[dg.EventLogEntry]:
    """What a run over twelve partitions left: planned, stored and judged."""
    job = dg.Definitions(assets=[months], jobs=[dg.define_asset_job("all_months")]).resolve_job_def("all_months")
    with dg.DagsterInstance.ephemeral() as instance:
        tags = {"dagster/asset_partition_range_start": "2016-01", "dagster/asset_partition_range_end": "2016-12"}
        run = job.execute_in_process(instance=instance, tags=tags)
        assert run.success
        return list(instance.all_logs(run.run_id))


def written(folder: Path) -> dict[str, list[tuple]]:
    """Every row of every table of every file, by file and table."""
    found = {}
    for path in sorted(folder.glob("*.db")):
        with sqlite3.connect(path) as connection:
            tables = connection.execute("select name from sqlite_master where type = 'table' order by 1").fetchall()
            for (table,) in tables:
                columns = [row[1] for row in connection.execute(f"pragma table_info({table})")]
                listed = ", ".join(f'"{column}"' for column in columns if column not in WRITTEN)
                found[f"{path.name}/{table}"] = connection.execute(f"select {listed} from {table}").fetchall()
    return found


def assert_stored_alike(events: list[dg.EventLogEntry], folder: Path) -> None:
    """Told one by one, events leave the same rows in Dagster's storage and in ours."""
    theirs, ours = SqliteEventLogStorage(str(folder / "theirs")), KeptSqliteEventLogStorage(str(folder / "ours"))
    for event in events:
        theirs.store_event(event)
        ours.store_event(event)
    theirs.dispose()
    ours.dispose()
    assert written(folder / "ours") == written(folder / "theirs")


@pytest.mark.parametrize("size", [1, 7, 500])
def test_a_batch_leaves_the_rows_that_dagster_leaves_event_by_event(
    events: list[dg.EventLogEntry], size: int, tmp_path: Path
) -> None:
    theirs, ours = SqliteEventLogStorage(str(tmp_path / "theirs")), KeptSqliteEventLogStorage(str(tmp_path / "ours"))
    for event in events:
        theirs.store_event(event)
    for start in range(0, len(events), size):
        ours.store_event_batch(events[start : start + size])
    theirs.dispose()
    ours.dispose()
    expected = written(tmp_path / "theirs")
    assert len(expected["index.db/asset_keys"]) == 2
    assert len(expected["index.db/event_logs"]) > 24
    assert written(tmp_path / "ours") == expected


def test_events_that_waited_leave_the_rows_that_dagster_leaves(events: list[dg.EventLogEntry], tmp_path: Path) -> None:
    assert_stored_alike(events, tmp_path)


def test_whoever_asks_sees_every_event_told_so_far(events: list[dg.EventLogEntry], tmp_path: Path) -> None:
    storage = KeptSqliteEventLogStorage(str(tmp_path / "ours"))
    shown = dg.AssetKey("judged")
    materialized = False
    for told, event in enumerate(events, start=1):
        storage.store_event(event)
        materialized |= event.is_dagster_event and event.get_dagster_event().is_step_materialization
        record = next(iter(storage.get_asset_records([shown])), None)
        if event.is_dagster_event and event.get_dagster_event().asset_key == shown and materialized:
            assert record is not None and record.asset_entry.last_run_id == event.run_id
        if told % 10 == 0:
            assert len(list(storage.get_logs_for_run(event.run_id))) == told
    storage.dispose()


def test_a_check_judged_that_was_never_planned_is_stored_as_dagster_does(
    events: list[dg.EventLogEntry], tmp_path: Path
) -> None:
    judged = [event for event in events if event.dagster_event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION]
    assert judged
    assert_stored_alike(judged, tmp_path)


def test_a_batch_that_fails_leaves_nothing_and_the_storage_usable(
    events: list[dg.EventLogEntry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = KeptSqliteEventLogStorage(str(tmp_path / "ours"))
    with monkeypatch.context() as patched:
        patched.setattr(SqliteEventLogStorage, "_store_asset_event_tags", None)
        with pytest.raises(TypeError):
            storage.store_event_batch(events)
    assert not list(storage.get_logs_for_run(events[0].run_id))
    storage.store_event_batch(events)
    assert len(list(storage.get_logs_for_run(events[0].run_id))) == len(events)
    storage.dispose()
