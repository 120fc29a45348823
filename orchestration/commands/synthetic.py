"""`sanming twin` and `sanming score`: a synthetic city, and what the checks found of its planted errors."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from orchestration.commands.refusals import FAILED, Refusal, settings_of_shell

_SHOWN = 20  # lines of each kind that `score` prints


@click.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path), required=False)
@click.option("--scale", type=float, default=1.0, show_default=True, help="Multiplies households, persons and loans.")
@click.option("--townships", type=int, help="Only so many of the 142 townships.")
@click.option("--seed", type=int, default=348, show_default=True)
@click.option("--no-errors", is_flag=True, help="Plant no errors.")
@click.option(
    "--still",
    is_flag=True,
    help="The city as it was first published, byte for byte, whatever the default becomes.",
)
@click.option("--if-unused", is_flag=True, help="Fill this home's inbox, and only if it never received anything.")
def twin(
    out: Path | None, scale: float, townships: int | None, seed: int, no_errors: bool, still: bool, if_unused: bool
) -> None:
    """Write the synthetic city's submissions under OUT, with the answer key of its planted errors.

    With --if-unused OUT is this home's raw/ folder.
    """
    settings = settings_of_shell()
    if if_unused == (out is not None):
        raise Refusal("Name OUT, or give --if-unused to fill this home's inbox; one of the two.")
    if if_unused and _was_used(settings.inbox, settings.archive):
        click.echo(f"{settings.inbox}: already used; left as it is")
        return
    if settings.data_origin != "synthetic":
        raise Refusal("SANMING_DATA_ORIGIN is not synthetic: a synthetic city never enters a home of real data.")
    from twin.city import build_city

    city = build_city(
        out or settings.inbox.parent,
        scale=scale,
        townships=townships,
        errors=not no_errors,
        seed=seed,
        still=still,
    )
    rows = sum(city.rows_by_form.values())
    click.echo(f"{city.inbox}: {len(city.townships)} townships, {rows:,} rows, {city.planted} planted errors")
    click.echo(f"answer key: {city.answer_key}")


def _was_used(*folders: Path) -> bool:
    return any(path.is_file() and path.name != ".gitkeep" for folder in folders for path in folder.rglob("*"))


@click.command()
@click.argument("key", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def score(key: Path) -> None:
    """Compare this home's findings with the answer KEY of its synthetic city: recall and precision.

    Exit code 1 when an error was missed or something was found that the key does not list.
    """
    from twin.score import score as compare

    found = compare(key, settings_of_shell().findings)
    click.echo(f"recall {found.recall:.4f} ({found.found} of {found.planted}), precision {found.precision:.4f}")
    for word, entries in (("missed", found.missed), ("not in the key", found.unexpected)):
        for entry in entries[:_SHOWN]:
            click.echo(f"{word}: {' | '.join(entry)}")
        if len(entries) > _SHOWN:
            click.echo(f"{word}: and {len(entries) - _SHOWN} more")
    if found.missed or found.unexpected:
        sys.exit(FAILED)
