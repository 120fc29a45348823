"""How dbt is run: the parsed project is kept, a build opens its own file, and every node's outcome is told.

dbt runs in this process with a manifest that was parsed once, because parsing and starting cost more than
the models do. Which models exist is dbt's business, and whether a failure stops a night is the caller's.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.decisions.period_state import closed_periods, period_decisions
from orchestration.decisions.waivers import waived_findings
from orchestration.transform.build_report import BUILD_NAME, RELEASE_NAME, BuildReport, NodeResult, TransformError
from orchestration.transform.definitions import definitions_hash

MANIFEST_NAME = "manifest.json"
LINEAGE_NAME = "column_lineage.json"  # beside the parsed project, by ``defs.lineage``
_PARSED_NAME = "partial_parse.msgpack"
# The seeds and the tests written beside them; not the tests of models that read a seed.
_SEEDS = ["path:seeds", "--indirect-selection", "empty"]


def new_build_db(settings: Settings) -> Path:
    """A fresh place for a build; builds of earlier runs that failed are removed."""
    remove_builds(settings)
    folder = settings.build / f"{clock.now():%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}"
    settings.build.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir()
    return folder / BUILD_NAME


def remove_builds(settings: Settings) -> None:
    """Remove the builds; a failed night does not come here, so that its build can be looked at."""
    shutil.rmtree(settings.build, ignore_errors=True)


def prepare_manifest(settings: Settings) -> Path:
    """The folder with the parsed project and its seeds, made anew only when the project has changed.

    The seeds stand in a file that every build starts from: they are a part of the project, not of a night.

    Raises:
        TransformError: the project does not parse, or a seed does not hold what its tests ask.
    """
    folder = Path("dbt") / definitions_hash(settings)[:16]
    for warehouse in (settings.warehouse, settings.checkout / "warehouse"):
        if (warehouse / folder / _PARSED_NAME).is_file() and (warehouse / folder / BUILD_NAME).is_file():
            return warehouse / folder
    target = settings.warehouse / folder
    beside = target.with_name(f".tmp-{uuid.uuid4().hex[:8]}")
    beside.mkdir(parents=True)
    _invoke(settings, beside, beside / BUILD_NAME, ["parse"])
    _load_seeds(settings, beside)
    try:
        beside.rename(target)
    except OSError:
        shutil.rmtree(beside)  # another process parsed the same project meanwhile
    return target


def _load_seeds(settings: Settings, parsed: Path) -> None:
    target = parsed / "seeds"
    target.mkdir()
    command = ["build", "--no-write-json", "--select", *_SEEDS]
    results = _invoke(settings, target, target / BUILD_NAME, command, parsed)
    report = BuildReport(target / BUILD_NAME, tuple(_node_result(result) for result in results))
    if report.broken:
        raise TransformError(f"{settings.seeds}: {len(report.broken)} seeds or their tests:\n{report.explain()}")
    report.database.rename(parsed / BUILD_NAME)
    shutil.rmtree(target)


def build(settings: Settings, build_db: Path, known_on: datetime, parsed: Path) -> BuildReport:
    """Build and test every model of a parsed project into a new file.

    Raises:
        TransformError: dbt could not be run. Broken models and tests are told in the report.
    """
    moment = known_on.astimezone(UTC) if known_on.tzinfo else known_on.replace(tzinfo=UTC)
    variables = {
        "known_on": moment.replace(tzinfo=None).isoformat(sep=" "),
        "data_origin": settings.data_origin,
        "closed_periods": list(closed_periods(period_decisions(settings), moment)),
        "waived_findings": list(waived_findings(settings, moment)),
    }
    # Unit tests judge the models with rows of their own; they belong to the tests of the code, not to a night.
    # What dbt would write of a build (manifest, results) is told in the report.
    command = ["build", "--no-write-json", "--exclude-resource-type", "unit_test", "--exclude", *_SEEDS]
    command += ["--vars", json.dumps(variables)]
    shutil.copyfile(parsed / BUILD_NAME, build_db)
    results = _invoke(settings, build_db.parent / "dbt", build_db, command, parsed)
    return BuildReport(build_db, tuple(_node_result(result) for result in results))


def compile_models(settings: Settings, parsed: Path) -> list[Any]:
    """The seeds and models of a parsed project as dbt gives them, models with the SQL they are built from.

    Raises:
        TransformError: dbt could not be run.
    """
    with TemporaryDirectory() as folder:
        build_db = Path(folder) / BUILD_NAME
        command = ["compile", "--no-write-json", "--select", "resource_type:model", "resource_type:seed"]
        return [result.node for result in _invoke(settings, Path(folder), build_db, command, parsed)]


def table_counts(report: BuildReport) -> dict[str, int]:
    """Rows by ``schema.table`` of a finished build, as DuckDB's catalog knows them."""
    counts: dict[str, int] = {}
    for path in report.files:
        with duckdb.connect(str(path), read_only=True) as connection:
            rows = connection.execute("select schema_name, table_name, estimated_size from duckdb_tables()").fetchall()
        counts |= {f"{schema}.{table}": int(size) for schema, table, size in rows}
    return counts


def _node_result(result: Any) -> NodeResult:
    return NodeResult(
        unique_id=result.node.unique_id,
        kind=str(result.node.resource_type),
        name=result.node.name,
        status=str(result.status),
        seconds=float(result.execution_time),
        message=result.message or "",
        failures=result.failures,
    )


def load_dbt() -> None:
    """Import dbt; it costs seconds, so only a process that transforms pays for it."""
    import dbt.adapters.duckdb.impl
    import dbt.cli.main  # noqa: F401


def _invoke(
    settings: Settings, target: Path, build_db: Path, command: list[str], parsed: Path | None = None
) -> list[Any]:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    from orchestration.transform.quiet_events import no_log

    manifest = Manifest.from_msgpack((parsed / _PARSED_NAME).read_bytes()) if parsed else None
    project = str(settings.dbt_project)
    arguments = ["--log-level", "none", *command, "--project-dir", project, "--profiles-dir", project]
    with _environment(settings, target, build_db), no_log():
        gc.freeze()  # the parsed project stays: looking through it for garbage cost up to 9 % of a build
        try:
            outcome = dbtRunner(manifest=manifest).invoke(arguments)
        finally:
            gc.unfreeze()
            DuckDBConnectionManager.close_all_connections()  # else this process could not open the file again
    if outcome.exception is not None:
        raise TransformError(f"dbt {command[0]} in {project}: {outcome.exception}") from outcome.exception
    # The type of a result depends on the command; only a build has nodes.
    return list(getattr(outcome.result, "results", []))


@contextmanager
def _environment(settings: Settings, target: Path, build_db: Path) -> Iterator[None]:
    """What profiles.yml and dbt itself read from the environment; nothing is written into the checkout."""
    wanted = {
        "SANMING_WAREHOUSE": str(settings.warehouse),
        "SANMING_BUILD_DB": str(build_db),
        "SANMING_RELEASE_DB": str(build_db.with_name(RELEASE_NAME)),
        "SANMING_WORKERS": str(settings.workers),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(settings.warehouse / "dbt" / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
