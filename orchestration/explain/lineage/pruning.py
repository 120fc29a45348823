"""What a query needs of the models it is made of: columns that nobody after them names are left out.

DuckDB works out a window function also where its column is not asked for, over all rows of a city.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlglot import exp


def prune(
    bodies: Mapping[str, exp.Expr], uses: Mapping[str, Collection[str]], whole: Collection[str]
) -> dict[str, exp.Expr]:
    """Copies of the bodies of models, each with the columns that those after it name.

    Args:
        bodies: the models by key, each after those it is made of.
        uses: what each of them is made of.
        whole: those that are asked for all their columns.
    """
    named: dict[str, set[str]] = {key: set() for key in bodies}
    found: dict[str, exp.Expr] = {}
    for key in reversed(list(bodies)):
        body = bodies[key].copy()
        if key not in whole:
            _leave_out(body, named[key])
        found[key] = body
        names = column_names(body)
        for used in uses[key]:
            if used in named:
                named[used] |= names
    return {key: found[key] for key in bodies}


def column_names(body: exp.Expr) -> set[str]:
    """The columns that a text names, of whatever relation."""
    return {column.name for column in body.find_all(exp.Column)}


def _leave_out(body: exp.Expr, named: Collection[str]) -> None:
    """Leave out of a plain select what is not named; what is grouped by or united has to stay as it is."""
    is_plain = isinstance(body, exp.Select) and not any(body.args.get(part) for part in ("group", "distinct", "having"))
    if is_plain and not any(item.is_star for item in body.expressions):
        kept = [item for item in body.expressions if item.alias_or_name in named]
        # A text may name no column of a model that it only counts.
        body.set("expressions", kept or body.expressions[:1])
