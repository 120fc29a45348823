"""Who sent a file, for when, and which forms: from the cover sheet, or from the names of CSV files.

What the envelope says is judged here against the submitters, what each of them owes, and the inbox
folder. A disagreement is refused with its reason, never guessed. Rows are read elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from expectations.contract import load_contracts
from expectations.model import DUE_MONTHS
from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.decisions.decision import Decision
from orchestration.decisions.period_state import period_state_at
from orchestration.receive.file_names import sender_of
from orchestration.receive.stated_envelope import Envelope, read_bundle, read_table_name, read_workbook
from orchestration.receive.submitters import Submitters, load_submitters
from orchestration.workbook.notices import Notice, bad_period, unknown_submitter
from orchestration.workbook.sniff import sniff
from orchestration.workbook.words import load_words


def identify(
    settings: Settings, path: Path, folder: str | None, received_at: datetime, decisions: Sequence[Decision] = ()
) -> Envelope:
    """Find out who sent a file and for when, and judge it.

    Args:
        settings: where the submitters' seeds are.
        path: the file in the inbox.
        folder: name of the inbox folder it lies in, or none for the inbox itself.
        received_at: a period after this month cannot be meant.
        decisions: what was decided about periods; a return of one that is closed when it is received is refused.
    """
    content = sniff(path)
    envelope = Envelope(kind=content.kind)
    submitters = load_submitters(settings.seeds)
    if content.notice:
        envelope.notices.append(content.notice)
    elif content.kind == "workbook":
        read_workbook(envelope, path, content.member)
    elif content.kind == "bundle":
        read_bundle(envelope, path)
    else:
        read_table_name(envelope, path)
    if envelope.submitter_code is None:
        _address_refusal(envelope, submitters, path, folder, received_at)
    else:
        _judge(envelope, submitters, folder, received_at)
        _judge_closed(envelope, received_at, decisions)
    return envelope


def unread_envelope(
    settings: Settings, path: Path, folder: str | None, received_at: datetime, decisions: Sequence[Decision] = ()
) -> Envelope:
    """The envelope of a file that nobody could look into: its name and folder alone say who sent it and for when."""
    envelope = Envelope(notices=[Notice("FL-23")])
    _address_refusal(envelope, load_submitters(settings.seeds), path, folder, received_at)
    _judge_closed(envelope, received_at, decisions)
    return envelope


def _address_refusal(
    envelope: Envelope, submitters: Submitters, path: Path, folder: str | None, received_at: datetime
) -> None:
    """A refused file is answered to the folder it came in, for the period its name states; nothing is read."""
    sender = sender_of(path.stem)
    named = sender.submitter_code if sender else None
    envelope.submitter_code = next((code for code in (folder, named) if submitters.knows(code, None)), None)
    if envelope.period is None and sender and not any(notice.code == "FL-11" for notice in envelope.notices):
        envelope.period = sender.period
        _judge_period(envelope, received_at)


def _judge_period(envelope: Envelope, received_at: datetime) -> None:
    """A period nobody can mean is refused, and the file then has none."""
    period, words = envelope.period, load_words()
    if period is not None and period > clock.month_of(received_at):
        envelope.notices.append(bad_period(period, "period_past"))
        envelope.period = None
    elif period is not None and period < words.first_period:
        envelope.notices.append(bad_period(period, "period_early", first=words.first_period))
        envelope.period = None


def _judge(envelope: Envelope, submitters: Submitters, folder: str | None, received_at: datetime) -> None:
    _judge_period(envelope, received_at)
    code, period = envelope.submitter_code, envelope.period
    if code is not None and not submitters.knows(code, period):
        envelope.notices.append(unknown_submitter(envelope.submitter_text))
        envelope.submitter_code = folder if submitters.knows(folder, None) else None
    elif code is not None and folder is not None and folder != code and submitters.knows(folder, None):
        envelope.notices.append(Notice("FL-10", value=code, expected=folder))
        # The office that put it there is told; the one it names has not sent anything.
        envelope.submitter_code = folder
    if code is not None and period is not None and envelope.submitter_code == code:
        _judge_forms(envelope, submitters, code, period)


def _judge_forms(envelope: Envelope, submitters: Submitters, code: str, period: str) -> None:
    for notice in envelope.forms:
        contract = load_contracts()[notice.form]
        if not submitters.owes(code, notice.form, period):
            envelope.notices.append(Notice("FL-06", form=notice.form, sheet=notice.sheet, value=code))
        elif not contract.due(period) or f"{contract.valid_from:%Y-%m}" > period:
            months = "、".join(str(month) for month in sorted(DUE_MONTHS[contract.frequency]))
            envelope.notices.append(bad_period(period, "period_due", notice.form, months=months))


def _judge_closed(envelope: Envelope, received_at: datetime, decisions: Sequence[Decision]) -> None:
    if envelope.period is None:
        return
    state = period_state_at(decisions, envelope.period, received_at)
    if state.is_closed and state.since is not None:
        expected = load_words().phrase("period_open", moment=clock.minute_of(state.since))
        envelope.notices.append(Notice("FL-22", value=envelope.period, expected=expected))
