"""Counts of people with all that is known to add up among them, as numbers: what suppression and its audit work on.

Whoever looks for a count that was not told is granted everything but the counts that were not told: by how much a
total of distinct persons falls short of its parts, what a place without a figure would have, how old releases differ
from new ones. So a relation says only this: what its suppressed counts add up to is known exactly. And a count of the
truth may be off by some amount only where others are off, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from expectations.counted_people import Term, count_sums, counts_within

Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]
Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True, order=True)
class CountKey:
    """A count of people, of whom and where: equal places of both maps are one place."""

    count: str
    place: str
    period: str


@dataclass(frozen=True)
class Told:
    """One count in one public edition.

    Attributes:
        value: the least that is printed of it: what it stands for is told in several figures, and they may differ.
        is_small: one of them is below the threshold, or what it leaves of its denominator.
        is_suppressed: it is in the edition as a row without a figure.
    """

    value: float
    is_small: bool
    is_suppressed: bool = False


KEY_NAMES = ("count", "place", "period")
Edition = Mapping[CountKey, Told]


@dataclass(frozen=True)
class Relation:
    """Counts, by their number, that add up to something known."""

    counts: tuple[int, ...]
    signs: tuple[int, ...]


@dataclass(frozen=True)
class System:
    """All counts of an edition and of those before it: one whose value was revised is another count.

    Attributes:
        keys: what each count is of.
        values: how many it is.
        is_now: it is in the edition of now, so that it can still be suppressed.
        is_small: it must not be told.
        is_known: an edition before told it.
        was_suppressed: an edition before did not tell it.
        relations: what adds up.
        within: (part, whole): the part is no more than the whole.
    """

    keys: tuple[CountKey, ...]
    values: Numbers
    is_now: Bools
    is_small: Bools
    is_known: Bools
    was_suppressed: Bools
    relations: tuple[Relation, ...]
    within: tuple[tuple[int, int], ...]


def build_system(now: Edition, before: Sequence[Edition], parts_of: Mapping[str, Sequence[str]]) -> System:
    """Put the counts of an edition and of those before it together.

    Args:
        now: the counts that are to be told.
        before: what was told, edition by edition.
        parts_of: place → the places that it is made of.
    """
    numbers: dict[tuple[CountKey, float], int] = {}
    relations: dict[tuple[tuple[int, int], ...], None] = {}
    within: dict[tuple[int, int], None] = {}
    for edition in (now, *before):
        own = {key: numbers.setdefault((key, told.value), len(numbers)) for key, told in edition.items()}
        relations |= dict.fromkeys(_relations(own, parts_of))
        within |= dict.fromkeys(_within(own))
    is_now, is_small, is_known, was_suppressed = (np.zeros(len(numbers), bool) for _ in range(4))
    for edition in (now, *before):
        for key, told in edition.items():
            number = numbers[key, told.value]
            is_small[number] |= told.is_small
            if edition is now:
                is_now[number] = True
            else:
                is_known[number] |= not told.is_suppressed
    kept = {key for edition in before for key, told in edition.items() if told.is_suppressed}
    for (key, _), number in numbers.items():
        was_suppressed[number] = key in kept
    return System(
        tuple(key for key, _ in numbers),
        np.array([value for _, value in numbers], float),
        is_now,
        is_small,
        is_known,
        was_suppressed,
        tuple(Relation(tuple(n for n, _ in terms), tuple(s for _, s in terms)) for terms in relations),
        tuple(within),
    )


def _relations(
    own: Mapping[CountKey, int], parts_of: Mapping[str, Sequence[str]]
) -> Iterable[tuple[tuple[int, int], ...]]:
    """What adds up in one edition: places to the place that they are parts of, and counts to counts in one place."""
    for key, number in own.items():
        parts = [own.get(CountKey(key.count, part, key.period)) for part in parts_of.get(key.place, ())]
        found = [(part, -1) for part in parts if part is not None]
        if found:
            yield ((number, 1), *found)
    periods = {key.period for key in own}
    for place, period in {(key.place, key.period) for key in own}:
        for terms in count_sums().values():
            keys = [_term_key(term, place, period) for term in terms]
            signed = [(own[key], term.sign) for key, term in zip(keys, terms, strict=True) if key in own]
            if len(signed) > 1 and all(key.period in periods for key in keys):
                yield tuple(signed)


def _term_key(term: Term, place: str, period: str) -> CountKey:
    if term.period == "same":
        return CountKey(term.count, place, period)
    return CountKey(term.count, place, f"{int(period[:4]) - 1}-12" if term.period == "last december" else term.period)


def _within(own: Mapping[CountKey, int]) -> Iterable[tuple[int, int]]:
    wholes: dict[str, list[str]] = {}
    for part, whole in counts_within():
        wholes.setdefault(part, []).append(whole)
    for key, number in own.items():
        for whole in wholes.get(key.count, ()):
            found = own.get(CountKey(whole, key.place, key.period))
            if found is not None:
                yield number, found
