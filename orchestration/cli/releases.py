"""`sanming release …` and `sanming rebuild`: look at what was published, choose what readers see, make it anew."""

from __future__ import annotations

import getpass
import sys

import click

from orchestration.cli.refusals import FAILED, Busy, Refusal, refusals, settings_from_env
from orchestration.core.clock import minute_of, moment_of


@click.group()
def release() -> None:
    """Look at what was published."""


@release.command("list")
def release_list() -> None:
    """List the releases of this home, the latest last."""
    from orchestration.cli.release_screen import show_releases, show_why_unseen
    from orchestration.release.manifest import list_releases

    settings = settings_from_env()
    with refusals():
        show_releases(list_releases(settings))
        show_why_unseen(settings)


@release.command("verify")
@click.argument("release_id", required=False)
def release_verify(release_id: str | None) -> None:
    """Recompute every table's hash of a release (default: the current one)."""
    from orchestration.release.verify import verify

    with refusals():
        found = verify(settings_from_env(), release_id)
    for problem in found.problems:
        click.echo(problem, err=True)
    outcome = "whole" if found.ok else f"{len(found.problems)} problems"
    click.echo(f"{found.release.release_id}: {found.tables} tables, {outcome}")
    if not found.ok:
        sys.exit(FAILED)


@release.command("rollback")
@click.argument("release_id")
@click.option("--reason", required=True, help="Why; `release list` shows it, and it is kept in the record.")
@click.option("--by", default=getpass.getuser, metavar="NAME", help="Who decides (default: who is logged in).")
def release_rollback(release_id: str, reason: str, by: str) -> None:
    """Show readers RELEASE_ID from their next connection on, and hold them there.

    Nights go on sealing releases; `release resume` lets readers follow them again.
    """
    from orchestration.release.pin import roll_back

    with refusals():
        shown = roll_back(settings_from_env(), release_id, reason, by)
    click.echo(f"{shown.release_id}: current from now on; pinned until `sanming release resume`")


@release.command("resume")
@click.option("--reason", default="the cause is mended", show_default=True, help="Why; it is kept in the record.")
@click.option("--by", default=getpass.getuser, metavar="NAME", help="Who decides (default: who is logged in).")
def release_resume(reason: str, by: str) -> None:
    """End a rollback: show readers the latest release, and after it what the nights make."""
    from orchestration.release.pin import resume

    with refusals():
        shown = resume(settings_from_env(), by, reason)
    click.echo(f"{shown.release_id}: current from now on")


@release.command("withdraw")
@click.argument("release_id")
@click.option("--reason", required=True, help="Why; `release list` shows it, and it is kept in the record.")
@click.option("--by", default=getpass.getuser, metavar="NAME", help="Who decides (default: who is logged in).")
@click.option("--reverse", is_flag=True, help="Give a withdrawn release back.")
def release_withdraw(release_id: str, reason: str, by: str, reverse: bool) -> None:
    """Take RELEASE_ID from its readers at once, and lead them to the one before; nights go on as ever.

    Does not wait for a night that is at work. What is withdrawn can be opened by nobody but its owner.
    """
    from orchestration.release.withdraw import reverse_withdrawal, withdraw

    with refusals():
        shown = (reverse_withdrawal if reverse else withdraw)(settings_from_env(), release_id, reason, by)
    now = f"readers see {shown.release_id}" if shown else "readers see nothing: no earlier release is kept"
    click.echo(f"{release_id}: {'given back' if reverse else 'withdrawn'}; {now}")


@release.command("embargo")
@click.argument("period", metavar="YYYY-MM")
@click.option("--until", metavar="MOMENT", help="2017-07-20T09:00, Sanming's time; readers see it from then on.")
@click.option("--lift", is_flag=True, help="End the embargo now.")
@click.option("--reason", required=True, help="Why; it is kept in the record.")
@click.option("--by", default=getpass.getuser, metavar="NAME", help="Who decides (default: who is logged in).")
def release_embargo(period: str, until: str | None, lift: bool, reason: str, by: str) -> None:
    """Keep every release that holds YYYY-MM, or a later period, from readers until a minute.

    Nights seal meanwhile what they make. Dagster's sensor shows it at the minute, `sanming release admit` without it.
    """
    from orchestration.release.embargo import lift_embargo, set_embargo

    if (until is None) != lift:
        raise Refusal(f"{period}: say --until with a moment to come, or --lift to end the embargo now.")
    with refusals():
        if until is not None:
            set_embargo(settings_from_env(), period, moment_of(until), by, reason)
            click.echo(f"{period}: under embargo until {minute_of(moment_of(until))}")
            return
        shown = lift_embargo(settings_from_env(), period, by, reason)
    click.echo(
        f"{period}: under embargo no more; " + (f"readers see {shown.release_id}" if shown else "nothing waited")
    )


@release.command("admit")
def release_admit() -> None:
    """Show readers the release that waits, if nothing keeps it from them any more: for a timer without Dagster."""
    from orchestration.core.lock import home_lock
    from orchestration.release.embargo import show_waiting

    settings = settings_from_env()
    with refusals(), home_lock(settings, "the admission of a release"):
        shown = show_waiting(settings)
    click.echo(f"{shown.release_id}: current from now on" if shown else "nothing waits that may be shown")


@release.command("checklist")
@click.argument("release_id", required=False)
def release_checklist(release_id: str | None) -> None:
    """Show what speaks against a release (default: the latest), and what to do about it.

    Exit code 1 when an item blocks.
    """
    from orchestration.cli.release_screen import show_checklist
    from orchestration.release.checklist import read_checklist
    from orchestration.release.manifest import latest_id, read_release

    settings = settings_from_env()
    with refusals():
        found = read_release(settings, release_id or latest_id(settings))
        checklist = read_checklist(found.path)
    if checklist is None:
        raise Refusal(f"{found.path}: has no checklist; it was rebuilt, or published before there were any.")
    show_checklist(checklist, settings.checklist_blocks)
    if checklist.blocking(settings.checklist_blocks):
        sys.exit(FAILED)


@release.command("sign")
@click.argument("release_id")
@click.option("--by", required=True, metavar="NAME", help="Who signs.")
@click.option("--reason", required=True, metavar="TEXT", help="What was looked at; it is kept in the record.")
def release_sign(release_id: str, by: str, reason: str) -> None:
    """Sign off RELEASE_ID, which waits for signatures. With the second person's it becomes the current release."""
    from orchestration.release.gate import sign

    with refusals():
        found = sign(settings_from_env(), release_id, by, reason)
    left = f"{found.missing} more to sign" if found.missing else "readers see it from their next connection on"
    click.echo(f"{release_id}: signed by {', '.join(found.signed_by)}; {left}")


@release.command("diff")
@click.argument("before")
@click.argument("after", required=False)
@click.option("--all", "everything", is_flag=True, help="Every figure that moved, not only the first of each.")
def release_diff(before: str, after: str | None, everything: bool) -> None:
    """Say what differs from BEFORE to AFTER (default: the current release): submissions, tables, figures."""
    from orchestration.cli.release_screen import show_difference
    from orchestration.release.diff import compare
    from orchestration.release.manifest import read_release

    settings = settings_from_env()
    with refusals():
        found = compare(read_release(settings, before), read_release(settings, after))
    show_difference(found, everything)


@release.command("push")
@click.argument("url")
@click.argument("release_id", required=False)
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for its readers.",
)
def release_push(url: str, release_id: str | None, wait: float) -> None:
    """Copy a release (default: the current one) into the PostgreSQL database at URL, as far as it is not there.

    URL is postgresql://USER@HOST:PORT/DATABASE; the password is read from ~/.pgpass or PGPASSWORD. Readers see the
    release before until all is there. Who reads what stands in the table sanming.reader of the database.
    """
    from orchestration.cli.console import NightScreen
    from orchestration.cli.release_screen import show_pushed
    from orchestration.core.steps import Steps
    from orchestration.release.push.address import PushBusyError
    from orchestration.release.push.push import push

    settings = settings_from_env()
    with refusals(), NightScreen() as screen:
        try:
            found = push(settings, url, release_id, Steps(screen.on_step), wait)
        except PushBusyError as error:
            raise Busy(str(error)) from error
    show_pushed(found)


@click.command()
@click.option("--known-on", required=True, metavar="DAY", help="YYYY-MM-DD, to its end in Sanming, or a moment.")
def rebuild(known_on: str) -> None:
    """Make the release of an earlier day anew, from archive and key, and compare it with what was published.

    It then stands among the releases; readers do not see it.
    """
    from orchestration.cli.console import NightScreen
    from orchestration.cli.release_screen import show_rebuilt
    from orchestration.core.steps import Steps
    from orchestration.runs.rebuild import rebuild as make

    settings = settings_from_env()
    with refusals(), NightScreen() as screen:
        found = make(settings, moment_of(known_on), Steps(screen.on_step))
    show_rebuilt(settings, found)
    if not found.is_equal:
        sys.exit(FAILED)
