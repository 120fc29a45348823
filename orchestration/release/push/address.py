"""The database a release is copied into: its address, and a connection that may write there.

A password is no part of an address, since whoever lists the processes of a machine reads it there; libpq finds it in
``~/.pgpass`` or ``PGPASSWORD``. So no message can tell one.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg.conninfo import conninfo_to_dict

from orchestration.core.settings import SettingsError
from orchestration.release.manifest import ReleaseError

NAME = "sanming release push"  # what pg_stat_activity calls the connection
_EXPECTED = "expected postgresql://USER@HOST:PORT/DATABASE, the password in ~/.pgpass or PGPASSWORD"
_LOCK = int.from_bytes(b"sanming", "big")
_UNTIL_BUSY_SECONDS = 3.0  # as long as a server may take to notice that a push before was killed


class PushError(ReleaseError):
    """A release that cannot be copied: says what, where, what was expected and what to do."""


class PushBusyError(PushError):
    """Another process copies a release into the same database."""


@dataclass(frozen=True)
class Address:
    """Where a database is, without a password; ``text`` is what may be told."""

    text: str
    parameters: dict[str, str] = field(repr=False)


def read_address(url: str) -> Address:
    """An address as a person writes it.

    Raises:
        SettingsError: it is none, or holds a password; what it says is not repeated.
    """
    if not re.match(r"postgres(ql)?://", url):
        raise SettingsError(f"the address of the database is none; {_EXPECTED}")
    if re.search(r"//[^@]*:[^@]*@", url):
        raise SettingsError(f"the address of the database holds a password, which `ps` shows to everybody; {_EXPECTED}")
    try:
        found = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except psycopg.Error:
        raise SettingsError(f"the address of the database cannot be read; {_EXPECTED}") from None
    if any("password" in name for name in found):
        raise SettingsError(f"the address of the database holds a password, which `ps` shows to everybody; {_EXPECTED}")
    return Address(url, {"connect_timeout": "10", **found, "application_name": NAME, "client_encoding": "UTF8"})


def connect(address: Address) -> psycopg.Connection:
    """A connection whose statements are their own transactions, and that waits for no reader but where it says so.

    Raises:
        PushError: the database cannot be reached, or cannot hold a release.
    """
    try:
        connection: psycopg.Connection = psycopg.connect(**address.parameters, autocommit=True)  # type: ignore[arg-type]
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise PushError(
            f"{address.text}: cannot be reached ({reason}); expected a PostgreSQL server that lets this user in."
            " Mend the address, or the password in ~/.pgpass or PGPASSWORD."
        ) from None
    connection.execute("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0")
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        connection.close()
        raise PushError(
            f"{address.text}: keeps texts as {encoding}; expected UTF8."
            " `create database … encoding 'UTF8' template template0`, and push into it."
        )
    return connection


@contextmanager
def only_push(address: Address) -> Iterator[psycopg.Connection]:
    """A connection that is the only one of a push in its database; the server ends its lock with it.

    Raises:
        PushError: the database cannot be reached or written into.
        PushBusyError: another push is at work.
    """
    with connect(address) as connection:
        until = time.monotonic() + _UNTIL_BUSY_SECONDS
        while not _one(connection, f"select pg_try_advisory_lock({_LOCK})"):
            if time.monotonic() > until:
                raise PushBusyError(
                    f"{address.text}: another push is at work in this database; expected one at a time."
                    " Wait for it to end, and push again."
                )
            time.sleep(0.1)
        if not _one(connection, "select has_database_privilege(current_database(), 'create')"):
            raise PushError(
                f"{address.text}: user {connection.info.user} may not create schemas there; expected one that may."
                f" Let the owner run `grant create on database {connection.info.dbname} to {connection.info.user}`."
            )
        yield connection


def _one(connection: psycopg.Connection, query: str) -> object:
    row = connection.execute(query).fetchone()
    return row[0] if row else None
