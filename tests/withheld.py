"""A home's figures as they would be without some of its returns.

The models' SQL is what dbt compiled for the home's release. Only staging is put in its place: the rows that stand, less
those of the returns that are left out. A draw takes seconds, where a night takes minutes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from orchestration.core.settings import Settings
from orchestration.transform.build_report import BUILD_NAME
from orchestration.transform.dbt_runner import MANIFEST_NAME

Return = tuple[str, str, str]
"""Submitter, period and form."""
FIGURES = "model.sanming.indicator"
_SCHEMAS = {"build": ("intermediate", "staging", "seeds", "accepted", "quality"), "release": ("marts", "reports")}


class Withheld:
    """The models behind the figures of a home's current release, to be built again and again."""

    def __init__(self, settings: Settings) -> None:
        folder = settings.working / settings.current.resolve().name
        nodes = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))["nodes"]
        self._models = [nodes[name] for name in _before(nodes, FIGURES)]
        self._compiled = folder / "dbt" / "compiled"
        self.connection = duckdb.connect()
        self._prepare(folder)

    def _prepare(self, folder: Path) -> None:
        """Seeds as they are, and the rows of staging, of which some will be left out."""
        run = self.connection.execute
        run("set file_search_path = $folder", {"folder": str(folder)})
        run("set timezone = 'UTC'")
        run("set threads = 1")
        run("set enable_progress_bar = false")
        for database, schemas in _SCHEMAS.items():
            run(f"attach ':memory:' as {database}")
            for schema in schemas:
                run(f"create schema {database}.{schema}")
        run(f"attach '{folder / BUILD_NAME}' as kept (read_only)")
        run("create table build.main.left_out (submitter_code varchar, period varchar, form varchar)")
        for model in self._models:
            if model["resource_type"] == "seed":
                run(f"create table build.seeds.{model['name']} as from kept.seeds.{model['name']}")
            elif _is_staged(model):
                run(f"create table build.main.all_{model['name']} as {self._sql(model)}")
        # Who never returns a form has no part in the draws: only of others is it known what they would have returned.
        run(
            "delete from build.seeds.submitter_form as owed where not exists (select 1 from"
            " build.main.all_stg_submissions as sent where sent.submitter_code = owed.submitter_code"
            " and sent.form = owed.form)"
        )

    def _sql(self, model: Mapping[str, Any]) -> str:
        return (self._compiled / model["package_name"] / model["original_file_path"]).read_text(encoding="utf-8")

    def returns(self) -> list[Return]:
        """Every return that came, in a fixed order."""
        return self.connection.execute(
            "select distinct submitter_code, period, form from build.main.all_stg_submissions"
            " where form is not null and period is not null order by all"
        ).fetchall()

    def build(self, left_out: Iterable[Return] = ()) -> None:
        """Build all models without these returns; the figures are in ``release.reports.indicator`` then."""
        run = self.connection.execute
        run("delete from build.main.left_out")
        chosen = [list(one) for one in left_out]
        if chosen:
            self.connection.executemany("insert into build.main.left_out values (?, ?, ?)", chosen)
        for model in self._models:
            if model["resource_type"] == "seed":
                continue
            sql = self._remaining(model["name"]) if _is_staged(model) else self._sql(model)
            kind = "view" if model["config"]["materialized"] == "view" and not _is_staged(model) else "table"
            run(f"create or replace {kind} {model['relation_name']} as {sql}")

    def _remaining(self, name: str) -> str:
        columns = [row[0] for row in self.connection.execute(f"describe build.main.all_{name}").fetchall()]
        form = "told.form" if "form" in columns else f"'{name.removeprefix('stg_')}'"
        return (
            f"select told.* from build.main.all_{name} as told"
            " where not exists (select 1 from build.main.left_out as gone"
            f" where gone.submitter_code = told.submitter_code and gone.period = told.period and gone.form = {form})"
        )


def _is_staged(model: Mapping[str, Any]) -> bool:
    return str(model["name"]).startswith("stg_")


def _before(nodes: Mapping[str, Any], last: str) -> list[str]:
    """The models and seeds that one is made of, each after its own, and itself at the end."""
    behind: dict[str, list[str]] = {}
    waiting = [last]
    while waiting:
        name = waiting.pop()
        if name not in behind:
            behind[name] = [one for one in nodes[name]["depends_on"].get("nodes", []) if one in nodes]
            waiting += behind[name]
    return list(TopologicalSorter(behind).static_order())
