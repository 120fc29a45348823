"""Merged cells among the rows of a form: what stands in the first cell is meant for all that a reader sees it in.

It is filled down where that is all it can mean; elsewhere the form is refused with the ranges, because a blank
would be read where a value is seen.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from expectations.model import Column, Contract
from orchestration.workbook.headers import Header, is_blank
from orchestration.workbook.notices import Notice
from orchestration.workbook.words import column_letter, load_words
from orchestration.workbook.workbook import Merged, Sheet

_RANGES_NAMED = 5


def spread_merged(
    sheet: Sheet,
    contract: Contract,
    header: Header,
    data: dict[int, int],
    texts: dict[str, list[str]],
    kinds: dict[str, list[str]],
) -> list[Notice]:
    """Fill merged cells down in ``texts`` and ``kinds``; returns a finding for each column that cannot be filled.

    Args:
        sheet: its merged ranges.
        contract: which columns may be filled.
        header: where they stand.
        data: the sheet's rows of data, rising, and the place of each in the texts.
        texts: the texts of each column.
        kinds: how each text was stored, of the columns that keep it.
    """
    rows, placed = [*data], [*data.values()]
    places = {cell.index: name for name, cell in header.columns.items()}
    refused: dict[str, list[Merged]] = {}
    for area in sheet.merged:
        covered = [places[i] for i in sorted(places) if area.first_column <= i <= area.last_column]
        inside = range(bisect_left(rows, area.first_row), bisect_right(rows, area.last_row))
        if not covered or not inside or is_blank(sheet.rows[area.first_row][area.first_column]):
            continue
        head, *others = [contract.column(name) for name in covered]
        is_deep = len(inside) > 1 or rows[inside[0]] > area.first_row
        if any(not _is_dropped(other) for other in others) or (is_deep and not _may_be_filled(head, contract)):
            refused.setdefault(head.name, []).append(area)
        elif is_deep and rows[inside[0]] == area.first_row:
            for values in filter(None, (texts.get(head.name), kinds.get(head.name))):
                for place in inside[1:]:
                    values[placed[place]] = values[placed[inside[0]]]
    return [_refusal(sheet, contract, header, name, areas) for name, areas in refused.items()]


def _is_dropped(column: Column) -> bool:
    """Whether nothing of the column is kept: its text cannot be misread."""
    return column.privacy in {"drop", "presence"} or column.name == "sequence"


def _may_be_filled(column: Column, contract: Contract) -> bool:
    """Whether one value seen beside several rows is the value of each: an amount would be counted twice."""
    if column.key:
        return column.fill_down
    names_household = column.name == "household_code" and contract.subject == "household"
    return column.fill_down or column.place is not None or names_household or _is_dropped(column)


def _refusal(sheet: Sheet, contract: Contract, header: Header, name: str, areas: list[Merged]) -> Notice:
    named = "、".join(_range(sheet, area) for area in areas[:_RANGES_NAMED])
    if len(areas) > _RANGES_NAMED:
        named = load_words().phrase("ranges", named=named, count=len(areas))
    return Notice(
        "FL-31",
        form=contract.form,
        sheet=sheet.name,
        row_number=sheet.number(areas[0].first_row),
        cell=named,
        value=header.columns[name].text,
    )


def _range(sheet: Sheet, area: Merged) -> str:
    first, last = sheet.number(area.first_row), sheet.number(area.last_row)
    return f"{column_letter(area.first_column)}{first}:{column_letter(area.last_column)}{last}"
