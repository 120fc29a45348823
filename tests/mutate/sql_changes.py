"""The changes that are made to a query, and the places of a query where each can be made.

A change is named by its kind and by its place among the places of that kind: the same in every text of the same query,
whatever its tables are called there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from sqlglot import exp, parse_one

DIALECT = "duckdb"
# dbt puts what a unit test gives before the query's own.
GIVEN = "__dbt__cte__"
# A list of columns to tell or to sort by says no more when it is one longer.
_UNTOUCHED = (exp.DataType, exp.DataTypeParam, exp.Cast, exp.Round, exp.Limit, exp.Substring, exp.Group, exp.Interval)

# A model's table where it is built, and what a unit test gives for it; the day as of which is asked.
_TABLE = re.compile(rf'(?:"\w+"\."\w+"\.|{GIVEN})"?(\w+)"?')
_DAY = re.compile(r"'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?'")

Change = Callable[[exp.Expression], exp.Expression | None]


@dataclass(frozen=True)
class Site:
    """A place where a change of a kind can be made; ``text`` is what stands there."""

    kind: str
    place: int
    text: str


def parse(sql: str) -> exp.Expression:
    """A model's query."""
    return cast("exp.Expression", parse_one(sql, dialect=DIALECT))


def sites(query: exp.Expression) -> list[Site]:
    """Every place of a query where one of the changes can be made."""
    return [
        Site(kind, place, _text_of(node)) for kind in KINDS for place, (node, _) in enumerate(_changeable(query, kind))
    ]


def _text_of(node: exp.Expression) -> str:
    """What stands there, whatever tables are called, whatever is given for them and whichever day it is asked on."""
    copy = node.copy()
    for given in [one for one in copy.find_all(exp.CTE) if _is_given(one)]:
        given.pop()
    if isinstance(named := copy.args.get("with_"), exp.With) and not named.expressions:
        named.pop()
    text = copy.sql(dialect=DIALECT, comments=False)
    return _DAY.sub("'known_on'", _TABLE.sub(r"\1", text))


def changed(query: exp.Expression, site: Site) -> exp.Expression:
    """The query with one change made.

    Raises:
        LookupError: the query has no such place.
    """
    copy = query.copy()
    for place, (node, other) in enumerate(_changeable(copy, site.kind)):
        if place == site.place:
            if node is copy:
                return other
            node.replace(other)
            return copy
    raise LookupError(f"{site.kind} {site.place} in {query.sql(dialect=DIALECT)[:80]}")


def _changeable(query: exp.Expression, kind: str) -> Iterator[tuple[exp.Expression, exp.Expression]]:
    for node in list(query.walk(bfs=False, prune=_is_given)):
        if not _is_given(node) and (other := KINDS[kind](node)) is not None:
            yield node, other


def _is_given(node: exp.Expression) -> bool:
    return isinstance(node, exp.CTE) and node.alias.startswith(GIVEN)


# --- the kinds -----------------------------------------------------------------------------------


def _swap(swaps: Mapping[type[exp.Expression], type[exp.Expression]]) -> Change:
    """One operator or function for another of the same arguments."""

    def change(node: exp.Expression) -> exp.Expression | None:
        other = swaps.get(type(node))
        return None if other is None else other(**node.copy().args)

    return change


def _equality(node: exp.Expression) -> exp.Expression | None:
    """Not where rows are joined: all with all others is no slip."""
    if isinstance(node.find_ancestor(exp.Join, exp.Select), exp.Join):
        return None
    return _swap({exp.EQ: exp.NEQ, exp.NEQ: exp.EQ})(node)


def _conditions(node: exp.Expression, whole: tuple[type[exp.Expression], ...], least: int) -> exp.Expression | None:
    """A condition that need not hold any longer, of at least so many."""
    top = node
    while isinstance(top.parent, exp.And):
        top = top.parent
    if isinstance(node, exp.And) or not isinstance(top.parent, whole) or top.arg_key not in {"this", "on"}:
        return None
    if isinstance(top.parent, exp.Join) and top.arg_key != "on":
        return None
    count = len(list(top.flatten())) if isinstance(top, exp.And) else 1
    return exp.true() if count >= least else None


def _join_side(node: exp.Expression) -> exp.Expression | None:
    """What has no partner is left out, or kept."""
    if not isinstance(node, exp.Join) or node.args.get("on") is None:
        return None
    other = node.copy()
    if node.side in {"LEFT", "FULL"}:
        other.set("side", None)
        other.set("kind", "INNER")
    elif not node.side and node.kind in {"", "INNER"}:
        other.set("side", "LEFT")
        other.set("kind", None)
    else:
        return None
    return other


def _number(step: int) -> Change:
    def change(node: exp.Expression) -> exp.Expression | None:
        if not isinstance(node, exp.Literal) or node.is_string or isinstance(node.parent, _UNTOUCHED):
            return None
        if _is_counted(node):
            return None
        return exp.Literal.number(int(node.this) + step) if node.is_int else exp.Literal.number(f"{node.this}5")

    return change


def _is_counted(node: exp.Expression) -> bool:
    """Whether it only stands for being there: what is counted is one, whatever is told of it."""
    case = node.find_ancestor(exp.Case, exp.Select)
    return isinstance(case, exp.Case) and isinstance(case.parent, exp.Count) and isinstance(node.parent, exp.If)


def _text(node: exp.Expression) -> exp.Expression | None:
    """A code that is compared with, changed; a list of codes, one shorter."""
    if isinstance(node, exp.In) and len(node.expressions) > 1:
        other = node.copy()
        other.set("expressions", other.expressions[1:])
        return other
    if isinstance(node, exp.Literal) and node.is_string and isinstance(node.parent, exp.Predicate):
        return exp.Literal.string(f"{node.this}_") if not isinstance(node.parent, exp.In) else None
    return None


def _negation(node: exp.Expression) -> exp.Expression | None:
    if isinstance(node, exp.Not):
        return cast("exp.Expression", node.this.copy())
    return exp.Not(this=node.copy()) if isinstance(node, exp.Is) and not isinstance(node.parent, exp.Not) else None


def _boolean(node: exp.Expression) -> exp.Expression | None:
    return exp.Boolean(this=not node.this) if isinstance(node, exp.Boolean) else None


def _default(node: exp.Expression) -> exp.Expression | None:
    """Without what stands for null."""
    return cast("exp.Expression", node.this.copy()) if isinstance(node, exp.Coalesce) else None


def _case(node: exp.Expression) -> exp.Expression | None:
    """Without the first of several cases, or without what is said otherwise."""
    if not isinstance(node, exp.Case):
        return None
    other = node.copy()
    if len(node.args["ifs"]) > 1:
        other.set("ifs", other.args["ifs"][1:])
    elif node.args.get("default") is not None:
        other.set("default", None)
    else:
        return None
    return other


def _union(node: exp.Expression) -> exp.Expression | None:
    """Equal rows counted once, or each; a union of all without its last part."""
    if not isinstance(node, exp.Union):
        return None
    if node.args.get("distinct"):
        other = node.copy()
        other.set("distinct", False)
        return other
    first = cast("exp.Expression", node.left.copy())
    if named := node.args.get("with_"):
        first.set("with_", named.copy())
    return first


def _distinct(node: exp.Expression) -> exp.Expression | None:
    """What was told once is told as often as it occurs."""
    if isinstance(node, exp.Select) and node.args.get("distinct") is not None:
        other = node.copy()
        other.set("distinct", None)
        return other
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct) and len(node.this.expressions) == 1:
        return exp.Count(this=node.this.expressions[0].copy())
    return None


def _partition(node: exp.Expression) -> exp.Expression | None:
    """A window over more rows: without the last of what parts them."""
    if not isinstance(node, exp.Window) or not node.args.get("partition_by"):
        return None
    other = node.copy()
    other.set("partition_by", other.args["partition_by"][:-1])
    return other


def _order(node: exp.Expression) -> exp.Expression | None:
    """First for last, where an order decides which row is taken."""
    if not isinstance(node, exp.Ordered) or not isinstance(node.find_ancestor(exp.Window, exp.Select), exp.Window):
        return None
    other = node.copy()
    other.set("desc", not node.args.get("desc"))
    return other


KINDS: Mapping[str, Change] = {
    "boundary": _swap({exp.LT: exp.LTE, exp.LTE: exp.LT, exp.GT: exp.GTE, exp.GTE: exp.GT}),
    "equality": _equality,
    "filter": lambda node: _conditions(node, (exp.Where, exp.Having, exp.Qualify), 1),
    "join": _join_side,
    "join condition": lambda node: _conditions(node, (exp.Join,), 2),
    "one more": _number(1),
    "one less": _number(-1),
    "code": _text,
    "sum": _swap({exp.Add: exp.Sub, exp.Sub: exp.Add, exp.Mul: exp.Div, exp.Div: exp.Mul}),
    "and or": _swap({exp.And: exp.Or, exp.Or: exp.And}),
    "not": _negation,
    "yes no": _boolean,
    "extreme": _swap({exp.Max: exp.Min, exp.Min: exp.Max, exp.Greatest: exp.Least, exp.Least: exp.Greatest,
                      exp.LogicalOr: exp.LogicalAnd, exp.LogicalAnd: exp.LogicalOr, exp.Sum: exp.Max}),
    "default": _default,
    "case": _case,
    "union": _union,
    "distinct": _distinct,
    "partition": _partition,
    "order": _order,
}  # fmt: skip
