"""Expressions for lists of addresses: which returned rows the columns and aggregates of one select come from.

What is selected from what is `provenance`'s business.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp, parse_one

DIALECT = "duckdb"
ROWS = "__rows"
_OWN = "__rows_of_"
_SHIFTS = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue)
_RANKS = (exp.RowNumber,)


@dataclass(frozen=True)
class ProvenanceSchema:
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

    def counting(self, alias: str) -> exp.Expr | None:
        """The addresses of a group's rows that any of its columns counts; of all where none has its own."""
        whole = self.addresses(alias)
        if whole is None or not self.own:
            return whole
        own = together([exp.column(own_name(column), table=alias, quoted=True) for column in sorted(self.own)])
        return exp.Anonymous(this="list_intersect", expressions=[own, whole])


class ColumnRefs:
    """What the columns of one select refer to.

    Attributes:
        is_of_groups: every source that a row must have is made of groups, so that its row stands for many.
    """

    def __init__(self, sources: Mapping[str, ProvenanceSchema], optional: Collection[str]) -> None:
        """Take the sources by alias, and those that a row need not have."""
        self._sources = sources
        self._required = [alias for alias, one in sources.items() if one.carries and alias not in optional]
        self.is_of_groups = bool(self._required) and all(sources[alias].is_group for alias in self._required)

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

    def of_columns(self, *nodes: exp.Expr) -> list[exp.Expr]:
        """Addresses of the columns that nodes name; through a window also those of the rows it looks at."""
        found: list[exp.Expr] = []
        for node in nodes:
            named = [self._sources[alias].addresses(alias, name) for alias, name in self.references(node)]
            found += [addresses for addresses in named if addresses is not None]
            for window in node.find_all(exp.Window):
                if not isinstance(window.this, _RANKS):
                    found += [_through(window, addresses) for addresses in self.of_columns(window.this)]
        return _once(found)

    def of_conditions(self, conditions: Sequence[exp.Expr]) -> list[exp.Expr]:
        """Addresses of what conditions name; not of what a group is grouped by, which any of its rows tells."""
        named = [one for condition in conditions for one in self.references(condition)]
        asked = [
            exp.column(name, table=alias)
            for alias, name in named
            if name in self._sources[alias].own or not self._sources[alias].is_group
        ]
        return self.of_columns(*asked)

    def of_row(self, conditions: Sequence[exp.Expr]) -> list[exp.Expr]:
        """Addresses of all that a row must have and of what its conditions name."""
        sources = [self._sources[alias].addresses(alias) for alias in self._required]
        return _once([*(one for one in sources if one is not None), *self.of_conditions(conditions)])

    def of_value(self, node: exp.Expr) -> list[exp.Expr]:
        """Addresses of the columns that a value is made of; none where it names no returned column."""
        return [*self._beside(node), *found] if (found := self.of_columns(node)) else []

    def of_aggregate(self, aggregate: exp.Expr, conditions: Sequence[exp.Expr]) -> exp.Expr:
        """Addresses of the rows that an aggregate counts or adds."""
        found = self.of_columns(aggregate)
        parts = _once([*self._beside(aggregate), *found, *self.of_conditions(conditions)])
        return gathered(together(parts if found else self.of_row(conditions)), counted(aggregate))

    def _beside(self, node: exp.Expr) -> list[exp.Expr]:
        """What a row must have beside the columns that a node names.

        A group that is named is there if the rows of the named column are. Of another group that must be there (a
        denominator's beside a numerator's) those rows are told that count in it, not those it passes over.
        """
        named = {alias for alias, _ in self.references(node)}
        found: list[exp.Expr | None] = []
        for alias in self._required:
            source = self._sources[alias]
            if not source.is_group:
                found.append(source.addresses(alias))
            elif alias not in named:
                found.append(source.counting(alias))
        return [addresses for addresses in found if addresses is not None]


def conditions(select: exp.Select) -> list[exp.Expr]:
    """What a row must meet; a row without a partner in a left join stays."""
    joins = [join.args["on"] for join in select.args.get("joins") or [] if join.args.get("on") and not join.side]
    return [*(select.args[part] for part in ("where", "qualify", "having") if select.args.get(part)), *joins]


def own_of_group(select: exp.Select, reading: ColumnRefs) -> dict[str, exp.Expr]:
    """Columns with aggregates: each comes from the rows that its aggregates count."""
    where = conditions(select)
    found = {item.alias_or_name: aggregates(item) for item in select.expressions}
    return {name: together([reading.of_aggregate(one, where) for one in many]) for name, many in found.items() if many}


def own_of_row(select: exp.Select, reading: ColumnRefs, rows: Sequence[exp.Expr]) -> dict[str, exp.Expr]:
    """Columns that come from other rows than the whole row does."""
    of_row = {part.sql() for part in rows}
    found = {item.alias_or_name: reading.of_value(item) for item in select.expressions}
    return {name: together(parts) for name, parts in found.items() if parts and {p.sql() for p in parts} != of_row}


def own_name(column: str) -> str:
    """The column with the addresses that another column has of its own."""
    return f"{_OWN}{column}"


def aggregates(item: exp.Expr) -> list[exp.Expr]:
    """The aggregates in an item, each with its filter; a window function is none."""
    found = [node.parent if isinstance(node.parent, exp.Filter) else node for node in item.find_all(exp.AggFunc)]
    return [node for node in found if not isinstance(node.parent, exp.Window)]


def counted(aggregate: exp.Expr) -> exp.Expr | None:
    """The condition under which an input row adds to an aggregate's value; none where each does."""
    if isinstance(aggregate, exp.Filter):
        inner, condition = counted(aggregate.this), aggregate.expression.this.copy()
        return condition if inner is None else exp.and_(condition, inner)
    argument = aggregate.this
    if isinstance(argument, exp.Order):  # in which order texts are joined says nothing of which
        argument = argument.this
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
    """The lists of a group's rows as one list, of those that meet a condition.

    De-duplicated: otherwise addresses would multiply at every level of aggregation.
    """
    whole: exp.Expr = exp.Anonymous(this="list", expressions=[addresses])
    if condition is not None:
        whole = exp.Filter(this=whole, expression=exp.Where(this=condition))
    return exp.Anonymous(this="list_distinct", expressions=[exp.Anonymous(this="flatten", expressions=[whole])])


def _once(parts: Sequence[exp.Expr]) -> list[exp.Expr]:
    return list({part.sql(): part for part in parts}.values())


def _through(window: exp.Window, addresses: exp.Expr) -> exp.Expr:
    """Addresses seen through a window: of the one row it is shifted to, or of all in its frame."""
    seen = window.copy()
    if isinstance(window.this, _SHIFTS):
        seen.this.set("this", addresses.copy())
        return seen
    seen.set("this", exp.Anonymous(this="list", expressions=[addresses.copy()]))
    return exp.Anonymous(this="flatten", expressions=[seen])
