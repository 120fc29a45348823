"""`sanming revisions …`: which published figures were revised, by what, and what was said of a figure before."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from orchestration.cli.refusals import refusals, settings_from_env


class _WithReport(click.Group):
    """A group whose subcommand `report` need not be named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["report", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_WithReport)
def revisions() -> None:
    """Say which published figures were revised, and why.

    `sanming revisions [BEFORE] [AFTER]` is `sanming revisions report [BEFORE] [AFTER]`.
    """


@revisions.command("report")
@click.argument("before", required=False)
@click.argument("after", required=False)
@click.option("--level", "levels", multiple=True, type=click.Choice(["city", "county", "township", "village"]),
              help="Default: city and county.")  # fmt: skip
@click.option("--indicator", "indicators", multiple=True, metavar="KEY", help="Only this one; may be repeated.")
@click.option("--division", "divisions", multiple=True, metavar="CODE", help="Only this one; may be repeated.")
@click.option("--limit", type=click.IntRange(min=1), help="How many figures to look into.  [default: 100]")
@click.option("--all", "everything", is_flag=True, help="Every figure of each group, not only the first.")
@click.option("--markdown", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead.")
def report(
    before: str | None,
    after: str | None,
    levels: tuple[str, ...],
    indicators: tuple[str, ...],
    divisions: tuple[str, ...],
    limit: int | None,
    everything: bool,
    markdown: Path | None,
) -> None:
    """Which figures differ from BEFORE to AFTER, and which submission, rule or parameter did it.

    BEFORE and AFTER are ids of releases or days (default: the last two releases). What clerks wrote on their covers is
    quoted: give the report only to those who may read it.
    """
    from orchestration.explain.revisions.pair import choose_pair
    from orchestration.explain.revisions.report import LIMIT, WIDE, Wanted
    from orchestration.explain.revisions.report import report as make
    from orchestration.explain.revisions.text import report_lines

    settings = settings_from_env()
    wanted = Wanted(levels or WIDE, indicators, divisions, limit or LIMIT)
    with refusals():
        pair = choose_pair(settings, before, after)
        found = make(settings, *pair, wanted, _on_figure if sys.stderr.isatty() else lambda _done, _all: None)
    text = "\n".join(report_lines(found, everything=everything))
    if markdown is None:
        click.echo(text)
        return
    markdown.write_text(f"{text}\n", encoding="utf-8")
    click.echo(f"{markdown}: {len(found.figures)} revised figures, {len(found.causes)} reasons")


def _on_figure(done: int, of: int) -> None:
    click.echo(f"\r{done} of {of} figures", err=True, nl=done == of)


@revisions.command("triangle")
@click.argument("indicator")
@click.option("--division", required=True, metavar="CODE", help="Statistical code.")
@click.option("--period", metavar="YYYY-MM", help="Default: all.")
@click.option("--map", "edition", type=click.Choice(["2017", "2023"]), default="2017", show_default=True)
def triangle(indicator: str, division: str, period: str | None, edition: str) -> None:
    """What each release said of INDICATOR, wherever it said something else than the one before."""
    from orchestration.cli.refusals import Refusal
    from orchestration.explain.revisions.text import triangle_lines
    from orchestration.release.triangle import read_steps
    from orchestration.release.views import ensure_views

    settings = settings_from_env()
    with refusals():
        found = read_steps(ensure_views(settings), indicator, division, edition, period)
    if not found:
        raise Refusal(
            f"{indicator} of {division}{f' for {period}' if period else ''} on the map of {edition}: no release has it."
            " docs/indicators.md lists indicators, marts.dim_division divisions."
        )
    for line in triangle_lines(found):
        click.echo(line)
