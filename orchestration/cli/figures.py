"""`sanming explain`, `trace` and `pages`: from figures to the cells they came from, and from a row to its figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration.cli.refusals import refusals, settings_from_env

if TYPE_CHECKING:
    from orchestration.core.settings import Settings
    from orchestration.release.manifest import Release

_KNOWN_ON = click.option("--known-on", metavar="DAY", help="As it was known then (default: the current release).")


def _how_told(command: Callable[..., None]) -> Callable[..., None]:
    """The options of what is told: as known when, in which shape, with or without the cells."""
    for option in (
        click.option("--purpose", default="", help="What for; recorded."),
        click.option("--by", default="", help="Who reads the cells; recorded."),
        click.option("--values", is_flag=True, help="Show the cells as sent; needs the key, --by and --purpose."),
        click.option("--json", "as_json", is_flag=True, help="Everything, for a program."),
        _KNOWN_ON,
    ):
        command = option(command)
    return command


@click.command()
@click.argument("indicator")
@click.option("--division", required=True, metavar="CODE", help="A city, county, township or village.")
@click.option("--period", required=True, metavar="YYYY-MM")
@click.option("--map", "map_", type=click.Choice(["2017", "2023"]), default="2017", show_default=True)
@_how_told
def explain(
    indicator: str,
    division: str,
    period: str,
    map_: str,
    known_on: str | None,
    as_json: bool,
    values: bool,
    by: str,
    purpose: str,
) -> None:
    """Say what the figure INDICATOR is, and which cells of which returns it came from."""
    from orchestration.explain.lineage.explain import Figure
    from orchestration.explain.lineage.explain import explain as find
    from orchestration.explain.lineage.explanation_text import as_data, as_lines
    from orchestration.explain.lineage.originals import may_read_cells, read_original_cells

    settings = settings_from_env()
    with refusals():
        if values:
            may_read_cells(settings, by, purpose)
        found = find(settings, _release(settings, known_on), Figure(indicator, division, period, map_))
        rows = [(row.submission_id, row.form, row.sheet, row.row_number) for row in found.rows]
        subject = f"{indicator} {division} {period} map {map_} of {found.release_id}, {len(rows)} rows"
        cells = read_original_cells(settings, rows, subject, by, purpose, found.columns) if values else {}
    click.echo(as_data(found, cells) if as_json else "\n".join(as_lines(found, cells)))


@click.command()
@click.argument("submission")
@click.argument("sheet")
@click.argument("row", type=int)
@_how_told
def trace(
    submission: str,
    sheet: str,
    row: int,
    known_on: str | None,
    as_json: bool,
    values: bool,
    by: str,
    purpose: str,
) -> None:
    """Say what became of a row of a return: the tables and figures it went into, or why it went into none."""
    from orchestration.explain.lineage.explanation_text import traced_data, traced_lines
    from orchestration.explain.lineage.originals import may_read_cells, read_original_cells
    from orchestration.explain.lineage.row_status import Address
    from orchestration.explain.lineage.trace import trace as follow

    settings = settings_from_env()
    with refusals():
        if values:
            may_read_cells(settings, by, purpose)
        (found,) = follow(settings, _release(settings, known_on), [Address(submission, sheet, row)])
        rows = [(submission, found.row_status.form, sheet, row)] if found.row_status.form else []
        cells = read_original_cells(settings, rows, f"{submission}/{sheet}/{row}", by, purpose) if values else {}
    click.echo(traced_data(found, cells) if as_json else "\n".join(traced_lines(found, cells)))


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--indicator", "indicators", multiple=True, help="Only this one; may be given again.")
@_KNOWN_ON
def pages(folder: Path, indicators: tuple[str, ...], known_on: str | None) -> None:
    """Write a page per indicator into FOLDER: definition, figures of city and counties, and where they come from."""
    from orchestration.explain.lineage.pages import write_pages

    settings = settings_from_env()
    with refusals():
        written = write_pages(settings, _release(settings, known_on), folder, indicators)
    click.echo(f"{folder / 'index.md'}: {written} indicators")


def _release(settings: Settings, known_on: str | None) -> Release:
    from orchestration.release.history import release_at
    from orchestration.release.manifest import read_release
    from orchestration.runs.rebuild import moment_of

    return read_release(settings) if known_on is None else release_at(settings, moment_of(known_on))
