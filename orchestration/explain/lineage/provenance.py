"""Which returned rows a value is made of: the models' own SQL, rewritten so that every row carries addresses.

A figure and its explanation come from one text, so a new model is explained without a line written for it
(docs/decisions/0013). Nothing is run here: the outcome is SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from sqlglot import exp, parse_one

from orchestration.explain.lineage.addresses import (
    DIALECT,
    ROWS,
    ColumnRefs,
    ProvenanceSchema,
    aggregates,
    conditions,
    gathered,
    own_name,
    own_of_group,
    own_of_row,
    together,
)
from orchestration.explain.lineage.built_model import Model
from orchestration.explain.lineage.pruning import column_names, prune
from orchestration.explain.lineage.select_columns import add_columns, aligned, expand_stars, united
from orchestration.release.renamed_columns import quote_old_names

# What a leaf's rows are → the columns that say where each stands. A return as a whole stands under its form, in row 0.
LEAVES = {"rows": ("submission_id", "sheet", "row_number"), "returns": ("submission_id", "form", "0")}


@dataclass(frozen=True)
class Rewritten:
    """SQL for everything in a relation, with addresses.

    Attributes:
        columns: names of the columns that the models behind it name, of whatever relation.
        behind: the relations it is made of.
    """

    sql: str
    carrier: ProvenanceSchema
    columns: frozenset[str]
    behind: frozenset[str]


@dataclass(frozen=True)
class _Defined:
    """A rewritten model under the name that queries know it by.

    Attributes:
        body: none where the relation is taken as it stands.
        uses: the models it is made of.
    """

    name: str
    carrier: ProvenanceSchema
    body: exp.Expr | None = None
    uses: tuple[str, ...] = ()


class Rewriter:
    """Rewrites queries over the models of a build; what is known of a model serves every later query."""

    def __init__(
        self,
        models: Iterable[Model],
        leaves: str = "rows",
        only: str | None = None,
        marked: str | None = None,
        places: str | None = None,
    ) -> None:
        """Take the models.

        Args:
            models: all of a build.
            leaves: what is to be named: the "rows" or the whole "returns" that came.
            only: a table of addresses; only those are then read, as if nothing else had come.
            marked: a table of addresses; only those are then named, so that lists of many rows stay short.
            places: SQL for a list of places, or null for all: of other places nothing is then led to a division. A
                filter by division does not reach the rows by itself.
        """
        self._models = {model.relation.lower(): model for model in models}
        self._leaves = leaves
        # A filter for one figure is to reach the rows; the returns are few, and found faster once than many times.
        self._materialized = None if leaves == "returns" else False
        own, row = ", ".join(LEAVES[leaves]), ", ".join(LEAVES["rows"])
        pairs = zip(LEAVES["rows"], LEAVES[leaves], strict=True)
        self._address = "[struct_pack(" + ", ".join(f"{part} := {its}" for part, its in pairs) + ")]"
        if marked:
            asked = f"({own}) in (select ({row}) from {marked})"
            self._address = f"case when {asked} then {self._address} else [] end"
        self._where = f" where ({own}) in (select ({row}) from {only})" if only else ""
        self._places = places
        self._defined: dict[str, _Defined] = {}
        self._uses: dict[str, None] = {}  # what the model or query at hand is made of, in order

    def rewrite(self, relation: str) -> Rewritten:
        """A query for everything in a relation; each model behind it is defined once, before the query."""
        self._uses = {}
        query = exp.select("*").from_(exp.to_table(relation, dialect=DIALECT))
        carrier = self._select(query, {})
        behind: dict[str, _Defined] = {}
        self._collect(self._uses, behind)
        bodies = {key: one.body for key, one in behind.items() if one.body is not None}
        pruned = prune(bodies, {key: one.uses for key, one in behind.items()}, self._uses)
        kind = "" if self._materialized is None else "not materialized "
        named = ",\n".join(f"{behind[key].name} as {kind}({body.sql(DIALECT)})" for key, body in pruned.items())
        text = query.sql(DIALECT)
        columns = frozenset(name for body in pruned.values() for name in column_names(body))
        return Rewritten(f"with {named}\n{text}" if named else text, carrier, columns, frozenset(behind))

    def _collect(self, uses: Iterable[str], found: dict[str, _Defined]) -> None:
        """Add the models that must be defined, each after those it is made of."""
        for key in uses:
            one = self._defined[key]
            if one.carrier.carries and key not in found:
                self._collect(one.uses, found)
                found[key] = one

    def _query(self, query: exp.Expr, scope: Mapping[str, ProvenanceSchema]) -> tuple[exp.Expr, ProvenanceSchema]:
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

    def _union(
        self, query: exp.SetOperation, scope: Mapping[str, ProvenanceSchema]
    ) -> tuple[exp.Expr, ProvenanceSchema]:
        branches: list[exp.Expr] = []
        node: exp.Expr = query
        while isinstance(node, exp.SetOperation):
            branches.insert(0, node.expression)
            node = node.this
        found = [self._query(branch, scope) for branch in [node, *branches]]
        whole = united([carrier for _, carrier in found])
        outcome, *others = [aligned(branch, carrier, whole) for branch, carrier in found]
        for other in others:
            outcome = type(query)(this=outcome, expression=other, distinct=query.args.get("distinct"))
        outcome.set("with_", query.args.get("with_"))
        return outcome, whole

    def _select(self, select: exp.Select, scope: Mapping[str, ProvenanceSchema]) -> ProvenanceSchema:
        """Give a select the columns of its addresses, and keep it to the asked places."""
        sources, optional = self._sources(select, scope)
        within = self._within(select) if self._places else []
        carrier = self._carry(select, sources, optional)
        for condition in within:
            select.where(condition, copy=False)
        return carrier

    def _within(self, select: exp.Select) -> list[exp.Expr]:
        """What the rows of a select must meet to be of the asked places, where it leads places to divisions."""
        found: list[exp.Expr] = []
        for join in select.args.get("joins") or []:
            table, on = join.this, join.args.get("on")
            model = self._models.get(_key(table)) if isinstance(table, exp.Table) and table.db else None
            if model is None or model.rolls_up is None or join.side or on is None:
                continue
            for equal in on.find_all(exp.EQ):
                if equal.expression.sql() == f"{table.alias_or_name}.{model.rolls_up}":
                    text = f"({self._places} is null or list_contains({self._places}, {equal.this.sql(DIALECT)}))"
                    found.append(parse_one(text, dialect=DIALECT))
        return found

    @staticmethod
    def _carry(select: exp.Select, sources: dict[str, ProvenanceSchema], optional: set[str]) -> ProvenanceSchema:
        expand_stars(select, sources)
        names = tuple(item.alias_or_name for item in select.expressions)
        if not any(source.carries for source in sources.values()):
            return ProvenanceSchema(names)
        reading = ColumnRefs(sources, optional)
        rows = reading.of_row(conditions(select))
        if select.args.get("distinct"):
            select.set("distinct", None)
            select.set("group", exp.Group(expressions=[exp.Literal.number(at + 1) for at in range(len(names))]))
            add_columns(select, {ROWS: gathered(together(rows))})
            return ProvenanceSchema(names, True, frozenset(), True)
        is_group = bool(select.args.get("group")) or any(aggregates(item) for item in select.expressions)
        own = own_of_group(select, reading) if is_group else own_of_row(select, reading, rows)
        whole = together(rows)
        named = {own_name(name): made for name, made in own.items()}
        add_columns(select, {ROWS: gathered(whole) if is_group else whole, **named})
        return ProvenanceSchema(names, True, frozenset(own), is_group or reading.is_of_groups)

    def _sources(
        self, select: exp.Select, scope: Mapping[str, ProvenanceSchema]
    ) -> tuple[dict[str, ProvenanceSchema], set[str]]:
        """Alias → what stands behind it, and the aliases that a row need not have."""
        sources: dict[str, ProvenanceSchema] = {}
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

    def _table(self, table: exp.Table, scope: Mapping[str, ProvenanceSchema]) -> ProvenanceSchema:
        if not table.db and table.name in scope:
            return scope[table.name]
        key = _key(table)
        if key not in self._defined:
            self._defined[key] = self._define(self._models[key], f"m{len(self._defined)}_{table.name}")
        self._uses[key] = None
        one = self._defined[key]
        if one.carrier.carries:
            table.replace(exp.alias_(exp.to_table(one.name), table.alias_or_name, table=True))
        return one.carrier

    def _define(self, model: Model, name: str) -> _Defined:
        """Rewrite a model, unless it rests on no return and can be taken as it stands."""
        if model.leaf == self._leaves:
            text = f'select *, {self._address} as "{ROWS}" from {model.relation}{self._where}'
            return _Defined(name, ProvenanceSchema(model.columns, True), parse_one(text, dialect=DIALECT))
        if model.sql is None:
            return _Defined(name, ProvenanceSchema(model.columns))
        outer, self._uses = self._uses, {}
        query, carrier = self._query(parse_one(quote_old_names(model.sql), dialect=DIALECT), {})
        uses, self._uses = tuple(self._uses), outer
        return _Defined(name, carrier, query, uses) if carrier.carries else _Defined(name, carrier)


def _key(table: exp.Table) -> str:
    return ".".join(part.name for part in table.parts).lower()
