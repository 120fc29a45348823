"""Receive: what lies settled in the inbox is identified and moves into the archive with its receipt.

A refused file is archived too, with its findings: nothing that was sent is lost, and nothing else of
the night suffers. How a file moves is told by ``arrival``; rows are read by landing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from orchestration.core import clock
from orchestration.core.failpoints import failpoint
from orchestration.core.settings import Settings, SettingsError
from orchestration.decisions.decision import READING_KINDS
from orchestration.decisions.log import list_decisions
from orchestration.decisions.period_state import period_decisions
from orchestration.home.token_key import home_key
from orchestration.receive.archive import Receipt, list_receipts, new_submission_id, stored_name
from orchestration.receive.arrival import (
    Arrived,
    NotMovedError,
    copy_to_judge,
    left_behind,
    receive_into_place,
    take_from_inbox,
)
from orchestration.receive.envelope import identify, unread_envelope
from orchestration.receive.look import PassedOver, look, shown_path
from orchestration.receive.stated_envelope import Envelope
from orchestration.receive.unreadable import record_unreadable
from orchestration.workbook.child import Failure, attempt
from orchestration.workbook.children import run_each

_TAKEN_TOGETHER = 64
_SMALL_BYTES = 3_000_000  # below this, a second child costs more than it saves


@dataclass(frozen=True)
class ReceiveReport:
    """What one look into the inbox did.

    Attributes:
        received: receipts made.
        waiting: files still being written, as they were.
        passed_over: what lies there and cannot be received.
        unreadable: the submissions among the received that could not be looked into.
    """

    received: tuple[Receipt, ...]
    waiting: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    passed_over: tuple[PassedOver, ...] = ()
    unreadable: tuple[str, ...] = ()


def receive(settings: Settings, seen: Mapping[Path, tuple[int, int]] | None = None) -> ReceiveReport:
    """Move every settled file of the inbox into the archive.

    Args:
        settings: the home and how long a file must rest before it counts as written.
        seen: files that waited at an earlier look, longer ago than a file has to rest.

    Raises:
        SettingsError: the archive holds submissions of another data origin.
        TokenKeyError: the home's key is missing, or not the one this home was made with.
        OSError: the archive cannot be written.
    """
    settings.inbox.mkdir(parents=True, exist_ok=True)
    home_key(settings)  # made before there is anything that would need it; else asked for before anything moves
    settings.archive.mkdir(parents=True, exist_ok=True, mode=0o700)
    waiting_here = left_behind(settings)
    earlier = list_receipts(settings)
    _one_origin(settings, earlier)
    found = look(settings, seen)
    passed_over = list(found.passed_over)
    received: list[Receipt] = []
    unreadable: dict[str, Failure] = {}
    clerk = _Clerk(settings, earlier)
    for arrived in _together(_arrivals(settings, waiting_here, found.settled, passed_over)):
        for receipt, failure in clerk.receive(arrived):
            received.append(receipt)
            if failure is not None:
                unreadable[receipt.submission_id] = failure
    if unreadable:
        record_unreadable(settings, unreadable)
    return ReceiveReport(tuple(received), found.waiting, tuple(passed_over), tuple(unreadable))


def _one_origin(settings: Settings, receipts: list[Receipt]) -> None:
    others = sorted({receipt.data_origin for receipt in receipts} - {settings.data_origin})
    if others:
        raise SettingsError(
            f"SANMING_DATA_ORIGIN={settings.data_origin!r}: {settings.archive} holds {others[0]} submissions; "
            "use another SANMING_HOME, a home never mixes synthetic and real data"
        )


def _arrivals(
    settings: Settings, waiting_here: list[Arrived], settled: list[Path], passed_over: list[PassedOver]
) -> Iterator[Arrived]:
    """What an earlier run took, then each settled file as it is taken."""
    yield from waiting_here
    for path in settled:
        try:
            yield take_from_inbox(settings, path)
        except NotMovedError as error:
            passed_over.append(PassedOver(shown_path(path, settings.inbox), str(error)))
        except FileNotFoundError:
            continue  # taken away since the look


def _together(arrivals: Iterator[Arrived]) -> Iterator[list[Arrived]]:
    """A few at a time: they are looked into side by side and received one after the other."""
    while some := list(islice(arrivals, _TAKEN_TOGETHER)):
        yield some


class _Clerk:
    """Receives files one after the other: every receipt has a later moment than the one before."""

    def __init__(self, settings: Settings, earlier: Sequence[Receipt]) -> None:
        self._settings = settings
        self._periods = period_decisions(settings)
        decisions = [*self._periods, *list_decisions(settings, READING_KINDS)]
        known = [*(receipt.received_at for receipt in earlier), *(decision.at for decision in decisions)]
        self._last = max(known, default=None)

    def receive(self, arrived: list[Arrived]) -> Iterator[tuple[Receipt, Failure | None]]:
        """The receipts of some files, each with why it could not be looked into, if so."""
        settings = self._settings
        hashes = [copy_to_judge(one) for one in arrived]
        moments = [self._next_moment() for _ in arrived]
        calls = [
            (settings, one.judged, one.folder, moment, self._periods)
            for one, moment in zip(arrived, moments, strict=True)
        ]
        size = sum(one.judged.stat().st_size for one in arrived)
        envelopes = dict(run_each(identify, calls, settings.workers if size >= _SMALL_BYTES else 1))
        for number, one in enumerate(arrived):
            receipt, failure = self._receipt(one, envelopes[number], hashes[number], moments[number])
            receive_into_place(settings, one, receipt)
            failpoint(settings, "receive.after_archive")
            yield receipt, failure

    def _receipt(
        self, one: Arrived, identified: Envelope | Failure, sha256: str, moment: datetime
    ) -> tuple[Receipt, Failure | None]:
        settings = self._settings
        failure: Failure
        if isinstance(identified, Failure):
            failure = identified
        else:
            made = attempt(_receipt, settings, one, identified, sha256, moment)
            if isinstance(made, Receipt):
                return made, None
            failure = made
        envelope = unread_envelope(settings, one.judged, one.folder, moment, self._periods)
        return _receipt(settings, one, envelope, sha256, moment), failure

    def _next_moment(self) -> datetime:
        moment = clock.now()
        if self._last is not None and moment <= self._last:
            moment = self._last + timedelta(microseconds=1)
        self._last = moment
        return moment


def _receipt(settings: Settings, arrived: Arrived, envelope: Envelope, sha256: str, received_at: datetime) -> Receipt:
    """The receipt of a file by what was found out about it.

    Raises:
        ValueError: what the file says of itself cannot be written down.
    """
    submission_id = new_submission_id(received_at, sha256)
    receipt = Receipt(
        submission_id=submission_id,
        original_name=arrived.name,
        stored_name=stored_name(Path(arrived.name)),
        sha256=sha256,
        size_bytes=arrived.judged.stat().st_size,
        received_at=received_at,
        inbox_path=arrived.inbox_path,
        modified_ns=arrived.modified_ns,
        submitter_code=envelope.submitter_code,
        period=envelope.period,
        template_version=envelope.template_version,
        data_origin=settings.data_origin,
        forms=envelope.forms,
        findings=envelope.findings(submission_id, arrived.name),
    )
    receipt.model_dump_json()
    return receipt
