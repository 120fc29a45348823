"""Choose which counts are not told: the small ones, and as many others as keep them from being computed.

What comes of the choice is the audit's to say (``ranges``); where it finds a count too narrow, one more beside it goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.areas.ranges import Limit, Ranges, find_ranges
from orchestration.areas.system import Bools, System

_ROUNDS = 40  # of widening; it is done in two to four
_NOTHING = 1e-6
_FAR = 1e9  # farther than any count of people


@dataclass(frozen=True)
class Suppression:
    """Which counts are not told.

    Attributes:
        narrow: those of them that can be told closer than the threshold allows, whatever was suppressed beside them.
    """

    suppressed: Bools
    narrow: tuple[int, ...]


def suppress(system: System, threshold: int) -> Suppression:
    """Suppress what is small and what would tell of it, until no range is narrower than the threshold."""
    choice = _Choice(system, threshold)
    choice.balance(range(len(system.relations)))
    ranges = find_ranges(system, choice.suppressed, threshold)
    for _ in range(_ROUNDS):
        if not choice.widen(ranges):
            break
        ranges = find_ranges(system, choice.suppressed, threshold)
    return Suppression(choice.suppressed, tuple(ranges.limits))


class _Choice:
    """The counts suppressed so far."""

    def __init__(self, system: System, threshold: int) -> None:
        self.system, self.threshold = system, threshold
        # What an edition before told can be suppressed no more, and what none of now has was decided then.
        self.suppressed: Bools = (system.is_small | system.was_suppressed) & ~system.is_known
        self.suppressed |= ~system.is_now & ~system.is_known
        # A count of nobody tells nothing and hides nothing.
        self.is_free: Bools = system.is_now & ~system.is_known & (system.values > 0)
        self.wholes_of: list[list[tuple[int, float]]] = [[] for _ in system.keys]
        self.parts_of: list[list[tuple[int, float]]] = [[] for _ in system.keys]
        for part, whole in system.within:
            rest = float(system.values[whole] - system.values[part])
            if rest >= 0:
                self.wholes_of[part].append((whole, rest))
                self.parts_of[whole].append((part, rest))
        self.relations_of: list[list[int]] = [[] for _ in system.keys]
        for number, relation in enumerate(system.relations):
            for count in relation.counts:
                self.relations_of[count].append(number)

    def balance(self, numbers: range | list[int]) -> None:
        """Suppress one more in every relation that tells a suppressed count, and in those that do then."""
        waiting = list(numbers)
        while waiting:
            number = waiting.pop()
            if self._tells(number):
                added = self._add(self.system.relations[number].counts, number)
                if added is not None:
                    waiting += self.relations_of[added]

    def widen(self, ranges: Ranges) -> bool:
        """Suppress one more for every range that is too narrow; whether there was one left.

        What has been opened by one of them is looked at anew before more goes.
        """
        opened: set[int] = set()
        for lower, upper in ranges.limits.values():
            relations = lower.prices.keys() | upper.prices.keys()
            if opened & relations:
                continue
            added = self._add(self._of_use(lower) | self._of_use(upper), None)
            if added is not None:
                opened |= relations
                self.balance(self.relations_of[added])
        return bool(opened)

    def _of_use(self, limit: Limit) -> set[int]:
        """Counts that would let a narrow one go further, were they suppressed."""
        prices: dict[int, float] = {}
        for number, price in limit.prices.items():
            relation = self.system.relations[number]
            for count, sign in zip(relation.counts, relation.signs, strict=True):
                prices[count] = prices.get(count, 0.0) + price * sign
        found = {count for count, price in prices.items() if abs(price) > _NOTHING}
        for count in limit.stuck:
            found |= {other for other, _ in (*self.wholes_of[count], *self.parts_of[count])}
        return found

    def _tells(self, number: int, more: int | None = None) -> bool:
        """Whether a relation by itself leaves one of its suppressed counts less room than the threshold.

        A count can only move as far as the others make up for it.
        """
        relation = self.system.relations[number]
        rooms = [
            self._room(count)[::sign]
            for count, sign in zip(relation.counts, relation.signs, strict=True)
            if self.suppressed[count] or count == more
        ]
        downs, ups = sum(down for down, _ in rooms), sum(up for _, up in rooms)
        return any(min(up, downs - down) + min(down, ups - up) < self.threshold for down, up in rooms)

    def _room(self, count: int) -> tuple[float, float]:
        """How far a count may be down and up by itself: it is no less than its parts, and no more than its whole."""
        value = float(self.system.values[count])
        up = min((rest for whole, rest in self.wholes_of[count] if not self.suppressed[whole]), default=_FAR)
        down = min((rest for part, rest in self.parts_of[count] if not self.suppressed[part]), default=value)
        return min(down, value), up

    def _add(self, counts: Iterable[int], relation: int | None) -> int | None:
        """Suppress the count that needs the fewest others after it, of them the lowest place's and the smallest."""
        left = [count for count in counts if self.is_free[count] and not self.suppressed[count]]
        if not left:
            return None
        added = min(left, key=lambda count: self._cost(count, relation))
        self.suppressed[added] = True
        return added

    def _cost(self, count: int, relation: int | None) -> tuple[bool, int, int, float, int]:
        is_of_no_use = relation is not None and self._tells(relation, count)
        opened = sum(self._tells(number, count) for number in self.relations_of[count] if number != relation)
        return is_of_no_use, opened, -len(self.system.keys[count].place), float(self.system.values[count]), count
