"""Type the rows of many forms at once: cells of columns that are typed alike go through one query, each text once.

What a text means is ``values``'; which rows are typed together and what is written is ``batch_tables``'.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from expectations.model import Column, Contract
from expectations.relations import ADDRESS_COLUMNS, landing_columns, landing_fields, raw_fields
from orchestration.read.distinct_cells import distinct_cells
from orchestration.read.sql_macros import set_factors
from orchestration.read.values import row_fields, set_token_key, typed_alike, typing_query


@dataclass(frozen=True)
class FormRows:
    """Rows of one form with its ``raw_columns``, and what their columns were typed to: landing's fields by name."""

    contract: Contract
    raw: pa.Table
    typed: dict[str, pa.ChunkedArray] = field(default_factory=dict)

    def landing(self) -> pa.Table:
        """The typed rows: ``landing_columns`` and ``is_total``."""
        address = {name: self.raw[name] for name in ADDRESS_COLUMNS if name != "record_id"}
        number = self.raw["row_number"].cast(pa.string())
        address["record_id"] = pc.binary_join_element_wise(self.raw["submission_id"], self.raw["sheet"], number, "/")
        found = {**address, **self.typed}
        columns = {name: found[name] for name in landing_columns(self.contract)}
        return pa.table({**columns, "is_total": self.raw["is_total"]})


@dataclass(frozen=True)
class Typist:
    """A database with the macros and keys of typing, and the key of the tokens."""

    names: duckdb.DuckDBPyConnection
    token_key: bytes
    workers: int = 1

    def type_rows(self, forms: Sequence[FormRows]) -> None:
        """Type every column of the forms; the result stands in ``typed`` of each."""
        alike: dict[Column, list[tuple[FormRows, Column]]] = {}
        for rows in forms:
            for column in rows.contract.columns:
                alike.setdefault(typed_alike(column), []).append((rows, column))
        groups = sorted(alike.items(), key=lambda group: -len(group[1]))
        shares = [groups[start :: self.workers] for start in range(self.workers)]
        with ThreadPoolExecutor(self.workers) as pool:
            list(pool.map(self._type_share, shares))

    def _type_share(self, groups: list[tuple[Column, list[tuple[FormRows, Column]]]]) -> None:
        with self.names.cursor() as connection:
            set_factors(connection)
            set_token_key(connection, self.token_key)
            for column, places in groups:
                _type_alike(connection, column, places)


def _type_alike(connection: duckdb.DuckDBPyConnection, alike: Column, places: list[tuple[FormRows, Column]]) -> None:
    """Type the cells of columns that are the same to typing, wherever they stand."""
    distinct = distinct_cells([_cells(rows.raw, column, alike) for rows, column in places])
    connection.register("cells", distinct.cells)
    found = connection.execute(typing_query(alike, "cells")).to_arrow_table()
    connection.unregister("cells")
    typed = distinct.spread(found)
    start = 0
    for rows, column in places:
        part = typed.slice(start, len(rows.raw))
        start += len(rows.raw)
        rows.typed.update(zip(landing_fields(column), part.columns, strict=True))


def _cells(raw: pa.Table, column: Column, alike: Column) -> pa.Table:
    beside = row_fields(alike)
    cells = raw.select([*raw_fields(column), *beside]).rename_columns([*raw_fields(alike), *beside])
    if column.code_list is None:
        return cells
    return cells.append_column("code_list", pa.repeat(pa.scalar(column.code_list, pa.string()), len(cells)))
