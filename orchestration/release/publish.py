"""Seal a build into a release and move `current` to it in one step.

Whether the build deserves it (dbt's blocking tests) is for the caller to know. A release is written
beside its final place, synced, renamed, and never touched again.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from expectations.contract import load_contracts
from orchestration.failpoints import failpoint
from orchestration.pending import definitions_hash, landed_batches
from orchestration.release.content import (
    RELEASE_TABLE,
    SCHEMAS,
    TableContent,
    content_hash,
    export_parquet,
    foreign_relations,
    list_tables,
    literal,
    read_table,
)
from orchestration.release.manifest import (
    DATABASE_NAME,
    MANIFEST_NAME,
    Manifest,
    ManifestInput,
    ManifestTable,
    Release,
    ReleaseError,
    current_id,
    list_releases,
    read_manifest,
)
from orchestration.settings import Settings
from orchestration.submissions.archive import Receipt, list_receipts

_TEMPORARY = ".tmp-"
_RELEASE_COLUMNS = {
    "release_id": "name of the release, made of its latest period, the day it is known on and its content",
    "known_on": "the latest receipt the release rests on, UTC",
    "latest_period": "latest period anything was returned for, YYYY-MM",
    "data_origin": "synthetic or real; a release never mixes them",
    "content_hash": "hash over all tables and the submissions they were made from",
}


@dataclass(frozen=True)
class _Identity:
    """What names a release, and the table contents that went into the name."""

    release_id: str
    content_hash: str
    latest_period: str
    tables: tuple[TableContent, ...]


def publish(settings: Settings, built: Path, known_on: datetime, checks_held: tuple[str, ...] = ()) -> Release:
    """Publish the file of a finished build that holds its marts, reports and quality schemas.

    Equal content from equal submissions has the same id: then nothing is written and the existing
    release is returned with ``is_new`` false.

    Raises:
        ReleaseError: nothing to publish, or synthetic and real data would be mixed.
    """
    sweep_unfinished(settings)
    receipts = list_receipts(settings)
    _refuse_mixed_origin(settings, receipts)
    temporary = settings.releases / f"{_TEMPORARY}{uuid.uuid4().hex[:12]}"
    temporary.mkdir(parents=True, mode=0o755)
    try:
        identity = _take_database(temporary, built, receipts, known_on)
        target = settings.releases / identity.release_id
        is_new = not target.is_dir()
        if is_new:
            _seal(settings, temporary, identity, receipts, known_on, checks_held)
            temporary.rename(target)
            _sync(settings.releases)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    failpoint(settings, "release.before_current")
    moved = current_id(settings) != identity.release_id
    if moved:
        point_current_at(settings, identity.release_id)
    remove_old(settings)
    return Release(
        release_id=identity.release_id,
        path=target,
        manifest=read_manifest(target),
        is_current=True,
        is_new=is_new or moved,
    )


def sweep_unfinished(settings: Settings) -> None:
    """Remove what a killed night left half-written."""
    for leftover in settings.releases.glob(f"{_TEMPORARY}*"):
        shutil.rmtree(leftover)


def point_current_at(settings: Settings, release_id: str) -> None:
    """Move the ``current`` link; readers see either the old release or the new one, never neither."""
    link = settings.warehouse / f".current-{uuid.uuid4().hex[:8]}"
    link.symlink_to(Path(settings.releases.name) / release_id, target_is_directory=True)
    link.replace(settings.current)
    _sync(settings.warehouse)


def remove_old(settings: Settings) -> None:
    """Keep the newest releases of the settings' number, and always the current one."""
    releases = [release for release in list_releases(settings) if not release.is_current]
    surplus = len(releases) + 1 - settings.keep_releases
    for release in releases[: max(0, surplus)]:
        shutil.rmtree(release.path)


def _refuse_mixed_origin(settings: Settings, receipts: list[Receipt]) -> None:
    origins = {receipt.data_origin for receipt in receipts} | {
        release.manifest.data_origin for release in list_releases(settings)
    }
    if origins - {settings.data_origin}:
        raise ReleaseError(
            f"{settings.home}: holds {sorted(origins)} data, this night says {settings.data_origin}."
            " A home never mixes them: set SANMING_DATA_ORIGIN to the home's origin, or use another SANMING_HOME."
        )


def _take_database(folder: Path, built: Path, receipts: list[Receipt], known_on: datetime) -> _Identity:
    """Bring the built file into the folder as it is, read its content, and write what the content tells."""
    database = folder / DATABASE_NAME
    shutil.copyfile(built, database)
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach {literal(str(database))} as release")
        foreign, names = foreign_relations(connection, "release"), list_tables(connection, "release")
        if foreign or not names:
            raise ReleaseError(
                f"{built}: holds {foreign or 'no table'}; expected tables in {list(SCHEMAS)} and nothing else."
                " Run the transformations again."
            )
        tables = tuple(read_table(connection, "release", schema, table) for schema, table in names)
        identity = _identify(tables, receipts, known_on)
        _write_release_table(connection, identity, known_on, receipts)
        export_parquet(connection, "release", folder / "parquet")
        connection.execute("detach release")  # checkpoints, so that no .wal stays behind
    return identity


def _identify(tables: tuple[TableContent, ...], receipts: list[Receipt], known_on: datetime) -> _Identity:
    overall = content_hash(tables, [receipt.submission_id for receipt in receipts])
    latest = max((receipt.period for receipt in receipts if receipt.period), default="none")
    return _Identity(f"{latest}-{known_on:%Y%m%dT%H%M%SZ}-{overall[:8]}", overall, latest, tables)


def _write_release_table(
    connection: duckdb.DuckDBPyConnection, identity: _Identity, known_on: datetime, receipts: list[Receipt]
) -> None:
    """One row that says which release this is, so that a dashboard can show it."""
    schema, table = RELEASE_TABLE
    origin = receipts[-1].data_origin if receipts else "synthetic"
    connection.execute(f"create schema if not exists release.{schema}")
    connection.execute(
        f"create table release.{schema}.{table} as select ? as release_id, ?::timestamp as known_on,"
        " ? as latest_period, ? as data_origin, ? as content_hash",
        [identity.release_id, _naive(known_on), identity.latest_period, origin, identity.content_hash],
    )
    connection.execute(f"comment on table release.{schema}.{table} is 'One row: which release this file is.'")
    for column, told in _RELEASE_COLUMNS.items():
        connection.execute(f"comment on column release.{schema}.{table}.{column} is {literal(told)}")


def _seal(
    settings: Settings,
    folder: Path,
    identity: _Identity,
    receipts: list[Receipt],
    known_on: datetime,
    checks_held: tuple[str, ...],
) -> None:
    manifest = Manifest(
        release_id=identity.release_id,
        content_hash=identity.content_hash,
        known_on=known_on if known_on.tzinfo else known_on.replace(tzinfo=UTC),
        latest_period=identity.latest_period,
        data_origin=settings.data_origin,
        tables=tuple(
            ManifestTable(name=t.qualified, rows=t.rows, content_hash=t.content_hash, columns=t.columns)
            for t in identity.tables
        ),
        inputs=tuple(ManifestInput(submission_id=r.submission_id, sha256=r.sha256) for r in receipts),
        batches=tuple(sorted(landed_batches(settings))),
        contract_versions={form: contract.version for form, contract in load_contracts().items()},
        definitions_hash=definitions_hash(settings),
        code_version=_code_version(settings.checkout),
        checks_held=checks_held,
    )
    text = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1)
    (folder / MANIFEST_NAME).write_text(text, encoding="utf-8")
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(0o444)
        _sync(path)
    _sync(folder)


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _code_version(checkout: Path) -> str | None:
    """The commit that published, or none where the code is not a git checkout."""
    git = shutil.which("git")
    if git is None or not (checkout / ".git").exists():
        return None
    command = [git, "-C", str(checkout), "rev-parse", "HEAD"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    return found.stdout.strip() or None if found.returncode == 0 else None
