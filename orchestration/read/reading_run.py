"""Run the reading of many submissions in child processes: which files are read together, and what is tried again.

What a child does with its share is the reader's work; what becomes of a file that could not be read is recorded by
landing, as ``unreadable`` tells.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestration.core.logic_version import READING_VERSION
from orchestration.core.settings import Settings
from orchestration.decisions.decision import Decision
from orchestration.decisions.period_state import period_decisions
from orchestration.read.reader import ReadResult, read_share
from orchestration.receive.archive import Receipt, original_path
from orchestration.receive.arrival import fitting
from orchestration.receive.envelope import identify
from orchestration.receive.stated_envelope import Envelope
from orchestration.receive.unreadable import identified_again, was_not_identified
from orchestration.workbook.child import Failure
from orchestration.workbook.children import children, run_each

_SHARE_FILES = 8
_ONE_CHILD_BYTES = 3_000_000  # below this, a second child costs more than it saves


def read_all(settings: Settings, receipts: Sequence[Receipt], folder: Path) -> ReadResult:
    """Read all submissions; the files of a share whose child died are read one by one, once.

    Args:
        settings: where the originals are, and how many children may work.
        receipts: what is read.
        folder: where the text rows are written.

    Raises:
        OSError: a fault of the machine.
    """
    shares = [list(receipts[start : start + _SHARE_FILES]) for start in range(0, len(receipts), _SHARE_FILES)]
    size = sum(receipt.size_bytes for receipt in receipts)
    most = settings.workers if size >= _ONE_CHILD_BYTES else 1
    calls = [(settings, share, folder, f"{number:05d}") for number, share in enumerate(shares)]
    answers: dict[int, ReadResult | Failure] = dict(children().run(read_share, calls, most))
    reading = ReadResult()
    for number, share in enumerate(shares):
        answer = answers[number]
        if isinstance(answer, Failure):
            answer = _one_by_one(settings, share, folder, f"{number:05d}")
        _add(reading, answer)
    return reading


def _one_by_one(settings: Settings, share: list[Receipt], folder: Path, name: str) -> ReadResult:
    """Each file in a child of its own, so that only the one that kills its reader is lost."""
    reading = ReadResult()
    for number, receipt in enumerate(share):
        children().close()
        call = (settings, [receipt], folder, f"{name}-{number}")
        ((_, answer),) = children().run(read_share, [call])
        if isinstance(answer, Failure):
            reading.failures[receipt.submission_id] = answer
        else:
            _add(reading, answer)
    return reading


def _add(reading: ReadResult, more: ReadResult) -> None:
    reading.forms += more.forms
    reading.parts += more.parts
    reading.failures |= more.failures


def repeated(receipts: Sequence[Receipt], outcomes: Mapping[str, Decision], *, decide: bool) -> dict[str, Failure]:
    """The submissions that are not tried again: this version could not read them, or nothing is to be decided.

    Args:
        receipts: what is to be landed.
        outcomes: what was last recorded about reading them.
        decide: whether a version that has not tried yet may try.
    """
    found = {}
    for receipt in receipts:
        decision = outcomes.get(receipt.submission_id)
        if decision is None and was_not_identified(receipt):
            found[receipt.submission_id] = Failure("could not be looked into when it was received", "")
        elif (
            decision is not None
            and decision.kind == "file_unreadable"
            and not (decide and decision.version != READING_VERSION)
        ):
            found[receipt.submission_id] = Failure(decision.reason, "")
    return found


def identify_again(
    settings: Settings, receipts: Sequence[Receipt], skipped: Mapping[str, Failure], folder: Path
) -> tuple[list[Receipt], dict[str, Failure]]:
    """Receipts as their files are identified now, where that failed when they were received; and where it fails still.

    Args:
        settings: the home.
        receipts: what is to be landed.
        skipped: submissions that are not tried again.
        folder: of this batch, for copies that carry the names under which files came.
    """
    blind = [r for r in receipts if was_not_identified(r) and r.submission_id not in skipped]
    decisions = period_decisions(settings)
    calls = []
    for receipt in blind:
        copy = folder / receipt.submission_id / fitting(receipt.original_name)
        copy.parent.mkdir(parents=True, mode=0o700)
        shutil.copyfile(original_path(settings, receipt), copy)
        inbox_folder = receipt.inbox_path.rpartition("/")[0].partition("/")[0] or None
        calls.append((settings, copy, inbox_folder, receipt.received_at, decisions))
    envelopes: dict[int, Envelope | Failure] = dict(run_each(identify, calls)) if calls else {}
    seeing, failures = {}, {}
    for number, receipt in enumerate(blind):
        envelope = envelopes[number]
        if isinstance(envelope, Failure):
            failures[receipt.submission_id] = envelope
        else:
            seeing[receipt.submission_id] = _with_envelope(receipt, envelope)
    return [seeing.get(receipt.submission_id, receipt) for receipt in receipts], failures


def _with_envelope(receipt: Receipt, envelope: Envelope) -> Receipt:
    return identified_again(
        receipt,
        envelope.forms,
        envelope.findings(receipt.submission_id, receipt.original_name),
        submitter_code=envelope.submitter_code,
        period=envelope.period,
        template_version=envelope.template_version,
    )
