"""One file over all kept releases, so that readers can ask for any table as it was known on any day.

It holds views and table macros over the releases' Parquet files and the list of the releases, no row of a table. It
is made anew wherever the set of releases changes, and can be deleted at any time.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from filelock import FileLock

from expectations.sql_text import literal, quoted
from orchestration.core import clock
from orchestration.core.failpoints import failpoint
from orchestration.core.fsync import flush
from orchestration.core.settings import Settings
from orchestration.release.content import SCHEMAS, STORAGE
from orchestration.release.history import Known, gone, known_among
from orchestration.release.manifest import Manifest, Release, list_releases, read_state
from orchestration.release.renamed_columns import RENAMED, star
from orchestration.release.triangle import TRIANGLE

_INDICATOR = "reports.indicator"
# What a macro is asked for: a day, or without an argument the day it is in Sanming. Sanming is eight hours before UTC
# all year round; `current_date` would be the day of the reader's session, and until 08:00 yesterday for most of them.
_DAY = "cast(day as date)"
_TODAY = "cast(make_timestamp(epoch_us(now())) + interval 8 hours as date)"


def write_views(settings: Settings) -> Path:
    """Write the file anew, in one step; whoever has the earlier one open goes on reading that."""
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    target = settings.views
    # Two writers (a night, a rebuild) one after the other: else the one that listed first could end last.
    with FileLock(target.with_suffix(".lock")):
        for leftover in settings.warehouse.glob(f".{target.stem}-*"):
            leftover.unlink()
        written = target.with_name(f".{target.stem}-{uuid.uuid4().hex[:8]}.duckdb")
        _write(settings, written)
        flush(written)
        failpoint(settings, "views.before_rename")
        written.replace(target)
        flush(settings.warehouse)
    return target


def ensure_views(settings: Settings) -> Path:
    """Write the file only if it is missing, or does not stand for the releases on disk: a home was moved."""
    return settings.views if _is_true(settings) else write_views(settings)


def _is_true(settings: Settings) -> bool:
    if not settings.views.is_file():
        return False
    try:
        with duckdb.connect(str(settings.views), read_only=True) as connection:
            listed = connection.execute("select * from quality.releases").fetchall()
            folder = connection.execute("select folder from quality.releases_folder").fetchone()
            # Files of earlier versions could not be asked so, or show columns by their names of then.
            connection.execute("select release_known_on()")
            shown = connection.execute("select distinct column_name from duckdb_columns()").fetchall()
    except duckdb.Error:  # not ours, or of an earlier version
        return False
    if {name for (name,) in shown} & {one.old for one in RENAMED}:
        return False
    kept = _readable(settings)
    return folder == (str(settings.releases),) and listed == list(_listed(kept, known_among(settings, kept)))


def _readable(settings: Settings) -> tuple[Release, ...]:
    """The kept releases that readers may open; one that they may not would spoil every question for them."""
    hidden = read_state(settings).hidden
    return tuple(release for release in list_releases(settings) if release.release_id not in hidden)


def _write(settings: Settings, path: Path) -> None:
    kept = _readable(settings)
    known = known_among(settings, kept)
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(path))} as views (storage_version {literal(STORAGE)})")
        connection.execute("use views")
        connection.execute("begin")
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        _write_releases(connection, list(_listed(kept, known)), str(settings.releases))
        asked, today = _release_of_day(known, _DAY), _release_of_day(known, _TODAY)
        connection.execute(f"create macro release_known_on() as {today}, (day) as {asked}")
        tables = _tables(kept)
        for table, sources in tables.items():
            _write_table(connection, table, sources, known)
        if _INDICATOR in tables:
            for statement in TRIANGLE:
                connection.execute(statement)
        connection.execute("commit")
        connection.execute("use memory")
        connection.execute("detach views")  # checkpoints, so that no .wal stays behind


def _write_releases(connection: duckdb.DuckDBPyConnection, rows: list[tuple[object, ...]], folder: str) -> None:
    connection.execute(
        "create table quality.releases (release_id varchar, known_on timestamp, known_until timestamp,"
        " publication bigint, latest_period varchar, data_origin varchar, is_kept boolean)"
    )
    if rows:
        connection.executemany("insert into quality.releases values (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.execute("create table quality.releases_folder as select ? as folder", [folder])
    connection.execute(
        "comment on table quality.releases is 'One release: what it knew, until the next took its place (UTC). Without"
        " a publication: rebuilt by other definitions, or taken back; in the views, but never known on a day.'"
    )


def _listed(kept: Sequence[Release], known: Sequence[Known]) -> Iterator[tuple[object, ...]]:
    """The rows of the list of releases: what was known in its order, then what is only kept."""
    for publication, one in enumerate(known, start=1):
        until = _naive(one.until) if one.until else None
        yield _row(one.manifest, until, publication, one.is_kept)
    listed = {one.manifest.release_id for one in known}
    for release in kept:
        if release.release_id not in listed:
            yield _row(release.manifest, None, None, True)


def _row(manifest: Manifest, until: datetime | None, publication: int | None, is_kept: bool) -> tuple[object, ...]:
    known_on, origin = _naive(manifest.known_on), manifest.data_origin
    return manifest.release_id, known_on, until, publication, manifest.latest_period, origin, is_kept


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _tables(kept: Sequence[Release]) -> dict[str, dict[tuple[tuple[str, str], ...], list[Release]]]:
    """Table → its columns → the releases that have it so: files of one layout are read as one."""
    found: dict[str, dict[tuple[tuple[str, str], ...], list[Release]]] = {}
    for release in kept:
        for table in release.manifest.tables:
            if _parquet(release, table.name).is_file():
                found.setdefault(table.name, {}).setdefault(table.columns, []).append(release)
    return found


def _parquet(release: Release, table: str) -> Path:
    schema, name = table.split(".", 1)
    return release.path / "parquet" / schema / f"{name}.parquet"


def _write_table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    layouts: dict[tuple[tuple[str, str], ...], list[Release]],
    known: Sequence[Known],
) -> None:
    schema, name = table.split(".", 1)
    releases = [release for same in layouts.values() for release in same]
    moments = " ".join(
        f"when {literal(one.release_id)} then timestamp '{_naive(one.manifest.known_on)}'" for one in releases
    )
    whole = " union all by name ".join(
        f"select {star(_names(columns))} from {_files(table, same)}" for columns, same in layouts.items()
    )
    connection.execute(
        f"create view {quoted(schema)}.{quoted(name)} as select * exclude filename, {_RELEASE} as release_id,"
        f" case {_RELEASE} {moments} end as known_on from ({whole})"
    )
    # All that it needs stands in the macro: a file attached under any name would not find another macro's.
    asked, today = (
        " union all by name ".join(
            f"select {star(_names(columns), 'filename')} from {_files(table, same)}"
            f" where {_RELEASE} = {_release_of_day(known, day)}"
            for columns, same in layouts.items()
        )
        for day in (_DAY, _TODAY)
    )
    macro = f"{quoted(schema)}.{quoted(f'{name}_known_on')}"
    connection.execute(f"create macro {macro}() as table ({today}), (day) as table ({asked})")


def _names(columns: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(name for name, _ in columns)


# A condition on the file's name alone is settled before a file is read.
_RELEASE = f"split_part(filename, {literal(os.sep)}, -4)"


def _files(table: str, releases: Iterable[Release]) -> str:
    paths = ", ".join(literal(str(_parquet(release, table))) for release in releases)
    return f"read_parquet([{paths}], filename = true)"


def _release_of_day(known: Sequence[Known], day: str) -> str:
    """SQL for the release that a day's end knew; before the first none, and a word about one no longer kept.

    Args:
        known: the releases that readers came to know.
        day: SQL for the day; where it is null, no release is found.
    """
    arms = []
    for one in reversed(known):
        # The first day at whose end the release was known.
        first = clock.day_of(one.manifest.known_on)
        answer = literal(one.manifest.release_id) if one.is_kept else f"error({literal(gone(one.manifest))})"
        arms.append(f"when {day} >= date '{first}' then {answer}")
    return f"case {' '.join(arms)} else null end" if arms else "cast(null as varchar)"
