"""The `sanming` command. Only words and exit codes live here; every subcommand loads what it needs by itself.

Loading Dagster, dbt or Great Expectations costs seconds, so nothing of them is imported at the top.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from orchestration.settings import Settings, SettingsError, read_settings

FAILED, UNREADABLE, USAGE, BUSY = 1, 2, 64, 75
_SHOWN = 20  # lines of each kind that `score` prints

_EXIT_CODES = """\b
Exit codes:
  0   done; `check`: accepted
  1   a step failed and `current` stayed; `check`: findings that block;
      `release verify`: not whole; `score`: not perfect;
      `rebuild`: differs from what was published, or nothing was
  2   `check`: the file cannot be read; otherwise: the command line is wrong
  64  a setting, period or submitter that cannot be used
  75  another night is at work in this home; try again later
"""


class _Refusal(click.ClickException):
    """Something that cannot be used; the message says what, where, what was expected and what to do."""

    exit_code = USAGE


class _Busy(_Refusal):
    """Another night is at work."""

    exit_code = BUSY


class _Failed(_Refusal):
    """A step that could not be done."""

    exit_code = FAILED


@click.group(epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The nightly warehouse of a city: workbooks in, checked facts out.

    SANMING_HOME (default: the checkout) is the folder whose raw/ and warehouse/ are used.
    """


@main.command()
@click.option(
    "--period", "periods", multiple=True, metavar="YYYY-MM", help="Work on this period even if nothing changed."
)
def night(periods: tuple[str, ...]) -> None:
    """Receive, read, check, transform and release what is pending."""
    from orchestration.lock import HomeBusyError
    from orchestration.screen import NightScreen, show_night

    settings = _settings()
    try:
        with NightScreen() as screen:
            from orchestration.night import NightError, run_night

            try:
                report = run_night(settings, periods or None, screen.on_step)
            except NightError as error:
                raise _Refusal(str(error)) from error
    except HomeBusyError as error:
        raise _Busy(str(error)) from error
    except SettingsError as error:
        raise _Refusal(str(error)) from error
    show_night(settings, report)
    if not report.success:
        sys.exit(FAILED)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Say what a night would say to FILE. Nothing is kept.

    Exit code 0: accepted; 1: findings that block; 2: the file cannot be read.
    """
    from orchestration.dry_run import try_file
    from orchestration.screen import show_trial

    trial = try_file(_settings(), file)
    show_trial(trial)
    if trial.is_unreadable:
        sys.exit(UNREADABLE)
    if trial.is_blocked:
        sys.exit(FAILED)


@main.command()
@click.argument("submitter")
@click.argument("period")
@click.option("--out", type=click.Path(path_type=Path), help="Where to write; default: SUBMITTER_PERIOD.xlsx here.")
def template(submitter: str, period: str, out: Path | None) -> None:
    """Write the workbook that SUBMITTER fills in for PERIOD (YYYY-MM)."""
    from orchestration.owed import OwedError, write_owed_template

    try:
        path = write_owed_template(_settings(), submitter, period, out or Path(f"{submitter}_{period}.xlsx"))
    except OwedError as error:
        raise _Refusal(str(error)) from error
    click.echo(path)


@main.group()
def release() -> None:
    """Look at what was published."""


@release.command("list")
def release_list() -> None:
    """List the releases of this home, the latest last."""
    from orchestration.release.manifest import list_releases, read_hold
    from orchestration.screen import show_releases

    settings = _settings()
    show_releases(list_releases(settings), read_hold(settings))


@release.command("verify")
@click.argument("release_id", required=False)
def release_verify(release_id: str | None) -> None:
    """Recompute every table's hash of a release (default: the current one)."""
    from orchestration.release.verify import verify

    with _refusals():
        found = verify(_settings(), release_id)
    for problem in found.problems:
        click.echo(problem, err=True)
    outcome = "whole" if found.ok else f"{len(found.problems)} problems"
    click.echo(f"{found.release.release_id}: {found.tables} tables, {outcome}")
    if not found.ok:
        sys.exit(FAILED)


@release.command("rollback")
@click.argument("release_id")
@click.option("--reason", required=True, help="Why; `release list` shows it.")
def release_rollback(release_id: str, reason: str) -> None:
    """Show readers RELEASE_ID from their next connection on, and hold them there.

    Nights go on sealing releases; `release resume` lets readers follow them again.
    """
    from orchestration.release.hold import roll_back

    with _refusals():
        shown = roll_back(_settings(), release_id, reason)
    click.echo(f"{shown.release_id}: readers see it from now on, and until `sanming release resume`")


@release.command("resume")
def release_resume() -> None:
    """End a rollback: show readers the latest release, and after it what the nights make."""
    from orchestration.release.hold import resume

    with _refusals():
        shown = resume(_settings())
    click.echo(f"{shown.release_id}: readers see it from now on")


@release.command("diff")
@click.argument("before")
@click.argument("after", required=False)
@click.option("--all", "everything", is_flag=True, help="Every figure that moved, not only the first of each.")
def release_diff(before: str, after: str | None, everything: bool) -> None:
    """Say what differs from BEFORE to AFTER (default: the current release): submissions, tables, figures."""
    from orchestration.release.diff import compare
    from orchestration.release.manifest import read_release
    from orchestration.screen import show_difference

    settings = _settings()
    with _refusals():
        found = compare(read_release(settings, before), read_release(settings, after))
    show_difference(found, everything)


@main.command()
@click.option("--known-on", required=True, metavar="DAY", help="YYYY-MM-DD, to its end in Sanming, or a moment.")
def rebuild(known_on: str) -> None:
    """Make the release of an earlier day anew, from archive and key, and compare it with what was published.

    It then stands among the releases; readers do not see it.
    """
    from orchestration.journal import Journal
    from orchestration.rebuild import moment_of
    from orchestration.rebuild import rebuild as make
    from orchestration.screen import NightScreen, show_rebuilt

    settings = _settings()
    with _refusals(), NightScreen() as screen:
        found = make(settings, moment_of(known_on), Journal(settings, screen.on_step))
    show_rebuilt(found)
    if not found.is_equal:
        sys.exit(FAILED)


@main.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path), required=False)
@click.option("--scale", type=float, default=1.0, show_default=True, help="Multiplies households, persons and loans.")
@click.option("--townships", type=int, help="Only so many of the 142 townships.")
@click.option("--seed", type=int, default=348, show_default=True)
@click.option("--no-errors", is_flag=True, help="Plant no errors.")
@click.option("--if-unused", is_flag=True, help="Fill this home's inbox, and only if it never received anything.")
def twin(out: Path | None, scale: float, townships: int | None, seed: int, no_errors: bool, if_unused: bool) -> None:
    """Write the synthetic city's submissions under OUT, with the answer key of its planted errors.

    With --if-unused OUT is this home's raw/ folder.
    """
    settings = _settings()
    if if_unused == (out is not None):
        raise _Refusal("Name OUT, or give --if-unused to fill this home's inbox; one of the two.")
    if if_unused and _was_used(settings.inbox, settings.archive):
        click.echo(f"{settings.inbox}: already used; left as it is")
        return
    if settings.data_origin != "synthetic":
        raise _Refusal("SANMING_DATA_ORIGIN is not synthetic: a synthetic city never enters a home of real data.")
    from twin.city import build_city

    city = build_city(out or settings.inbox.parent, scale=scale, townships=townships, errors=not no_errors, seed=seed)
    rows = sum(city.rows_by_form.values())
    click.echo(f"{city.inbox}: {len(city.townships)} townships, {rows:,} rows, {city.planted} planted errors")
    click.echo(f"answer key: {city.answer_key}")


def _was_used(*folders: Path) -> bool:
    return any(path.is_file() and path.name != ".gitkeep" for folder in folders for path in folder.rglob("*"))


@main.command()
@click.argument("key", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def score(key: Path) -> None:
    """Compare this home's findings with the answer KEY of its synthetic city: recall and precision.

    Exit code 1 when an error was missed or something was found that the key does not list.
    """
    from twin.score import score as compare

    found = compare(key, _settings().findings)
    click.echo(f"recall {found.recall:.4f} ({found.found} of {found.planted}), precision {found.precision:.4f}")
    for word, entries in (("missed", found.missed), ("not in the key", found.unexpected)):
        for entry in entries[:_SHOWN]:
            click.echo(f"{word}: {' | '.join(entry)}")
        if len(entries) > _SHOWN:
            click.echo(f"{word}: and {len(entries) - _SHOWN} more")
    if found.missed or found.unexpected:
        sys.exit(FAILED)


@main.command()
@click.option("--port", type=int, default=3000, show_default=True)
def ui(port: int) -> None:
    """Serve Dagster's pages on loopback, with the daemon that runs the schedule and the sensor."""
    from orchestration.serve import serve

    serve(_settings(), port)


@contextmanager
def _refusals() -> Iterator[None]:
    """What a release's functions refuse, with the exit code of its kind."""
    from orchestration.lock import HomeBusyError
    from orchestration.release.manifest import ReleaseError

    try:
        yield
    except HomeBusyError as error:
        raise _Busy(str(error)) from error
    except ReleaseError as error:
        raise _Failed(str(error)) from error


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsError as error:
        raise _Refusal(str(error)) from error
