"""What differs between two releases: tables by their hashes, and every figure with its old and its new value.

Why a figure moved is not told here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.release.manifest import Manifest, Release
from orchestration.release.renamed_columns import attach_release

_FIGURES = "reports.indicator"
_KEY = ("indicator", "division_code", "division_level", "map_edition", "period")
LEVELS = ("city", "county", "township", "village")


@dataclass(frozen=True)
class TableChange:
    """A table that differs; rows are none where a release does not have it."""

    name: str
    rows_before: int | None
    rows_after: int | None


@dataclass(frozen=True)
class FigureChange:
    """A figure that differs; a value is none where the release has no such figure or cannot tell it."""

    indicator: str
    division_code: str
    division_level: str
    map_edition: str
    period: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True)
class Difference:
    """From the one release to the other: submissions that came or are gone, tables, figures."""

    submissions_added: tuple[str, ...]
    submissions_gone: tuple[str, ...]
    definitions_changed: bool
    tables: tuple[TableChange, ...]
    figures: tuple[FigureChange, ...]


def compare_manifests(before: Manifest, after: Manifest) -> tuple[TableChange, ...]:
    """The tables whose columns, rows or values differ, by name."""
    left = {table.name: table for table in before.tables}
    right = {table.name: table for table in after.tables}
    return tuple(
        TableChange(name, left[name].rows if name in left else None, right[name].rows if name in right else None)
        for name in sorted(left.keys() | right.keys())
        if left.get(name) != right.get(name)
    )


def compare(before: Release, after: Release) -> Difference:
    """Compare two releases on disk."""
    tables = compare_manifests(before.manifest, after.manifest)
    after_ids = [found.submission_id for found in after.manifest.inputs]
    before_ids = [found.submission_id for found in before.manifest.inputs]
    return Difference(
        submissions_added=tuple(sorted(set(after_ids) - set(before_ids))),
        submissions_gone=tuple(sorted(set(before_ids) - set(after_ids))),
        definitions_changed=before.manifest.definitions_hash != after.manifest.definitions_hash,
        tables=tables,
        figures=compare_figures(before.database, after.database)
        if any(table.name == _FIGURES for table in tables)
        else (),
    )


def compare_figures(before: Path, after: Path) -> tuple[FigureChange, ...]:
    """The figures that differ between two released files."""
    keys = ", ".join(_KEY)
    with duckdb.connect() as connection:
        attach_release(connection, before, "old_release")
        attach_release(connection, after, "new_release")
        rows = connection.execute(
            f"select {keys}, o.value, n.value"
            f" from old_release.{_FIGURES} as o full join new_release.{_FIGURES} as n using ({keys})"
            f" where o.value is distinct from n.value order by {keys}"
        ).fetchall()
    return tuple(FigureChange(*row) for row in rows)


def widest(figures: tuple[FigureChange, ...]) -> tuple[FigureChange, ...]:
    """Of each indicator the figure of the widest area and its latest period."""
    first: dict[str, FigureChange] = {}
    for figure in sorted(figures, key=lambda found: found.period, reverse=True):
        kept = first.get(figure.indicator)
        if kept is None or _breadth(figure) < _breadth(kept):
            first[figure.indicator] = figure
    return tuple(first[name] for name in sorted(first))


def _breadth(figure: FigureChange) -> tuple[int, bool]:
    return LEVELS.index(figure.division_level), figure.map_edition != "2017"
