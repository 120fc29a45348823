"""Fictional identities: names, ID numbers, phones and accounts that can belong to nobody.

ID numbers carry the never-assigned address codes 350490..350498; phones begin with 100. Names are
composed of rare syllables (``names.csv``) that occur in no place name or code list.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from expectations.id_number import check_digit

ADDRESS_CODES = tuple(f"3504{n}" for n in range(90, 99))  # 350499 is left to the one planted as unknown


@cache
def syllables(part: str) -> tuple[str, ...]:
    """The invented syllables: ``surname`` or ``given``."""
    with (Path(__file__).parent / "names.csv").open(encoding="utf-8", newline="") as file:
        return tuple(row["syllable"] for row in csv.DictReader(file) if row["part"] == part)


class Identities:
    """Gives out ID numbers, each once: per address, birth date and sex the sequence digits count up."""

    def __init__(self, seed: int, stream: int = 2, used: dict[tuple[str, str, str], int] | None = None) -> None:
        self._seed = seed
        self._used: dict[tuple[str, str, str], int] = {} if used is None else used
        self._rng = np.random.default_rng([seed, stream])

    def apart(self, stream: int) -> Identities:
        """Names of another stream of chance; ID numbers stay unique across both."""
        return Identities(self._seed, stream, self._used)

    def id_number(self, address: str, birth: date, sex: str) -> str:
        """A new 18-digit ID number; sequence digits 101.. for men, 102.. for women, never ending in 000."""
        day = birth.strftime("%Y%m%d")
        key = (address, day, sex)
        count = self._used.get(key, 0)
        self._used[key] = count + 1
        # 49 per key: the sequence digits never reach 200, so no number looks damaged by Excel (…000).
        sequence = 101 + 2 * count if sex == "1" else 102 + 2 * count
        if sequence >= 200:
            raise ValueError(f"more than 49 persons of one sex born on {day} at address {address}")
        first = f"{address}{day}{sequence:03d}"
        return first + check_digit(first)

    def names(self, count: int) -> list[str]:
        """Names, one in ten with a single given syllable."""
        surnames, given = syllables("surname"), syllables("given")
        family = self._rng.integers(0, len(surnames), count)
        first, second = (self._rng.integers(0, len(given), count) for _ in range(2))
        short = self._rng.random(count) < 0.1
        return [
            surnames[f] + given[a] + ("" if s else given[b])
            for f, a, b, s in zip(family, first, second, short, strict=True)
        ]


def phone(number: int) -> str:
    """An 11-digit phone number of a range that was never opened."""
    return f"100{number:08d}"


def bank_account(number: int) -> str:
    """A 19-digit account of no bank."""
    return f"0009{number:015d}"


def addresses_of(county_codes: Sequence[str]) -> list[str]:
    """An address code for each county; twelve counties share nine codes."""
    order = {county: i % len(ADDRESS_CODES) for i, county in enumerate(sorted({*county_codes}))}
    return [ADDRESS_CODES[order[county]] for county in county_codes]
