"""Cells typed as a night types them, one column at a time, for tests of what texts mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa

from expectations.contract import load_contracts
from orchestration.core.settings import CHECKOUT
from orchestration.read.lookups import create_keys
from orchestration.read.raw_rows import raw_schema
from orchestration.read.sql_macros import create_macros
from orchestration.read.typing_run import FormRows, Typist
from tests.builders import SUBMITTER

KEY = bytes(range(32))
TOWNSHIP_WITH_PAIR = "350402002"  # 小蕉社区居民委员会 stands beside 小蕉村村民委员会 there


@contextmanager
def typing_connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can type cells of two townships."""
    with duckdb.connect() as connection:
        connection.execute("set threads to 1")
        create_macros(connection)
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
    columns = {name: [fixed.get(name)] * len(cells) for name in raw_schema(contract).names}
    columns |= {"row_number": list(range(len(cells))), column: list(cells)}
    rows = FormRows(contract, pa.table(columns, schema=raw_schema(contract)))
    Typist(connection, KEY).type_rows([rows])
    found = rows.landing().select([column, *also]).to_pylist()
    return [tuple(row.values()) if also else row[column] for row in found]
