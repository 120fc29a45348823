"""dbt's models as assets and its tests as checks; a build is one run of the whole project."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from orchestration.core.lock import home_lock
from orchestration.defs.lineage import keep_lineage, kept_lineage
from orchestration.defs.run_context import RunContext
from orchestration.defs.submissions import OWNERS
from orchestration.receive.known_moments import latest_known
from orchestration.release.checklist import draft_with_checklist
from orchestration.transform import dbt_runner
from orchestration.transform.build_report import BuildReport, CompleteBuild, NodeResult, mark_complete

# A test over several relations hangs on the one furthest to the right of the graph.
_LAYERS = ("staging", "intermediate", "marts", "quality", "reports")


class LayerTranslator(DagsterDbtTranslator):
    """dbt nodes → assets: keyed by layer and name, grouped by layer; sources are our own assets.

    Args:
        lineage: of the columns, by unique id.
    """

    def __init__(self, lineage: Mapping[str, dg.TableColumnLineage] | None = None) -> None:
        super().__init__()
        self._lineage = lineage or {}

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            area = {"accepted": "accepted", "quality": "findings"}[dbt_resource_props["source_name"]]
            return dg.AssetKey([area, dbt_resource_props["name"]])
        return dg.AssetKey([layer_of(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return layer_of(dbt_resource_props)

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """The spec without its seeds: code lists would be half of the graph and say nothing of the night."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        kept = [dep for dep in spec.deps if dep.asset_key.path[0] != "seeds"]
        columns = self._lineage.get(unique_id)
        lineage = {"dagster/column_lineage": columns} if columns else {}
        return spec.replace_attributes(deps=kept, owners=OWNERS, metadata={**spec.metadata, **lineage})

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """The check of a test, on the asset of ``home_of``."""
        home = home_of(manifest, unique_id)
        if home is None or self.get_asset_key(home) != asset_spec.key:
            return None
        node = _node(manifest, unique_id)
        severity = str(node.get("config", {}).get("severity") or "error").lower()
        return dg.AssetCheckSpec(
            str(node["name"]),
            asset=asset_spec.key,
            description=node.get("description") or None,
            blocking=severity == "error",
            metadata={"dagster_dbt/unique_id": unique_id},
        )


def layer_of(node: Mapping[str, Any]) -> str:
    """The folder of a model under ``models/`` is its layer; seeds are a layer of their own."""
    return "seeds" if node["resource_type"] == "seed" else node["fqn"][1]


def _node(manifest: Mapping[str, Any], unique_id: str) -> Mapping[str, Any]:
    return manifest["nodes"].get(unique_id) or manifest["sources"][unique_id]


def home_of(manifest: Mapping[str, Any], test_id: str) -> Mapping[str, Any] | None:
    """The model a test belongs to: the one it is written at, or the rightmost one it reads; none for seeds."""
    test = _node(manifest, test_id)
    attached = test.get("attached_node")
    names = [attached] if attached else test["depends_on"]["nodes"]
    models = [_node(manifest, name) for name in names if name.startswith("model.")]
    return max(models, key=lambda node: (_LAYERS.index(layer_of(node)), node["name"]), default=None)


def build_dbt_assets(parsed: Path) -> dg.AssetsDefinition:
    """The assets of a parsed project. A run builds it where its own home has it: they may be shared by homes."""
    manifest = json.loads((parsed / dbt_runner.MANIFEST_NAME).read_text(encoding="utf-8"))
    translator = LayerTranslator(kept_lineage(parsed))

    @dbt_assets(
        manifest=manifest,
        dagster_dbt_translator=translator,
        exclude="resource_type:seed",
        name="dbt",
        required_resource_keys={"run_context"},
    )
    def dbt(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        run: RunContext = context.resources.run_context
        assert run.parsed is not None
        with home_lock(run.settings, "the dbt assets"), run.steps.step("transform"):
            build_db, known_on = dbt_runner.new_build_db(run.settings), latest_known(run.settings)
            report = dbt_runner.build(run.settings, build_db, known_on, run.parsed)
        run.built = report
        if not report.broken:
            _draft_beside(run, mark_complete(report, known_on))
        keep_lineage(run.parsed, report, manifest, translator)
        yield from dbt_events(context, report, manifest, translator)
        if report.broken:
            raise dg.Failure(report.complaint())

    return dbt


def _draft_beside(run: RunContext, build: CompleteBuild) -> None:
    """Begin with the release while Dagster is told of some thousand outcomes: that is one core's work for seconds."""
    if run.executor is not None:
        run.draft_future = run.executor.submit(
            draft_with_checklist, run.settings, build.database, build.known_on, build.checks_held
        )


def dbt_events(
    context: dg.AssetExecutionContext,
    report: BuildReport,
    manifest: Mapping[str, Any],
    translator: LayerTranslator,
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """The outcome of a build for what the run selected: the models, then the tests that judged them.

    Models come rank by rank: Dagster looks up what a model was made from, and what waits is stored before it looks.
    """
    rows = dbt_runner.table_counts(report)
    ranks = _ranks(report, manifest)
    for node in sorted(report.nodes, key=lambda node: (node.is_test, ranks.get(node.unique_id, 0))):
        if node.kind == "model" and not node.broke and node.status != "skipped":
            key = translator.get_asset_key(_node(manifest, node.unique_id))
            if key in context.selected_asset_keys:
                count = rows.get(".".join(key.path))
                yield dg.MaterializeResult(asset_key=key, metadata=_model_metadata(node, count))
        elif node.is_test and node.status != "skipped":
            home = home_of(manifest, node.unique_id)
            check = None if home is None else dg.AssetCheckKey(translator.get_asset_key(home), node.name)
            if check is not None and check in context.selected_asset_check_keys:
                yield _test_result(node, check)


def _ranks(report: BuildReport, manifest: Mapping[str, Any]) -> dict[str, int]:
    """Model → how many models lie on the longest way to it; a build tells every model after its parents."""
    ranks: dict[str, int] = {}
    for node in report.nodes:
        if node.kind == "model":
            parents = manifest["nodes"][node.unique_id]["depends_on"]["nodes"]
            ranks[node.unique_id] = max((ranks[name] + 1 for name in parents if name in ranks), default=0)
    return ranks


def _model_metadata(node: NodeResult, rows: int | None) -> dict[str, Any]:
    seconds = {"seconds": round(node.seconds, 3)}
    return seconds if rows is None else {**seconds, "dagster/row_count": rows}


def _test_result(node: NodeResult, key: dg.AssetCheckKey) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.WARN if node.status == "warn" else dg.AssetCheckSeverity.ERROR
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=node.status == "pass",
        severity=severity,
        metadata={"failures": node.failures or 0, "seconds": round(node.seconds, 3)},
    )
