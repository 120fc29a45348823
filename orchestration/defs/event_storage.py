"""Dagster's SQLite event log with kept connections; the files on disk are Dagster's own, unchanged.

Dagster makes a new SQLAlchemy engine for every event, asks anew whether its own tables are there, and gives
each event two or three transactions. The smallest night with work leaves 1,900 events.
Here the engines are kept, the tables are asked for once, what a step tells of its outputs waits for the step's
next word or for who asks, and what has waited is written together. The rows are those Dagster writes (held by a
test).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from dagster import AssetKey, DagsterEventType, DagsterInvariantViolationError, EventLogEntry
from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS, EVENT_TYPE_TO_PIPELINE_RUN_STATUS
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log.base import AssetRecord
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable, SqlEventLogStorageTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, bindparam, create_engine, func, select, update
from sqlalchemy.event import listen

_BUSY_SECONDS = 30
_MOST_WAITING = 500
# What a step says of its outputs: thousands of words, none of which anybody acts upon while the step runs.
_MAY_WAIT = {
    DagsterEventType.STEP_OUTPUT,
    DagsterEventType.ASSET_CHECK_EVALUATION,
    DagsterEventType.ASSET_MATERIALIZATION,
}
_MIRRORED = ASSET_EVENTS | ASSET_CHECK_EVENTS | EVENT_TYPE_TO_PIPELINE_RUN_STATUS.keys()


class _Check(NamedTuple):
    """What tells one row of ``asset_check_executions`` from another."""

    asset_key: str
    check_name: str
    run_id: str
    partition: str | None


# ``is``, because a check without partition has none.
_JUDGED = update(AssetCheckExecutionsTable).where(
    *(AssetCheckExecutionsTable.c[name].is_(bindparam(f"of_{name}")) for name in _Check._fields)
)


class KeptSqliteEventLogStorage(SqliteEventLogStorage):
    """``SqliteEventLogStorage`` that keeps one engine per database file and writes events together."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._held: dict[str, Connection] = {}
        self._waiting: list[EventLogEntry] = []
        self._known_run = ""
        self._known_checks: set[_Check] = set()  # of that run
        self._known_tables: dict[str, bool] = {}
        self._known_columns: dict[str, bool] = {}
        super().__init__(base_dir, inst_data)
        # Storing events takes the lock again for each file.
        self._db_lock = threading.RLock()  # type: ignore[assignment]

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> KeptSqliteEventLogStorage:
        """Made by Dagster from ``dagster.yaml``."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if shard in self._held:
                yield self._held[shard]
                return
            self._store_waiting()
            with self._engine(shard).connect() as connection, connection.begin():
                yield connection

    @contextmanager
    def _hold(self, shard: str) -> Iterator[Connection]:
        """One transaction on the file for everything inside."""
        with self._engine(shard).connect() as connection, connection.begin():
            self._held[shard] = connection
            try:
                yield connection
            finally:
                del self._held[shard]

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event, or let it wait for others."""
        with self._db_lock:
            if self._waiting and self._waiting[0].run_id != event.run_id:
                self._store_waiting()
            self._waiting.append(event)
            if event.dagster_event_type not in _MAY_WAIT or len(self._waiting) >= _MOST_WAITING:
                self._store_waiting()

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events of one run, all or none."""
        with self._db_lock:
            self._store_waiting()
            self._store_together(events)

    def get_asset_records(self, asset_keys: Sequence[AssetKey] | None = None) -> Sequence[AssetRecord]:
        """As Dagster's; asked for every output of a step, and moved by what was told of the assets alone."""
        with self._db_lock:
            assets = {asset for event in self._waiting if (asset := _asset_of(event))}
            if assets and (not asset_keys or not assets.isdisjoint(asset_keys)):
                self._store_waiting()
            with self._hold(INDEX_SHARD_NAME):
                return super().get_asset_records(asset_keys)

    def _store_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._store_together(waiting)

    def _store_together(self, events: Sequence[EventLogEntry]) -> None:
        if not events:
            return
        rows = [self._event_to_row(event) for event in events]
        with self._hold(events[0].run_id) as own, self._hold(INDEX_SHARD_NAME) as index:
            own.execute(SqlEventLogStorageTable.insert(), rows)
            mirrored = [pair for pair in zip(events, rows, strict=True) if pair[0].dagster_event_type in _MIRRORED]
            if mirrored:
                index.execute(SqlEventLogStorageTable.insert(), [row for _event, row in mirrored])
                last = index.execute(select(func.max(SqlEventLogStorageTable.c.id))).scalar_one()
                ids = range(last - len(mirrored) + 1, last + 1)
                self._show_assets(index, [(event, number) for (event, _row), number in zip(mirrored, ids, strict=True)])
                self._show_checks(index, [(*pair, number) for pair, number in zip(mirrored, ids, strict=True)])

    def _show_assets(self, index: Connection, mirrored: list[tuple[EventLogEntry, int]]) -> None:
        """One row per asset: of several events of one kind and asset only the last is shown there."""
        of_assets = [(event, number) for event, number in mirrored if event.dagster_event_type in ASSET_EVENTS]
        self._store_asset_event_tags(index, [event for event, _ in of_assets], [number for _, number in of_assets])
        last = {
            (event.dagster_event_type, event.get_dagster_event().asset_key): (event, number)
            for event, number in of_assets
        }
        for event, number in last.values():
            self._store_asset_event(index, event, number)

    def _show_checks(self, index: Connection, mirrored: list[tuple[EventLogEntry, dict[str, Any], int]]) -> None:
        """One row per check and partition of a run: made when the check is planned, or else when it is judged."""
        made: dict[_Check, dict[str, Any]] = {}
        judged: list[dict[str, Any]] = []
        for event, row, number in mirrored:
            if event.dagster_event_type == DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED:
                made |= _planned_rows(event, row, number)
            elif event.dagster_event_type == DagsterEventType.ASSET_CHECK_EVALUATION:
                check, values = _judgement(event, row, number)
                if check in made or check in self._checks_of(index, event.run_id):
                    judged.append({**{f"of_{name}": value for name, value in check._asdict().items()}, **values})
                else:
                    made[check] = {**check._asdict(), **values}
        if made:
            index.execute(AssetCheckExecutionsTable.insert(), list(made.values()))
            self._known_checks.update(check for check in made if check.run_id == self._known_run)
        if judged and index.execute(_JUDGED, judged).rowcount != len(judged):
            raise DagsterInvariantViolationError("A check was planned more than once in one run.")

    def _checks_of(self, index: Connection, run_id: str) -> set[_Check]:
        """The checks of a run that have a row; asked once per run, which may have been planned elsewhere."""
        if run_id != self._known_run:
            columns = [AssetCheckExecutionsTable.c[name] for name in _Check._fields]
            rows = index.execute(select(*columns).where(AssetCheckExecutionsTable.c.run_id == run_id))
            self._known_run, self._known_checks = run_id, {_Check(*row) for row in rows}
        return self._known_checks

    def has_table(self, table_name: str) -> bool:
        """Whether the index has the table; asked once, since tables are made with the file."""
        if table_name not in self._known_tables:
            self._known_tables[table_name] = super().has_table(table_name)
        return self._known_tables[table_name]

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        if column_name not in self._known_columns:
            self._known_columns[column_name] = super()._has_asset_key_col_on_connection(conn, column_name)
        return self._known_columns[column_name]

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
            )
            # With a write-ahead log this loses at most the last events of a power cut, never the database.
            listen(engine, "connect", lambda raw, _record: raw.execute("pragma synchronous=normal"))
            self._initdb(engine)
            self._initialized_dbs.add(shard)
            self._engines[shard] = engine
        return self._engines[shard]

    def dispose(self) -> None:
        """Store what waits and close what was kept."""
        with self._db_lock:
            self._store_waiting()
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()


def _asset_of(event: EventLogEntry) -> AssetKey | None:
    return event.get_dagster_event().asset_key if event.dagster_event_type in ASSET_EVENTS else None


def _planned_rows(event: EventLogEntry, row: dict[str, Any], number: int) -> dict[_Check, dict[str, Any]]:
    """A row per partition in which the check is to be asked."""
    planned: Any = event.get_dagster_event().event_specific_data
    subset = planned.partitions_subset
    values = {
        "execution_status": AssetCheckExecutionRecordStatus.PLANNED.value,
        "evaluation_event": row["event"],
        "evaluation_event_timestamp": row["timestamp"],
        "evaluation_event_storage_id": number,
        "materialization_event_storage_id": None,
    }
    checks = [
        _Check(planned.asset_key.to_string(), planned.check_name, event.run_id, partition)
        for partition in (subset.get_partition_keys() if subset else [None])
    ]
    return {check: {**check._asdict(), **values} for check in checks}


def _judgement(event: EventLogEntry, row: dict[str, Any], number: int) -> tuple[_Check, dict[str, Any]]:
    """Which check was judged, and what it came to."""
    judged: Any = event.get_dagster_event().event_specific_data
    target = judged.target_materialization_data
    status = AssetCheckExecutionRecordStatus.SUCCEEDED if judged.passed else AssetCheckExecutionRecordStatus.FAILED
    check = _Check(judged.asset_key.to_string(), judged.check_name, event.run_id, judged.partition)
    return check, {
        "execution_status": status.value,
        "evaluation_event": row["event"],
        "evaluation_event_timestamp": row["timestamp"],
        "evaluation_event_storage_id": number,
        "materialization_event_storage_id": target.storage_id if target else None,
    }
