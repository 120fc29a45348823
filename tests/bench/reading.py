"""Workbooks read per second: ours (cells with their lost errors put back) against openpyxl and bare calamine.

All three read every cell of every sheet of the same workbooks, one after the other in one process. Ours is
also measured as far as a night goes: sheets found, rows typed, Parquet written.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

from orchestration.settings import Settings
from orchestration.submissions.inbox import receive
from orchestration.submissions.landing import land
from orchestration.submissions.workbook import open_workbook
from tests.bench.measure import Line, best_seconds, rate_text, ratio_line

AIM_OPENPYXL = 8.0
AIM_CALAMINE = 1.5


def _ours(path: Path) -> int:
    with open_workbook(path) as workbook:
        return sum(len(workbook.sheet(name).rows) for name in workbook.names)


def _calamine(path: Path) -> int:
    with CalamineWorkbook.from_path(path) as reader:
        return sum(len(reader.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in reader.sheet_names)


def _openpyxl(path: Path) -> int:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        return sum(sum(1 for _ in sheet.iter_rows(values_only=True)) for sheet in book.worksheets)
    finally:
        book.close()


def measure(home: Path, workbooks: list[Path], slow_workbooks: int) -> list[Line]:
    """All lines about reading.

    Args:
        home: an empty home whose inbox gets links to the workbooks, for the whole way to landing.
        workbooks: what submitters sent.
        slow_workbooks: how many of them openpyxl is given.
    """
    few = workbooks[:slow_workbooks]
    subject = "workbooks, every cell, one process"

    def reader(read: Callable[[Path], int], paths: list[Path]) -> float:
        return best_seconds(lambda: [read(path) for path in paths], repeat=2)

    ours, calamine, slow = reader(_ours, workbooks), reader(_calamine, workbooks), reader(_openpyxl, few)
    faster = (len(workbooks) / ours) / (len(few) / slow)
    slower = ours / calamine
    return [
        Line(subject, "ours", f"{len(workbooks)} files", ours, rate_text(len(workbooks), ours, "files")),
        Line(
            subject, "calamine alone", f"{len(workbooks)} files", calamine, rate_text(len(workbooks), calamine, "files")
        ),
        Line(subject, "openpyxl, read-only", f"{len(few)} files", slow, rate_text(len(few), slow, "files")),
        ratio_line(subject, "ours to openpyxl, per file", faster, f"≥ {AIM_OPENPYXL:.0f}×", met=faster >= AIM_OPENPYXL),
        ratio_line(subject, "our time to calamine's", slower, f"≤ {AIM_CALAMINE:.1f}×", met=slower <= AIM_CALAMINE),
        _to_landing(home, workbooks),
    ]


def _to_landing(home: Path, workbooks: list[Path]) -> Line:
    settings = Settings(home=home, settle_seconds=0.0)
    for path in workbooks:
        target = settings.inbox / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.hardlink_to(path)
    seconds = best_seconds(lambda: (receive(settings), land(settings)), repeat=1)
    rate = rate_text(len(workbooks), seconds, "files")
    return Line(
        "workbooks, received, typed and landed",
        f"{settings.workers} processes",
        f"{len(workbooks)} files",
        seconds,
        rate,
    )
