"""The only reader of the environment: every path and parameter of a run.

Nothing is created here; the functions that write make their folders themselves. A home
(``SANMING_HOME``) holds ``raw/`` and ``warehouse/``; code, contracts and seeds come from the checkout.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

CHECKLIST_ITEMS = ("reconciliations", "coverage", "suspects", "jumps", "revisions", "redefinitions", "privacy")
_BLOCKING = ("revisions", "privacy")
_SIGN_OFF = 2  # persons, where a release is to be signed
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
        failpoint: name of the place where a test kills the process, or none.
        checklist_blocks: items of a release's checklist that keep it from its readers; the others warn.
        signatures: how many persons have to sign a release before readers see it.
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


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name, "")
    try:
        value = float(text) if text else default
    except ValueError as error:
        raise SettingsError(f"{name}={text!r}: expected a number; correct it or unset it") from error
    if value < 0:
        raise SettingsError(f"{name}={text!r}: expected a number of at least 0")
    return value


def _blocks(environ: Mapping[str, str]) -> tuple[str, ...]:
    text = environ.get("SANMING_CHECKLIST_BLOCKS") or ",".join(_BLOCKING)
    names = () if text == "none" else tuple(name.strip() for name in text.split(","))
    if not set(names) <= set(CHECKLIST_ITEMS):
        raise SettingsError(f"SANMING_CHECKLIST_BLOCKS={text!r}: expected none, or some of {','.join(CHECKLIST_ITEMS)}")
    return names


def _is_on(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name) or "off"
    if text not in {"on", "off"}:
        raise SettingsError(f"{name}={text!r}: expected on or off")
    return text == "on"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment (``.env.example`` lists the variables).

    Raises:
        SettingsError: a variable holds something unusable.
    """
    environ = os.environ if environ is None else environ
    origin = environ.get("SANMING_DATA_ORIGIN", "synthetic")
    if origin not in {"synthetic", "real"}:
        raise SettingsError(f"SANMING_DATA_ORIGIN={origin!r}: expected synthetic or real")
    return Settings(
        home=Path(environ.get("SANMING_HOME") or CHECKOUT).expanduser().resolve(),
        data_origin=origin,
        settle_seconds=_number(environ, "SANMING_SETTLE_SECONDS", 2.0),
        workers=max(1, int(_number(environ, "SANMING_WORKERS", 2))),
        keep_releases=max(1, int(_number(environ, "SANMING_KEEP_RELEASES", 10))),
        keep_workings=max(1, int(_number(environ, "SANMING_KEEP_WORKINGS", 2))),
        lock_wait_seconds=_number(environ, "SANMING_LOCK_WAIT_SECONDS", 0.0),
        failpoint=environ.get("SANMING_FAILPOINT") or None,
        checklist_blocks=_blocks(environ),
        signatures=_SIGN_OFF if _is_on(environ, "SANMING_SIGN_OFF") else 0,
    )
