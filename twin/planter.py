"""Planters of one line: the row that is made or picked, what is changed in it and which column must be found.

An error that takes more (two rows, a row that is found by another form) is a function of its own in ``errors_*``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twin.planting import NOW, Ground, Row, Where

Values = dict[str, Any]
Planter = Callable[[Ground], None]
Maker = Callable[[Ground, str], Row]
"""The row an error is put into, by the rule it is for."""


def planter(
    rule: str,
    make: Maker,
    column: str,
    computed: Callable[[Values], Values] = lambda _: {},
    *,
    accepted: bool = False,
    still: bool = True,
    note: str = "",
    also: tuple[str, str, str] | None = None,
    **cells: Any,
) -> Planter:
    """Plant one error into one row.

    Args:
        rule: the rule that must find it.
        make: makes or picks the row.
        column: where it must be found.
        computed: cells to change, from the row's values.
        accepted: the row is only asked about, though a place was kept for it as for a held one.
        still: it is planted into the still city as well, which was published before some rules were written.
        note: what the answer key says of it.
        also: column, rule and note of what follows from it.
        **cells: cells to change.
    """

    def plant(ground: Ground) -> None:
        if ground.is_still and not still:
            return
        row = make(ground, rule)
        ground.change(row, **cells, **computed(row.values))
        if accepted:
            ground.change(row, held=False)
        ground.expect(rule, row, column, note=note)
        if also:
            ground.expect(rule, row, also[0], rule=also[1], note=also[2])

    plant.__name__ = rule
    return plant


def by_city(still: Planter, now: Planter) -> Planter:
    """Plant one thing into the still city, another into every other."""
    return lambda ground: (still if ground.is_still else now)(ground)


def any_row(_: Values) -> bool:
    """Every row will do."""
    return True


def matching(**wanted: Any) -> Where:
    """Whether a row has these values."""
    return lambda values: all(values[name] == value for name, value in wanted.items())


def copied(form: str, *, held: bool = False, period: str = NOW, where: Where = any_row, **changes: Any) -> Maker:
    """A further row of a subject's form (``Ground.copy_row``)."""
    return lambda ground, rule: ground.copy_row(form, rule, held=held, period=period, where=where, **changes)


def picked(form: str, *, period: str = NOW, where: Where = any_row) -> Maker:
    """A row of the city that nobody else changes (``Ground.pick_row``)."""
    return lambda ground, rule: ground.pick_row(form, rule, period=period, where=where)
