"""Cells typed as a night types them, one column at a time, for tests of what texts mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa

from expectations.contract import load_contracts
from orchestration.settings import CHECKOUT
from orchestration.submissions.lookups import create_keys, create_lookups
from orchestration.submissions.macros import create_macros
from orchestration.submissions.values import raw_columns, set_token_key, typing_query
from tests.builders import SUBMITTER

KEY = bytes(range(32))
TOWNSHIP_WITH_PAIR = "350402002"  # 小蕉社区居民委员会 stands beside 小蕉村村民委员会 there


@contextmanager
def typing_connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can type cells of two townships."""
    with duckdb.connect() as connection:
        connection.execute("set threads to 1")
        create_macros(connection)
        set_token_key(connection, KEY)
        create_keys(connection, CHECKOUT / "dbt_project" / "seeds", [SUBMITTER, TOWNSHIP_WITH_PAIR])
        yield connection


def typed(
    connection: duckdb.DuckDBPyConnection,
    form: str,
    column: str,
    cells: Sequence[str],
    *,
    kind: str = "text",
    factor: int = 1,
    submitter: str = SUBMITTER,
    is_1904: bool = False,
    also: Sequence[str] = (),
) -> list[Any]:
    """The typed values of one column for these cell texts, in their order."""
    contract = load_contracts()[form]
    contract = contract.model_copy(update={"columns": (contract.column(column),)})  # one column types in no time
    columns: dict[str, list[Any]] = {}
    for name in raw_columns(contract):
        columns[name] = [None] * len(cells)
    fixed: dict[str, Any] = {
        "submission_id": "s",
        "submitter_code": submitter,
        "period": "2017-06",
        "sheet": "x",
        "is_total": False,
        "is_1904": is_1904,
        f"{column}__kind": kind,
        f"{column}__factor": factor,
    }
    for name, value in fixed.items():
        if name in columns:
            columns[name] = [value] * len(cells)
    columns["row_number"] = list(range(len(cells)))
    columns[column] = list(cells)
    raw = pa.table({name: pa.array(values) for name, values in columns.items()})
    casts = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in raw_columns(contract).items())
    connection.register("raw_cells", raw)
    connection.execute(f"create or replace temp table raw_rows as select {casts} from raw_cells")
    create_lookups(connection, contract, "raw_rows")
    wanted = ", ".join(f'"{name}"' for name in (column, *also))
    rows = connection.execute(
        f"select {wanted} from ({typing_query(contract, 'raw_rows')}) order by row_number"
    ).fetchall()
    return [row if also else row[0] for row in rows]
