"""Dagster's SQLite event log with kept connections; the files on disk are Dagster's own, unchanged.

Dagster makes a new SQLAlchemy engine for every event, asks anew whether its own tables are there, and gives
each event of a batch two or three transactions. A night of 19 partitions, 39 forms and 600 checks leaves 7,900
events. Here the engines are kept, the tables are asked for once, and a batch is one transaction per file; what is
written, and by which statements, is Dagster's (held by a test).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from dagster import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event

_BUSY_SECONDS = 30


class KeptSqliteEventLogStorage(SqliteEventLogStorage):
    """``SqliteEventLogStorage`` that keeps one engine per database file and one transaction per batch."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._held: dict[str, Connection] = {}
        self._shown: set[int] | None = None  # while a batch is stored: the events that its assets will show
        self._known_tables: dict[str, bool] = {}
        self._known_columns: dict[str, bool] = {}
        super().__init__(base_dir, inst_data)
        # A batch holds the lock while each of its events takes it again.
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
            with self._engine(shard).connect() as connection, connection.begin():
                yield connection

    @contextmanager
    def _hold(self, shard: str) -> Iterator[None]:
        """One transaction on the file for everything inside."""
        with self._connect(shard) as connection:
            self._held[shard] = connection
            try:
                yield
            finally:
                del self._held[shard]

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events of one run, all or none.

        The index keeps one row per asset: of several events of one kind and asset only the last is written there.
        """
        last = {(event.dagster_event_type, event.get_dagster_event().asset_key): id(event) for event in events}
        with self._db_lock, self._hold(events[0].run_id), self._hold(INDEX_SHARD_NAME):
            self._shown = set(last.values())
            try:
                for event in events:
                    self.store_event(event)
            finally:
                self._shown = None

    def _store_asset_event(self, conn: Connection, event: EventLogEntry, event_id: int) -> None:
        if self._shown is None or id(event) in self._shown:
            super()._store_asset_event(conn, event, event_id)

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
            event.listen(engine, "connect", lambda raw, _record: raw.execute("pragma synchronous=normal"))
            self._initdb(engine)
            self._initialized_dbs.add(shard)
            self._engines[shard] = engine
        return self._engines[shard]

    def dispose(self) -> None:
        """Close what was kept."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()
