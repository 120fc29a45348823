"""Which returned columns an indicator's figures are made of, told from the compiled SQL of the models.

A condition, a join and a group count as much as a sum: a wrong status moves a count of the poor. What no part of the
indicator's own branch asks for is left out, through all models down to staging. Nothing is run and no row is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from sqlglot import MappingSchema, exp, parse_one
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from orchestration.explain.lineage.addresses import DIALECT

_INDICATOR = "indicator"
# How surely a branch of a model gives an indicator. In between, as many letters as its pattern has of the name.
BY_NAME, BY_ROWS, NOT = 1_000, 1, 0


@dataclass(frozen=True)
class Node:
    """A model or seed of the compiled project.

    Attributes:
        relation: its name in SQL.
        sql: what it is made of; none for what is taken as it stands.
        columns: known beforehand of what has no SQL; else told from the SQL.
        cells: what stands in a seed.
        parents: names of the nodes it is made of.
        is_staging: whether its columns are those of a form.
    """

    relation: str
    sql: str | None = None
    columns: tuple[str, ...] = ()
    cells: frozenset[str] = frozenset()
    parents: tuple[str, ...] = ()
    is_staging: bool = False


@dataclass
class ColumnsRead:
    """Asks the nodes of one compiled project, given by name, each after its parents; what is found is kept."""

    nodes: Mapping[str, Node]
    _trees: dict[str, exp.Query] = field(default_factory=dict)
    _outputs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _found: dict[tuple[str, frozenset[str] | None, str | None], dict[str, set[str]]] = field(default_factory=dict)

    def of_indicator(self, model: str, indicator: str) -> dict[str, frozenset[str]]:
        """Staging model → its columns that the figures of an indicator, which a model gives, rest on."""
        asked = {name: set(columns) for name, columns in self._of_node(model, None, indicator).items()}
        for name in reversed(list(self.nodes)):  # each before those it is made of
            node = self.nodes[name]
            if name not in asked or node.sql is None or node.is_staging:
                continue
            for parent, columns in self._of_node(name, frozenset(asked[name]), None).items():
                asked.setdefault(parent, set()).update(columns)
        return {name: frozenset(columns) for name, columns in asked.items() if self.nodes[name].is_staging}

    def gives(self, model: str, indicator: str) -> int:
        """How surely a model gives an indicator: by its name, by a pattern of it, by the rows it is made of, or not."""
        surely = max((_fit(branch, indicator) for branch in _branches(self._tree(model))), default=NOT)
        return surely if surely != BY_ROWS or self._stands_in(model, indicator) else NOT

    def _stands_in(self, model: str, name: str) -> bool:
        """Whether a name stands anywhere in a model's text, or in a seed that it is made of."""
        texts = {text.name for text in self._tree(model).find_all(exp.Literal) if text.is_string}
        return name in texts.union(*(self.nodes[parent].cells for parent in self.nodes[model].parents))

    def _of_node(self, name: str, wanted: frozenset[str] | None, indicator: str | None) -> dict[str, set[str]]:
        """Parent → its columns that these columns of a node rest on; all of its columns, or those of an indicator."""
        if (name, wanted, indicator) not in self._found:
            tree = self._tree(name)
            tree = self._qualified(name, tree.copy() if indicator is None else _only(tree, indicator))
            if wanted is not None:
                _keep(tree, wanted)
            self._found[name, wanted, indicator] = self._sources(name, pushdown_projections(tree))
        return self._found[name, wanted, indicator]

    def _tree(self, name: str) -> exp.Query:
        """What a node is made of, parsed once; whoever changes it takes a copy."""
        if name not in self._trees:
            self._trees[name] = cast("exp.Query", parse_one(self.nodes[name].sql or "", dialect=DIALECT))
        return self._trees[name]

    def _qualified(self, name: str, tree: exp.Query) -> exp.Query:
        schema = MappingSchema(dialect=DIALECT)
        for parent in self.nodes[name].parents:
            columns = dict.fromkeys(self.columns(parent), "varchar")
            schema.add_table(exp.to_table(self.nodes[parent].relation, dialect=DIALECT), columns)
        return qualify(tree, schema=schema, dialect=DIALECT, validate_qualify_columns=False, identify=False)

    def columns(self, name: str) -> tuple[str, ...]:
        """The columns of a node."""
        node = self.nodes[name]
        if node.sql is None:
            return node.columns
        if name not in self._outputs:
            self._outputs[name] = tuple(self._qualified(name, self._tree(name).copy()).named_selects)
        return self._outputs[name]

    def _sources(self, name: str, tree: exp.Query) -> dict[str, set[str]]:
        known = {self.nodes[parent].relation.replace('"', ""): parent for parent in self.nodes[name].parents}
        found: dict[str, set[str]] = {}
        for scope in traverse_scope(tree):
            tables = {
                alias: known[".".join(part.name for part in source.parts)]
                for alias, source in scope.sources.items()
                if isinstance(source, exp.Table)
            }
            for parent in tables.values():  # a model of which rows are counted is read, too
                found.setdefault(parent, set())
            for column in scope.columns:
                if column.table in tables:
                    found[tables[column.table]].add(column.name)
        return found


def _branches(tree: exp.Expr) -> Iterator[exp.Select]:
    if isinstance(tree, exp.SetOperation):
        yield from _branches(tree.left)
        yield from _branches(tree.right)
    elif isinstance(tree, exp.Subquery):
        yield from _branches(tree.this)
    elif isinstance(tree, exp.Select):
        yield tree


def _fit(branch: exp.Select, indicator: str) -> int:
    """`BY_NAME`, the letters of a pattern such as ``'poor_' || class || '_share'`` that fits, `BY_ROWS`, or `NOT`."""
    named = next((item.unalias() for item in branch.expressions if item.alias_or_name == _INDICATOR), None)
    if named is None:
        return NOT
    if named.is_string:
        return BY_NAME if named.name == indicator else NOT
    parts = list(named.flatten()) if isinstance(named, exp.DPipe) else [named]
    letters = "".join(part.name for part in parts if part.is_string)
    pattern = "".join(re.escape(part.name) if part.is_string else ".*" for part in parts)
    return (len(letters) or BY_ROWS) if re.fullmatch(pattern, indicator) else NOT


def _only(tree: exp.Query, indicator: str) -> exp.Query:
    """A copy of a model, every union of figures in it reduced to the branches that fit an indicator best."""
    copied = tree.copy()
    for union in list(copied.find_all(exp.SetOperation)):
        fits = [(_fit(branch, indicator), branch) for branch in _branches(union)]
        best = max(fit for fit, _ in fits)
        if best == NOT or isinstance(union.parent, exp.SetOperation):
            continue  # no union of figures, or a part of one
        kept = [branch.copy() for fit, branch in fits if fit == best]
        rest = kept[0] if len(kept) == 1 else exp.union(*kept, distinct=False, dialect=DIALECT)
        if before := union.args.get("with_"):
            rest.set("with_", before.copy())
        copied = rest if union is copied else copied
        union.replace(rest)
    return copied


def _keep(tree: exp.Query, wanted: Collection[str]) -> None:
    """Leave out of what a model gives the columns that nobody asks for; distinct rows are told by all of them."""
    for branch in _branches(tree):
        if branch.args.get("distinct"):
            continue
        kept = [item for item in branch.expressions if item.alias_or_name in wanted]
        branch.set("expressions", kept or branch.expressions[:1])
