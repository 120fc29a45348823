"""Draws a published figure beside the cells of the workbook it came from: the first picture of the READMEs.

    python -m tests.browser.figure_picture HOME docs/images

Figures, names and cells are what `sanming explain` tells and what stands in the archived workbook. Typed in here are
which figure, the words around it, and how it is made of which columns: for another figure change them together. The
sheet must hold no person: the funds' register does not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.core.settings import Settings
from orchestration.explain.lineage.explain import explain
from orchestration.explain.lineage.explanation import Explanation, Figure
from orchestration.release.manifest import read_release

FIGURE = Figure("leverage", "350423101", "2017-06")
# Of the fund, its size and the loans it guarantees; both are sent in 万元.
SUMMED = ("G", "H")
MADE_OF = "(Σ H × 10,000) / (Σ G × 10,000)"
_WIDTHS = (44, 132, 196, 62, 76, 92, 116, 116)  # of the first columns, in points
_HEIGHT, _LEFT, _TOP = 26, 44, 92
WORDS = {
    "figure-to-cells.svg": ("a township's workbook", "published", "held in quarantine: {} rows, in no figure"),
    "figure-to-cells.zh-CN.svg": ("乡镇报送的工作簿", "公布的数", "暂扣 {} 行，不进任何数"),
}


def text(x: float, y: float, words: object, style: str = "") -> str:
    """A line of the picture."""
    return f'<text x="{x}" y="{y}" {style}>{escape(str(words))}</text>'


def sheet(grid: Worksheet, told: Explanation) -> Iterator[str]:
    """The sheet's first columns as a spreadsheet shows them, with the cells that the figure was made of."""
    cells = {cell for row in told.rows for cell in row.cells if cell.startswith(SUMMED)}
    rows = sorted(row.row_number for row in told.rows)
    for number in range(rows[0] - 1, rows[-1] + 1):
        y = _TOP + _HEIGHT * (number - rows[0] + 2)
        yield text(14, y + 18, number, 'fill="#888"')
        x = _LEFT
        for column, width in enumerate(_WIDTHS, start=1):
            cell = grid.cell(number, column)
            used = cell.coordinate in cells
            fill = "#cfe3ff" if used else "#f3d6d0" if number >= rows[0] and number not in rows else "#fff"
            yield f'<rect x="{x}" y="{y}" width="{width}" height="{_HEIGHT}" fill="{fill}" stroke="#bbb"/>'
            yield text(x + 6, y + 18, "" if cell.value is None else cell.value, 'font-weight="bold"' if used else "")
            x += width
    for column, width in enumerate(_WIDTHS, start=1):
        x = _LEFT + sum(_WIDTHS[: column - 1])
        yield text(x + width / 2 - 4, _TOP + 18, get_column_letter(column), 'fill="#888"')


def draw(settings: Settings, told: Explanation, words: tuple[str, str, str]) -> str:
    """The picture as SVG."""
    (place,) = {(row.submission_id, row.sheet) for row in told.rows}
    (original,) = settings.archive.glob(f"*/*/{place[0]}/original.xlsx")
    grid = load_workbook(original, data_only=True)[place[1]]
    of = told.figure
    right = _LEFT + sum(_WIDTHS) + 40
    unit = 'font-size="14" fill="#444"'
    panel = [
        text(right, 60, words[1], 'font-size="14" fill="#888"'),
        text(right, 92, f"{told.beside.name}  {of['indicator']}", 'font-size="17"'),
        text(right, 148, f"{float(of['value']):.4f}", 'font-size="46" font-weight="bold" fill="#0b4f9e"'),
        text(right, 180, f"{of['division_code']} · {of['period']} · {of['status']}", unit),
        text(right, 226, f"= {float(of['numerator']):,.0f} / {float(of['denominator']):,.0f}", 'font-size="18"'),
        text(right, 252, f"= {MADE_OF}, {len(told.rows)} rows", unit),
        text(right, 300, words[2].format(of["rows_held"]), 'font-size="14" fill="#a33a22"'),
        text(right, 340, f"sanming explain {of['indicator']}", 'font-size="13" font-family="monospace"'),
        text(
            right,
            360,
            f"--division {of['division_code']} --period {of['period']}",
            'font-size="13" font-family="monospace"',
        ),
    ]
    head = text(14, 60, f"{words[0]}: {place[0]}/original.xlsx · {place[1]}", 'font-size="14" fill="#888"')
    body = "\n".join([head, *sheet(grid, told), *panel])
    size = f'width="{right + 340}" height="420" viewBox="0 0 {right + 340} 420"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )


def main(home: Path, folder: Path) -> None:
    """Write the picture in both languages."""
    settings = Settings(home=home)
    told = explain(settings, read_release(settings), FIGURE)
    for name, words in WORDS.items():
        (folder / name).write_text(draw(settings, told, words), encoding="utf-8")
        print(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
