"""`sanming period …`: whether returns of a period are taken, and who decided so, when and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from orchestration.cli.refusals import Refusal, refusals, settings_from_env
from orchestration.core import clock

_NAME = click.option("--by", required=True, metavar="NAME", help="Who decides.")
_REASON = click.option("--reason", required=True, metavar="TEXT", help="Why; it is kept in the record.")


@click.group()
def period() -> None:
    """Close a period, reopen it, and see who decided so."""


@contextmanager
def _refusals() -> Iterator[None]:
    from orchestration.runs.closing import PeriodError

    with refusals():
        try:
            yield
        except PeriodError as error:
            raise Refusal(str(error)) from error


@period.command("list")
def period_list() -> None:
    """List the periods of this home, the latest last, with what decided their state."""
    from orchestration.cli.console import show_periods
    from orchestration.runs.closing import list_period_states

    with _refusals():
        show_periods(list_period_states(settings_from_env(), clock.now()))


@period.command("close")
@click.argument("name", metavar="PERIOD")
@_NAME
@_REASON
@click.option("--despite-unconfirmed", is_flag=True, help="Even if counties have not confirmed; they are recorded.")
def period_close(name: str, by: str, reason: str, despite_unconfirmed: bool) -> None:
    """Close PERIOD (YYYY-MM): returns of it are refused, and from the next night on its figures are final."""
    from orchestration.runs.closing import close

    with _refusals():
        closed = close(settings_from_env(), name, by, reason, despite_unconfirmed=despite_unconfirmed)
    click.echo(f"{name}: closed by {by}; run `sanming night` to publish its figures as final")
    if closed.unconfirmed:
        click.echo(f"not confirmed by {', '.join(closed.unconfirmed)}")
    if closed.open_before:
        click.echo(f"still open: {', '.join(closed.open_before)}; their returns can move figures that rest on them")


@period.command("reopen")
@click.argument("name", metavar="PERIOD")
@_NAME
@_REASON
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day, in Sanming's time.")
def period_reopen(name: str, by: str, reason: str, until: datetime) -> None:
    """Open the closed PERIOD again until a day; after its end it is closed again by itself."""
    from orchestration.runs.closing import reopen

    with _refusals():
        reopen(settings_from_env(), name, by, reason, until.date())
    click.echo(f"{name}: open again until the end of {until:%Y-%m-%d}, by {by}")
