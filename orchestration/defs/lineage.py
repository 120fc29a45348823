"""Column lineage of the models, derived from the compiled SQL by sqlglot and kept until the project changes.

It belongs to a model's definition: told with every build it was half of what a night wrote into Dagster's storage.

dagster-dbt derives the same (held by a test), but column by column: each of a model's columns reads its SQL anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator
from sqlglot import MappingSchema, exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage

from orchestration.transform.build_report import BUILD_NAME, BuildReport
from orchestration.transform.dbt_runner import LINEAGE_NAME

_Columns = dict[str, dict[str, str]]
_DIALECT = "duckdb"


def keep_lineage(
    parsed: Path, report: BuildReport, manifest: Mapping[str, Any], translator: DagsterDbtTranslator
) -> None:
    """Derive the lineage from the first whole build of a parsed project."""
    path = parsed / LINEAGE_NAME
    if not path.is_file() and not report.broken:
        path.write_text(json.dumps(_derive(report, manifest, translator)), encoding="utf-8")


def kept_lineage(parsed: Path) -> dict[str, dg.TableColumnLineage]:
    """Unique id → lineage of the models; none before the first whole build of the project."""
    path = parsed / LINEAGE_NAME
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
    report: BuildReport, manifest: Mapping[str, Any], translator: DagsterDbtTranslator, chosen: Collection[str] = ()
) -> dict[str, dict[str, list[list[Any]]]]:
    """The columns' lineage of the chosen models by name, of all where none is."""
    columns = _columns(report)
    compiled = report.database.parent / "dbt"
    named = _with_named_sources(manifest, compiled)
    models = {
        unique_id: node
        for unique_id, node in named["nodes"].items()
        if node["resource_type"] == "model" and (not chosen or node["name"] in chosen)
    }
    return {
        unique_id: {
            column: sorted([list(translator.get_asset_key(parent).path), name] for parent, name in sources)
            for column, sources in _of_model(node, columns, named, compiled).items()
        }
        for unique_id, node in models.items()
    }


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
    node: Mapping[str, Any], columns: _Columns, manifest: Mapping[str, Any], target: Path
) -> dict[str, list[tuple[Mapping[str, Any], str]]]:
    """Column → the parents' columns it is made of, for the columns the built relation has."""
    known = MappingSchema(dialect=_DIALECT)
    parents = {}
    for name in node["depends_on"]["nodes"]:
        parent = manifest["nodes"].get(name) or manifest["sources"][name]
        relation = exp.to_table(parent["relation_name"], dialect=_DIALECT)
        known.add_table(relation, _types(parent, columns))
        parents[_name_of(relation)] = parent
    text = target.joinpath("compiled", node["package_name"], node["original_file_path"]).read_text(encoding="utf-8")
    try:
        derived = lineage(None, text, schema=known, dialect=_DIALECT)
    except SqlglotError:
        return {}  # SQL that DuckDB runs and sqlglot cannot parse: no lineage, no harm
    return {
        column: _sources(derived[column], parents) if column in derived else []
        for column in columns.get(f"{node['schema']}.{node['name']}", {})
    }


def _types(relation: Mapping[str, Any], columns: _Columns) -> dict[str, str]:
    """Column → type: as built, or as declared where nothing is built."""
    declared = {name: column.get("data_type") or "varchar" for name, column in relation["columns"].items()}
    return columns.get(f"{relation['schema']}.{relation['name']}") or declared


def _name_of(relation: exp.Table) -> str:
    return ".".join(part.name for part in relation.parts).lower()


def _sources(column: Node, parents: Mapping[str, Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], str]]:
    """The leaves of a column's lineage that are columns of a parent, each once."""
    found = {}
    for leaf in column.walk():
        table = None if leaf.downstream else leaf.expression.find(exp.Table)
        parent = parents.get(_name_of(table)) if table else None
        if parent is not None:
            name = exp.to_column(leaf.name).name.lower()
            found[parent["unique_id"], name] = (parent, name)
    return list(found.values())


def _columns(report: BuildReport) -> _Columns:
    found: _Columns = {}
    for path in report.files:
        with duckdb.connect(str(path), read_only=True) as connection:
            rows = connection.execute("select schema_name, table_name, column_name, data_type from duckdb_columns()")
            for schema, relation, column, kind in rows.fetchall():
                found.setdefault(f"{schema}.{relation}", {})[column] = kind
    return found
