"""Whether a form was read whole: its rows against the count somebody stated, and what stands where none is read.

A 全量 replaces what stood, so rows that are missing from it would be gone without a word: it is refused until it is
whole. A text file can end anywhere, so its count decides. A workbook that opens is complete, so a count on its cover
that differs is asked about, and only rows that can be seen below its end refuse it. How rows are told from totals and
notes is the table's work.
"""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.receive.archive import FormNotice
from orchestration.workbook.delimited import TextTable
from orchestration.workbook.notices import Notice
from orchestration.workbook.record_count import StatedCount
from orchestration.workbook.table import FormTable
from orchestration.workbook.words import load_words
from orchestration.workbook.workbook import Sheet

_BELOW_THE_END = "FL-18"


def judge_whole(notice: FormNotice, sheets: Sequence[Sheet], tables: list[FormTable]) -> list[Notice]:
    """The notices of the tables with what the counts say: of one mistake only the gravest is told.

    Args:
        notice: how the form was announced, with the count of the cover or the file's name.
        sheets: what the tables were read from.
        tables: the form's rows, as read.
    """
    notices = [notice for table in tables for notice in table.notices]
    texts = [sheet for sheet in sheets if isinstance(sheet, TextTable)]
    counts = _counts(notice, texts)
    found = [_unread_count(notice, text, text.stated) for text in texts if text.stated and text.stated.count is None]
    read = sum(table.rows_read for table in tables)
    if notice.mode == "full":
        if lost := _lost(notice, tables, counts, is_text=bool(texts)):
            return [*(one for one in notices if one.code != _BELOW_THE_END), *found, lost]
        if texts and not counts and not found:
            found.append(Notice("FL-30", form=notice.form, sheet=notice.sheet, value=str(read)))
    below = sum(table.rows_below for table in tables)
    differing = next((item for item in counts if item[1] not in {read, read + below}), None)
    if differing:
        found.append(_differs(notice, tables, *differing))
    return [*notices, *found]


def _counts(notice: FormNotice, texts: list[TextTable]) -> list[tuple[str, int]]:
    """Every count that was stated for the form as a whole, with where it stands (a phrase's name)."""
    counts = []
    if notice.control_rows is not None:
        counts.append(("count_in_name" if texts else "count_on_cover", notice.control_rows))
    closing = [text.stated.count for text in texts if text.stated and text.stated.count is not None]
    if closing and len(closing) == len(texts):
        counts.append(("count_at_end", sum(closing)))
    return counts


def _lost(
    notice: FormNotice, tables: list[FormTable], counts: list[tuple[str, int]], *, is_text: bool
) -> Notice | None:
    """What refuses a 全量 of which rows are missing; none when a stated count says that none is."""
    read = sum(table.rows_read for table in tables)
    missed = sum(table.rows_missed for table in tables)
    most = max(counts, key=lambda item: item[1], default=None)
    if missed and (most is None or most[1] != read):
        below = next(one for table in tables if table.rows_missed for one in table.notices if _is_below(one))
        value = load_words().phrase("rows_below", cell=below.cell, count=missed, rows=_rows_counted(tables))
        return Notice("FL-27", notice.form, below.sheet, row_number=below.row_number, cell=below.cell, value=value)
    repeated = sum(table.rows_below for table in tables)
    if is_text and most is not None and most[1] > read + repeated:
        where = load_words().phrase(most[0])
        value = load_words().phrase("rows_short", where=where, count=most[1], rows=_rows_counted(tables))
        return Notice("FL-27", notice.form, notice.sheet, value=value)
    return None


def _is_below(notice: Notice) -> bool:
    return notice.code == _BELOW_THE_END


def _unread_count(notice: FormNotice, text: TextTable, stated: StatedCount) -> Notice:
    words = load_words()
    expected = words.phrase("record_count", limit=words.limits.record_count)
    return Notice("FL-29", notice.form, text.name, row_number=stated.row_number, value=stated.text, expected=expected)


def _differs(notice: FormNotice, tables: list[FormTable], where: str, count: int) -> Notice:
    words = load_words()
    expected = words.phrase("rows_stated", count=count, where=words.phrase(where), rows=_rows_counted(tables))
    read = words.phrase("rows", count=sum(table.rows_read for table in tables))
    return Notice("FL-14", form=notice.form, sheet=notice.sheet, value=read, expected=expected)


def _rows_counted(tables: list[FormTable]) -> str:
    """From which row to which row data was read; sheet by sheet when there are several."""
    words = load_words()
    spans = []
    for table in tables:
        numbers = [number for number, total in zip(table.row_numbers, table.is_total, strict=True) if not total]
        if numbers:
            name = table.sheet if len(tables) > 1 else ""
            spans.append(words.phrase("row_span", name=name, first=numbers[0], last=numbers[-1], count=len(numbers)))
    return "、".join(spans) or words.phrase("no_rows")
