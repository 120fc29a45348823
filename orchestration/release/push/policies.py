"""Who reads which rows and tables of the copy: row-level security and grants by a table that lives in the database.

``sanming.reader`` has a row for each role and area; it outlives every push. What readers may see at all follows the two
editions of a release (docs/decisions/0029): ``open`` is what every reader may have, ``whole`` the rest as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg

from expectations.reader_roles import sight_of
from expectations.sql_text import literal, quoted
from orchestration.release.content import SCHEMAS
from orchestration.release.open_edition import OPEN_ROLE
from orchestration.release.reader_rows import open_condition

OWN_SCHEMA = "sanming"
READER = f"{OWN_SCHEMA}.reader"
_CITY = "city"
# Each sees the rows that are about its own roles, whoever asks: the policies below ask it.
READER_TABLE = f"""
create table {READER} (
    role_name text not null,
    area text not null check (area = '{_CITY}' or area ~ '^[0-9]{{6}}$'),
    sees text not null default 'open' check (sees in ('open', 'whole')),
    reason text not null check (reason <> ''),
    granted_by text not null default session_user,
    granted_at timestamptz not null default now(),
    primary key (role_name, area)
);
comment on table {READER} is 'Which role reads which area of the copied release';
comment on column {READER}.area is
    '{_CITY}, or the code of a county; a county has a row for each code it ever had';
comment on column {READER}.sees is
    'open: what every reader may have; whole: households, persons, loans and villages, too';
alter table {READER} enable row level security;
create policy own_roles on {READER} for select using (
    role_name in (select rolname from pg_catalog.pg_roles where pg_has_role(current_user, oid, 'usage'))
);
"""
_IS_READER = f"exists (select 1 from {READER})"
_SEES_WHOLE = f"exists (select 1 from {READER} where sees = 'whole')"


def policies(table: str, place: str, columns: tuple[str, ...]) -> list[str]:
    """The statements that let each reader of the table at a place see its own rows.

    What is asked of the reader is a subquery without the row, so it is asked once a statement. The city's rows
    (``county_code`` is null) of an open table are everybody's; those of any other are the city's alone, since they may
    tell of single rows of every county.
    """
    is_of_a_county = "county_code" in columns
    whole = _of_area("whole") if is_of_a_county else _SEES_WHOLE
    found = [
        f"alter table {place} enable row level security",
        f"create policy whole_rows on {place} for select using ({whole})",
    ]
    if sight_of(OPEN_ROLE, table):
        rows = open_condition(columns)
        area = f"({_of_area('open')} or (county_code is null and {_IS_READER}))" if is_of_a_county else _IS_READER
        found.append(f"create policy open_rows on {place} for select using ({rows} and {area})")
    return found


def _of_area(sees: str) -> str:
    """Whether a row is of an area of the reader's; who sees the whole of one sees what is open of it."""
    which = " where sees = 'whole'" if sees == "whole" else ""
    return (
        f"((select coalesce(bool_or(area = '{_CITY}'), false) from {READER}{which})"
        f" or county_code = any (array(select area from {READER}{which})))"
    )


@dataclass(frozen=True, order=True)
class _Grant:
    """A right of a role, of everybody where it has no name, to a schema or to a table of it."""

    role: str
    schema: str
    table: str
    right: str

    @property
    def subject(self) -> str:
        place = quoted(self.schema)
        return f"table {place}.{quoted(self.table)}" if self.table else f"schema {place}"


def apply_grants(connection: psycopg.Connection, tables: Iterable[str]) -> tuple[str, ...]:
    """Give each role of ``sanming.reader`` its tables, and take what others have from everybody but the owner.

    Returns:
        Roles that the table names and the server does not have.
    """
    asked: dict[str, str] = dict(
        connection.execute(f"select role_name, max(sees) from {READER} group by role_name").fetchall()
    )
    known = {role for (role,) in connection.execute("select rolname from pg_catalog.pg_roles").fetchall()}
    present = {role: sees for role, sees in asked.items() if role in known}
    wanted = {_Grant(role, schema, "", "usage") for role in present for schema in (*SCHEMAS, OWN_SCHEMA)}
    for table in tables:
        readers = [role for role, sees in present.items() if sees == "whole" or sight_of(OPEN_ROLE, table)]
        wanted |= {_may_select(role, table) for role in readers}
    wanted |= {_may_select(role, READER) for role in present}
    given = _given(connection)
    for grant in sorted(given - wanted):
        role = quoted(grant.role) if grant.role else "public"
        connection.execute(f"revoke {grant.right} on {grant.subject} from {role}")
    for grant in sorted(wanted - given):
        connection.execute(f"grant {grant.right} on {grant.subject} to {quoted(grant.role)}")
    return tuple(sorted(set(asked) - known))


def _may_select(role: str, qualified: str) -> _Grant:
    schema, table = qualified.split(".", 1)
    return _Grant(role, schema, table, "select")


def _given(connection: psycopg.Connection) -> set[_Grant]:
    schemas = ", ".join(map(literal, (*SCHEMAS, OWN_SCHEMA)))
    rows = connection.execute(
        "select coalesce(r.rolname, ''), n.nspname, '', lower(a.privilege_type)"
        " from pg_catalog.pg_namespace n cross join aclexplode(n.nspacl) a"
        " left join pg_catalog.pg_roles r on r.oid = a.grantee"
        f" where n.nspname in ({schemas}) and a.grantee <> n.nspowner"
        " union all"
        " select coalesce(r.rolname, ''), n.nspname, c.relname, lower(a.privilege_type)"
        " from pg_catalog.pg_class c inner join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
        " cross join aclexplode(c.relacl) a left join pg_catalog.pg_roles r on r.oid = a.grantee"
        f" where n.nspname in ({schemas}) and c.relkind = 'r' and a.grantee <> c.relowner"
    ).fetchall()
    return {_Grant(*row) for row in rows}
