"""Expressions for lists of addresses: which returned rows the columns and aggregates of one select come from.

What is selected from what is `provenance`'s business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp, parse_one

DIALECT = "duckdb"
ROWS = "__rows"
_OWN = "__rows_of_"
_SHIFTS = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue)
_RANKS = (exp.RowNumber,)


@dataclass(frozen=True)
class Carrier:
    """What a rewritten relation offers.

    Attributes:
        columns: its columns without those of addresses.
        carries: whether its rows carry addresses; not so what rests on no returned row.
        own: the columns that have addresses of their own beside those of the row.
        is_group: a row stands for many, so that a column's own addresses say enough of it.
    """

    columns: tuple[str, ...]
    carries: bool = False
    own: frozenset[str] = frozenset()
    is_group: bool = False

    def addresses(self, alias: str, column: str | None = None) -> exp.Expr | None:
        """The addresses of a column, or of a row, of this relation under an alias."""
        if not self.carries:
            return None
        return exp.column(own_name(column) if column in self.own and column else ROWS, table=alias, quoted=True)


class Reading:
    """What the columns of one select refer to."""

    def __init__(self, sources: Mapping[str, Carrier]) -> None:
        self._sources = sources

    def references(self, node: exp.Expr) -> list[tuple[str, str]]:
        """(alias, column) of every column that a node names outside of subqueries."""
        found = []
        for column in node.walk(prune=lambda inner: isinstance(inner, exp.Query)):
            if isinstance(column, exp.Column):
                alias = column.table or self._holder(column.name)
                if alias:
                    found.append((alias, column.name))
        return list(dict.fromkeys(found))

    def _holder(self, column: str) -> str | None:
        return next((alias for alias, source in self._sources.items() if column in source.columns), None)

    def of_columns(self, node: exp.Expr) -> list[exp.Expr]:
        """Addresses of the columns that a node names; through a window also those of the rows it looks at."""
        found: dict[str, exp.Expr] = {}
        for alias, name in self.references(node):
            addresses = self._sources[alias].addresses(alias, name)
            if addresses is not None:
                found.setdefault(addresses.sql(), addresses)
        for window in node.find_all(exp.Window):
            if not isinstance(window.this, _RANKS):
                for addresses in self.of_columns(window.this):
                    looked_at = _through(window, addresses)
                    found.setdefault(looked_at.sql(), looked_at)
        return list(found.values())

    def of_aggregate(self, aggregate: exp.Expr, rows: Sequence[exp.Expr]) -> exp.Expr:
        """Addresses of the rows that an aggregate counts or adds, of a group whose rows have the given ones.

        Where the argument comes from groups alone, its own addresses say enough; a single row must also exist.
        """
        named = {alias for alias, _ in self.references(aggregate)}
        found = self.of_columns(aggregate)
        carriers = [self._sources[alias] for alias in named if self._sources[alias].carries]
        needed = [] if found and all(source.is_group for source in carriers) else list(rows)
        known = {part.sql() for part in needed}
        parts = [*needed, *(part for part in found if part.sql() not in known)]
        return gathered(together(parts or rows), counted(aggregate))


def own_name(column: str) -> str:
    """The column with the addresses that another column has of its own."""
    return f"{_OWN}{column}"


def is_aggregate(node: exp.Expr) -> bool:
    """Whether a node makes one value of many rows; a window function does not."""
    return isinstance(node, exp.AggFunc) and not isinstance(node.parent, exp.Window)


def counted(aggregate: exp.Expr) -> exp.Expr | None:
    """The condition under which an input row adds to an aggregate's value; none where each does."""
    argument = aggregate.this
    if isinstance(argument, exp.Distinct):
        argument = argument.expressions[0]
    if isinstance(argument, exp.Star):
        return None
    there = exp.Not(this=exp.Is(this=argument.copy(), expression=exp.Null()))
    if isinstance(aggregate, exp.Sum):
        return exp.and_(there, exp.NEQ(this=exp.paren(argument.copy()), expression=exp.Literal.number(0)))
    return there


def together(parts: Sequence[exp.Expr]) -> exp.Expr:
    """One list of several; an empty one of none."""
    if not parts:
        return parse_one("[]::struct(submission_id varchar, sheet varchar, row_number bigint)[]", dialect=DIALECT)
    whole = parts[0].copy()
    for part in parts[1:]:
        whole = exp.Anonymous(this="list_concat", expressions=[whole, part.copy()])
    return whole


def gathered(addresses: exp.Expr, condition: exp.Expr | None = None) -> exp.Expr:
    """The lists of a group's rows as one list, of those that meet a condition."""
    whole: exp.Expr = exp.Anonymous(this="list", expressions=[addresses])
    if condition is not None:
        whole = exp.Filter(this=whole, expression=exp.Where(this=condition))
    return exp.Anonymous(this="flatten", expressions=[whole])


def _through(window: exp.Window, addresses: exp.Expr) -> exp.Expr:
    """Addresses seen through a window: of the one row it is shifted to, or of all in its frame."""
    seen = window.copy()
    if isinstance(window.this, _SHIFTS):
        seen.this.set("this", addresses.copy())
        return seen
    seen.set("this", exp.Anonymous(this="list", expressions=[addresses.copy()]))
    return exp.Anonymous(this="flatten", expressions=[seen])
