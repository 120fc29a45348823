"""`sanming explain`, `trace` and `pages`: from figures to the cells they came from, and from a row to its figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.cli.refusals import Failed, refusals, settings_from_env
from orchestration.core.clock import moment_of

if TYPE_CHECKING:
    from orchestration.core.settings import Settings
    from orchestration.release.manifest import Release

# Submission, form, sheet and row; and the texts of such rows by their header.
_Row = tuple[str, str, str, int]
_Cells = dict[_Row, dict[str, str]]
_KNOWN_ON = click.option("--known-on", metavar="DAY", help="As it was known then (default: the current release).")


@dataclass(frozen=True)
class _Question:
    """How a command is to answer: as known when, in which shape, with or without the cells as sent."""

    settings: Settings
    known_on: str | None
    as_json: bool
    values: bool
    by: str
    purpose: str

    def release(self) -> Release:
        """The release that is asked about; who may not read cells and wants to is refused first."""
        from orchestration.explain.lineage.originals import may_read_cells

        if self.values:
            may_read_cells(self.settings, self.by, self.purpose)
        return _release(self.settings, self.known_on)

    def cells(self, rows: Sequence[_Row], subject: str, named: frozenset[str] | None = None) -> _Cells:
        """The cells of rows as they were sent, if they are asked for."""
        from orchestration.explain.lineage.originals import read_original_cells

        return read_original_cells(self.settings, rows, subject, self.by, self.purpose, named) if self.values else {}


def _question(command: Callable[..., str]) -> Callable[..., None]:
    """Give a command the options of a ``_Question`` and print what it answers."""

    @wraps(command)
    def answer(known_on: str | None, as_json: bool, values: bool, by: str, purpose: str, **arguments: Any) -> None:
        with refusals():
            text = command(_Question(settings_from_env(), known_on, as_json, values, by, purpose), **arguments)
        click.echo(text)

    for option in (
        click.option("--purpose", default="", help="What for; recorded."),
        click.option("--by", default="", help="Who reads the cells; recorded."),
        click.option("--values", is_flag=True, help="Show the cells as sent; needs the key, --by and --purpose."),
        click.option("--json", "as_json", is_flag=True, help="Everything, for a program."),
        _KNOWN_ON,
    ):
        answer = option(answer)
    return answer


@click.command()
@click.argument("indicator")
@click.option("--division", required=True, metavar="CODE", help="A city, county, township or village.")
@click.option("--period", required=True, metavar="YYYY-MM")
@click.option("--map", "map_edition", type=click.Choice(["2017", "2023"]), default="2017", show_default=True)
@_question
def explain(question: _Question, indicator: str, division: str, period: str, map_edition: str) -> str:
    """Say what the figure INDICATOR is, and which cells of which returns it came from."""
    from orchestration.explain.lineage.explain import explain as find
    from orchestration.explain.lineage.explanation import Figure
    from orchestration.explain.lineage.explanation_text import as_data, as_lines

    found = find(question.settings, question.release(), Figure(indicator, division, period, map_edition))
    rows = [(row.submission_id, row.form, row.sheet, row.row_number) for row in found.rows]
    subject = f"{indicator} {division} {period} map {map_edition} of {found.release_id}, {len(rows)} rows"
    cells = question.cells(rows, subject, found.columns)
    return as_data(found, cells) if question.as_json else "\n".join(as_lines(found, cells))


@click.command()
@click.argument("submission")
@click.argument("sheet")
@click.argument("row", type=int)
@_question
def trace(question: _Question, submission: str, sheet: str, row: int) -> str:
    """Say what became of a row of a return: the tables and figures it went into, or why it went into none."""
    from orchestration.explain.lineage.explanation_text import traced_data, traced_lines
    from orchestration.explain.lineage.row_status import Address
    from orchestration.explain.lineage.trace import trace as follow

    (found,) = follow(question.settings, question.release(), [Address(submission, sheet, row)])
    rows = [(submission, found.row_status.form, sheet, row)] if found.row_status.form else []
    cells = question.cells(rows, f"{submission}/{sheet}/{row}")
    return traced_data(found, cells) if question.as_json else "\n".join(traced_lines(found, cells))


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


@click.command()
@click.argument("release_id", required=False)
@click.option("--open", "show", is_flag=True, help="Open it in the browser, too.")
def site(release_id: str | None, show: bool) -> None:
    """Make the pages of RELEASE_ID (default: the current one) anew, for readers without a tool."""
    from orchestration.core.lock import home_lock
    from orchestration.release.manifest import read_release
    from orchestration.site.write_site import make_site

    settings = settings_from_env()
    with refusals(), home_lock(settings, "`sanming site`"):
        start = make_site(settings, read_release(settings, release_id))
    click.echo(start)
    if show:
        _show(start)


@click.command()
@click.argument("release_id", required=False)
@click.option("--period", metavar="YYYY-MM", help="Of this period (default: the release's latest).")
@click.option("--open", "show", is_flag=True, help="Open the city's in the browser, too.")
def bulletin(release_id: str | None, period: str | None, show: bool) -> None:
    """Make the bulletins of RELEASE_ID (default: the current one) anew: of the city and of each county."""
    from orchestration.bulletin.write_bulletins import make_bulletins
    from orchestration.core.lock import home_lock
    from orchestration.release.manifest import read_release

    settings = settings_from_env()
    with refusals(), home_lock(settings, "`sanming bulletin`"):
        written = make_bulletins(settings, read_release(settings, release_id), period)
    click.echo(written.page)
    if written.without_pdf is not None:
        click.echo(f"no PDF: {written.without_pdf}", err=True)
    if show:
        _show(written.page)


def _show(page: Path) -> None:
    import webbrowser

    if not webbrowser.open(page.as_uri()):
        raise Failed(f"{page}: no browser was found here; open the file in one.")


def _release(settings: Settings, known_on: str | None) -> Release:
    from orchestration.release.history import release_at
    from orchestration.release.manifest import read_release

    return read_release(settings) if known_on is None else release_at(settings, moment_of(known_on))
