"""Who sent a file, for when, and which forms: from the cover sheet, or from the names of CSV files.

What the envelope says is judged here against the submitters, what each of them owes, and the inbox
folder. A disagreement is refused with its reason, never guessed. Rows are read elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path, PurePosixPath

from expectations.contract import load_contracts, load_cover
from expectations.model import DUE_MONTHS
from expectations.seed_rows import read_seed_rows
from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.decisions.decision import Decision
from orchestration.decisions.period_state import period_state_at
from orchestration.receive.announced import forms_of_members, match_sheets, nil_with_rows, not_read
from orchestration.receive.archive import FormNotice
from orchestration.receive.cover import CoverContent, code_of, period_of, read_cover, unknown_form
from orchestration.receive.file_names import Sender, TableName, sender_of, sender_of_member, table_name
from orchestration.workbook.delimited import UndecodableError, bundle_members, read_members
from orchestration.workbook.notices import FileFinding, Notice, bad_period, too_large, unknown_submitter
from orchestration.workbook.packed import workbook_file
from orchestration.workbook.sniff import FileKind, sniff
from orchestration.workbook.words import load_words, plain
from orchestration.workbook.workbook import Workbook, WorkbookError, WorkbookTooLargeError, open_workbook


@dataclass
class Envelope:
    """What was found out about a file, with everything that is wrong about it."""

    kind: FileKind | None = None
    submitter_code: str | None = None
    submitter_text: str = ""
    period: str | None = None
    template_version: str | None = None
    forms: tuple[FormNotice, ...] = ()
    notices: list[Notice] = field(default_factory=list)

    def findings(self, submission_id: str, file: str) -> tuple[FileFinding, ...]:
        """What is wrong, as it is told to whoever sent the file."""
        return tuple(notice.finding(submission_id, file, self.submitter_code, self.period) for notice in self.notices)


@dataclass(frozen=True)
class Submitters:
    """Who may send (``submitter.csv``) and who owes what (``submitter_form.csv``), with their dates."""

    known: dict[str, tuple[str, str]]
    owed: dict[tuple[str, str], tuple[str, str]]
    areas: dict[str, str]

    def knows(self, code: str | None, period: str | None) -> bool:
        return code in self.known and _covers(self.known[code], period)

    def owes(self, code: str, form: str, period: str) -> bool:
        return (code, form) in self.owed and _covers(self.owed[code, form], period)


def _covers(span: tuple[str, str], period: str | None) -> bool:
    return period is None or (span[0][:7] <= period and (not span[1] or period <= span[1][:7]))


@cache
def load_submitters(seeds: Path) -> Submitters:
    """The submitters and their duties from the seed files."""
    submitters = read_seed_rows(seeds / "submitter.csv")
    return Submitters(
        known={r["submitter_code"]: (r["valid_from"], r["valid_to"]) for r in submitters},
        owed={
            (r["submitter_code"], r["form"]): (r["valid_from"], r["valid_to"])
            for r in read_seed_rows(seeds / "submitter_form.csv")
        },
        areas={r["submitter_code"]: r["area_code"] for r in submitters},
    )


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
        _from_workbook(envelope, path, content.member)
    elif content.kind == "bundle":
        _from_bundle(envelope, path)
    else:
        _from_table_name(envelope, path)
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


def _from_workbook(envelope: Envelope, path: Path, member: str | None) -> None:
    words = load_words()
    try:
        with workbook_file(path, member) as file, open_workbook(file) as workbook:
            _from_sheets(envelope, workbook)
    except WorkbookTooLargeError as error:
        envelope.notices.append(too_large(error))
    except WorkbookError:
        found, expected = words.phrase("broken_workbook"), words.phrase("workbook")
        envelope.notices.append(Notice("FL-02", value=found, expected=expected))


def _from_sheets(envelope: Envelope, workbook: Workbook) -> None:
    words, cover = load_words(), load_cover()
    if len(workbook.names) > words.limits.sheets:
        expected = words.phrase("sheets_limit", count=words.limits.sheets)
        found = words.phrase("too_many_sheets", count=len(workbook.names))
        envelope.notices.append(Notice("FL-07", value=found, expected=expected))
        return
    sheet = next((name for name in workbook.names if plain(name) == plain(cover.sheet)), None)
    if sheet is None or sheet in workbook.hidden:
        phrase = "cover_sheet" if sheet is None else "cover_sheet_hidden"
        envelope.notices.append(Notice("FL-09", value=cover.sheet, expected=words.phrase(phrase, name=cover.sheet)))
        return
    content = read_cover(workbook.sheet(sheet))
    _take(envelope, content)
    envelope.forms, notices = match_sheets(envelope.forms, workbook, sheet)
    envelope.notices += notices


def _take(envelope: Envelope, content: CoverContent) -> None:
    envelope.notices += content.notices
    envelope.forms = tuple(content.forms)
    if code := content.fields.get("submitter_code"):
        envelope.submitter_code, envelope.submitter_text = code_of(code), code
    envelope.template_version = content.fields.get("template_version")
    if (text := content.fields.get("period")) is not None:
        is_unclear = "period" in content.numbers and text.endswith(".1")  # 2017.1 as a number may be October
        envelope.period = None if is_unclear else period_of(text)
        if envelope.period is None:
            notice = bad_period(text, "period_format")
            envelope.notices.append(
                replace(notice, hint=load_words().phrase("month_unclear")) if is_unclear else notice
            )


def _from_name(envelope: Envelope, stem: str, phrase: str) -> Sender | None:
    """Take submitter and period from a file name; gives what it says, or notes that it says too little."""
    sender = sender_of(stem)
    if sender is None:
        words = load_words()
        envelope.notices.append(Notice("FL-09", value=words.phrase("name_parts"), expected=words.phrase(phrase)))
        return None
    envelope.submitter_code, envelope.submitter_text = sender.submitter_code, sender.submitter_text
    envelope.period = sender.period
    if sender.period is None:
        envelope.notices.append(bad_period(sender.period_text, "period_format"))
    return sender


def _from_table_name(envelope: Envelope, path: Path) -> None:
    sender = _from_name(envelope, path.stem, "file_name")
    if sender is not None:
        table = _table_of(envelope, sender.rest, path.name, "file_name")
        envelope.forms, _ = forms_of_members([(path.name, table)])
        if table.mode == "nothing":
            _judge_nil(envelope, {path.name: path.read_bytes()})


def _from_bundle(envelope: Envelope, path: Path) -> None:
    sender = _from_name(envelope, path.stem, "bundle_name")
    if sender is None:
        return
    suffixes = load_words().table_suffixes
    tables = []
    for member in bundle_members(path):
        if not member.lower().endswith(suffixes):
            envelope.notices.append(not_read("other_member", [member]))
            continue
        own = sender_of_member(PurePosixPath(member).stem)
        if own is not None and (own.submitter_code, own.period) != (sender.submitter_code, sender.period):
            expected = load_words().phrase("bundle_of", name=path.name)
            envelope.notices.append(Notice("FL-10", sheet=member, value=member, expected=expected))
            continue
        rest = PurePosixPath(member).stem if own is None else own.rest
        tables.append((member, _table_of(envelope, rest, member, "member_name")))
    envelope.forms, notices = forms_of_members(tables)
    envelope.notices += notices
    nil = tuple(name for form in envelope.forms if form.mode == "nothing" for name in form.sheets)
    if nil:
        try:
            _judge_nil(envelope, dict(read_members(path, nil)))
        except UndecodableError:
            found, expected = load_words().phrase("broken"), load_words().phrase("workbook")
            envelope.notices.append(Notice("FL-02", value=found, expected=expected))


def _judge_nil(envelope: Envelope, contents: dict[str, bytes]) -> None:
    """A text table named 无数据 has no rows."""
    for form in envelope.forms:
        if form.mode == "nothing":
            notices = (nil_with_rows(form.form, name, contents[name]) for name in form.sheets if name in contents)
            envelope.notices += [notice for notice in notices if notice]


def _table_of(envelope: Envelope, name: str, sheet: str, phrase: str) -> TableName:
    """What a table's name says; a form that is none, or no mode, is noted with how such a file is named."""
    table = table_name(name)
    words = load_words()
    if table.form is None and (table.mode or not table.titles_within):
        envelope.notices.append(unknown_form(table.title or sheet, sheet))
    elif table.mode is None:
        value, expected = load_cover().mode_header, words.phrase(phrase)
        envelope.notices.append(Notice("FL-09", form=table.form, sheet=sheet, value=value, expected=expected))
    return table


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
