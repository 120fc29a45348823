"""Compare a release with its manifest: every table of the database file and every Parquet file, by value."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from expectations.sql_text import literal, quoted
from orchestration.core.settings import Settings
from orchestration.release.content import columns_of, hash_relation
from orchestration.release.data_package import PACKAGE_NAME, package_problems
from orchestration.release.manifest import ManifestTable, Release, read_release
from orchestration.release.open_edition import OPEN_NAME, differing_tables


@dataclass(frozen=True)
class Verification:
    """The outcome for one release; ok when there is no problem."""

    release: Release
    tables: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def verify(settings: Settings, release_id: str | None = None) -> Verification:
    """Recompute every hash of a release (the current one unless named).

    Raises:
        ReleaseError: there is no such release.
    """
    release = read_release(settings, release_id)
    if not release.database.is_file():
        return Verification(release, 0, (f"{release.database}: missing; publish the release again",))
    problems: list[str] = []
    with duckdb.connect(str(release.database), read_only=True) as connection:
        for table in release.manifest.tables:
            schema, name = table.name.split(".", 1)
            problems += _compare(connection, table, f"{quoted(schema)}.{quoted(name)}", str(release.database))
            parquet = release.path / "parquet" / schema / f"{name}.parquet"
            if not parquet.is_file():
                problems.append(f"{parquet}: missing")
                continue
            problems += _compare(connection, table, f"read_parquet({literal(str(parquet))})", str(parquet))
        problems += _compare_derived(connection, release)
    return Verification(release, len(release.manifest.tables), tuple(problems))


def _compare_derived(connection: duckdb.DuckDBPyConnection, release: Release) -> list[str]:
    """What differs in the files that were made of the release; one from before there were any has none."""
    catalog, expected = release.database.stem, release.manifest.derived
    opened = release.path / OPEN_NAME
    if opened.is_file():
        differing = differing_tables(connection, catalog, opened)
        problems = [f"{opened}, {table}: not what the release gives" for table in differing]
    else:
        problems = [f"{opened}: missing"] if OPEN_NAME in expected else []
    is_expected = PACKAGE_NAME in expected
    return problems + package_problems(connection, catalog, release.release_id, release.path, is_expected=is_expected)


def _compare(connection: duckdb.DuckDBPyConnection, table: ManifestTable, relation: str, where: str) -> list[str]:
    try:
        columns = columns_of(connection, relation)
        rows, found = hash_relation(connection, relation)
    except duckdb.Error as error:
        return [f"{where}, {table.name}: cannot be read ({error})"]
    if columns != table.columns:
        return [f"{where}, {table.name}: columns differ from the manifest"]
    if (rows, found) != (table.rows, table.content_hash):
        return [
            f"{where}, {table.name}: {rows} rows with hash {found[:12]}, the manifest says {table.rows} rows"
            f" with {table.content_hash[:12]}"
        ]
    return []
