"""What the names of CSV files and zips say: submitter, period, form, mode and record count.

Names are written as people write them: other underscores, hyphens and blanks part a name as long as it can be read
in one way only. What the names of a file must agree with is the envelope's work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from expectations.contract import load_contracts
from orchestration.receive.cover import code_of, form_of_title, period_of, sending_mode
from orchestration.workbook.characters import fold
from orchestration.workbook.record_count import count_in_name
from orchestration.workbook.words import plain

_UNDERSCORES = re.compile(r"[\u203f\u02cd\u2017]")
_NAME_PARTS = re.compile(r"^(?P<submitter>[^_]+)_(?P<period>[^_]+?)(?:[_(（](?P<rest>.*))?$")
_PART = r"[\s_\-,.、·+]"
# Of a code, or drawn like one of a code: which of them may be taken for it is told where the code is judged.
_SIGN = r"[^\W_\u2e80-\U0003ffff]"
_LOOSE = re.compile(
    rf"^(?P<submitter>(?=\d){_SIGN}{{6,9}}(?:-{_SIGN}{{2,6}})?){_PART}+"
    rf"(?P<period>20\d\d\D?(?:1[0-2]|0?[1-9])(?!\d)\D{{0,2}}?)(?!{_PART}?\d)"
    rf"(?:(?:{_PART}|[(（])+(?P<rest>.*))?$"
)
_CODE = re.compile(r"^\d{6}(?:\d{3})?(?:-[A-Z]+)?$")
_PARTS = re.compile(r"[\s_\-]+")


@dataclass(frozen=True)
class Sender:
    """Who sent a file for when, by its name; ``period`` is none when what stands there is no period."""

    submitter_code: str
    submitter_text: str
    period: str | None
    period_text: str
    rest: str


@dataclass(frozen=True)
class TableName:
    """What the rest of a name says: the title as written, the form it means, mode and record count."""

    title: str
    form: str | None
    mode: str | None
    count: int | None

    @property
    def titles_within(self) -> tuple[str, ...]:
        """Titles of forms that stand somewhere in the name, as in the names of sheets exported one by one."""
        return tuple(c.title for c in load_contracts().values() if plain(c.title) in plain(self.title))


def _half_width(name: str) -> str:
    return _UNDERSCORES.sub("_", fold(name)).strip()


def sender_of(stem: str) -> Sender | None:
    """Submitter and period of a file's name, and what follows them; none when the name begins with neither."""
    name = _half_width(stem)
    strict, loose = _NAME_PARTS.match(name), _LOOSE.match(name)
    match = loose if loose and not (strict and period_of(strict["period"])) else strict
    if match is None:
        return None
    period = match["period"]
    submitter = match["submitter"].strip()
    sender = Sender(code_of(submitter), submitter, period_of(period), period, (match["rest"] or "").strip())
    return sender if sender.period or any(sign.isdigit() for sign in submitter) else None


def sender_of_member(stem: str) -> Sender | None:
    """The sender a zip's member repeats in its name; none when it begins with the form, as it should."""
    sender = sender_of(stem)
    return sender if sender and sender.period and _CODE.match(sender.submitter_code) else None


def table_name(rest: str) -> TableName:
    """Form, mode and record count of what follows submitter and period (or of a member's whole name)."""
    parts = [part for part in _PARTS.split(_half_width(rest)) if part]
    modes = [index for index, part in enumerate(parts) if index and sending_mode(part)]
    if not modes:
        title = "_".join(parts)
        return TableName(title, form_of_title(title), None, None)
    title = "_".join(parts[: modes[-1]])
    behind = parts[modes[-1] :]
    return TableName(title, form_of_title(title), sending_mode(behind[0]), count_in_name(behind))
