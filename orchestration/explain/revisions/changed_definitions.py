"""What decides the outcome besides the submissions, and which of it changed from one release to the other.

Seeds are told row by row where what the releases were made from is still kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.sql_text import literal, quoted
from orchestration.core.settings import Settings
from orchestration.release.manifest import Manifest
from orchestration.transform.build_report import BUILD_NAME

_SEEDS = "dbt_project/seeds/"
_LOGIC = "logic/"
_RULES = "rule/"
_CONTRACTS = "expectations/contracts/"
# Seeds that say where a place belongs.
_BOUNDARIES = ("division_", "village_2")
_SHOWN = 6  # rows of a seed that are told one by one


@dataclass(frozen=True)
class DefinitionChange:
    """One definition that changed.

    Attributes:
        kind: logic (of the program: reading, checking), boundary, parameter, rule, contract, model or other.
        rows: of a seed, what went (``-``) and what came (``+``), as far as it can still be told.
    """

    kind: str
    name: str
    rows: tuple[str, ...] = ()


def changed_definitions(settings: Settings, before: Manifest, after: Manifest) -> tuple[DefinitionChange, ...]:
    """The definitions in which two releases differ; one without a name where a manifest is too old to tell."""
    if before.definitions_hash == after.definitions_hash:
        return ()
    if not before.definitions or not after.definitions:
        return (DefinitionChange("other", "which is not on record: a manifest is of before they were listed"),)
    paths = sorted(
        path
        for path in before.definitions.keys() | after.definitions.keys()
        if before.definitions.get(path) != after.definitions.get(path)
    )
    found = [_change(settings, path, before, after) for path in paths if not path.endswith(".yml")]
    # A description beside a model or seed changed, at most how a column is typed.
    return tuple(found) or (DefinitionChange("other", ", ".join(paths)),)


def _change(settings: Settings, path: str, before: Manifest, after: Manifest) -> DefinitionChange:
    name = Path(path).stem
    if path.startswith(_LOGIC):
        versions = " → ".join(one.definitions.get(path, "-") for one in (before, after))
        return DefinitionChange("logic", f"{name}, version {versions}")
    if path.startswith(_RULES):
        return DefinitionChange("rule", _versions(path.removeprefix(_RULES), path, before, after))
    if path.startswith(_SEEDS):
        rows = tuple(_seed_rows(settings, name, before, after))
        return DefinitionChange("boundary" if name.startswith(_BOUNDARIES) else "parameter", name, rows)
    if path.startswith(_CONTRACTS):
        form = name.removesuffix(".odcs")
        was, now = before.contract_versions.get(form), after.contract_versions.get(form)
        return DefinitionChange("contract", form if was == now else f"{form}, version {was or '-'} → {now or '-'}")
    kind = "model" if path.startswith("dbt_project/models/") else "other"
    return DefinitionChange(kind, _versions(name, path, before, after))


def _versions(name: str, path: str, before: Manifest, after: Manifest) -> str:
    if path not in before.definitions:
        return f"{name} (new)"
    return name if path in after.definitions else f"{name} (removed)"


def _seed_rows(settings: Settings, seed: str, before: Manifest, after: Manifest) -> Iterator[str]:
    files = [settings.working / one.release_id / BUILD_NAME for one in (before, after)]
    if not all(path.is_file() for path in files):
        return
    with duckdb.connect() as connection:
        for name, path in zip(("was", "now"), files, strict=True):
            connection.execute(f"attach {literal(str(path))} as {name} (read_only)")
        relation = f"seeds.{quoted(seed)}"
        there = connection.execute(
            "select list(column_name order by column_index) from duckdb_columns()"
            " where schema_name = 'seeds' and table_name = ? group by database_name",
            [seed],
        ).fetchall()
        if len(there) < 2:
            return
        if there[0] != there[1]:
            yield "its columns changed"
            return
        # Rows that went and rows that came one below the other, ordered by what both sides call them.
        rows = connection.execute(
            f"select * from (select '-', g.* from (from was.{relation} except from now.{relation}) as g"
            f" union all select '+', c.* from (from now.{relation} except from was.{relation}) as c) order by 2, 1 desc"
        ).fetchall()
    for sign, *values in rows[:_SHOWN]:
        yield f"{sign} {', '.join('' if value is None else str(value) for value in values)}"
    if len(rows) > _SHOWN:
        yield f"and {len(rows) - _SHOWN} rows more"
