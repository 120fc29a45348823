"""`sanming twin` and `sanming score`: a synthetic city, and what the checks found of its planted errors."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from orchestration.cli.refusals import FAILED, Refusal, settings_from_env
from orchestration.core.settings import Settings

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
@click.option(
    "--arriving", is_flag=True, help="To come over time: OUT/to_come, for `sanming night --arriving` of the home."
)
@click.option("--if-unused", is_flag=True, help="Arriving in this home, and only if it never received anything.")
def twin(
    out: Path | None,
    scale: float,
    townships: int | None,
    seed: int,
    no_errors: bool,
    still: bool,
    arriving: bool,
    if_unused: bool,
) -> None:
    """Write the synthetic city's submissions under OUT, with the answer key of its planted errors.

    With --if-unused OUT is this home's raw/ folder.
    """
    settings = settings_from_env()
    if if_unused == (out is not None):
        raise Refusal("Name OUT, or give --if-unused to fill this home's inbox; one of the two.")
    arriving = arriving or if_unused
    if arriving and (no_errors or still):
        raise Refusal("A city that arrives over time has its errors and is not the still one: leave one option out.")
    if if_unused and _was_used(settings.inbox, settings.archive, settings.to_come):
        click.echo(f"{settings.inbox}: already used; left as it is")
        return
    if settings.data_origin != "synthetic":
        raise Refusal("SANMING_DATA_ORIGIN is not synthetic: a synthetic city never enters a home of real data.")
    from twin.city import build_arriving_city, build_city

    out = out or settings.inbox.parent
    if arriving:
        city = build_arriving_city(out, scale=scale, townships=townships, seed=seed)
    else:
        city = build_city(out, scale=scale, townships=townships, errors=not no_errors, seed=seed, still=still)
    rows = sum(city.rows_by_form.values())
    click.echo(f"{city.inbox}: {len(city.townships)} townships, {rows:,} rows, {city.planted} planted errors")
    click.echo(f"answer key: {city.answer_key}")


def _was_used(*folders: Path) -> bool:
    return any(path.is_file() and path.name != ".gitkeep" for folder in folders for path in folder.rglob("*"))


@click.command()
@click.argument("key", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rules", is_flag=True, help="Print every rule: rows checked, natural findings, right rows held.")
@click.option("--figures", is_flag=True, help="Compare every published figure with an oracle's, too (minutes).")
@click.option("--scale", type=float, default=1.0, show_default=True, help="With --figures: as the city was made.")
@click.option("--townships", type=int, help="With --figures: as the city was made.")
@click.option("--seed", type=int, default=348, show_default=True, help="With --figures: as the city was made.")
def score(key: Path, rules: bool, figures: bool, scale: float, townships: int | None, seed: int) -> None:
    """Compare this home's findings with the answer KEY of its synthetic city: recall and precision, natural alarms.

    Exit code 1 when something of the key was missed, something was found that it does not list, or a figure differs.
    """
    from twin.score import score as compare

    settings = settings_from_env()
    found = compare(key, settings.findings)
    click.echo(
        f"recall {found.recall:.4f} ({found.found} of {found.planted}),"
        f" precision {found.precision:.4f} ({found.natural} natural, {len(found.unexpected)} not in the key)"
    )
    for word, entries in (("missed", found.missed), ("not in the key", found.unexpected)):
        for entry in entries[:_SHOWN]:
            click.echo(f"{word}: {' | '.join(entry)}")
        if len(entries) > _SHOWN:
            click.echo(f"{word}: and {len(entries) - _SHOWN} more")
    _show_rules(settings, key, every=rules)
    differing = _score_figures(settings, key, scale, townships, seed) if figures else 0
    if found.missed or found.unexpected or differing:
        sys.exit(FAILED)


def _show_rules(settings: Settings, key: Path, *, every: bool) -> None:
    """Print what rules come to on rows that are right: of all, or of those that ask about or hold one."""
    from twin.score_rules import HELD_AT_MOST, score_rules

    scores = score_rules(key, settings.warehouse)
    click.echo(f"{'rule':6} {'kind':8} {'rows':>9} {'natural':>8} {'share':>9} {'held':>6} {'share':>9}")
    for one in scores:
        if every or one.natural or one.held:
            click.echo(
                f"{one.rule_code:6} {one.severity:8} {one.rows:9,} {one.natural:8,} {one.natural_rate:9.4%}"
                f" {one.held:6,} {one.held_rate:9.4%}"
            )
    blocking = [one for one in scores if one.severity == "block"]
    over = [one.rule_code for one in blocking if one.held_rate > HELD_AT_MOST]
    click.echo(
        f"{len(blocking)} blocking rules hold {sum(one.held for one in blocking):,} rows that are right;"
        f" above {HELD_AT_MOST:.1%}: {', '.join(over) or 'none'}"
    )


def _score_figures(settings: Settings, key: Path, scale: float, townships: int | None, seed: int) -> int:
    """Print how many figures of the current release differ from the oracle's, and the first of each indicator."""
    from twin.arriving_city import ArrivingCity, arriving_city
    from twin.oracle.home import score_figures
    from twin.plant import plant_errors
    from twin.score import is_key_of
    from twin.state import make_state

    # The errors of the city that comes at once are among those of the city that arrives.
    city = arriving_city(scale, townships, seed)
    if not is_key_of(key, city.planted.findings):
        city = ArrivingCity(plant_errors(make_state(scale, townships, seed=seed)), frozenset(), ())
    if not is_key_of(key, city.planted.findings):
        raise Refusal(f"{key}: of another city. Give --scale, --townships and --seed as the city was made with them.")
    release = settings.warehouse / "current"
    if not release.exists():
        raise Refusal(f"{release}: nothing was published yet; run `sanming night` first.")
    found = score_figures(release, settings.archive, city.planted, city.revisions)
    count = len(found.differing)
    click.echo(f"{found.compared:,} figures of {len(found.indicators)} indicators compared, {count:,} differ")
    for indicator, differing in found.by_indicator().head(_SHOWN).items():
        first = found.differing[found.differing["indicator"] == indicator].iloc[0]
        where = " ".join(str(first[name]) for name in ("map_edition", "division_level", "division_code", "period"))
        values = f"published {first['value_published']}, expected {first['value_expected']}"
        click.echo(f"{indicator}: {differing} differ, first {where}: {values}")
    return count
