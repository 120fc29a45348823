"""Column lineage: the same that dagster-dbt derives. That every model has one is told of a night (tests/pipeline)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dagster_dbt.core.dbt_cli_event import EventHistoryMetadata, _build_column_lineage_metadata

from orchestration.defs import lineage
from orchestration.defs.transform import LayerTranslator
from orchestration.transform.build_report import BuildReport
from orchestration.transform.dbt_runner import MANIFEST_NAME
from tests.nights import PROJECT_STORE, shared_project

# One of every kind: a source's columns, a window, a state machine, a union written by macros, a report.
COMPARED = ("stg_households", "int_person_state", "fct_status_decision", "fct_distribution", "stock_flow")


@pytest.fixture(scope="module")
def built(city: duckdb.DuckDBPyConnection) -> BuildReport:
    """The small city's build, as a night would report it."""
    paths = dict(city.execute("select database_name, path from duckdb_databases()").fetchall())
    return BuildReport(Path(paths["build"]), ())


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return json.loads((shared_project(Path(os.environ[PROJECT_STORE])) / MANIFEST_NAME).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def derived(built: BuildReport, manifest: dict[str, Any]) -> dict[str, dict[str, list[list[Any]]]]:
    return lineage._derive(built, manifest, LayerTranslator(), COMPARED)


@pytest.mark.parametrize("model", COMPARED)
def test_dagster_dbt_derives_the_same(
    model: str, built: BuildReport, manifest: dict[str, Any], derived: dict[str, dict[str, list[list[Any]]]]
) -> None:
    compiled = built.database.parent / "dbt"
    named = lineage._with_named_sources(manifest, compiled)
    node = named["nodes"][f"model.sanming.{model}"]
    columns = lineage._columns(built)
    parents = [named["nodes"].get(name) or named["sources"][name] for name in node["depends_on"]["nodes"]]
    history = EventHistoryMetadata(
        columns={name: {"data_type": kind} for name, kind in columns[f"{node['schema']}.{model}"].items()},
        parents={
            parent["relation_name"]: {
                name: {"data_type": kind} for name, kind in lineage._types(parent, columns).items()
            }
            for parent in parents
        },
    )
    told = _build_column_lineage_metadata(history, node, named, LayerTranslator(), compiled, None)
    theirs = {
        column: sorted([list(dep.asset_key.path), dep.column_name] for dep in deps)
        for column, deps in told["dagster/column_lineage"].deps_by_column.items()
    }
    assert any(theirs.values())
    assert derived[node["unique_id"]] == theirs
