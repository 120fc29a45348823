"""Splits money over weights to the fen by the largest remainder; the models do the same in SQL."""

from __future__ import annotations

from collections.abc import Mapping


def split_fen(amount: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Parts of ``amount`` in proportion to ``weights``, in the order of the keys.

    The parts add up to the amount, each is within a fen of its exact share, and equal remainders are served in the
    order of the keys, so that the order in which shares come does not matter.

    Args:
        amount: fen, not negative.
        weights: whole numbers, not negative, at least one of them above zero.

    Raises:
        ValueError: the amount or a weight is negative, or all weights are zero.
    """
    total = sum(weights.values())
    if amount < 0 or total <= 0 or min(weights.values()) < 0:
        raise ValueError(f"cannot split {amount} over weights that add up to {total}: expected numbers above 0")
    parts = {key: amount * weights[key] // total for key in sorted(weights)}
    left = amount - sum(parts.values())
    by_remainder = sorted(parts, key=lambda key: (-(amount * weights[key] % total), key))
    for key in by_remainder[:left]:
        parts[key] += 1
    return parts


def part_fen(amount: int, share: int, whole: int) -> int:
    """``amount`` × ``share`` ÷ ``whole`` in fen, a half rounded up."""
    return (2 * amount * share + whole) // (2 * whole)
