"""What was tried and who noticed: a file of one line each, so that a run can be taken up again; and the table of it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

NOBODY = "nobody"
EQUIVALENT = "equivalent"


@dataclass(frozen=True)
class Verdict:
    """Who noticed a change, and what was said."""

    noticed_by: str
    said: str


@dataclass(frozen=True)
class Mutant:
    """One change of one thing.

    Attributes:
        subject: ``sql``, ``rules`` or ``python``.
        name: the model, rule or module.
        kind: of the change.
        place: the how manieth place of that kind.
        text: what stood there.
    """

    subject: str
    name: str
    kind: str
    place: int
    text: str


@dataclass(frozen=True)
class Result:
    """A mutant that was tried."""

    mutant: Mutant
    verdict: Verdict


def read_results(path: Path) -> dict[Mutant, Verdict]:
    """What a run that was broken off had tried."""
    if not path.is_file():
        return {}
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {Mutant(**line["mutant"]): Verdict(**line["verdict"]) for line in lines}


def note(path: Path, result: Result) -> None:
    """Add one line."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")


def equivalents(path: Path) -> dict[tuple[str, str, str, str], str]:
    """The changes that change nothing: subject, name, kind and text → why."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["subject"], row["name"], row["kind"], row["text"]): row["proof"] for row in csv.DictReader(file)}


def table(results: Iterable[Result]) -> str:
    """Tried and noticed, by subject and kind."""
    rows: dict[tuple[str, str], list[str]] = {}
    for result in results:
        for kind in (result.mutant.kind, "all"):
            rows.setdefault((result.mutant.subject, kind), []).append(result.verdict.noticed_by)
    lines = [f"{'subject':<8} {'kind':<16} {'tried':>6} {'noticed':>8} {'equivalent':>11} {'share':>6}"]
    for (subject, kind), who in sorted(rows.items(), key=lambda row: (row[0][0], row[0][1] == "all", row[0][1])):
        same, nobody = who.count(EQUIVALENT), who.count(NOBODY)
        asked = len(who) - same
        share = f"{(asked - nobody) / asked:.0%}" if asked else ""
        lines.append(f"{subject:<8} {kind:<16} {len(who):>6} {asked - nobody:>8} {same:>11} {share:>6}")
    return "\n".join(lines)
