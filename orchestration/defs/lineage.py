"""Column lineage of the models, as dagster-dbt derives it from the compiled SQL, kept until the project changes.

Deriving it costs many times a build, so it is done once for a state of the project.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator
from dagster_dbt.core.dbt_cli_event import EventHistoryMetadata, _build_column_lineage_metadata
from sqlglot.errors import SqlglotError

from orchestration.transform import BUILD_NAME, LINEAGE_NAME, BuildReport

_Columns = dict[str, dict[str, dict[str, str]]]


def column_lineage(
    parsed: Path, report: BuildReport, manifest: Mapping[str, Any], translator: DagsterDbtTranslator
) -> dict[str, dg.TableColumnLineage]:
    """Unique id → lineage for the released models."""
    path = parsed / LINEAGE_NAME
    if not path.is_file() and not report.broken:
        path.write_text(json.dumps(_derive(report, manifest, translator)), encoding="utf-8")
    if not path.is_file():
        return {}
    stored: dict[str, dict[str, list[list[Any]]]] = json.loads(path.read_text(encoding="utf-8"))
    return {
        unique_id: dg.TableColumnLineage(
            {
                column: [dg.TableColumnDep(asset_key=dg.AssetKey(key), column_name=name) for key, name in sources]
                for column, sources in columns.items()
            }
        )
        for unique_id, columns in stored.items()
    }


def _derive(
    report: BuildReport, manifest: Mapping[str, Any], translator: DagsterDbtTranslator
) -> dict[str, dict[str, list[list[Any]]]]:
    columns = _columns(report)
    compiled = report.database.parent / "dbt"
    named = _with_named_sources(manifest, compiled)
    derived = {}
    for unique_id, node in named["nodes"].items():
        if node["resource_type"] != "model":
            continue
        found = _of_model(node, columns, named, translator, compiled)
        derived[unique_id] = {
            column: sorted([list(dep.asset_key.path), dep.column_name] for dep in deps)
            for column, deps in found.deps_by_column.items()
        }
    return derived


def _with_named_sources(manifest: Mapping[str, Any], compiled: Path) -> dict[str, Any]:
    """Give the sources names: a `read_parquet(…)` in the compiled SQL is no table to sqlglot."""
    sources = {}
    renamed = {}
    for unique_id, source in manifest["sources"].items():
        name = f'"{Path(BUILD_NAME).stem}"."{source["source_name"]}"."{source["name"]}"'
        renamed[str(source["relation_name"])] = name
        sources[unique_id] = {**source, "relation_name": name, "schema": source["source_name"]}
    for path in compiled.glob("compiled/*/models/staging/*.sql"):
        sql = path.read_text(encoding="utf-8")
        for relation, name in renamed.items():
            sql = sql.replace(relation, name)
        path.write_text(sql, encoding="utf-8")
    return {**manifest, "sources": sources}


def _of_model(
    node: Mapping[str, Any],
    columns: _Columns,
    manifest: Mapping[str, Any],
    translator: DagsterDbtTranslator,
    target: Path,
) -> dg.TableColumnLineage:
    parents = [manifest["nodes"].get(name) or manifest["sources"][name] for name in node["depends_on"]["nodes"]]
    history = EventHistoryMetadata(
        columns=columns.get(f"{node['schema']}.{node['name']}", {}),
        parents={
            parent["relation_name"]: columns.get(f"{parent['schema']}.{parent['name']}")
            or {name: {"data_type": column.get("data_type") or "varchar"} for name, column in parent["columns"].items()}
            for parent in parents
        },
    )
    try:
        metadata = _build_column_lineage_metadata(history, dict(node), manifest, translator, target, None)
    except SqlglotError:
        return dg.TableColumnLineage({})  # SQL that DuckDB runs and sqlglot cannot parse: no lineage, no harm
    return metadata["dagster/column_lineage"]


def _columns(report: BuildReport) -> _Columns:
    found: _Columns = {}
    for path in report.files:
        with duckdb.connect(str(path), read_only=True) as connection:
            rows = connection.execute("select schema_name, table_name, column_name, data_type from duckdb_columns()")
            for schema, relation, column, kind in rows.fetchall():
                found.setdefault(f"{schema}.{relation}", {})[column] = {"data_type": kind}
    return found
