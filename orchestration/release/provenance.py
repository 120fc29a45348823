"""Which returned rows a value is made of: the models' own SQL, rewritten so that every row carries addresses.

A figure and its explanation come from one text, so a new model is explained without a line written for it
(docs/decisions/0013). Nothing is run here: the outcome is SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlglot import exp, parse_one

from expectations.sql_allow_list import MAP_COLUMN
from orchestration.release.addresses import (
    DIALECT,
    ROWS,
    Carrier,
    Reading,
    aggregates,
    gathered,
    own_name,
    together,
)

# What a leaf's rows are → the columns that say where each stands. A return as a whole stands under its form, in row 0.
LEAVES = {"rows": ("submission_id", "sheet", "row_number"), "returns": ("submission_id", "form", "0")}


@dataclass(frozen=True)
class Model:
    """A relation of a build.

    Attributes:
        relation: its name in SQL.
        sql: what it was built from; none for what rests on no return (seeds) or is taken as it stands.
        leaf: whether its rows are "rows" of one form, or whole "returns", and carry where they stand themselves.
        indicators: those whose figures it gives.
        forms: those whose rows it may rest on.
    """

    relation: str
    columns: tuple[str, ...]
    sql: str | None = None
    leaf: str | None = None
    indicators: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()


class Rewriter:
    """Rewrites queries over the models of a build; each model they use is defined once, before the query.

    Attributes:
        used: names of the columns that the models behind the last query name, of whatever relation.
    """

    def __init__(
        self, models: Iterable[Model], leaves: str = "rows", only: str | None = None, marked: str | None = None
    ) -> None:
        """Take the models.

        Args:
            models: all of a build.
            leaves: what is to be named: the "rows" or the whole "returns" that came.
            only: a table of addresses; only those are then read, as if nothing else had come.
            marked: a table of addresses; only those are then named, so that lists of many rows stay short.
        """
        self._models = {model.relation.lower(): model for model in models}
        self._leaves = leaves
        # A filter for one figure is to reach the rows; the returns are few, and found faster once than many times.
        self._materialized = None if leaves == "returns" else False
        own, told = ", ".join(LEAVES[leaves]), ", ".join(LEAVES["rows"])
        pairs = zip(LEAVES["rows"], LEAVES[leaves], strict=True)
        self._address = "[struct_pack(" + ", ".join(f"{part} := {its}" for part, its in pairs) + ")]"
        if marked:
            asked = f"({own}) in (select ({told}) from {marked})"
            self._address = f"case when {asked} then {self._address} else [] end"
        self._where = f" where ({own}) in (select ({told}) from {only})" if only else ""
        self._defined: dict[str, tuple[str, Carrier]] = {}
        self._ctes: list[exp.CTE] = []
        self.used: set[str] = set()

    def rewrite(self, relation: str) -> tuple[str, Carrier]:
        """A query for everything in a relation, with addresses, and what it offers."""
        self._defined, self._ctes, self.used = {}, [], set()
        query = exp.select("*").from_(exp.to_table(relation, dialect=DIALECT))
        carrier = self._select(query, {})
        query.set("with_", exp.With(expressions=self._ctes) if self._ctes else None)
        return query.sql(DIALECT), carrier

    def _query(self, query: exp.Expr, scope: Mapping[str, Carrier]) -> tuple[exp.Expr, Carrier]:
        if isinstance(query, (exp.Subquery, exp.Paren)):
            inner, carrier = self._query(query.this, scope)
            query.set("this", inner)
            return query, carrier
        inside = dict(scope)
        for cte in cast("exp.Query", query).ctes:
            rewritten, inside[cte.alias] = self._query(cte.this, inside)
            cte.set("this", rewritten)
            cte.set("materialized", self._materialized)
        if isinstance(query, exp.SetOperation):
            return self._union(query, inside)
        return query, self._select(cast("exp.Select", query), inside)

    def _union(self, query: exp.SetOperation, scope: Mapping[str, Carrier]) -> tuple[exp.Expr, Carrier]:
        branches: list[exp.Expr] = []
        node: exp.Expr = query
        while isinstance(node, exp.SetOperation):
            branches.insert(0, node.expression)
            node = node.this
        found = [self._query(branch, scope) for branch in [node, *branches]]
        whole = _united([carrier for _, carrier in found])
        outcome, *others = [_aligned(branch, carrier, whole) for branch, carrier in found]
        for other in others:
            outcome = type(query)(this=outcome, expression=other, distinct=query.args.get("distinct"))
        outcome.set("with_", query.args.get("with_"))
        return outcome, whole

    def _select(self, select: exp.Select, scope: Mapping[str, Carrier]) -> Carrier:
        """Give a select the columns of its addresses."""
        sources, optional = self._sources(select, scope)
        _expand_stars(select, sources)
        names = tuple(item.alias_or_name for item in select.expressions)
        if not any(source.carries for source in sources.values()):
            return Carrier(names)
        reading = Reading(sources, optional)
        rows = reading.of_row(_conditions(select))
        if select.args.get("distinct"):
            select.set("distinct", None)
            select.set("group", exp.Group(expressions=[exp.Literal.number(at + 1) for at in range(len(names))]))
            _add(select, {ROWS: gathered(together(rows))})
            return Carrier(names, True, frozenset(), True)
        is_group = bool(select.args.get("group")) or any(aggregates(item) for item in select.expressions)
        own = _own_of_group(select, reading) if is_group else _own_of_row(select, reading, rows)
        whole = together(rows)
        _add(select, {ROWS: gathered(whole) if is_group else whole, **{own_name(n): made for n, made in own.items()}})
        return Carrier(names, True, frozenset(own), is_group or reading.is_of_groups)

    def _sources(self, select: exp.Select, scope: Mapping[str, Carrier]) -> tuple[dict[str, Carrier], set[str]]:
        """Alias → what stands behind it, and the aliases that a row need not have."""
        sources: dict[str, Carrier] = {}
        optional: set[str] = set()
        start, joins = select.args.get("from_"), select.args.get("joins") or []
        for node, side in [*([(start.this, "")] if start else []), *((join.this, join.side) for join in joins)]:
            alias = node.alias_or_name
            if isinstance(node, exp.Table):
                sources[alias] = self._table(node, scope)
            else:
                rewritten, sources[alias] = self._query(node.this, scope)
                node.set("this", rewritten)
            if side == "LEFT":
                optional.add(alias)
        return sources, optional

    def _table(self, table: exp.Table, scope: Mapping[str, Carrier]) -> Carrier:
        if not table.db and table.name in scope:
            return scope[table.name]
        key = _key(table)
        if key not in self._defined:
            self._defined[key] = self._define(self._models[key], f"m{len(self._defined)}_{table.name}")
        name, carrier = self._defined[key]
        if carrier.carries:
            table.replace(exp.alias_(exp.to_table(name), table.alias_or_name, table=True))
        return carrier

    def _define(self, model: Model, name: str) -> tuple[str, Carrier]:
        """Define a model before the query, unless it rests on no return and can be taken as it stands."""
        if model.leaf == self._leaves:
            carrier = Carrier(model.columns, True)
            text = f'select *, {self._address} as "{ROWS}" from {model.relation}{self._where}'
            query: exp.Expr = parse_one(text, dialect=DIALECT)
        elif model.sql is None:
            return name, Carrier(model.columns)
        else:
            body = parse_one(MAP_COLUMN.sub('"map"', model.sql), dialect=DIALECT)
            named = {column.name for column in body.find_all(exp.Column)}
            query, carrier = self._query(body, {})
            self.used |= named if carrier.carries else set()
        if carrier.carries:
            alias = exp.TableAlias(this=exp.to_identifier(name))
            self._ctes.append(exp.CTE(this=query, alias=alias, materialized=self._materialized))
        return name, carrier


def _conditions(select: exp.Select) -> list[exp.Expr]:
    """What a row must meet; a row without a partner in a left join stays."""
    joins = [join.args["on"] for join in select.args.get("joins") or [] if join.args.get("on") and not join.side]
    return [*(select.args[part] for part in ("where", "qualify", "having") if select.args.get(part)), *joins]


def _own_of_group(select: exp.Select, reading: Reading) -> dict[str, exp.Expr]:
    """Columns with aggregates: each comes from the rows that its aggregates count."""
    where = _conditions(select)
    found = {item.alias_or_name: aggregates(item) for item in select.expressions}
    return {name: together([reading.of_aggregate(one, where) for one in many]) for name, many in found.items() if many}


def _own_of_row(select: exp.Select, reading: Reading, rows: Sequence[exp.Expr]) -> dict[str, exp.Expr]:
    """Columns that come from other rows than the whole row does."""
    of_row = {part.sql() for part in rows}
    found = {item.alias_or_name: reading.of_value(item) for item in select.expressions}
    return {name: together(parts) for name, parts in found.items() if parts and {p.sql() for p in parts} != of_row}


def _add(select: exp.Select, columns: Mapping[str, exp.Expr]) -> None:
    added = [exp.alias_(made, name, quoted=True) for name, made in columns.items()]
    select.set("expressions", [*select.expressions, *added])


def _expand_stars(select: exp.Select, sources: Mapping[str, Carrier]) -> None:
    items: list[exp.Expr] = []
    for item in select.expressions:
        if isinstance(item, exp.Star):
            items += [exp.column(name, table=alias) for alias, one in sources.items() for name in one.columns]
        elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
            items += [exp.column(name, table=item.table) for name in sources[item.table].columns]
        else:
            items.append(item)
    select.set("expressions", items)


def _united(carriers: Sequence[Carrier]) -> Carrier:
    columns = carriers[0].columns
    own = {name for one in carriers for name, its in zip(columns, one.columns, strict=True) if its in one.own}
    carrying = [one for one in carriers if one.carries]
    return Carrier(columns, bool(carrying), frozenset(own), bool(carrying) and all(one.is_group for one in carrying))


def _aligned(branch: exp.Expr, carrier: Carrier, whole: Carrier) -> exp.Expr:
    """A branch of a union with the columns of the whole, in one order."""
    if not whole.carries:
        return branch
    pairs = list(zip(carrier.columns, whole.columns, strict=True))
    columns = [exp.alias_(exp.column(its, table="b", quoted=True), name, quoted=True) for its, name in pairs]
    columns.append(exp.alias_(carrier.addresses("b") or together([]), ROWS, quoted=True))
    for its, name in pairs:
        if name in whole.own:
            columns.append(exp.alias_(carrier.addresses("b", its) or together([]), own_name(name), quoted=True))
    return exp.select(*columns).from_(exp.alias_(exp.Subquery(this=branch), "b", table=True))


def _key(table: exp.Table) -> str:
    return ".".join(part.name for part in table.parts).lower()
