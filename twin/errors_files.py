"""Errors of the file level: sheets, columns and rows that do not belong, and files that are refused.

What would spoil a township's whole return (too few rows accepted, a large unexplained fall) is not
planted. A refused file lies beside the township's good one, or says of a form what is not read.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from expectations.contract import load_contracts, load_cover
from twin.answer_key import Answer
from twin.habits import PLAIN, habits_of
from twin.places import seed, words
from twin.planting import NOW
from twin.sheets import FormRows, cover_sheet, spell_form
from twin.spelling import Cell
from twin.write_returns import BELOW_TOTAL, HEADER_ROW, Address, Return, csv_bytes, place_of
from twin.xlsx_file import FIXED_TIME, Sheet, write_xlsx

FORM = "assistance_measures"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
BOMB_BYTES = 4 << 20
FAR_PERIOD = "2099-12"
UNKNOWN_SUBMITTER = "359999999"
Addresses = Mapping[tuple[str, str, str], tuple[str, Address]]
Stray = Callable[[Path, Return], Answer]
"""Writes a file beside the good ones of a return into the inbox."""


def _texts() -> dict[str, str]:
    return dict(words()["planted"])


def _hosts(returns: list[Return], period: str) -> list[Return]:
    whole = [r for r in returns if r.period == period and FORM in r.forms and r.mode == "full"]
    plain = [r for r in whole if habits_of(r.submitter) == PLAIN]
    return plain or [r for r in whole if habits_of(r.submitter).delivery == "workbook"]


def disturb_returns(returns: list[Return]) -> dict[str, Return]:
    """Put errors of the file level into returns of the last period; rule code → the return that has it."""
    hosts = _hosts(returns, NOW)
    if not hosts:
        return {}
    disturbed = {}
    for index, (rule, change) in enumerate(_DISTURBANCES.items()):
        host = hosts[index % len(hosts)]
        change(host)
        disturbed[rule] = host
    return disturbed


def _stray_sheet(sent: Return) -> None:
    draft: list[list[Cell]] = [[text] for text in words()["planted"]["draft"]]
    sent.stray_sheets.append(Sheet(_texts()["unknown_sheet"], draft))


def _miscount(sent: Return) -> None:
    sent.forms["village_income"] = replace(sent.forms["village_income"], misses=3)


def _unknown_column(sent: Return) -> None:
    form = sent.forms[FORM]
    sent.forms[FORM] = replace(form, extra_columns={_texts()["unknown_column"]: [2] * len(form.rows)})


def _below_total(sent: Return) -> None:
    sent.forms["households"] = replace(sent.forms["households"], lost_rows=1)


# A sheet that is no form was refused as FL-04 when the still city was published; today it is a note.
_STRAY_SHEET, _STILL_STRAY_SHEET = "FL-28", "FL-04"
_DISTURBANCES: dict[str, Callable[[Return], None]] = {
    _STRAY_SHEET: _stray_sheet, "FL-14": _miscount, "FL-15": _unknown_column, "FL-18": _below_total,
}  # fmt: skip


def disturbance_answers(disturbed: Mapping[str, Return], addresses: Addresses, *, still: bool) -> list[Answer]:
    """The findings of ``disturb_returns``."""
    where = {
        _STRAY_SHEET: (FORM, HEADER_ROW), "FL-14": ("village_income", HEADER_ROW), "FL-15": (FORM, HEADER_ROW),
        "FL-18": ("households", BELOW_TOTAL),
    }  # fmt: skip
    answers = []
    for rule, sent in disturbed.items():
        form, place = where[rule]
        _, address = addresses[form, sent.period, sent.submitter + place]
        if rule == _STRAY_SHEET:
            code = _STILL_STRAY_SHEET if still else rule
            answers.append(_answer(code, sent.submitter, sent.period, address.file, _texts()["unknown_sheet"]))
            continue
        row = str(address.row_number) if rule in ("FL-15", "FL-18") else ""
        answers.append(_answer(rule, sent.submitter, sent.period, address.file, address.sheet, row, form))
    return answers


def _answer(
    rule: str, submitter: str, period: str, file: str, sheet: str = "", row: str = "", form: str = "", note: str = ""
) -> Answer:
    return Answer(rule, rule, submitter, period, file, sheet, row, "", form, "planted", note)


# --- files beside the good ones ------------------------------------------------------------------


def write_strays(root: Path, returns: list[Return], comes: Path = Path()) -> list[Answer]:
    """Write files that will be refused, or that say nothing new, and give back their findings.

    Args:
        root: what the returns were written into.
        returns: all returns.
        comes: the folder of the day they come on.
    """
    inbox = root / comes
    hosts = _hosts(returns, NOW)
    if not hosts:
        return []
    for host in hosts:
        (inbox / host.submitter).mkdir(parents=True, exist_ok=True)
    answers = [stray(inbox, hosts[index % len(hosts)]) for index, stray in enumerate(_STRAYS)]
    return [*answers, *_resent(root, inbox, returns)]


def _path(inbox: Path, sent: Return, what: str, suffix: str) -> Path:
    name = _texts()["stray_name"].format(code=sent.submitter, period=sent.period, what=_texts()[what], suffix=suffix)
    return inbox / sent.submitter / name


def _refused(rule: str, path: Path, sent: Return, content: bytes, period: str | None = None) -> Answer:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return _answer(rule, sent.submitter, sent.period if period is None else period, path.name)


def _content(rule: str, what: str, suffix: str, content: Callable[[], bytes]) -> Stray:
    """A file that is refused for what is in it."""
    return lambda inbox, sent: _refused(rule, _path(inbox, sent, what, suffix), sent, content())


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, FIXED_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return buffer.getvalue()


def _no_cover(inbox: Path, sent: Return) -> Answer:
    path = _path(inbox, sent, "uncovered", ".xlsx")
    write_xlsx(path, [Sheet(_texts()["unknown_sheet"], [[_texts()["text_content"]]])])
    return _answer("FL-09", sent.submitter, sent.period, path.name)


def _csv_name(code: str, period: str, form: str) -> str:
    title, mode = load_contracts()[form].title, load_cover().modes["full"][0]
    return str(words()["csv_name"].format(code=code, period=period, title=title, mode=mode))


def _form_csv(form: FormRows, *, without: str = "", again: str = "") -> bytes:
    """A CSV of the form's first rows, without a column or with one twice."""
    contract = load_contracts()[form.form]
    first = replace(form, rows=pd.DataFrame(form.rows.head(2)), overrides={}, extra_columns={}, desk=None)
    spelled = spell_form(contract, first, PLAIN, form.rows["village_code"].iloc[0][:9], merges=False)
    keep = [i for i, column in enumerate(spelled.columns) if column.name != without]
    keep += [i for i, column in enumerate(spelled.columns) if column.name == again]
    return csv_bytes([spelled.headers[i] for i in keep], [spelled.cells[i] for i in keep])


def _columns(rule: str, form: str, *, without: str = "", again: str = "") -> Stray:
    """A CSV of a form without a column, or with one twice."""

    def write(inbox: Path, sent: Return) -> Answer:
        path = inbox / sent.submitter / _csv_name(sent.submitter, sent.period, form)
        answer = _refused(rule, path, sent, _form_csv(sent.forms[form], without=without, again=again))
        return replace(answer, sheet=path.name, form=form)

    return write


def _not_owed(inbox: Path, sent: Return) -> Answer:
    county = sent.submitter[:6]
    path = inbox / county / _csv_name(county, sent.period, FORM)
    answer = _refused("FL-06", path, sent, _form_csv(sent.forms[FORM]))
    return replace(answer, submitter_code=county, sheet=path.name, form=FORM)


def _misnamed(rule: str, code: Callable[[Return], str], period: str | None = None) -> Stray:
    """A CSV whose name says another submitter, or a period that nobody knows yet."""

    def write(inbox: Path, sent: Return) -> Answer:
        path = inbox / sent.submitter / _csv_name(code(sent), period or sent.period, FORM)
        return _refused(rule, path, sent, _form_csv(sent.forms[FORM]), period="" if period else None)

    return write


def _another(sent: Return) -> str:
    others = [code for code in seed("submitter_form")["submitter_code"].unique() if code != sent.submitter]
    return str(others[0])


def _missing_sheet(inbox: Path, sent: Return) -> Answer:
    path = _path(inbox, sent, "incomplete", ".xlsx")
    write_xlsx(path, [cover_sheet(place_of(sent, PLAIN), [(FORM, "full", 5, None)])])
    return _answer("FL-21", sent.submitter, sent.period, path.name, form=FORM)


_STRAYS: tuple[Stray, ...] = (
    _content("FL-01", "empty", ".csv", bytes),
    _content("FL-02", "text", ".xlsx", lambda: _texts()["text_content"].encode()),
    _content("FL-03", "encrypted", ".xlsx",
             lambda: OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(480)),
    _columns("FL-05", FORM, without="measure_type"),
    _not_owed,
    _content("FL-07", "bomb", ".zip", lambda: _zip({"a.csv": b"0" * BOMB_BYTES})),
    _content("FL-08", "unsafe", ".zip", lambda: _zip({"../a.csv": b"1,2\r\n"})),
    _no_cover,
    _misnamed("FL-10", _another),
    _misnamed("FL-11", lambda sent: sent.submitter, FAR_PERIOD),
    _misnamed("FL-12", lambda _: UNKNOWN_SUBMITTER),
    _content("FL-13", "web_page", ".xls", lambda: b"<html><body><table><tr><td>1</td></tr></table></body></html>"),
    _columns("FL-19", "village_income", again="subsidy_income_yuan"),
    _missing_sheet,
)  # fmt: skip


def _resent(root: Path, inbox: Path, returns: list[Return]) -> list[Answer]:
    """The oldest return of a township once more under another name: nothing new."""
    period = min(r.period for r in returns)
    hosts = _hosts(returns, period)
    if period == NOW or not hosts:
        return []
    sent = hosts[-1]
    source = root / sent.comes / sent.submitter / sent.workbook
    copy = inbox / sent.submitter / _texts()["resent_name"].format(stem=source.stem)
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, copy)
    first = next(form for form in load_contracts() if form in sent.forms or form in sent.nothing)
    return [replace(_answer("FL-20", sent.submitter, period, copy.name), form=first)]
