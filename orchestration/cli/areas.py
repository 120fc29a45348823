"""`sanming release areas` and `sanming release audit`: the files by role, and whether the public's tells too much."""

from __future__ import annotations

import sys

import click

from orchestration.cli.refusals import FAILED, refusals, settings_from_env

_SHOWN = 10


@click.command()
@click.argument("release_id", required=False)
def areas(release_id: str | None) -> None:
    """Make the files by role of a release (default: the current one), with pages: one per county, and the public's.

    The public's is made of the current release alone, and only where a confirmed figure has changed.
    """
    from orchestration.core.lock import home_lock
    from orchestration.release.manifest import read_release
    from orchestration.runs.derived import make_areas_with_sites

    settings = settings_from_env()
    with refusals(), home_lock(settings, "the files by role"):
        made = make_areas_with_sites(settings, read_release(settings, release_id))
    for folder in made.counties.values():
        click.echo(str(folder))
    if made.public is None:
        click.echo("nothing for the public: no period is confirmed, or readers do not see this release")
    else:
        click.echo(f"{made.public.folder}{'' if made.public.is_new else '  (unchanged)'}")


@click.command()
def audit() -> None:
    """Show what is left to guess of every count that the public is not told.

    Exit code 1 when one can be told closer than SANMING_LEAST_PEOPLE, or the file tells what it should not.
    """
    from orchestration.areas.audit import by_level
    from orchestration.areas.public_file import audit_public
    from orchestration.cli.release_screen import stdout_console, table_of

    with refusals():
        found = audit_public(settings_from_env())
    table = table_of("counts that are not told", ("period", "level"), ("counts", "narrowest range"))
    for (period, level), (number, width) in by_level(found).items():
        table.add_row(period, level, f"{number:,}", f"{width:g}")
    stdout_console().print(table)
    for count in found.narrow[:_SHOWN]:
        key = count.key
        click.echo(f"{key.count} {key.place} {key.period}: from {count.low:g} to {count.high:g}", err=True)
    for problem in found.problems[:_SHOWN]:
        click.echo(problem, err=True)
    click.echo(
        f"{found.told:,} counts told, {len(found.suppressed):,} not; {len(found.narrow):,} of them can be told closer"
        f" than {found.threshold}, {len(found.problems):,} problems"
    )
    if not found.ok:
        sys.exit(FAILED)
