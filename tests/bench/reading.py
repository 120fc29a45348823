"""Workbooks read per second: ours (cells with kind, format, address and error) against openpyxl and bare calamine.

All three read every cell of every sheet of the same workbooks, one after the other in one process. Ours is
also measured as far as a night goes: sheets found, rows typed, Parquet written.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import xlsxwriter
from python_calamine import CalamineWorkbook

from orchestration.core.settings import Settings
from orchestration.read.landing import land
from orchestration.receive.inbox import receive
from orchestration.workbook.workbook import open_workbook
from tests.bench.measure import Line, best_seconds, rate_text, ratio_line
from twin.city import build_city

AIM_OPENPYXL = 8.0
AIM_CALAMINE = 2.5
AIM_LINEAR = 2.5  # of twice as many formatted empty cells
_EMPTY_CELLS = 100_000
PERIOD = "2017-06"
SLOW_WORKBOOKS = 16  # openpyxl reads a few files a second


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


def measure(folder: Path, scale: float) -> list[Line]:
    """All lines about reading: a city's workbooks of one period, without planted errors.

    Args:
        folder: scratch space.
        scale: size of the city.
    """
    city = build_city(folder / "city", scale=scale, periods=(PERIOD,), errors=False)
    workbooks = sorted(city.inbox.rglob("*.xlsx"))
    few = workbooks[:: max(1, len(workbooks) // SLOW_WORKBOOKS)]  # spread over the city: sizes differ
    subject = "workbooks, every cell, one process"

    def seconds(read: Callable[[Path], int], paths: list[Path]) -> float:
        return best_seconds(lambda: [read(path) for path in paths], repeat=2)

    ours, calamine, slow = seconds(_ours, workbooks), seconds(_calamine, workbooks), seconds(_openpyxl, few)
    faster = slow / seconds(_ours, few)
    slower = ours / calamine
    count = len(workbooks)
    return [
        Line(subject, "ours", f"{count} files", ours, rate_text(count, ours, "files")),
        Line(subject, "calamine alone", f"{count} files", calamine, rate_text(count, calamine, "files")),
        Line(subject, "openpyxl, read-only", f"{len(few)} files", slow, rate_text(len(few), slow, "files")),
        ratio_line(
            subject, "ours to openpyxl, same files", faster, f"≥ {AIM_OPENPYXL:.0f}×", met=faster >= AIM_OPENPYXL
        ),
        ratio_line(subject, "our time to calamine's", slower, f"≤ {AIM_CALAMINE:.1f}×", met=slower <= AIM_CALAMINE),
        _empty_cells(folder),
        _to_landing(folder / "home", city.inbox),
    ]


def _seconds_of(path: Path) -> float:
    return best_seconds(lambda: _ours(path), repeat=2)


def _empty_cells(folder: Path) -> Line:
    """Cells that only have a percent format: what a clerk leaves who formats a column down."""

    def written(count: int) -> Path:
        path = folder / f"formatted_{count}.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet, percent = book.add_worksheet("x"), book.add_format({"num_format": "0.00%"})
            for row in range(count // 10):
                for column in range(10):
                    sheet.write_blank(row, column, None, percent)
        return path

    once, twice = (_seconds_of(written(count)) for count in (_EMPTY_CELLS, 2 * _EMPTY_CELLS))
    ratio = twice / once
    subject = f"{_EMPTY_CELLS:,} formatted empty cells"
    return ratio_line(subject, "twice as many", ratio, f"≤ {AIM_LINEAR:.1f}×", met=ratio <= AIM_LINEAR)


def _to_landing(home: Path, inbox: Path) -> Line:
    settings = Settings(home=home, settle_seconds=0.0)
    shutil.copytree(inbox, settings.inbox)
    count = sum(path.is_file() for path in inbox.rglob("*"))
    seconds = best_seconds(lambda: (receive(settings), land(settings)), repeat=1)
    rate = rate_text(count, seconds, "files")
    how = f"{settings.workers} processes"
    return Line("files of all kinds, received, typed, landed", how, f"{count} files", seconds, rate)
