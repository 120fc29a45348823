"""What the command shows of releases: which there are, what keeps one from readers, what differs. No decisions here."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.explain.revisions.changed_definitions import changed_definitions
from orchestration.release.checklist import Checklist
from orchestration.release.diff import Difference, widest
from orchestration.release.gate import find_blockers
from orchestration.release.manifest import Release, read_state, waiting_id

if TYPE_CHECKING:
    from orchestration.release.push.push import Pushed
    from orchestration.runs.rebuild import Rebuilt

_TOP_CHANGES = 10


def stdout_console() -> Console:
    """Where tables go: cut to the width of a terminal, and whole where nobody looks."""
    return Console(soft_wrap=not sys.stdout.isatty(), highlight=False)


def table_of(title: str, texts: Iterable[str], numbers: Iterable[str], *more: str) -> Table:
    """A table with columns of texts, of numbers to the right, and of more texts."""
    table = Table(title=title, title_justify="left")
    for header in texts:
        table.add_column(header)
    for header in numbers:
        table.add_column(header, justify="right")
    for header in more:
        table.add_column(header)
    return table


def plain_number(value: Decimal | None) -> str:
    """A number without an exponent, or a dash."""
    return "-" if value is None else f"{value.normalize():f}"


def show_releases(releases: Sequence[Release]) -> None:
    """One line per release; the current one is marked."""
    if not releases:
        click.echo("nothing is published yet; run `sanming night`")
    for release in releases:
        mark = "*" if release.is_current else " "
        manifest = release.manifest
        click.echo(
            f"{mark} {release.release_id}  known on {clock.minute_of(manifest.known_on)}"
            f"  {len(manifest.tables)} tables  {release.rows:,} rows  {manifest.data_origin}"
        )


def show_why_unseen(settings: Settings) -> None:
    """Where readers are pinned, with the reason, and what waits to be seen, with what it waits for."""
    state, waiting = read_state(settings), waiting_id(settings)
    if state.pin is not None:
        click.echo(
            f"readers are held at {state.pin.subject} since {clock.minute_of(state.pin.at)}: {state.pin.reason}"
            f"\nthe latest is {state.published}; `sanming release resume` shows it"
        )
    for release_id, one in state.withdrawn.items():
        click.echo(f"{release_id} was withdrawn by {one.by} at {clock.minute_of(one.at)}: {one.reason}")
    for period, one in state.embargoes.items():
        if one.until_moment is not None and one.until_moment > clock.now():
            click.echo(f"{period} is under embargo until {clock.minute_of(one.until_moment)} by {one.by}: {one.reason}")
    if waiting is not None:
        found = find_blockers(settings, waiting)
        if found.blocking:
            what_next = f"is blocked by {', '.join(found.blocking)}; see `sanming release checklist {waiting}`"
        elif found.missing:
            signed = f" (signed by {', '.join(found.signed_by)})" if found.signed_by else ""
            what_next = f"waits for {found.missing} signatures{signed}; `sanming release sign {waiting}`"
        elif found:
            what_next = f"waits: {found.summary}"
        else:
            what_next = "may be seen; the next `sanming night` shows it"
        click.echo(f"{waiting} {what_next}")


def show_checklist(checklist: Checklist, blocks: Sequence[str], shown: int | None = None) -> None:
    """One line per item with what came of it; below it the first of what was found (so many), and what to do."""
    against = checklist.compared_with or "nothing, since none was published"
    click.echo(f"{checklist.release_id}: checklist, figures compared with {against}")
    for item in checklist.items:
        click.echo(f"{item.outcome(blocks):<8} {item.name}, {item.found:,} found")
        for line in item.first[:shown]:
            click.echo(f"           {line}")
        left = item.found - len(item.first[:shown])
        if left:
            click.echo(f"           and {left:,} more")
        if item.found:
            click.echo(f"         → {item.advice}")


def show_difference(found: Difference, everything: bool) -> None:
    """Submissions, tables and figures, each with how many."""
    console = stdout_console()
    added, gone = len(found.submissions_added), len(found.submissions_gone)
    changed = "changed" if found.definitions_changed else "are the same"
    console.print(f"{added} submissions came, {gone} are gone; contracts, rules, parameters and models {changed}")
    tables = table_of(f"{len(found.tables)} tables differ", ("table",), ("rows before", "rows after"))
    for table in found.tables:
        tables.add_row(table.name, _count(table.rows_before), _count(table.rows_after))
    if found.tables:
        console.print(tables)
    texts, numbers = ("indicator", "division", "period", "map_edition"), ("before", "after")
    figures = table_of(f"{len(found.figures):,} figures moved", texts, numbers)
    shown = found.figures if everything else widest(found.figures)
    for figure in shown:
        values = plain_number(figure.before), plain_number(figure.after)
        figures.add_row(figure.indicator, figure.division_code, figure.period, figure.map_edition, *values)
    if found.figures:
        console.print(figures)
    if len(shown) < len(found.figures):
        console.print("one figure of each indicator is shown, that of the widest area; all of them with --all")


def _count(rows: int | None) -> str:
    return "-" if rows is None else f"{rows:,}"


def show_rebuilt(settings: Settings, found: Rebuilt) -> None:
    """Whether the rebuilt release is the published one, and where they differ."""
    manifest = found.release.manifest
    tables, inputs = len(manifest.tables), len(manifest.inputs)
    click.echo(
        f"{found.release.release_id}: rebuilt from {inputs} submissions, {tables} tables, at {found.release.path}"
    )
    if found.published is None:
        click.echo("nothing was published of exactly these submissions; `sanming release list` shows what was")
    elif not found.differing:
        click.echo(f"{found.published.release_id}: published; all {tables} tables are equal")
    else:
        click.echo(f"{found.published.release_id}: published; {len(found.differing)} of {tables} tables differ")
        for table in found.differing:
            before, after = _count(table.rows_before), _count(table.rows_after)
            click.echo(f"  {table.name}: {before} rows published, {after} rebuilt")
        if found.published.definitions_hash != manifest.definitions_hash:
            changed = changed_definitions(settings, found.published, manifest)
            click.echo(
                f"another program made it ({len(changed)} definitions changed since); the difference may be its own"
            )
            for change in changed[:_TOP_CHANGES]:
                click.echo(f"  {change.kind} {change.name}")
            if len(changed) > _TOP_CHANGES:
                click.echo(f"  and {len(changed) - _TOP_CHANGES} more")


def show_pushed(found: Pushed) -> None:
    """What was copied, and what somebody has to look at."""
    gone = f", {len(found.gone)} removed" if found.gone else ""
    click.echo(f"{found.release_id}: {len(found.copied)} tables copied ({found.rows:,} rows), {found.kept} kept{gone}")
    for role in found.unknown_roles:
        click.echo(f"sanming.reader names the role {role}, which is not on the server: create it and push again")
    for reference in found.broken_references:
        click.echo(f"{reference}: some row refers to none; the reference is declared and not held")
