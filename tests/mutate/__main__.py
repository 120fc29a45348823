"""The command: draw changes, try each, say what nobody noticed."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import click

from tests.mutate.homes import STORE
from tests.mutate.python import PythonMutants, forget_copies
from tests.mutate.results import EQUIVALENT, NOBODY, Mutant, Result, Verdict, equivalents, note, read_results, table
from tests.mutate.rules import RuleMutants
from tests.mutate.sql import SqlMutants

PROOFS = Path(__file__).with_name("equivalent.csv")
SUBJECTS = {"sql": SqlMutants, "rules": RuleMutants, "python": PythonMutants}
# Of a hundred, so many of each.
PARTS = {"sql": 60, "rules": 20, "python": 20}
WANTED = {"sql": 0.90, "rules": 0.90, "python": 0.85}


class Mutants(Protocol):
    """What a subject can do."""

    def all(self) -> Iterable[Mutant]: ...

    def attempt(self, mutant: Mutant) -> Verdict: ...


@click.command()
@click.argument("subjects", nargs=-1, type=click.Choice(list(SUBJECTS)))
@click.option("--count", default=200, show_default=True, help="How many changes in all.")
@click.option("--seed", default=15, show_default=True, help="The same seed draws the same changes.")
@click.option("--only", default="", help="Only of models, rules or modules whose name holds this; all of them.")
def mutate(subjects: tuple[str, ...], count: int, seed: int, only: str) -> None:
    """Try changes of SUBJECTS, or of all; a run that was broken off goes on where it was."""
    STORE.mkdir(exist_ok=True)
    file = STORE / f"results-{seed}.jsonl"
    tried, proofs, results = read_results(file), equivalents(PROOFS), []
    forget_copies()
    for subject in subjects or SUBJECTS:
        mutants: Mutants = SUBJECTS[subject]()
        pool = [mutant for mutant in mutants.all() if only in mutant.name]
        wanted = pool if only else draw(pool, count * PARTS[subject] // 100, seed)
        for mutant in wanted:
            started = time.monotonic()
            verdict = tried.get(mutant) if not only else None
            if verdict is None:
                verdict = mutants.attempt(mutant)
                if not only:
                    note(file, Result(mutant, verdict))
            proof = proofs.get((mutant.subject, mutant.name, mutant.kind, mutant.text))
            if verdict.noticed_by == NOBODY and proof:
                verdict = Verdict(EQUIVALENT, proof)
            results.append(Result(mutant, verdict))
            _say(results[-1], time.monotonic() - started)
    click.echo(table(results))
    survivors = [result for result in results if result.verdict.noticed_by == NOBODY]
    click.echo(f"\nnoticed by nobody: {len(survivors)}")
    for result in survivors:
        _say(result, 0.0)
    sys.exit(bool(short_of(results)))


def draw(pool: list[Mutant], count: int, seed: int) -> list[Mutant]:
    """So many changes: a kind, a text of that kind, and one of the places where it stands, each by chance.

    What a macro writes into forty models is one text, not forty; and a kind is not drawn more often for being common.
    """
    chance = random.Random(seed)
    texts: dict[str, dict[str, list[Mutant]]] = {}
    for mutant in pool:
        texts.setdefault(mutant.kind, {}).setdefault(mutant.text, []).append(mutant)
    drawn: list[Mutant] = []
    while texts and len(drawn) < count:
        kind = chance.choice(sorted(texts))
        text = chance.choice(sorted(texts[kind]))
        drawn.append(chance.choice(texts[kind].pop(text)))
        if not texts[kind]:
            del texts[kind]
    return drawn


def short_of(results: list[Result]) -> list[str]:
    """The subjects of whose changes too few were noticed."""
    short = []
    for subject, share in WANTED.items():
        asked = [
            one.verdict for one in results if one.mutant.subject == subject and one.verdict.noticed_by != EQUIVALENT
        ]
        if asked and sum(one.noticed_by != NOBODY for one in asked) < share * len(asked):
            short.append(subject)
    return short


def _say(result: Result, seconds: float) -> None:
    mutant, verdict = result.mutant, result.verdict
    text = " ".join(mutant.text.split())[:70]
    click.echo(
        f"{seconds:5.1f} {mutant.name} · {mutant.kind} {mutant.place} · {text} → {verdict.noticed_by} {verdict.said}"
    )


if __name__ == "__main__":
    mutate()
