"""A page per indicator: what it is, its figures for city and counties, and the receipt of the city's latest one.

What a receipt says is `explain`'s business, and its words are `receipt`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from orchestration.core.settings import Settings
from orchestration.explain.lineage.explain import open_explainer
from orchestration.explain.lineage.explanation import Explanation, Figure
from orchestration.explain.lineage.explanation_text import as_lines, number
from orchestration.release.manifest import Release, ReleaseError
from orchestration.release.renamed_columns import open_release

_INDEX = "index.md"
_LINES = 60  # of a receipt; the command prints all of it


def write_pages(settings: Settings, release: Release, folder: Path, asked: tuple[str, ...] = ()) -> int:
    """Write a page for every indicator of a release or for those asked for, and an index.

    Returns:
        How many indicators.

    Raises:
        ReleaseError: the folder holds something already, an indicator is unknown, or what the release was made from is
            no longer kept.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ReleaseError(f"{folder}: not empty; pages of two releases would lie side by side. Name another folder.")
    with open_release(release.database) as connection:
        figures = _figures(connection)
    unknown = sorted(set(asked) - set(figures))
    if unknown:
        raise ReleaseError(f"{', '.join(unknown)}: no such indicator in {release.release_id}; see docs/indicators.md.")
    if asked:
        figures = {indicator: rows for indicator, rows in figures.items() if indicator in asked}
    folder.mkdir(parents=True, exist_ok=True)
    index = [f"# {release.release_id}", "", "| indicator | name | unit |", "| --- | --- | --- |"]
    with open_explainer(settings, release) as explainer:
        for indicator, rows in figures.items():
            latest = max(rows, key=lambda row: (row["division_level"] == "city", row["period"]))
            found = explainer.explain(Figure(indicator, latest["division_code"], latest["period"]))
            (folder / f"{indicator}.md").write_text("\n".join([*_page(found, rows), ""]), encoding="utf-8")
            index.append(f"| [`{indicator}`]({indicator}.md) | {found.beside.name} | {latest['unit']} |")
    (folder / _INDEX).write_text("\n".join([*index, ""]), encoding="utf-8")
    return len(figures)


def _figures(connection: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """Indicator → its rows of ``reports.indicator`` for city and counties on the map of 2017."""
    answer = connection.execute(
        "select i.*, d.division_name from reports.indicator as i"
        " left join marts.dim_division as d on i.division_code = d.division_code and d.map_edition = i.map_edition"
        " where i.map_edition = '2017' and i.division_level in ('city', 'county')"
        " order by indicator, period, length(i.division_code), i.division_level, i.division_code"
    )
    names = [column[0] for column in answer.description or []]
    found: dict[str, list[dict[str, Any]]] = {}
    for row in answer.fetchall():
        figure = dict(zip(names, row, strict=True))
        found.setdefault(figure["indicator"], []).append(figure)
    return found


def _page(found: Explanation, rows: list[dict[str, Any]]) -> Iterator[str]:
    figure, beside = found.figure, found.beside
    yield f"# {beside.name} `{figure['indicator']}`"
    yield ""
    yield f"{beside.definition}{'' if beside.is_verified else '（口径未核实）'}"
    yield ""
    yield f"- unit: {figure['unit']}; basis: {figure['basis']}; additivity: {figure['additivity']}"
    below = f" ÷ {beside.denominator_name}" if beside.denominator_name else ""
    yield f"- formula: {beside.numerator_name}{below}, version {figure['definition_version']}"
    yield f"- release: {found.release_id}"
    yield ""
    yield "| division | period | value | numerator | denominator | coverage | held rows | status |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |"
    for row in rows:
        place = f"{row['division_name'] or ''} {row['division_code']}".strip()
        held = "" if row["rows_held"] is None else row["rows_held"]
        numbers = " | ".join(number(row[name], row["status"]) for name in ("value", "numerator"))
        below = "" if row["denominator"] is None else number(row["denominator"])
        coverage = "" if row["coverage"] is None else f"{row['coverage']:.1%}"
        yield f"| {place} | {row['period']} | {numbers} | {below} | {coverage} | {held} | {row['status']} |"
    yield ""
    yield "## Where the latest figure comes from"
    yield ""
    yield "```text"
    lines = list(as_lines(found, {}))
    yield from lines[:_LINES]
    if len(lines) > _LINES:
        yield f"    … and {len(lines) - _LINES} lines more"
    yield "```"
    yield ""
    asked = f"{figure['indicator']} --division {figure['division_code']} --period {figure['period']}"
    yield f"All of it, and any other figure: `sanming explain {asked}`."
