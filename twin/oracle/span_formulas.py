"""The formulas of decision 0010: what a figure may be at least and at most, given what is open of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WHOLE, WORST_CASE, NEVER_RETURNED, NO_PEERS = "whole", "worst case", "never returned", "no peers"


@dataclass(frozen=True)
class Peers:
    """What a row brings to either side, and what a mean is, in divisions that returned everything; none: too few."""

    row_low: float | None = None
    row_middle: float | None = None
    row_high: float | None = None
    unit_middle: float | None = None
    unit_high: float | None = None
    mean_low: float | None = None
    mean_high: float | None = None


@dataclass(frozen=True)
class Silent:
    """One silent area: what it brings to both sides now, and the most rows its return may hold, if anything tells."""

    numerator: float
    denominator: float
    most: float | None
    is_never: bool


@dataclass(frozen=True)
class Open:
    """What is open of a figure: silent areas, rows held, carried and asked about, what the asked bring at most."""

    silent: Sequence[Silent]
    held: int = 0
    carried: int = 0
    asked: int = 0
    asked_bring: float = 0.0

    @property
    def is_nothing(self) -> bool:
        """Whether nothing bears on the figure."""
        return not self.silent and not (self.held or self.carried or self.asked)

    @property
    def most(self) -> float | None:
        """Rows that silent areas may bring."""
        found = [one.most for one in self.silent if one.most is not None]
        return sum(found) if len(found) == len(self.silent) else None


Range = tuple[float | None, float | None, str]
"""Low, high, and what they rest on."""


def range_of(kind: str, numerator: float, denominator: float | None, left: Open, peers: Peers) -> Range:
    """Low and high of a figure, and the reason where either is not known."""
    value = numerator if denominator is None else numerator / denominator
    if left.is_nothing:
        return value, value, WHOLE
    settled = numerator - sum(one.numerator for one in left.silent)
    units = (denominator or 0.0) - sum(one.denominator for one in left.silent)
    low, high = _ends(kind, settled, units, left, peers)
    if high is None:
        never = any(one.is_never for one in left.silent) and low is not None
        return None if low is None else min(low, value), None, NEVER_RETURNED if never else NO_PEERS
    return None if low is None else min(low, value), max(high, value), WORST_CASE


def _ends(kind: str, settled: float, units: float, left: Open, peers: Peers) -> tuple[float | None, float | None]:
    if kind == "count":
        return _count(settled, left)
    if kind == "amount":
        return _amount(settled, left, peers)
    return _share(settled, units, left) if kind == "share" else _mean(settled, units, left, peers)


def _count(settled: float, left: Open) -> tuple[float, float | None]:
    low = max(0.0, settled - left.carried - left.asked)
    return low, None if left.most is None else settled + left.most + left.held + left.carried


def _amount(settled: float, left: Open, peers: Peers) -> tuple[float, float | None]:
    low = max(0.0, settled - _leaving(settled, left, peers))
    rows = left.held + left.carried
    if left.most is None or (left.most + rows and peers.row_high is None) or (left.asked and peers.row_middle is None):
        return low, None
    return low, settled + (left.most + rows) * (peers.row_high or 0.0) + left.asked * (peers.row_middle or 0.0)


def _leaving(settled: float, left: Open, peers: Peers) -> float:
    """What may leave: nobody knows how much a carried row brings where no peers tell."""
    if not left.carried:
        return left.asked_bring
    return left.asked_bring + (max(settled, 0.0) if peers.row_high is None else left.carried * peers.row_high)


def _share(settled: float, units: float, left: Open) -> tuple[float, float]:
    if left.most is None:
        return 0.0, 1.0
    all_units = units + left.most + left.held
    most = settled + left.most + left.held + left.carried + left.asked
    return max(0.0, settled - left.carried - left.asked) / all_units, min(1.0, most / all_units)


def _mean(settled: float, units: float, left: Open, peers: Peers) -> tuple[float | None, float | None]:
    if peers.mean_low is None or peers.mean_high is None:
        return None, None
    least = settled - _leaving(settled, left, peers)
    if peers.mean_low >= 0:
        least = max(0.0, least)
    lows, highs = [least / units] if units else [], []
    leaving = left.carried + left.asked
    stays = units if not leaving else None if peers.unit_middle is None else units - leaving * peers.unit_middle
    if stays is not None and stays > 0:
        highs.append(settled / stays)
    unknown = _unknown_units(left, peers)
    if unknown is None:
        return min([*lows, peers.mean_low]), max([*highs, peers.mean_high])
    if units + unknown:
        lows.append((least + unknown * peers.mean_low) / (units + unknown))
    if max(stays or 0.0, 0.0) + unknown:
        highs.append((settled + unknown * peers.mean_high) / (max(stays or 0.0, 0.0) + unknown))
    return min(lows, default=None), max(highs, default=None)


def _unknown_units(left: Open, peers: Peers) -> float | None:
    """How much denominator may come, of rows that hold the most of it."""
    rows = left.held + left.carried + left.asked
    if left.most is None or (left.most + rows and peers.unit_high is None):
        return None
    return (left.most + rows) * (peers.unit_high or 0.0)
