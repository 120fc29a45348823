"""Releases that tests publish without a night: a build of one figure, drafted and published."""

from __future__ import annotations

from datetime import datetime

import duckdb

from orchestration.core.settings import Settings
from orchestration.release.draft import draft_release
from orchestration.release.manifest import Release
from orchestration.release.publish import publish


def publish_total(settings: Settings, known_on: datetime, amount: float) -> Release:
    """Publish a release that tells what was known at a moment, whose ``reports.total`` holds one amount."""
    built = settings.home / "built.duckdb"
    built.unlink(missing_ok=True)
    with duckdb.connect(str(built)) as connection:
        connection.execute("create schema reports")
        connection.execute("create table reports.total as select ? as amount", [amount])
    return publish(settings, draft_release(settings, built, known_on))
