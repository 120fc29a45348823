"""Which rows of facts stand between a figure and the returned rows it came from, and which of them are carried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from orchestration.explain.lineage.built_model import Model
from orchestration.explain.lineage.provenance import LEAVES

_FACTS = "release.marts."
# Of a list that did not come again, or of a newer row that is held.
_CARRIED = {"carried_from": "carried_from is not null", "is_carried": "is_carried"}


@dataclass(frozen=True)
class FactRows:
    """The rows of a fact behind a figure.

    Attributes:
        carried: how many of them an earlier return stands for.
    """

    table: str
    rows: int
    carried: int


def read_fact_rows(
    connection: duckdb.DuckDBPyConnection, models: Iterable[Model], named: str, period: str
) -> Iterator[FactRows]:
    """Count the rows of each fact that were made of named rows.

    Args:
        connection: as `open_working` gives it.
        models: those that the figure rests on.
        named: a table of addresses.
        period: of the figure.
    """
    address = ", ".join(LEAVES["rows"])
    for model in models:
        if not model.relation.startswith(_FACTS) or not set(LEAVES["rows"]) <= set(model.columns):
            continue
        carried = " or ".join(test for column, test in _CARRIED.items() if column in model.columns) or "false"
        of_period = {"period = ?": period} if "period" in model.columns else {}
        rows, how_many = connection.execute(
            f"select count(*), count_if({carried}) from {model.relation}"
            f" where {' and '.join([*of_period, f'({address}) in (select ({address}) from {named})'])}",
            [*of_period.values()],
        ).fetchone() or (0, 0)
        if rows:
            yield FactRows(model.relation.removeprefix("release."), rows, how_many)
