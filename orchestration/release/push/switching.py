"""Put the tables that were made in the place of those that readers see, in one transaction.

No transaction of a reader sees tables of two releases: the switch begins when those that have read the copy have
ended, and those that come meanwhile wait for it, a moment.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import psycopg

from expectations.sql_text import quoted
from orchestration.release.content import RELEASE_TABLE, SCHEMAS
from orchestration.release.push.address import PushError
from orchestration.release.push.policies import apply_grants
from orchestration.release.push.standing import building, note_copied, refuse_strangers
from orchestration.release.push.tables import TargetTable

# Who waits for the first table holds none, so nobody waits for it in a ring; readers who come queue up meanwhile, so
# there is as long a pause before the next attempt.
_SHORTEST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 1.0, 8.0
# All others within less than the second after which PostgreSQL looks for a ring and ends one of it: never a reader.
_HOLDING_SECONDS = 0.5
_HOLDS = "held.mode <> 'SIReadLock'"  # a note of a serializable transaction, often of one that is over; no lock


def switch(
    connection: psycopg.Connection,
    where: str,
    release_id: str,
    wanted: Mapping[str, TargetTable],
    replaced: Sequence[str],
    gone: Sequence[str],
    wait_seconds: float,
) -> tuple[str, ...]:
    """Show readers the new tables instead of the old ones.

    Args:
        connection: to the database.
        where: its name in messages.
        release_id: the release that the copy is of from then on.
        wanted: all its tables by name.
        replaced: those that were made anew.
        gone: tables of the release before that this one has not.
        wait_seconds: how long to wait for readers.

    Returns:
        What `apply_grants` does.

    Raises:
        PushError: readers are in the way for longer, or relations of others.
    """
    with connection.transaction():
        _wait_for_readers(connection, where, wait_seconds)
        refuse_strangers(connection, where)
        for name in (*gone, *replaced):
            # What else falls with it are references of tables that stay.
            connection.execute(f"drop table if exists {_place(name)} cascade")
        for name in replaced:
            schema, table = name.split(".", 1)
            connection.execute(f"alter table {building(schema)}.{quoted(table)} set schema {quoted(schema)}")
        _refer(connection, wanted, set(replaced))
        for schema in SCHEMAS:
            connection.execute(f"drop schema if exists {building(schema)}")
        note_copied(connection, release_id, (wanted[name] for name in replaced), gone)
        return apply_grants(connection, wanted)


def hold_references(connection: psycopg.Connection) -> tuple[str, ...]:
    """Let the database look through references that it has not yet; readers go on meanwhile.

    Returns:
        References that some row does not keep. They stay declared, for the tools that draw relations by them.
    """
    found = connection.execute(
        "select n.nspname || '.' || c.relname, conname from pg_catalog.pg_constraint"
        " inner join pg_catalog.pg_class c on c.oid = conrelid"
        " inner join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
        " where contype = 'f' and not convalidated and n.nspname = any(%s) order by 1, 2",
        [list(SCHEMAS)],
    ).fetchall()
    broken = []
    for table, name in found:
        try:
            connection.execute(f"alter table {_place(table)} validate constraint {quoted(name)}")
        except psycopg.errors.ForeignKeyViolation:
            broken.append(f"{table} {name}")
    return tuple(broken)


def _wait_for_readers(connection: psycopg.Connection, where: str, wait_seconds: float) -> None:
    """Take all tables of the copy, when no transaction holds one of them.

    A transaction that holds one table and waits for another that is taken already would wait for ever: then all are
    given free, and the next attempt begins with the one that could not be had, behind which such readers queue up.
    """
    tables = _tables(connection)
    until, patience = time.monotonic() + wait_seconds, _SHORTEST_WAIT_SECONDS
    while (in_the_way := _take(connection, tables, patience)) is not None:
        if time.monotonic() > until:
            raise PushError(_in_the_way(connection, where, wait_seconds))
        tables.insert(0, tables.pop(tables.index(in_the_way)))
        time.sleep(patience)
        patience = min(2 * patience, _LONGEST_WAIT_SECONDS)
    connection.execute("set local lock_timeout = 0")


def _tables(connection: psycopg.Connection) -> list[str]:
    """All tables of the copy, first the one that a reader who shows the release asks first."""
    rows = connection.execute(
        "select schemaname || '.' || tablename from pg_catalog.pg_tables where schemaname = any(%s)"
        " order by (schemaname, tablename) <> (%s, %s), 1",
        [list(SCHEMAS), *RELEASE_TABLE],
    ).fetchall()
    return [table for (table,) in rows]


def _take(connection: psycopg.Connection, tables: Sequence[str], patience: float) -> str | None:
    """Lock tables one after the other; gives one that could not be had, and then none is held.

    Args:
        connection: in a transaction.
        tables: in this order.
        patience: seconds to wait for the first.
    """
    table, held, until = "", None, None
    try:
        with connection.transaction():
            for table in tables:
                seconds = patience if until is None else max(0.0, until - time.monotonic())
                connection.execute(
                    f"set local lock_timeout = {1 + int(1000 * seconds)};"
                    f" lock table {_place(table)} in access exclusive mode"
                )
                if until is None:
                    until = time.monotonic() + _HOLDING_SECONDS
                    held = _held_by_who_waits(connection)
                    if held is not None:  # who has waited for long may look for a ring at any moment
                        raise psycopg.Rollback
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
        return table
    return held


def _held_by_who_waits(connection: psycopg.Connection) -> str | None:
    """A table that is held by a transaction which waits for one that is taken here."""
    row = connection.execute(
        "select n.nspname || '.' || c.relname from pg_catalog.pg_locks waiting"
        " inner join pg_catalog.pg_locks taken on taken.relation = waiting.relation and taken.pid = pg_backend_pid()"
        " inner join pg_catalog.pg_locks held on held.pid = waiting.pid and held.granted"
        " inner join pg_catalog.pg_class c on c.oid = held.relation"
        " inner join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
        " where not waiting.granted and taken.mode = 'AccessExclusiveLock' and c.relkind = 'r'"
        f" and {_HOLDS}"
        " and n.nspname = any(%s) limit 1",
        [list(SCHEMAS)],
    ).fetchone()
    return row[0] if row else None


def _in_the_way(connection: psycopg.Connection, where: str, wait_seconds: float) -> str:
    readers = connection.execute(
        "select distinct a.pid, a.usename from pg_catalog.pg_locks held"
        " inner join pg_catalog.pg_class c on c.oid = held.relation"
        " inner join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
        " inner join pg_catalog.pg_stat_activity a on a.pid = held.pid"
        f" where n.nspname = any(%s) and a.pid <> pg_backend_pid() and held.granted and {_HOLDS} order by 1",
        [list(SCHEMAS)],
    ).fetchall()
    told = ", ".join(f"{user} (process {process})" for process, user in readers) or "others"
    return (
        f"{where}: after {wait_seconds:g} s transactions of {told} hold tables of the copy; expected a moment without."
        " Readers keep the release they had. Push again when these have ended, with a longer --wait,"
        " or end them: `select pg_terminate_backend(PROCESS)`."
    )


def _refer(connection: psycopg.Connection, wanted: Mapping[str, TargetTable], replaced: set[str]) -> None:
    """Declare the references of and to the tables that were made anew; no row is looked at."""
    for table in wanted.values():
        for reference in table.references:
            if replaced & {table.qualified, reference.table}:
                connection.execute(
                    f"alter table {table.place} add constraint {quoted(f'{reference.column}_refers')}"
                    f" foreign key ({quoted(reference.column)})"
                    f" references {_place(reference.table)} ({quoted(reference.field)}) not valid"
                )


def _place(qualified: str) -> str:
    return ".".join(map(quoted, qualified.split(".", 1)))
