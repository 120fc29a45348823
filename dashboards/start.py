"""Starts Superset on loopback with the dashboards of this checkout, reading a home's open.duckdb: `make dashboards`.

Run by Superset's own venv (requirements/superset.lock), which has nothing of the project's. What Superset keeps (its
users, its copy of the bundle, its key) lies in ``HOME/warehouse/superset``; deleted, it is made again.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PORT = 8088
# Where the bundle has the file; put here so that the tree names no folder of this machine.
_PLACE = "/srv/sanming/warehouse/current/open.duckdb"
_ADMIN = "admin"
# Superset's pages ask for many charts at once; one process keeps one DuckDB.
_THREADS = 8
# The version of the bundle's identities, which follow from what they name; those made in Superset are random.
_MADE = 5


def environment(home: Path) -> dict[str, str]:
    """What Superset reads of the environment; its key and its folder are made on first use."""
    state = home / "warehouse" / "superset"
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {
        "SUPERSET_HOME": str(state),
        "SUPERSET_CONFIG_PATH": str(FOLDER / "superset_config.py"),
        "SUPERSET_SECRET_KEY": _kept(state / "secret_key"),
        "SCARF_ANALYTICS": "false",
    }


def bundle_of(home: Path) -> dict[str, str]:
    """Path in the bundle → text, about the file of this home."""
    place = (home / "warehouse" / "current" / "open.duckdb").as_posix()
    files = sorted((FOLDER / "bundle").rglob("*.yaml"))
    return {
        path.relative_to(FOLDER / "bundle").as_posix(): path.read_text(encoding="utf-8").replace(_PLACE, place)
        for path in files
    }


def prepare(home: Path) -> None:
    """Make Superset's own database, or bring it up to this checkout; nothing where it is."""
    contents = bundle_of(home)
    stamp = Path(os.environ["SUPERSET_HOME"]) / "prepared"
    wanted = hashlib.sha256(repr([_version(), sorted(contents.items())]).encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    from flask import g
    from flask_migrate import upgrade
    from superset.app import create_app

    app = create_app()
    with app.app_context():
        upgrade(directory=str(Path(app.root_path) / "migrations"))
        from superset.extensions import appbuilder, security_manager

        if not security_manager.find_user(_ADMIN):
            password = _kept(Path(os.environ["SUPERSET_HOME"]) / "admin_password")
            admin = security_manager.find_role("Admin") or security_manager.add_role("Admin")
            security_manager.add_user(_ADMIN, _ADMIN, _ADMIN, "admin@localhost", admin, password)
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        g.user = security_manager.find_user(_ADMIN)
        _take_in(contents)
    stamp.write_text(wanted)


def _take_in(contents: dict[str, str]) -> None:
    """Import the bundle, drop what it had before, and let whoever opens a page read its data."""
    from superset import db, security_manager
    from superset.commands.dashboard.importers.v1 import ImportDashboardsCommand
    from superset.models.core import Database
    from superset.models.slice import Slice

    ImportDashboardsCommand(contents, overwrite=True).run()
    for chart in db.session.query(Slice).all():
        if chart.uuid.version == _MADE and not chart.dashboards:
            db.session.delete(chart)
    readers = security_manager.find_role("Public")
    # Ours alone: what somebody added may be closed.
    ours = [database for database in db.session.query(Database).all() if database.uuid.version == _MADE]
    places = [("database_access", database.perm) for database in ours]
    # Superset leaves its own words in English for whoever may not ask for others.
    for allowed in (*places, ("can_language_pack", "Superset")):
        security_manager.add_permission_role(readers, security_manager.add_permission_view_menu(*allowed))
    db.session.commit()


def _kept(path: Path) -> str:
    """The secret of a file that only its owner reads, made where there is none."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text()


def _version() -> str:
    from importlib.metadata import version

    return version("apache-superset")


def main(home: Path, port: int = PORT) -> None:
    """Prepare, tell where the pages are, and become the server."""
    if not (home / "warehouse" / "current" / "open.duckdb").exists():
        sys.exit(f"{home} has no release yet: `make run` makes one.")
    os.environ |= environment(home)
    prepare(home)
    state = os.environ["SUPERSET_HOME"]
    sys.stdout.write(
        f"http://127.0.0.1:{port}/superset/dashboard/overview/\nto change: {_ADMIN}, {state}/admin_password\n"
    )
    sys.stdout.flush()
    server = f"gunicorn -w 1 --worker-class gthread --threads {_THREADS} --timeout 120 --log-level warning"
    options = [*server.split(), "--bind", f"127.0.0.1:{port}", "superset.app:create_app()"]
    os.execv(sys.executable, [sys.executable, "-m", *options])  # noqa: S606 - a fixed command, no shell


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), *map(int, sys.argv[2:3]))
