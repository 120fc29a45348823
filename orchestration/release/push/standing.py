"""What stands in the database: the tables of the push before, what a killed one left, and what is in the way."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg

from expectations.sql_text import literal, quoted
from orchestration.release.content import SCHEMAS
from orchestration.release.push.address import PushError
from orchestration.release.push.policies import OWN_SCHEMA, READER, READER_TABLE
from orchestration.release.push.tables import TargetTable

COPIED = f"{OWN_SCHEMA}.copied_table"
_COPIED_TABLE = f"""
create table {COPIED} (
    table_name text primary key,
    fingerprint text not null,
    rows bigint not null,
    release_id text not null,
    copied_at timestamptz not null default now()
);
comment on table {COPIED} is 'The tables of the copied release, and the release each was copied of';
comment on column {COPIED}.fingerprint is 'equal where values and declarations are, so that the table can be kept'
"""
_SCHEMA_NAMES = ", ".join(map(literal, SCHEMAS))
# Relations of others that stand among ours, or that would be lost with a table of ours.
_STRANGERS = f"""
with ours as (
    select c.oid, n.nspname || '.' || c.relname as name
    from pg_catalog.pg_class c inner join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ({_SCHEMA_NAMES}) and c.relkind in ('r', 'p', 'v', 'm', 'f')
)
select name, 'among the tables of the copy' from ours where name not in (select table_name from {COPIED})
union
select rule.ev_class::regclass::text, 'made of ' || ours.name
from pg_catalog.pg_depend depend
inner join ours on ours.oid = depend.refobjid and depend.refclassid = 'pg_class'::regclass
inner join pg_catalog.pg_rewrite rule on rule.oid = depend.objid and depend.classid = 'pg_rewrite'::regclass
where rule.ev_class <> ours.oid
union
select conrelid::regclass::text, 'referring to ' || ours.name
from pg_catalog.pg_constraint inner join ours on ours.oid = confrelid
where conrelid not in (select oid from ours)
order by 1, 2
"""
_TOLD = 5


def building(schema: str) -> str:
    """The schema in which the tables of one that readers see are made."""
    return f"{OWN_SCHEMA}_building_{schema}"


def prepare(connection: psycopg.Connection, where: str) -> None:
    """Make what a push needs beside the tables, and remove what a killed one left.

    Raises:
        PushError: what stands there belongs to another user.
    """
    owner = connection.execute(
        "select rolname from pg_catalog.pg_namespace n inner join pg_catalog.pg_roles r on r.oid = n.nspowner"
        f" where nspname in ({_SCHEMA_NAMES}, '{OWN_SCHEMA}') and not pg_has_role(current_user, n.nspowner, 'usage')"
    ).fetchone()
    if owner is not None:
        raise PushError(
            f"{where}: the schemas of the copy belong to {owner[0]}; expected {connection.info.user}."
            " Push as the user who pushed first, or into another database."
        )
    with connection.transaction():
        for schema in (*SCHEMAS, OWN_SCHEMA):
            connection.execute(f"create schema if not exists {quoted(schema)}")
        for table, definition in ((READER, READER_TABLE), (COPIED, _COPIED_TABLE)):
            found = connection.execute("select to_regclass(%s)", [table]).fetchone()
            if found is None or found[0] is None:
                connection.execute(definition)
    # A table that somebody dropped is copied again.
    connection.execute(
        f"delete from {COPIED} where to_regclass("
        "format('%I.%I', split_part(table_name, '.', 1), split_part(table_name, '.', 2))) is null"
    )
    for schema in SCHEMAS:
        connection.execute(f"drop schema if exists {building(schema)} cascade")


def refuse_strangers(connection: psycopg.Connection, where: str) -> None:
    """Refuse to replace tables where something of others would be lost.

    Raises:
        PushError: names the first of it.
    """
    found = connection.execute(_STRANGERS).fetchall()
    if found:
        told = "; ".join(f"{name} ({what})" for name, what in found[:_TOLD])
        raise PushError(
            f"{where}: {len(found)} relations that no push made are in the way: {told};"
            f" expected {', '.join(SCHEMAS)} for the copy alone, and nothing made of its tables, since a push replaces"
            " them. Move or drop these; what was a view can be a function or a query of the tool."
        )


def standing_tables(connection: psycopg.Connection) -> dict[str, str]:
    """Table → fingerprint of what was copied by the pushes before."""
    return dict(connection.execute(f"select table_name, fingerprint from {COPIED}").fetchall())


def note_copied(
    connection: psycopg.Connection, release_id: str, copied: Iterable[TargetTable], gone: Iterable[str]
) -> None:
    """Say which tables stand there from now on."""
    for table in copied:
        connection.execute(
            f"insert into {COPIED} (table_name, fingerprint, rows, release_id) values (%s, %s, %s, %s)"
            " on conflict (table_name) do update set (fingerprint, rows, release_id, copied_at)"
            " = (excluded.fingerprint, excluded.rows, excluded.release_id, excluded.copied_at)",
            [table.qualified, table.fingerprint, table.rows, release_id],
        )
    for name in gone:
        connection.execute(f"delete from {COPIED} where table_name = %s", [name])
