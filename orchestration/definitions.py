"""Dagster's entry: what ``defs`` declares, put together for one home. Nothing is declared here."""

from __future__ import annotations

import dagster as dg

from orchestration.core.settings import Settings
from orchestration.core.variables import read_settings
from orchestration.defs import automation, checking, submissions
from orchestration.defs.release import RELEASED_LAYERS, build_release_asset
from orchestration.defs.run_context import run_context_of
from orchestration.defs.transform import build_dbt_assets
from orchestration.transform import dbt_runner


def build_defs(settings: Settings) -> dg.Definitions:
    """All definitions for a home, over the project as it is parsed there."""
    parsed = dbt_runner.prepare_manifest(settings)
    dbt = build_dbt_assets(parsed)
    released = sorted(key for key in dbt.keys if key.path[0] in RELEASED_LAYERS)
    return dg.Definitions(
        assets=[submissions.archive, submissions.landing, checking.checking, dbt, build_release_asset(released)],
        jobs=[automation.night_assets, automation.check_assets, automation.nightly, automation.inbox, automation.admit],
        schedules=[automation.nightly_schedule],
        sensors=[automation.inbox_sensor, automation.embargo_sensor],
        resources={"run_context": run_context_of(settings, parsed)},
        # Runs started in the UI work in one process too: importing the checks costs seconds in each.
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Those of the environment's home, for Dagster's own processes: they are started with the settings in it."""
    return build_defs(read_settings())
