"""What a file says of itself: sender, period and forms, from its cover sheet or from the names of CSV files.

Whether it may say so is judged in ``envelope``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from expectations.contract import load_cover
from orchestration.receive.announced import forms_of_members, match_sheets, nil_with_rows, not_read
from orchestration.receive.archive import FormNotice
from orchestration.receive.cover import CoverContent, code_of, period_of, read_cover, unknown_form
from orchestration.receive.file_names import Sender, TableName, sender_of, sender_of_member, table_name
from orchestration.workbook.delimited import UndecodableError, bundle_members, read_members
from orchestration.workbook.notices import FileFinding, Notice, bad_period, too_large
from orchestration.workbook.packed import workbook_file
from orchestration.workbook.sniff import FileKind
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


def read_workbook(envelope: Envelope, path: Path, member: str | None) -> None:
    """Take from a workbook, or the one in an archive, what its cover sheet says."""
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


def read_table_name(envelope: Envelope, path: Path) -> None:
    """Take from the name of a text table what it says."""
    sender = _from_name(envelope, path.stem, "file_name")
    if sender is not None:
        table = _table_of(envelope, sender.rest, path.name, "file_name")
        envelope.forms, _ = forms_of_members([(path.name, table)])
        if table.mode == "nothing":
            _judge_nil(envelope, {path.name: path.read_bytes()})


def read_bundle(envelope: Envelope, path: Path) -> None:
    """Take from an archive of text tables what its name and theirs say."""
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
