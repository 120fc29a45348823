"""The Dagster instance of a home: its folder and settings, and the runs that a killed process left open."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
import yaml
from dagster._core.instance.ref import InstanceRef

from orchestration.core.settings import Settings

# Events of one asset's partitions, and those planned by a run, are stored together (defs/event_storage).
DAGSTER_ENVIRONMENT = {"DAGSTER_DISABLE_TELEMETRY": "1", "DAGSTER_EVENT_BATCH_SIZE": "500"}


def end_killed_runs(instance: dg.DagsterInstance, job_name: str) -> None:
    """Runs that a killed process left open are red, not running: with the lock held none can be alive."""
    open_runs = instance.get_runs(
        dg.RunsFilter(job_name=job_name, statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])
    )
    for run in open_runs:
        instance.report_run_failed(run, "The process that ran this night was killed; the next night took over.")


def prepare_dagster_home(settings: Settings) -> Path:
    """The home's Dagster folder with its ``dagster.yaml``."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    storage = {"module": "orchestration.defs.event_storage", "class": "KeptSqliteEventLogStorage"}
    config = {
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        # Catching what a step prints costs two processes a step, and nothing of ours prints.
        "compute_logs": {
            "module": "dagster._core.storage.noop_compute_log_manager",
            "class": "NoOpComputeLogManager",
        },
        "event_log_storage": {**storage, "config": {"base_dir": str(home / "history" / "runs")}},
        "run_monitoring": {"enabled": False},
    }
    text = yaml.safe_dump(config, sort_keys=True)
    path = home / "dagster.yaml"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
    return home


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """The Dagster instance of the home; dispose of it after use."""
    for name, value in DAGSTER_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(prepare_dagster_home(settings))))
