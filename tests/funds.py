"""A sheet of guarantee funds as rows of cells, for tests of what is read as a header and as a row."""

from __future__ import annotations

from orchestration.workbook.workbook import Cell, Merged, Sheet

FUND_HEADERS = [
    "序号",
    "基金编号",
    "基金名称",
    "基金层级",
    "成立时间",
    "基金规模（万元）",
    "在保余额（万元）",
    "累计担保额（万元）",
]


def sheet(*rows: list[Cell], merged: tuple[Merged, ...] = ()) -> Sheet:
    """Rows of any width as a sheet."""
    width = max(len(row) for row in rows)
    return Sheet("x", [[*row, *[""] * (width - len(row))] for row in rows], merged=merged)


def fund(number: int, *, amount: float = 100.0) -> list[Cell]:
    """A row of a fund."""
    return [float(number), f"3504262020{number}", "基金", "乡镇级", "2014-05-20", amount, 60.0, 120.0]
