"""A relation of a build, as lineage knows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    """A relation of a build.

    Attributes:
        relation: its name in SQL.
        sql: what it was built from; none for what rests on no return (seeds) or is taken as it stands.
        leaf: whether its rows are "rows" of one form, or whole "returns", and carry where they stand themselves.
        indicators: those whose figures it gives.
        forms: those whose rows it may rest on.
        rolls_up: the column with the places that it leads to their divisions.
    """

    relation: str
    columns: tuple[str, ...]
    sql: str | None = None
    leaf: str | None = None
    indicators: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    rolls_up: str | None = None
