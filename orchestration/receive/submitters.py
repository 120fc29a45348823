"""Who may send, and which forms each owes for when (the seeds ``submitter`` and ``submitter_form``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from expectations.seed_rows import read_seed_rows


@dataclass(frozen=True)
class Submitters:
    """Who may send (``submitter.csv``) and who owes what (``submitter_form.csv``), with their dates."""

    known: dict[str, tuple[str, str]]
    owed: dict[tuple[str, str], tuple[str, str]]
    areas: dict[str, str]

    def knows(self, code: str | None, period: str | None) -> bool:
        return code in self.known and _covers(self.known[code], period)

    def owes(self, code: str, form: str, period: str) -> bool:
        return (code, form) in self.owed and _covers(self.owed[code, form], period)


def _covers(span: tuple[str, str], period: str | None) -> bool:
    return period is None or (span[0][:7] <= period and (not span[1] or period <= span[1][:7]))


@cache
def load_submitters(seeds: Path) -> Submitters:
    """The submitters and their duties from the seed files."""
    submitters = read_seed_rows(seeds / "submitter.csv")
    return Submitters(
        known={r["submitter_code"]: (r["valid_from"], r["valid_to"]) for r in submitters},
        owed={
            (r["submitter_code"], r["form"]): (r["valid_from"], r["valid_to"])
            for r in read_seed_rows(seeds / "submitter_form.csv")
        },
        areas={r["submitter_code"]: r["area_code"] for r in submitters},
    )
