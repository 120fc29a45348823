"""A PostgreSQL server that a test starts, on a port and a socket of its own, and that nothing survives.

Its programs are those of Debian's package ``postgresql``; they refuse to run as root, so root starts them as the user
that the package made.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

PASSWORD = "pässwort 's3cret"
_USER = "postgres"
# The machine's own users over the socket are who they say; over the network a password is asked for.
_WHO_MAY = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


@dataclass(frozen=True)
class Server:
    """A server that runs; ``folder`` holds its socket."""

    folder: Path
    port: int

    def url(self, database: str, user: str = _USER) -> str:
        """The address of a database over the socket."""
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}"

    def url_over_network(self, database: str, user: str) -> str:
        """The address of a database over loopback, where a password is asked for."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str, user: str = _USER) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection each of whose statements is a transaction."""
        return psycopg.connect(self.url(database, user), autocommit=True)

    def new_database(self, *, encoding: str = "UTF8") -> str:
        """The name of a new, empty database."""
        name = f"mart_{uuid4().hex[:8]}"
        with self.connect(_USER) as connection:
            connection.execute(f"create database {name} encoding '{encoding}' locale 'C' template template0")
        return name

    def new_role(self, *, password: str | None = None) -> str:
        """The name of a new role that may log in and nothing else."""
        name = f"role_{uuid4().hex[:8]}"
        with self.connect(_USER) as connection:
            connection.execute(f"create role {name} login")
            if password is not None:
                connection.execute(
                    psycopg.sql.SQL("alter role {} password {}").format(psycopg.sql.Identifier(name), password)
                )
        return name


def programs() -> Path | None:
    """The folder of the newest server's programs on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def running_server(*, flushes: bool = False) -> Iterator[Server]:
    """Start a server in a folder of its own; it and the folder are gone afterwards.

    Args:
        flushes: whether it waits for the disk as a server of an office does; a test does without.
    """
    where = programs()
    assert where is not None
    folder = Path(tempfile.mkdtemp(prefix="sanming-postgres-"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, _USER, _USER)
        as_user = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"]
    data, server = folder / "data", Server(folder, _free_port())

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(where / program), "-D", str(data), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)

    run("initdb", "-A", "trust", "-U", _USER, "-E", "UTF8", "--locale=C", "--no-sync")
    (data / "pg_hba.conf").write_text(_WHO_MAY)
    settings = f"-k {folder} -p {server.port} -c listen_addresses=127.0.0.1 -c fsync={'on' if flushes else 'off'}"
    try:
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", settings, "start")
        yield server
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
