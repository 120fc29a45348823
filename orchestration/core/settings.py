"""Every path and parameter of a run, as one object that is passed; ``variables`` reads it from the environment.

Nothing is created here; the functions that write make their folders themselves. A home
(``SANMING_HOME``) holds ``raw/`` and ``warehouse/``; code, contracts and seeds come from the checkout.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

CHECKLIST_ITEMS = ("reconciliations", "coverage", "suspects", "jumps", "revisions", "redefinitions", "privacy")
_BLOCKING = ("revisions", "privacy")
CHECKOUT = Path(__file__).resolve().parents[2]


class SettingsError(ValueError):
    """A setting that cannot be used: names the variable, the value and what was expected."""


@dataclass(frozen=True)
class Settings:
    """Paths and parameters of one run.

    Attributes:
        home: the folder under which ``raw/`` and ``warehouse/`` live.
        data_origin: ``synthetic`` or ``real``; a home never mixes them.
        settle_seconds: a file younger than this is still being written and waits.
        workers: processes that read workbooks.
        keep_releases: how many releases stay on disk.
        keep_workings: of how many of them figures can be explained at once.
        failpoint: name of the place where a test kills the process, or none; never read from the environment.
        checklist_blocks: items of a release's checklist that keep it from its readers; the others warn.
        signatures: how many persons have to sign a release before readers see it.
        prerelease_group: the group of those who may open a release before its readers; none for nobody.
        least_people: a count of fewer people than these is not told to the public, nor what would tell of it.
        site: whether a night makes the pages of its release, and its bulletins.
        areas: whether a night makes the files of its release by role and area.
        issuer: who sends the bulletins; none for the words that stand there.
    """

    home: Path
    checkout: Path = CHECKOUT
    data_origin: str = "synthetic"
    settle_seconds: float = 2.0
    workers: int = 2
    keep_releases: int = 10
    keep_workings: int = 2
    lock_wait_seconds: float = 0.0
    failpoint: str | None = None
    checklist_blocks: tuple[str, ...] = _BLOCKING
    signatures: int = 0
    prerelease_group: str | None = None
    site: bool = True
    areas: bool = True
    least_people: int = 5
    issuer: str | None = None

    @property
    def inbox(self) -> Path:
        return self.home / "raw" / "inbox"

    @property
    def to_come(self) -> Path:
        return self.home / "raw" / "to_come"

    @property
    def archive(self) -> Path:
        return self.home / "raw" / "archive"

    @property
    def decision_log(self) -> Path:
        return self.archive / "decisions.jsonl"

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse"

    @property
    def landing(self) -> Path:
        return self.warehouse / "landing"

    @property
    def accepted(self) -> Path:
        return self.warehouse / "accepted"

    @property
    def held(self) -> Path:
        return self.warehouse / "held"

    @property
    def findings(self) -> Path:
        return self.warehouse / "findings"

    @property
    def errors(self) -> Path:
        return self.warehouse / "errors"

    @property
    def trials(self) -> Path:
        return self.warehouse / "trials"

    @property
    def build(self) -> Path:
        return self.warehouse / "build"

    @property
    def releases(self) -> Path:
        return self.warehouse / "releases"

    @property
    def current(self) -> Path:
        return self.warehouse / "current"

    @property
    def public(self) -> Path:
        return self.warehouse / "public"

    @property
    def public_records(self) -> Path:
        return self.archive / "public"

    @property
    def views(self) -> Path:
        return self.warehouse / "releases.duckdb"

    @property
    def working(self) -> Path:
        return self.warehouse / "working"

    @property
    def manifests(self) -> Path:
        return self.warehouse / "manifests"

    @property
    def key_file(self) -> Path:
        return self.home / "warehouse" / "token.key"

    @property
    def lock_file(self) -> Path:
        return self.warehouse / "night.lock"

    @property
    def dagster_home(self) -> Path:
        return self.warehouse / "dagster"

    @property
    def seeds(self) -> Path:
        return self.checkout / "dbt_project" / "seeds"

    @property
    def dbt_project(self) -> Path:
        return self.checkout / "dbt_project"

    def with_home(self, home: Path) -> Settings:
        """The same settings for another home."""
        return replace(self, home=home)
