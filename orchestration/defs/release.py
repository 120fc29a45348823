"""The last asset: what readers see."""

from typing import Any

import dagster as dg

from orchestration.core.failpoints import failpoint
from orchestration.core.lock import home_lock
from orchestration.defs.run_context import RunContext
from orchestration.defs.submissions import OWNERS
from orchestration.defs.tables import TableRow, metadata_table
from orchestration.explain.lineage.lineage_build import keep_working
from orchestration.release.checklist import draft_with_checklist
from orchestration.release.manifest import Release
from orchestration.release.publish import publish
from orchestration.transform.build_report import last_complete_build
from orchestration.transform.dbt_runner import remove_builds

RELEASED_LAYERS = ("marts", "quality", "reports")


def build_release_asset(tables: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The release over the tables that go into it."""

    @dg.asset(
        key="release",
        deps=tables,
        group_name="release",
        kinds={"duckdb", "parquet"},
        owners=OWNERS,
        required_resource_keys={"run_context"},
        description="The sealed warehouse that readers open. `current` moves in one step, and only when every"
        " blocking check held.",
    )
    def release(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        run: RunContext = context.resources.run_context
        assert run.parsed is not None
        failpoint(run.settings, "transform.before_release")
        build = last_complete_build(run.settings)
        with home_lock(run.settings, "the asset release"), run.steps.step("release"):
            draft = (
                run.draft_future.result()
                if run.draft_future is not None
                else draft_with_checklist(run.settings, build.database, build.known_on, build.checks_held)
            )
            published = publish(run.settings, draft)
            keep_working(run.settings, run.settings, build.database.parent, run.parsed, published.release_id)
            remove_builds(run.settings)
        run.release = published
        return dg.MaterializeResult(metadata=_metadata(published))

    return release


def _metadata(published: Release) -> dict[str, Any]:
    rows: list[TableRow] = [
        {"table": t.name, "rows": t.rows, "content": t.content_hash[:12]} for t in published.manifest.tables
    ]
    return {
        "release": published.release_id,
        "published": published.is_new,
        "seen_by_readers": published.is_current,
        "known_on": published.manifest.known_on.isoformat(),
        "data_origin": published.manifest.data_origin,
        "tables": metadata_table(rows),
        "path": dg.MetadataValue.path(published.path),
    }
