"""The words of a number receipt: an explained figure and a traced row as lines for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from itertools import groupby
from typing import Any

from orchestration.explain.lineage.explanation import Explanation, SourceRow
from orchestration.explain.lineage.trace import FigureUse, Traced

Cells = Mapping[tuple[str, str, str, int], Mapping[str, str]]
_SHOWN = 20  # missing returns, cells of rows


def as_lines(found: Explanation, cells: Cells) -> Iterator[str]:
    """A figure: value and formula, what stands beside it, then its rows by sheet."""
    figure, beside = found.figure, found.beside
    place = f"{figure['division_code']}  {figure['period']}  map {figure['map_edition']}"
    yield f"{figure['indicator']} {beside.name}  {place}"
    yield f"  value        {number(figure['value'], figure['status'])} {figure['unit']}  ({figure['status']})"
    parts = [number(figure[name], figure["status"]) for name in ("numerator", "denominator")]
    below = f" / {parts[1]} {beside.denominator_name}" if beside.denominator_name else ""
    yield f"  made of      {parts[0]} {beside.numerator_name}{below}"
    verified = "" if beside.is_verified else "（口径未核实）"
    yield f"  definition   {beside.definition}{verified}, version {figure['definition_version']}"
    yield f"  release      {found.release_id}"
    if figure["low"] is not None:
        yield f"  low to high  {_range(figure, 'low', 'high')}  ({figure.get('span_basis') or 'as decided then'})"
    if figure.get("low_expected") is not None:
        yield f"  expected     {_range(figure, 'low_expected', 'high_expected')}"
    if figure["rows_held"] is not None:
        of_form = f" of {beside.form}" if beside.form else ""
        held = f"{figure['rows_held']} rows{of_form}, {figure['persons_held']} persons"
        yield f"  held         {held}: never accepted, in no figure"
        carried = f"{figure['rows_outstanding']} rows, {figure['persons_outstanding']} persons"
        yield f"  outstanding  {carried}: in the figure as last accepted, and may have changed"
    if beside.coverage and beside.area != figure["division_code"]:
        yield f"  of township  {beside.area}, since a village returns nothing of its own:"
    for one in beside.coverage:
        nothing = f" ({one.nothing:,} of them with nothing to report)" if one.nothing else ""
        lost = f"{one.missing:,} missing, {one.rejected:,} refused, {one.rows_held or 0:,} rows held"
        yield f"  returns      {one.form}: {one.received + one.nothing:,} of {one.owed:,} came{nothing}, {lost}"
    for submitter, form in beside.missing[:_SHOWN]:
        yield f"  missing      {submitter} {form}"
    if len(beside.missing) > _SHOWN:
        yield f"  missing      and {len(beside.missing) - _SHOWN} more"
    for fact in found.facts:
        carried = f", {fact.carried:,} of them carried from an earlier return" if fact.carried else ""
        yield f"  facts        {fact.table}: {fact.rows:,} rows{carried}"
    yield f"  rows         {len(found.rows)}" + ("" if found.rows else ": it counts nothing that was returned")
    factors = {(one.submission_id, one.sheet, one.column): one.factor for one in found.conversions}
    for (submission, sheet), group in groupby(found.rows, key=lambda row: (row.submission_id, row.sheet)):
        yield from _sheet(submission, sheet, list(group), cells, factors)


def _range(figure: Mapping[str, Any], low: str, high: str) -> str:
    """Both ends of a span; the upper one may be unknown."""
    return f"{number(figure[low])} to {'nobody knows' if figure[high] is None else number(figure[high])}"


def _sheet(
    submission: str,
    sheet: str,
    rows: list[SourceRow],
    cells: Cells,
    factors: Mapping[tuple[str, str, str], Decimal],
) -> Iterator[str]:
    letters = [cell.rstrip("0123456789") for cell in rows[0].cells]
    times = [factors.get((submission, sheet, letter)) for letter in letters]
    columns = " ".join(
        letter if factor is None else f"{letter}×{number(factor)}"
        for letter, factor in zip(letters, times, strict=True)
    )
    yield f"    {submission} {sheet} ({rows[0].form}), columns {columns or '-'}"
    for word, numbers in (
        ("numerator", [row.row_number for row in rows if row.in_numerator]),
        ("denominator", [row.row_number for row in rows if row.in_denominator]),
    ):
        if numbers:
            yield f"      {word}: {len(numbers)} rows {ranges(numbers)}"
    for row in rows:
        texts = cells.get((submission, row.form, sheet, row.row_number))
        if texts:
            yield f"      {row.row_number}: " + "，".join(f"{header}={text}" for header, text in texts.items())


def ranges(numbers: list[int]) -> str:
    """Ascending numbers as people write them: 4–9, 12."""
    parts: list[str] = []
    for _, group in groupby(enumerate(numbers), key=lambda item: item[1] - item[0]):
        run = [number for _, number in group]
        parts.append(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}")
    return ", ".join(parts)


def traced_lines(found: Traced, cells: Cells) -> Iterator[str]:
    """A row: what became of it, and the tables and figures that it went into."""
    row_status = found.row_status
    yield f"{row_status.address.record_id}  {row_status.form or 'read as no form'}"
    yield f"  {_reason(found)}"
    for message in row_status.messages:
        yield f"    {message}"
    for texts in cells.values():
        yield "  " + "，".join(f"{header}={text}" for header, text in texts.items())
    for table in found.tables:
        yield f"  {table.table}: {table.rows} rows"
    for (indicator, map_edition, period), group in groupby(
        found.figures, key=lambda use: (use.indicator, use.map_edition, use.period)
    ):
        yield _uses(indicator, map_edition, period, list(group))


def _uses(indicator: str, map_edition: str, period: str, uses: list[FigureUse]) -> str:
    above, below = any(use.in_numerator for use in uses), any(use.in_denominator for use in uses)
    part = "both" if above and below else "numerator" if above else "denominator"
    whole = ", as a part of its return" if uses[0].is_of_return else ""
    return f"  {indicator} {period} map {map_edition} ({part}{whole}): {' '.join(use.division_code for use in uses)}"


def _reason(found: Traced) -> str:
    row_status = found.row_status
    reason = {
        "accepted": "accepted",
        "replaced": f"accepted, and replaced by {row_status.by}",
        "held": f"held by {row_status.by}"
        + (f", because of {row_status.cause}" if row_status.cause else "")
        + (f"; its version of {row_status.stands} stands" if row_status.stands else ""),
        "withdrawal": "accepted as a withdrawal: it takes an earlier row out and stands in no table itself",
        "refused": "refused with its return",
        "unread": "not read",
        "duplicate": f"the same return came before and counts: {row_status.by}",
        "later": "not yet known in this release",
    }[row_status.kind]
    if row_status.kind != "accepted" or found.tables or any(not use.is_of_return for use in found.figures):
        return reason
    if found.instead:
        return f"{reason}; the list was sent whole again for a later period, and that one counts: {found.instead}"
    return f"{reason}; no released row or figure rests on it"


def as_data(found: Explanation, cells: Cells) -> str:
    """An explained figure as JSON."""
    return _json(asdict(found) | _cells_data(cells))


def traced_data(found: Traced, cells: Cells) -> str:
    """A traced row as JSON."""
    return _json(asdict(found) | _cells_data(cells))


def _cells_data(cells: Cells) -> dict[str, Any]:
    return {"cells": [{"row": list(row), "texts": dict(texts)} for row, texts in cells.items()]} if cells else {}


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, (set, frozenset)) else str(value)


def number(value: Decimal | None, status: str = "not evaluated") -> str:
    """A figure as people read it; one without a value by its status: not returned, or not evaluated."""
    if value is None:
        return status if status.startswith("not ") else "none"
    return f"{value.normalize():,f}"
