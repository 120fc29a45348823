"""A prepared warehouse: a small city's finished night, and all that its models, tests and unit tests are made of.

It is only ever read. What a change makes of it is built in memory beside it (`sql_trial`).
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pandas as pd
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from orchestration.transform.build_report import BUILD_NAME, RELEASE_NAME
from orchestration.transform.dbt_runner import prepare_manifest
from tests.nights import home_settings

PROJECT = Path(__file__).parents[2] / "dbt_project"
# What dbt runs for a unit test names its two sides so.
ACTUAL, EXPECTED = "dbt_internal_unit_test_actual", "dbt_internal_unit_test_expected"


@dataclass(frozen=True)
class Node:
    """A model or a data test: its query, the models it is made of, and how it is written."""

    name: str
    relation: str
    sql: str
    parents: tuple[str, ...]
    written: str


@dataclass(frozen=True)
class Warehouse:
    """A home after its night.

    Attributes:
        home: of which city.
        models: by name, each after its parents.
        tests: the data tests that a night is stopped by.
        unit_tests: by model, each the query that dbt runs.
        expected: the figures that must be published.
        facts: those of the article, where all that bears on them has come.
    """

    home: Path
    models: dict[str, Node]
    tests: tuple[Node, ...]
    unit_tests: dict[str, tuple[str, ...]]
    expected: pd.DataFrame
    facts: dict[str, float]

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A database in memory that sees the night's, where a change is built."""
        connection = duckdb.connect(config={"threads": 1})
        connection.execute("set enable_progress_bar = false; set TimeZone = 'UTC'; set preserve_insertion_order = true")
        # The rows as they were then: the night kept them beside the layers before the release.
        connection.execute(f"set file_search_path = '{built(self.home).parent}'")
        connection.execute(f"attach '{built(self.home)}' as build (read_only)")
        connection.execute(f"attach '{self.home / 'warehouse' / 'current' / 'sanming.duckdb'}' as release (read_only)")
        return connection


def built(home: Path) -> Path:
    """The layers before the release, of the release that is current."""
    name = (home / "warehouse" / "current").resolve().name
    return home / "warehouse" / "working" / name / BUILD_NAME


def read_warehouse(home: Path, expected: pd.DataFrame, facts: dict[str, float]) -> Warehouse:
    """The warehouse of a home that has had its night."""
    parsed = prepare_manifest(home_settings(home))
    kept = home / f"nodes-{parsed.name}.pickle"
    if not kept.is_file():
        kept.write_bytes(pickle.dumps((*_compiled(home, parsed), _unit_tests(home, parsed))))
    models, tests, unit_tests = pickle.loads(kept.read_bytes())
    return Warehouse(home, models, tests, unit_tests, expected, facts)


def _compiled(home: Path, parsed: Path) -> tuple[dict[str, Node], tuple[Node, ...]]:
    """Models and data tests as the night ran them."""
    told = json.loads(built(home).with_name("complete.json").read_text(encoding="utf-8"))
    known_on = told["known_on"].replace("T", " ").removesuffix("+00:00")
    kinds = [f"resource_type:{kind}" for kind in ("model", "test")]
    variables = json.dumps({"known_on": known_on})
    results = _dbt(home, parsed, ["compile", "--select", *kinds, "--exclude", "test_type:unit", "--vars", variables])
    nodes = [result.node for result in results]
    models = {str(node.name): _node(node) for node in nodes if node.resource_type == "model"}
    tests = [node for node in nodes if node.resource_type == "test" and node.config.severity.lower() == "error"]
    return _in_order(models), tuple(_node(node) for node in tests)


def _node(node: Any) -> Node:
    parents = tuple(name.rsplit(".", 1)[1] for name in node.depends_on.nodes if name.startswith("model."))
    return Node(str(node.name), str(node.relation_name), str(node.compiled_code), parents, str(node.raw_code))


def _in_order(models: dict[str, Node]) -> dict[str, Node]:
    ordered: dict[str, Node] = {}
    waiting = dict(models)
    while waiting:
        ready = [name for name, node in waiting.items() if not waiting.keys() & set(node.parents)]
        ordered |= {name: waiting.pop(name) for name in ready}
    return ordered


def _unit_tests(home: Path, parsed: Path) -> dict[str, tuple[str, ...]]:
    """The query of every unit test, by the model that it is of; each holds."""
    queries: dict[str, list[str]] = {}

    def hear(event: Any) -> None:
        if event.info.name == "SQLQuery" and EXPECTED in event.data.sql:
            queries.setdefault(event.data.node_info.unique_id.split(".")[2], []).append(event.data.sql)

    results = _dbt(home, parsed, ["test", "--select", "test_type:unit", "--threads", "1"], hear)
    failed = [result.node.name for result in results if result.status != "pass"]
    assert not failed, f"unit tests that fail without any change: {failed}"
    return {model: tuple(found) for model, found in queries.items()}


def _dbt(home: Path, parsed: Path, command: list[str], hear: Any = None) -> list[Any]:
    """Run dbt on a copy of the night's files: it writes into what it opens."""
    manifest = Manifest.from_msgpack((parsed / "partial_parse.msgpack").read_bytes())
    with TemporaryDirectory() as folder, _environment(home, Path(folder)):
        shutil.copyfile(built(home), Path(folder) / BUILD_NAME)
        release = Path(folder) / RELEASE_NAME
        shutil.copyfile(home / "warehouse" / "current" / "sanming.duckdb", release)
        release.chmod(0o600)
        project = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--log-level", "none"]
        places = ["--target-path", folder, "--log-path", folder, "--no-write-json"]
        try:
            outcome = dbtRunner(manifest=manifest, callbacks=[hear] if hear else []).invoke(
                [*command, *project, *places]
            )
        finally:
            DuckDBConnectionManager.close_all_connections()
    assert outcome.exception is None, outcome.exception
    return list(getattr(outcome.result, "results", []))


@contextmanager
def _environment(home: Path, folder: Path) -> Iterator[None]:
    before = dict(os.environ)
    os.environ |= {
        "SANMING_WAREHOUSE": str(home / "warehouse"),
        "SANMING_BUILD_DB": str(folder / BUILD_NAME),
        "SANMING_RELEASE_DB": str(folder / RELEASE_NAME),
        "SANMING_WORKERS": "1",
    }
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
