"""Receive: what lies settled in the inbox is identified and moves into the archive with its receipt.

A refused file is archived too, with its findings: nothing that was sent is lost, and nothing else of
the night suffers. Rows are read by landing.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from orchestration import clock
from orchestration.acts import Act
from orchestration.failpoints import failpoint
from orchestration.periods import read_acts
from orchestration.settings import Settings, SettingsError
from orchestration.submissions.archive import (
    Receipt,
    list_receipts,
    new_submission_id,
    store,
    stored_name,
    sweep,
)
from orchestration.submissions.envelope import identify
from orchestration.submissions.token_key import home_key
from orchestration.submissions.words import load_words
from orchestration.written import file_sha256


@dataclass(frozen=True)
class ReceiveReport:
    """What one look into the inbox did: receipts made, and files still being written."""

    received: tuple[Receipt, ...]
    waiting: tuple[Path, ...]


def receive(settings: Settings) -> ReceiveReport:
    """Move every settled file of the inbox into the archive.

    Args:
        settings: the home and how long a file must rest before it counts as written.

    Raises:
        SettingsError: the archive holds submissions of another data origin.
        TokenKeyError: the home's key is missing, or not the one this home was made with.
    """
    settings.inbox.mkdir(parents=True, exist_ok=True)
    home_key(settings)  # made before there is anything that would need it; else asked for before anything moves
    settings.archive.mkdir(parents=True, exist_ok=True, mode=0o700)
    sweep(settings)
    earlier, acts = list_receipts(settings), read_acts(settings)
    _one_origin(settings, earlier)
    archived = {(receipt.inbox_path, receipt.sha256, receipt.modified_ns) for receipt in earlier}
    settled, waiting = look(settings)
    received = []
    last = max([*(receipt.received_at for receipt in earlier), *(act.at for act in acts)], default=None)
    for path in settled:
        key = (str(path.relative_to(settings.inbox)), file_sha256(path), path.stat().st_mtime_ns)
        if key not in archived:  # otherwise an earlier receive was cut off before this removal
            received_at = clock.now()
            if last is not None and received_at <= last:
                received_at = last + timedelta(microseconds=1)
            last = received_at
            received.append(_receive_one(settings, path, key, received_at, acts))
            failpoint(settings, "receive.after_archive")
        path.unlink()
    return ReceiveReport(tuple(received), tuple(waiting))


def _one_origin(settings: Settings, receipts: list[Receipt]) -> None:
    others = sorted({receipt.data_origin for receipt in receipts} - {settings.data_origin})
    if others:
        raise SettingsError(
            f"SANMING_DATA_ORIGIN={settings.data_origin!r}: {settings.archive} holds {others[0]} submissions; "
            "use another SANMING_HOME, a home never mixes synthetic and real data"
        )


def look(settings: Settings) -> tuple[list[Path], list[Path]]:
    """Files that rest and files that are still young, each in the order they were last written."""
    unfinished = load_words().unfinished_names
    settled, waiting = [], []
    now = clock.now().timestamp()
    for path in settings.inbox.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        is_unfinished = any(fnmatch.fnmatch(path.name, pattern) for pattern in unfinished)
        if is_unfinished or now - path.stat().st_mtime < settings.settle_seconds:
            waiting.append(path)
        else:
            settled.append(path)

    def order(path: Path) -> tuple[int, str]:
        return path.stat().st_mtime_ns, str(path)

    return sorted(settled, key=order), sorted(waiting, key=order)


def _receive_one(
    settings: Settings, path: Path, key: tuple[str, str, int], received_at: datetime, acts: Sequence[Act]
) -> Receipt:
    inbox_path, sha256, modified_ns = key
    folder = path.relative_to(settings.inbox).parts[0] if path.parent != settings.inbox else None
    envelope = identify(settings, path, folder, received_at, acts)
    submission_id = new_submission_id(received_at, sha256)
    findings = tuple(
        notice.finding(submission_id, path.name, envelope.submitter_code, envelope.period)
        for notice in envelope.notices
    )
    receipt = Receipt(
        submission_id=submission_id,
        original_name=path.name,
        stored_name=stored_name(path),
        sha256=sha256,
        size_bytes=path.stat().st_size,
        received_at=received_at,
        inbox_path=inbox_path,
        modified_ns=modified_ns,
        submitter_code=envelope.submitter_code,
        period=envelope.period,
        template_version=envelope.template_version,
        data_origin=settings.data_origin,
        forms=envelope.forms,
        findings=findings,
    )
    store(settings, path, receipt)
    return receipt
