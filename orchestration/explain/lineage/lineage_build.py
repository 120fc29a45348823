"""What a release was made from, kept beside it: the tables between the accepted rows and the facts, and their SQL.

Readers never open it. It is there to explain figures, and `sanming rebuild` brings it back with its release.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from expectations.sql_text import literal
from orchestration.core.settings import Settings
from orchestration.explain.lineage.built_model import Model
from orchestration.explain.lineage.provenance import LEAVES
from orchestration.read.scratch_home import link
from orchestration.release.manifest import Release, ReleaseError, current_id, list_releases
from orchestration.transform.build_report import BUILD_NAME, RELEASE_NAME
from orchestration.transform.dbt_runner import MANIFEST_NAME

_MODELS_NAME = "models.json"
_RETURNS = "stg_submissions"
_STAGED = "model.sanming.stg_"
# Lists of returns and of findings, not rows of a return.
_GIVES_FIGURES, _ALL_FIGURES = "int_indicator_", "int_indicator_value"
_NO_FORMS = {_RETURNS, "stg_findings", "stg_rule_results"}


def keep_working(settings: Settings, home: Settings, built: Path, parsed: Path, release_id: str) -> None:
    """Move a build to its release instead of removing it; of the oldest releases none is kept.

    Args:
        settings: the home in which the release stands.
        home: the home in which it was built; another one for a rebuild.
        built: the folder of the build.
        parsed: the parsed project it was built from.
        release_id: the release made of it.
    """
    target = settings.working / release_id
    if not target.is_dir():
        (built / RELEASE_NAME).unlink(missing_ok=True)  # the release has it
        for area in (home.accepted, home.findings):
            shutil.copytree(area, built / area.name, copy_function=_link_named, dirs_exist_ok=True)
        link(parsed / MANIFEST_NAME, built / MANIFEST_NAME)
        settings.working.mkdir(mode=0o700, exist_ok=True)
        built.rename(target)
    newest = [release.release_id for release in list_releases(settings)][-settings.keep_workings :]
    for path in settings.working.iterdir():
        if path.name not in {*newest, current_id(settings), release_id}:
            shutil.rmtree(path)


def _link_named(source: str, target: str) -> None:
    link(Path(source), Path(target))


@contextmanager
def open_working(settings: Settings, release: Release) -> Iterator[tuple[duckdb.DuckDBPyConnection, tuple[Model, ...]]]:
    """A connection to a release and to what it was made from, with all models.

    Raises:
        ReleaseError: it is no longer kept.
    """
    folder = settings.working / release.release_id
    if not (folder / BUILD_NAME).is_file():
        raise ReleaseError(
            f"{folder}: what {release.release_id} was made from is no longer kept (the newest"
            f" {settings.keep_workings} are). `sanming rebuild --known-on"
            f" {release.manifest.known_on.isoformat()}` brings it back."
        )
    with duckdb.connect(str(folder / BUILD_NAME), read_only=True) as connection:
        # Another connection of this process to the same build has it already.
        connection.execute(f"attach if not exists {literal(str(release.database))} as release (read_only)")
        connection.execute("set enable_progress_bar = false")  # it would stand among what the command prints
        connection.execute("set threads to 1")  # two were seen to wait for each other without end (DuckDB 1.5.5)
        # With it even one waits for itself without end where a query reads a CTE several times (500 rows of lifecycle).
        connection.execute("set disabled_optimizers = 'cte_inlining'")
        connection.execute(f"set file_search_path = {literal(str(folder))}")
        yield connection, _models(connection, folder)


def fill_addresses(
    connection: duckdb.DuckDBPyConnection, table: str, addresses: Iterable[tuple[str, str, int]]
) -> None:
    """Leave these (submission, sheet, row) and no other in a temporary table; one by one each costs milliseconds."""
    connection.execute(
        f"create temp table if not exists {table} (submission_id varchar, sheet varchar, row_number bigint)"
    )
    connection.execute(f"delete from {table}")
    columns = [list(column) for column in zip(*addresses, strict=True)] or [[], [], []]
    connection.execute(f"insert into {table} select unnest(?), unnest(?), unnest(?)", columns)


def _models(connection: duckdb.DuckDBPyConnection, folder: Path) -> tuple[Model, ...]:
    """Read once from what dbt left, then from a short list beside it."""
    path = folder / _MODELS_NAME
    if not path.is_file():
        listed = [model.__dict__ for model in _list_models(connection, folder)]
        written = path.with_suffix(f".{os.getpid()}")
        written.write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")
        written.replace(path)
    return _read_models(path)


@lru_cache(maxsize=4)  # what a release was made from never changes
def _read_models(path: Path) -> tuple[Model, ...]:
    listed: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Model(**{**one, **{name: tuple(one[name]) for name in ("columns", "indicators", "forms")}}) for one in listed
    )


def _list_models(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[Model]:
    nodes: dict[str, Any] = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))["nodes"]
    columns: dict[str, list[str]] = {}
    rows = connection.execute(
        "select concat_ws('.', database_name, schema_name, table_name), column_name from duckdb_columns()"
        " order by column_index"
    ).fetchall()
    for relation, column in rows:
        columns.setdefault(relation, []).append(column)
    for name, node in nodes.items():
        if node["resource_type"] not in {"model", "seed"}:
            continue
        relation = node["relation_name"].replace('"', "")
        own = tuple(columns.get(relation, ()))
        parents = node["depends_on"].get("nodes", [])  # a seed has none
        staged = [parent for parent in parents if parent.startswith(_STAGED)]
        forms = [parent for parent in staged if parent.rsplit(".", 1)[1] not in _NO_FORMS]
        indicators = _indicators(connection, node["name"], relation)
        compiled = folder / "dbt" / "compiled" / node["package_name"] / node["original_file_path"]
        meta = node["config"].get("meta", {})
        has_sql = node["resource_type"] == "model" and node["fqn"][1] != "staging" and not meta.get("is_frame")
        yield Model(
            relation=relation,
            columns=own,
            sql=compiled.read_text(encoding="utf-8") if has_sql else None,
            leaf=_leaf(node["name"], len(forms), own),
            indicators=indicators,
            forms=tuple(sorted(_forms(nodes, name))),
            rolls_up=meta.get("rolls_up"),
        )


def _forms(nodes: dict[str, Any], name: str) -> set[str]:
    """The forms behind a node; a returned row can go no other way."""
    found, open_ = set(), [name]
    seen = {name}
    while open_:
        node = open_.pop()
        if node.startswith(_STAGED):
            found.add(node.removeprefix(_STAGED))
        parents = [p for p in nodes.get(node, {}).get("depends_on", {}).get("nodes", []) if p not in seen]
        seen.update(parents)
        open_ += parents
    return found


def gives_figures(name: str) -> bool:
    """Whether a model makes figures itself, and does not only gather those of others."""
    return name.startswith(_GIVES_FIGURES) and name != _ALL_FIGURES


def _indicators(connection: duckdb.DuckDBPyConnection, name: str, relation: str) -> tuple[str, ...]:
    """The indicators whose numerators and denominators a model gives."""
    if not gives_figures(name):
        return ()
    found = connection.execute(f"select distinct indicator from {relation} order by 1").fetchall()
    return tuple(indicator for (indicator,) in found)


def _leaf(name: str, forms: int, columns: tuple[str, ...]) -> str | None:
    if name == _RETURNS:
        return "returns"
    return "rows" if forms == 1 and set(columns) >= set(LEAVES["rows"]) else None
