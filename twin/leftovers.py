"""Stale copies: last period's sheet left in the workbook under another name, and last period's file sent again.

Both are told by rules of files and change nothing: a sheet that is no form is a note, a file of which every form says
what it said before is a duplicate. How often stands in ``clerks.yaml``.
"""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from expectations.contract import load_contracts
from twin.answer_key import Answer
from twin.clerks import clerk_words
from twin.duties import is_township
from twin.habits import habits_of
from twin.places import FIRST_TOWNSHIPS, words
from twin.sheets import form_sheet
from twin.write_returns import Return, place_of

FORM = "assistance_measures"
NOT_READ, SAME_AGAIN = "FL-28", "FL-20"


def leave_sheets(returns: Iterable[Return], seed: int) -> list[Answer]:
    """Leave last period's measures in some workbooks, under a name that is no form's; the findings."""
    answers = []
    for before, sent in _pairs(returns):
        if FORM not in before.forms or not _does(sent, "sheet", seed):
            continue
        habits = habits_of(before.submitter)
        sheet, _ = form_sheet(load_contracts()[FORM], before.forms[FORM], habits, place_of(before, habits))
        name = words()["leftover_sheet"].format(period=before.period)
        sent.stray_sheets.append(replace(sheet, name=name))
        answers.append(_answer(NOT_READ, sent.submitter, sent.period, sent.workbook, name))
    return answers


def send_again(inbox: Path, returns: list[Return], seed: int) -> list[Answer]:
    """Send last period's workbook once more with this period's, in some townships; the findings.

    Not where it was corrected since: to send what was wrong again takes the correction back.
    """
    corrected = {(one.submitter, one.period) for one in returns if one.mode == "correction"}
    answers = []
    for before, sent in _pairs(returns):
        if (before.submitter, before.period) in corrected or not _does(sent, "file", seed):
            continue
        source = inbox / before.comes / before.submitter / before.workbook
        copy = inbox / sent.comes / sent.submitter / words()["leftover_name"].format(stem=source.stem)
        shutil.copyfile(source, copy)
        first = next(form for form in load_contracts() if form in before.forms or form in before.nothing)
        answers.append(_answer(SAME_AGAIN, sent.submitter, before.period, copy.name, form=first))
    return answers


def _pairs(returns: Iterable[Return]) -> Iterator[tuple[Return, Return]]:
    """Two returns of a township that follow each other, both workbooks; none of the article's townships."""
    last: dict[str, Return] = {}
    for sent in sorted((one for one in returns if one.mode == "full"), key=lambda one: (one.submitter, one.period)):
        submitter = sent.submitter
        if submitter in FIRST_TOWNSHIPS or not is_township(submitter) or habits_of(submitter).delivery != "workbook":
            continue
        if submitter in last:
            yield last[submitter], sent
        last[submitter] = sent


def _does(sent: Return, what: str, seed: int) -> bool:
    share = clerk_words()["leftovers"][what]
    text = f"leftover {what} {sent.submitter} {sent.period}"
    return bool(np.random.default_rng([seed, zlib.crc32(text.encode())]).random() < share)


def _answer(rule: str, submitter: str, period: str, file: str, sheet: str = "", form: str = "") -> Answer:
    return Answer(
        f"{rule}:{submitter}:{period}", rule, submitter, period, file, sheet, "", "", form, "planted", "stale"
    )
