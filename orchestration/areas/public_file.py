"""The public's file: confirmed figures of city, counties and townships, small counts suppressed.

An edition is made when what it tells has changed, which is when a period is confirmed or a confirmed one corrected. It
is never rewritten; ``warehouse/public/current`` points at the latest.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np

from expectations.counted_people import COUNTS_FILE, SUMS_FILE
from expectations.sql_text import literal
from orchestration.areas.audit import Audit, audit_edition
from orchestration.areas.counts import read_edition, read_parts, take_public_figures
from orchestration.areas.record import Record, list_records, write_record
from orchestration.areas.suppress import suppress
from orchestration.areas.system import Edition, build_system
from orchestration.areas.told_tables import FIGURE_TABLES, mark_told, told_queries
from orchestration.core import clock
from orchestration.core.fsync import flush
from orchestration.core.settings import Settings
from orchestration.release.content import STORAGE, hash_relation
from orchestration.release.derived_folder import make_derived_folder
from orchestration.release.manifest import Release, ReleaseError
from orchestration.release.reader_rows import present_tables, role_queries, write_tables

PUBLIC_NAME, PUBLIC_ROLE = "public.duckdb", "public"
_CATALOG = "release"
_LINK = "current"
_NO_MORE = 3  # counts that a refusal names


class NotAuditedError(ReleaseError):
    """A public file that would tell of single people: it was not written."""


@dataclass(frozen=True)
class PublicEdition:
    """An edition for the public. ``is_new`` is true when the call that returned it made it."""

    edition_id: str
    folder: Path
    is_new: bool

    @property
    def database(self) -> Path:
        return self.folder / PUBLIC_NAME


def make_public_edition(
    settings: Settings, release: Release, also: Callable[[Path], None] | None = None
) -> PublicEdition | None:
    """Make what a release has for the public, unless it has nothing new; none where nothing is confirmed yet.

    Args:
        settings: the home.
        release: a sealed release.
        also: makes more of the file in the same folder, which it is given: a site, for instance.

    Raises:
        NotAuditedError: what is not told could be computed, whatever is suppressed beside it.
    """
    records = list_records(settings)
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(release.database))} as {_CATALOG} (read_only)")
        take_public_figures(connection, _CATALOG)
        rows, figures = hash_relation(connection, "public_figure")
        if not rows:
            return None
        basis = _basis(figures, settings.least_people)
        latest = records[-1] if records and records[-1].basis == basis else None
        if latest is not None and (settings.public / latest.edition_id).is_dir():
            return PublicEdition(latest.edition_id, settings.public / latest.edition_id, is_new=False)
        # The latest is made again where its folder was lost; whatever else was told is known.
        before = [one.counts for one in (records if latest is None else records[:-1])]
        counts = _choose(connection, before, settings.least_people)
        edition_id, queries = _queries(connection, release, counts)
        record = Record(len(records) + 1, edition_id, basis, release.release_id, clock.now(), counts)

        def write(folder: Path) -> None:
            write_tables(connection, _CATALOG, queries, folder / PUBLIC_NAME, STORAGE)
            _refuse_what_tells(folder / PUBLIC_NAME, record, before, settings.least_people)
            if also is not None:
                also(folder)
            if edition_id not in {one.edition_id for one in records}:
                write_record(settings, record)

        return _put_in_place(settings, release, edition_id, write)


def audit_public(settings: Settings) -> Audit:
    """Audit the edition that the public sees.

    Raises:
        ReleaseError: there is none.
    """
    link = settings.public / _LINK
    if not link.is_dir():
        raise ReleaseError(f"{link}: no public edition yet; `sanming release areas` makes it of what is confirmed.")
    records = list_records(settings)
    record = next((one for one in records if one.edition_id == link.readlink().name), None)
    if record is None:
        raise ReleaseError(f"{link}: {settings.public_records} has no record of it; restore the archive.")
    before = [one.counts for one in records if one is not record]
    return _audit(link / PUBLIC_NAME, record, before, settings.least_people)


def _choose(connection: duckdb.DuckDBPyConnection, before: Sequence[Edition], threshold: int) -> Edition:
    """The counts of ``public_figure``, each with whether it is told."""
    counts = read_edition(connection, threshold)
    system = build_system(counts, before, read_parts(connection, _CATALOG))
    chosen = suppress(system, threshold)
    if chosen.narrow:
        named = ", ".join(str(system.keys[number]) for number in chosen.narrow[:_NO_MORE])
        raise NotAuditedError(
            f"the public's file: {len(chosen.narrow)} counts could be told closer than {threshold} people"
            f" ({named}), and nothing more beside them can be suppressed; no file was written."
        )
    # What an earlier edition told by its earlier value stays suppressed if another did not tell it.
    hidden = {system.keys[number] for number in np.flatnonzero(chosen.suppressed | system.was_suppressed)}
    return {key: replace(told, is_suppressed=key in hidden) for key, told in counts.items()}


def _queries(connection: duckdb.DuckDBPyConnection, release: Release, counts: Edition) -> tuple[str, dict[str, str]]:
    """The edition's name, by what it tells, and the query for each of its tables."""
    mark_told(connection, counts)
    tables = present_tables(connection, _CATALOG)
    told = told_queries(connection, _CATALOG, tables)
    hashes = [hash_relation(connection, f"({told[table]})") for table in FIGURE_TABLES if table in told]
    told_hash = hashlib.sha256(repr(hashes).encode()).hexdigest()
    latest = max(key.period for key in counts)
    edition_id = f"{latest}-{told_hash[:8]}"
    told["quality.release_info"] = (
        f"select {literal(edition_id)} as release_id, known_on, {literal(latest)} as latest_period, data_origin,"
        f" {literal(told_hash)} as content_hash from {_CATALOG}.quality.release_info"
    )
    return edition_id, role_queries(connection, _CATALOG, PUBLIC_ROLE) | told


def _basis(figures: str, threshold: int) -> str:
    """Hash of what an edition is made from."""
    parts = (figures.encode(), str(threshold).encode(), COUNTS_FILE.read_bytes(), SUMS_FILE.read_bytes())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _audit(database: Path, record: Record, before: Sequence[Edition], threshold: int) -> Audit:
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(database))} as told (read_only)")
        return audit_edition(connection, "told", record.counts, before, threshold)


def _refuse_what_tells(database: Path, record: Record, before: Sequence[Edition], threshold: int) -> None:
    found = _audit(database, record, before, threshold)
    if not found.ok:
        faults = [*found.problems, *(f"{count.key} is from {count.low:g} to {count.high:g}" for count in found.narrow)]
        raise NotAuditedError(f"the public's file: {'; '.join(faults[:_NO_MORE])}; no file was written.")


def _put_in_place(
    settings: Settings, release: Release, edition_id: str, write: Callable[[Path], None]
) -> PublicEdition:
    """Make the edition's folder, and let the public see it. It stands beside the others, not in the release."""
    settings.public.mkdir(parents=True, exist_ok=True)
    folder = make_derived_folder(settings, release.model_copy(update={"path": settings.public}), edition_id, write)
    link = settings.public / f".{_LINK}-{uuid.uuid4().hex[:8]}"
    link.symlink_to(edition_id, target_is_directory=True)
    link.replace(settings.public / _LINK)
    flush(settings.public)
    return PublicEdition(edition_id, folder, is_new=True)
