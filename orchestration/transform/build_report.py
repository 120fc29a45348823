"""What a build of dbt came to: every node's outcome, and the mark of a build that may be released."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orchestration.core.settings import Settings

# dbt names the catalog after the file, and the parsed project carries that name: it must not vary by run.
BUILD_NAME = "build.duckdb"
RELEASE_NAME = "release.duckdb"  # beside it: marts, reports and quality, and nothing else
_COMPLETE_NAME = "complete.json"


class TransformError(RuntimeError):
    """dbt could not be run at all, or a model or blocking test failed: names each with dbt's reason."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed, snapshot or test."""

    unique_id: str
    kind: str
    name: str
    status: str
    seconds: float
    message: str
    failures: int | None

    @property
    def is_test(self) -> bool:
        return self.kind == "test"

    @property
    def broke(self) -> bool:
        return self.status in {"error", "fail", "runtime error"}


@dataclass(frozen=True)
class BuildReport:
    """All nodes of one build and the file they were built into, with the released tables in one beside it."""

    database: Path
    nodes: tuple[NodeResult, ...]

    @property
    def released(self) -> Path:
        return self.database.with_name(RELEASE_NAME)

    @property
    def files(self) -> tuple[Path, Path]:
        return self.database, self.released

    @property
    def broken(self) -> tuple[NodeResult, ...]:
        return tuple(node for node in self.nodes if node.broke)

    @property
    def checks_held(self) -> tuple[str, ...]:
        return tuple(sorted(node.name for node in self.nodes if node.is_test and node.status == "pass"))

    def explain(self) -> str:
        """One line per broken node: what, and dbt's reason."""
        return "\n".join(f"{node.kind} {node.name}: {node.message.strip()}" for node in self.broken)

    def complaint(self) -> str:
        """How many nodes broke, and each with its reason."""
        return f"{len(self.broken)} models or tests did not hold:\n{self.explain()}"


@dataclass(frozen=True)
class CompleteBuild:
    """A build whose blocking tests all held: the file that is released."""

    database: Path
    known_on: datetime
    checks_held: tuple[str, ...]


def mark_complete(report: BuildReport, known_on: datetime) -> CompleteBuild:
    """Leave word beside the build that it may be released."""
    noted = {"known_on": known_on.isoformat(), "checks_held": report.checks_held}
    (report.database.parent / _COMPLETE_NAME).write_text(json.dumps(noted), encoding="utf-8")
    return CompleteBuild(report.released, known_on, report.checks_held)


def last_complete_build(settings: Settings) -> CompleteBuild:
    """The build to be released.

    Raises:
        TransformError: there is none.
    """
    for path in sorted(settings.build.glob(f"*/{_COMPLETE_NAME}"), reverse=True):
        noted = json.loads(path.read_text(encoding="utf-8"))
        return CompleteBuild(
            path.with_name(RELEASE_NAME), datetime.fromisoformat(noted["known_on"]), tuple(noted["checks_held"])
        )
    raise TransformError(f"{settings.build}: no finished build to release; run the dbt assets first.")
