"""The `sanming` command: its own subcommands, and those of `commands`; each loads what it needs by itself.

Loading Dagster, dbt or Great Expectations costs seconds, so nothing of them is imported at the top.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from orchestration.cli.areas import areas, audit
from orchestration.cli.check import check
from orchestration.cli.figures import bulletin, explain, pages, site, trace
from orchestration.cli.periods import period
from orchestration.cli.refusals import FAILED, Refusal, refusals, settings_from_env
from orchestration.cli.releases import rebuild, release
from orchestration.cli.revisions import revisions
from orchestration.cli.rules import rules
from orchestration.cli.synthetic import score, twin
from orchestration.core import clock
from orchestration.core.settings import Settings, SettingsError
from orchestration.core.stopping import NightStoppedError, asked_to_stop, stop_if_asked, stoppable

if TYPE_CHECKING:
    from orchestration.runs.night import NightReport

_OBJECTS_BEFORE_GARBAGE_IS_LOOKED_FOR = 5_000
_EXIT_CODES = """\b
Exit codes:
  0   done; `check`: accepted
  1   a step failed, or the checklist of the release blocks, and `current` stayed;
      `check`: findings that block;
      `release verify`: not whole; `score`: not perfect;
      `rebuild`: differs from what was published, or nothing was
  2   `check`: the file cannot be read; otherwise: the command line is wrong
  64  a setting, period, submitter, token key or database's address that cannot be used
  75  another night is at work in this home, or another push in that database; try again later
  130, 143  the night was stopped by SIGINT or SIGTERM; the next one goes on
"""


def start() -> None:
    """What a shell starts as `sanming`: it alone reads the ``.env`` of its folder, before anything else."""
    from orchestration.cli.env_file import load_env_file

    try:
        load_env_file()
    except SettingsError as error:
        refusal = Refusal(str(error))
        refusal.show()
        sys.exit(refusal.exit_code)
    main()


@click.group(epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The nightly warehouse of a city: workbooks in, checked facts out.

    SANMING_HOME (default: the checkout) is the folder whose raw/ and warehouse/ are used.
    Settings may stand in `.env` of the working folder; `.env.example` lists them.
    """


@main.command()
@click.option(
    "--period", "periods", multiple=True, metavar="YYYY-MM", help="Work on this period even if nothing changed."
)
@click.option(
    "--arriving", is_flag=True, help="Of a synthetic city that is still to come: its nights, each at its date."
)
def night(periods: tuple[str, ...], arriving: bool) -> None:
    """Receive, read, check, transform and release what is pending."""
    from orchestration.cli.console import show_night
    from orchestration.release.gate import is_blocked
    from orchestration.runs.arriving import is_arriving, nights_to_come

    # A night keeps most of what it loads and makes: looking for garbage after every 700 objects took 7 % of it.
    gc.set_threshold(_OBJECTS_BEFORE_GARBAGE_IS_LOOKED_FOR)
    settings = settings_from_env()
    nights: Iterator[datetime | None] = iter([None])
    if arriving and is_arriving(settings):
        nights = nights_to_come(settings)
    while report := _next_night(settings, periods, nights):
        with refusals():
            show_night(settings, report)
            blocked = is_blocked(settings)
        if blocked or not report.success:
            sys.exit(FAILED)


def _next_night(settings: Settings, periods: tuple[str, ...], nights: Iterator[datetime | None]) -> NightReport | None:
    """Run the next of some nights, at its moment or now; none where there is no other."""
    from orchestration.cli.console import NightScreen

    try:
        with stoppable(), refusals(), NightScreen() as screen:
            from orchestration.runs.arriving import is_last_to_come
            from orchestration.runs.night import NightError, run_night

            try:
                stop_if_asked()
                for moment in nights:
                    with nullcontext() if moment is None else clock.at(moment):
                        derive = moment is None or is_last_to_come(settings)
                        return run_night(settings, periods or None, screen.on_step, derive=derive)
            except NightError as error:
                raise Refusal(str(error)) from error
    except NightStoppedError as error:
        _end_at_once(f"Error: {error}", error.exit_code)
    except KeyboardInterrupt:
        asked = asked_to_stop() or signal.SIGINT
        _end_at_once("Error: stopped by the operator before anything was done.", 128 + asked)
    return None


def _end_at_once(message: str, exit_code: int) -> NoReturn:
    """Say it and end; a thread that still loads modules is not waited for."""
    click.echo(message, err=True)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(exit_code)


@main.command()
@click.argument("submitter")
@click.argument("period")
@click.option("--out", type=click.Path(path_type=Path), help="File or folder; default: SUBMITTER_PERIOD.xlsx here.")
def template(submitter: str, period: str, out: Path | None) -> None:
    """Write the workbook that SUBMITTER fills in for PERIOD (YYYY-MM)."""
    from orchestration.receive.templates_due import OwedError, write_owed_template

    try:
        path = write_owed_template(settings_from_env(), submitter, period, out or Path())
    except OwedError as error:
        raise Refusal(str(error)) from error
    click.echo(path)


@main.command()
@click.option("--port", type=int, default=3000, show_default=True)
def ui(port: int) -> None:
    """Serve Dagster's pages on loopback, with the daemon that runs the schedule and the sensor."""
    from orchestration.cli.webserver import can_serve, serve

    if not can_serve():
        raise Refusal(
            "ui: dagster-webserver is not installed here, and Dagster's pages need it; "
            "run `make ui` once, which installs it (requirements/ui.lock)"
        )
    serve(settings_from_env(), port)


for _command in (areas, audit):
    release.add_command(_command)
for _command in (check, explain, trace, pages, site, bulletin, period, release, rebuild, revisions, rules, twin, score):
    main.add_command(_command)
