"""Releases that tests publish without a night: a build of one figure, drafted and published."""

from __future__ import annotations

from datetime import datetime

import duckdb

from orchestration.core.settings import Settings
from orchestration.receive.archive import RECEIPT, Receipt, receipt_folder
from orchestration.release.draft import Draft, draft_release
from orchestration.release.manifest import Release
from orchestration.release.publish import publish


def publish_total(settings: Settings, known_on: datetime, amount: float) -> Release:
    """Publish a release that tells what was known at a moment, whose ``reports.total`` holds one amount."""
    return publish(settings, draft_total(settings, known_on, amount))


def draft_total(settings: Settings, known_on: datetime, amount: float) -> Draft:
    """Seal such a release, and publish it not yet."""
    built = settings.home / "built.duckdb"
    built.unlink(missing_ok=True)
    with duckdb.connect(str(built)) as connection:
        connection.execute("create schema reports")
        connection.execute("create table reports.total as select ? as amount", [amount])
    return draft_release(settings, built, known_on)


def note_return(settings: Settings, period: str, received_at: datetime) -> None:
    """Put a receipt of a period into the archive: the releases to come hold that period."""
    receipt = Receipt(
        submission_id=f"{period}_return", original_name="a.csv", stored_name="a.csv", sha256="0", size_bytes=0,
        received_at=received_at, inbox_path="a.csv", modified_ns=0, submitter_code="350426202", period=period,
        data_origin="synthetic",
    )  # fmt: skip
    folder = receipt_folder(settings, receipt)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RECEIPT).write_text(receipt.model_dump_json(), encoding="utf-8")
