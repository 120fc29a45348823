"""The columns of rewritten selects: stars written out, branches of a union in one order, addresses added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from orchestration.explain.lineage.addresses import (
    ROWS,
    ProvenanceSchema,
    own_name,
    together,
)


def add_columns(select: exp.Select, columns: Mapping[str, exp.Expr]) -> None:
    """Add columns by their names."""
    added = [exp.alias_(made, name, quoted=True) for name, made in columns.items()]
    select.set("expressions", [*select.expressions, *added])


def expand_stars(select: exp.Select, sources: Mapping[str, ProvenanceSchema]) -> None:
    """Write out ``*`` and ``alias.*``."""
    items: list[exp.Expr] = []
    for item in select.expressions:
        if isinstance(item, exp.Star):
            items += [exp.column(name, table=alias) for alias, one in sources.items() for name in one.columns]
        elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
            items += [exp.column(name, table=item.table) for name in sources[item.table].columns]
        else:
            items.append(item)
    select.set("expressions", items)


def united(carriers: Sequence[ProvenanceSchema]) -> ProvenanceSchema:
    """What a union carries, by what its branches carry."""
    columns = carriers[0].columns
    own = {name for one in carriers for name, its in zip(columns, one.columns, strict=True) if its in one.own}
    carrying = [one for one in carriers if one.carries]
    return ProvenanceSchema(
        columns, bool(carrying), frozenset(own), bool(carrying) and all(one.is_group for one in carrying)
    )


def aligned(branch: exp.Expr, carrier: ProvenanceSchema, whole: ProvenanceSchema) -> exp.Expr:
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
