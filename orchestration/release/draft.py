"""Make a release ready to be published: a sealed folder beside the others, that no reader sees yet.

Whether the build deserves it (dbt's blocking tests) is for the caller to know, and showing it to readers is
`publish`'s business. A draft is written beside its final place, synced, and never touched again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from expectations.comments import Comment
from expectations.contract import load_contracts
from expectations.published_names import column_name, table_name
from expectations.sql_text import literal
from orchestration.core import clock
from orchestration.core.fsync import flush
from orchestration.core.settings import Settings
from orchestration.home.batches import landed_batches
from orchestration.home.token_key import fingerprint, home_key
from orchestration.receive.archive import Receipt, list_receipts
from orchestration.release.access import FOR_NOBODY_ELSE
from orchestration.release.content import (
    RELEASE_TABLE,
    SCHEMAS,
    STORAGE,
    TableContent,
    content_hash,
    export_parquet,
    foreign_relations,
    list_tables,
    read_comments,
    take_tables,
)
from orchestration.release.data_package import PACKAGE_NAME, write_data_package
from orchestration.release.manifest import (
    DATABASE_NAME,
    MANIFEST_NAME,
    TEMPORARY,
    Manifest,
    ManifestInput,
    ManifestTable,
    ReleaseError,
    list_releases,
)
from orchestration.release.open_edition import OPEN_NAME, rights_of, write_open_edition
from orchestration.transform.definitions import LOGIC, definition_files, hash_of

_SHORT = 12  # digits of a hash, enough to tell two versions of one definition apart
RELEASE_COLUMNS = {
    "release_id": "name of the release, made of its latest period, the day it is known on and its content",
    "known_on": "the latest receipt, closing or reopening of a period the release rests on, UTC",
    "latest_period": "latest period anything was returned for, YYYY-MM",
    "data_origin": "synthetic or real; a release never mixes them",
    "content_hash": "hash over all tables and the submissions they were made from",
}


@dataclass(frozen=True)
class Draft:
    """A sealed folder, the name it is to be published under, and the receipts of what it was made from."""

    folder: Path
    release_id: str
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True)
class _Identity:
    """What names a release, and the table contents that went into the name."""

    release_id: str
    content_hash: str
    latest_period: str
    tables: tuple[TableContent, ...]


def draft_release(
    settings: Settings, built: Path, known_on: datetime, checks_held: tuple[str, ...] = (), *, is_rebuilt: bool = False
) -> Draft:
    """Seal the file of a finished build that holds its marts, reports and quality schemas.

    Equal content from equal submissions has the same name.

    Raises:
        ReleaseError: nothing to publish, or synthetic and real data would be mixed.
    """
    _sweep(settings)
    receipts = list_receipts(settings)
    _refuse_mixed_origin(settings, receipts)
    folder = settings.releases / f"{TEMPORARY}{uuid.uuid4().hex[:12]}"
    folder.mkdir(parents=True, mode=FOR_NOBODY_ELSE)  # until it is admitted
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, folder, ignore_errors=True)
        identity = _take_database(folder, built, receipts, known_on, settings.workers)
        _seal(settings, folder, identity, receipts, known_on, checks_held, is_rebuilt)
        undo.pop_all()
    return Draft(folder, identity.release_id, tuple(receipts))


def _sweep(settings: Settings) -> None:
    """Remove what a killed night left unpublished."""
    for leftover in settings.releases.glob(f"{TEMPORARY}*"):
        shutil.rmtree(leftover)


def _refuse_mixed_origin(settings: Settings, receipts: list[Receipt]) -> None:
    origins = {receipt.data_origin for receipt in receipts} | {
        release.manifest.data_origin for release in list_releases(settings)
    }
    if origins - {settings.data_origin}:
        raise ReleaseError(
            f"{settings.home}: holds {sorted(origins)} data, this night says {settings.data_origin}."
            " A home never mixes them: set SANMING_DATA_ORIGIN to the home's origin, or use another SANMING_HOME."
        )


def _take_database(folder: Path, built: Path, receipts: list[Receipt], known_on: datetime, workers: int) -> _Identity:
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
        parquet = folder / "parquet"
        identity = _identify(take_tables(connection, "release", names, parquet, workers), receipts, known_on)
        _write_release_table(connection, identity, known_on, receipts)
        told = read_comments(connection, "release")[RELEASE_TABLE]
        export_parquet(connection, "release", RELEASE_TABLE, parquet, told)
        write_data_package(connection, "release", identity.release_id, folder)
        write_open_edition(connection, "release", folder / OPEN_NAME, STORAGE)
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
    own = Comment(table_name(f"{schema}.{table}"), "One row: which release this file is.")
    connection.execute(f"comment on table release.{schema}.{table} is {literal(own.text)}")
    for column, description in RELEASE_COLUMNS.items():
        comment = Comment(column_name(f"{schema}.{table}", column), description, is_key=column == "release_id")
        connection.execute(f"comment on column release.{schema}.{table}.{column} is {literal(comment.text)}")


def _seal(
    settings: Settings,
    folder: Path,
    identity: _Identity,
    receipts: list[Receipt],
    known_on: datetime,
    checks_held: tuple[str, ...],
    is_rebuilt: bool,
) -> None:
    files = definition_files(settings)
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
        definitions_hash=hash_of(files),
        code_version=_code_version(settings.checkout),
        checks_held=checks_held,
        sealed_at=clock.now(),
        is_rebuilt=is_rebuilt,
        definitions=_definitions(files),
        key_fingerprint=fingerprint(home_key(settings)),
        derived=(OPEN_NAME, PACKAGE_NAME),
    )
    text = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1)
    (folder / MANIFEST_NAME).write_text(text, encoding="utf-8")
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(rights_of(path, folder))
        flush(path)
    flush(folder)


def _definitions(files: Mapping[str, bytes]) -> dict[str, str]:
    """Each definition by itself, so that two releases can say which of them changed: logic, files, rules one by one."""
    found = {name: str(number) for name, number in LOGIC.items()}
    found |= {path: content.hex()[:_SHORT] for path, content in files.items()}
    for contract in load_contracts().values():
        for rule in contract.rules:
            found[f"rule/{rule.code}"] = hashlib.sha256(rule.model_dump_json().encode()).hexdigest()[:_SHORT]
    return found


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _code_version(checkout: Path) -> str | None:
    """The commit that published, or none where the code is not a git checkout."""
    git = shutil.which("git")
    if git is None or not (checkout / ".git").exists():
        return None
    command = [git, "-C", str(checkout), "rev-parse", "HEAD"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    return found.stdout.strip() or None if found.returncode == 0 else None
