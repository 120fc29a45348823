"""The context of a run: its settings, its steps, and what they came to. No work is done here."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from orchestration.check.run import CheckReport
from orchestration.core.settings import Settings
from orchestration.core.steps import Steps
from orchestration.release.draft import Draft
from orchestration.release.manifest import Release
from orchestration.transform.build_report import BuildReport


@dataclass
class RunContext:
    """What the assets of one run share.

    Attributes:
        parsed: where the home has the parsed project that dbt builds; a night finds it while it reads.
        steps: what is done, timed.
        executor: where work may be done while a step reports its outcome; none where steps stand alone.
        draft_future: the release being made ready there.
    """

    settings: Settings
    steps: Steps = field(default_factory=Steps)
    checked: CheckReport | None = None
    built: BuildReport | None = None
    release: Release | None = None
    executor: Executor | None = None
    draft_future: Future[Draft] | None = None
    parsed: Path | None = None


def run_context_of(settings: Settings, parsed: Path) -> dg.ResourceDefinition:
    """The one resource: a new context for each run in a home. A night passes its own."""

    @dg.resource(description="The context of this run, with the settings of the home. A night passes its own.")
    def run_context(_context: dg.InitResourceContext) -> RunContext:
        return RunContext(settings, parsed=parsed)

    return run_context
