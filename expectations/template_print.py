"""How the sheets of a template look on paper: its size, pages side by side, repeated headers and page numbers."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from expectations.wording import load_wording

_A3, _A4 = 8, 9  # as Excel numbers paper
# Characters that stand side by side across a page in landscape and can still be read.
_A4_CHARACTERS, _A3_CHARACTERS = 170, 230
_MARGIN = 0.4  # inches


def pages_of(widths: Sequence[int]) -> int:
    """How many pages side by side columns of these widths need, on A4 if one is enough and on A3 otherwise."""
    return 1 if _fits_a4(widths) else -(-sum(widths) // _A3_CHARACTERS)


def _fits_a4(widths: Sequence[int]) -> bool:
    return sum(widths) <= _A4_CHARACTERS


def print_sideways(
    sheet: Worksheet,
    title: str,
    widths: Sequence[int],
    *,
    header_rows: tuple[int, int] | None = None,
    kept: int = 0,
    always_a4: bool = False,
) -> None:
    """Set a sheet up for paper: landscape, as wide as its pages, each with the headers and the row's names.

    Args:
        sheet: the sheet.
        title: what stands at the foot of each page, beside its number.
        widths: of the columns, in characters.
        header_rows: the first and last row that each page repeats.
        kept: how many columns each page side by side repeats.
        always_a4: more pages rather than larger ones, for what is only looked up.
    """
    pages = -(-sum(widths) // _A4_CHARACTERS) if always_a4 else pages_of(widths)
    sheet.set_paper(_A4 if always_a4 or _fits_a4(widths) else _A3)
    sheet.set_landscape()
    sheet.set_margins(left=_MARGIN, right=_MARGIN, top=_MARGIN, bottom=2 * _MARGIN)
    sheet.fit_to_pages(pages, 0)
    if header_rows is not None:
        sheet.repeat_rows(*header_rows)
    if kept and pages > 1:
        sheet.repeat_columns(0, kept - 1)
    # In a footer & begins a code.
    sheet.set_footer(load_wording()["template"]["page_foot"].format(title=title.replace("&", "&&")))
