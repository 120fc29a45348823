"""What stands after a return, by the words of decisions 0021 and 0022: plain dictionaries, no SQL.

Tests of the order in which returns come use the same ``after`` (tests/pipeline/test_orders.py).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from twin.oracle.returns import Mode
from twin.places import seed

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True)
class Line(Generic[Value]):
    """One row of a return beside its key: whether it is held, and whether it withdraws the key.

    ``speaks`` is false where the key is made of places and words of lists: it can be no slip in another key.
    ``within`` is the household of a row that belongs to one: a slip in its key stands for a row of that household.
    """

    value: Value
    is_held: bool = False
    is_withdrawal: bool = False
    speaks: bool = True
    within: str = ""


def after(
    standing: Mapping[Key, Value] | None,
    earlier: Mapping[Key, Value],
    mode: Mode,
    lines: Sequence[tuple[Key, Line[Value]]],
    *,
    has_reason: bool,
    within_of: Mapping[Key, str] | None = None,
) -> dict[Key, Value] | None:
    """What stands of a form of one submitter and period after one more return; none while nothing came.

    Args:
        standing: what stood of the period before this return, none where nothing had come.
        earlier: what stood of the last period that was returned.
        mode: whether the return is the whole, names what it corrects, or says that there is nothing.
        lines: its rows.
        has_reason: whether the cover explains a return that is smaller than the last.
        within_of: household of each key of ``earlier`` and ``standing``, where rows belong to one.
    """
    passing = {key: line.value for key, line in lines if not line.is_held and not line.is_withdrawal}
    withdrawn = {key for key, line in lines if line.is_withdrawal and not line.is_held}
    if mode == "nothing":
        return dict(standing) if standing and not has_reason else {}
    if mode == "correction":
        return None if standing is None else {k: v for k, v in {**standing, **passing}.items() if k not in withdrawn}
    if _is_refused(standing, earlier, len(lines), len(passing), has_reason=has_reason):
        return None if standing is None else dict(standing)
    before = earlier if standing is None else standing
    kept = {key: before[key] for key, line in lines if line.is_held and key in before and key not in passing}
    return passing | kept | _for_slips(before, lines, within_of or {})


def _is_refused(
    standing: Mapping[Key, Value] | None, earlier: Mapping[Key, Value], rows: int, passing: int, *, has_reason: bool
) -> bool:
    """Whether a whole replaces nothing: no row of it passes, too few do, or it is much smaller without a reason."""
    if rows and not passing:
        return True
    measured = len(standing) if standing else len(earlier) if not rows else 0
    if not measured:
        return False
    least, fall = limits()
    return passing < least * rows or (rows < (1 - fall) * measured and not has_reason)


def _for_slips(
    before: Mapping[Key, Value], lines: Sequence[tuple[Key, Line[Value]]], within_of: Mapping[Key, str]
) -> dict[Key, Value]:
    """As many of the absent keys as there are held rows under a key that never stood: it may be a slip in one."""
    named = {key for key, _ in lines}
    absent: dict[str, list[Key]] = {}
    for key in sorted((key for key in before if key not in named), key=str):
        absent.setdefault(within_of.get(key, ""), []).append(key)
    slips: dict[str, int] = {}
    for key, line in lines:
        if line.is_held and line.speaks and key not in before:
            slips[line.within] = slips.get(line.within, 0) + 1
    return {key: before[key] for within, count in slips.items() for key in absent.get(within, [])[:count]}


def limits() -> tuple[float, float]:
    """The least share of rows that must pass, and the greatest fall without a reason."""
    row = seed("supersession_limit").iloc[-1]
    return float(row["minimum_accepted_share"]), float(row["maximum_fall_share"])
