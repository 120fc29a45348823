"""Copy tables of a release into the schemas where they are made, beside those that readers see."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import duckdb
import psycopg
from pyarrow import csv

from expectations.sql_text import column_list, quoted
from orchestration.release.push.address import Address, PushError, connect
from orchestration.release.push.standing import building
from orchestration.release.push.tables import FOR_NUL, NUL, TargetTable

_ROWS_AT_ONCE = 20_000
_WITHOUT_HEADER = csv.WriteOptions(include_header=False)


def copy_tables(
    address: Address,
    source: duckdb.DuckDBPyConnection,
    catalog: str,
    tables: Sequence[TargetTable],
    workers: int,
    after_each: Callable[[], None],
) -> None:
    """Make tables where readers do not see them, the largest first, several side by side.

    Args:
        address: the database.
        source: where the release's file is attached.
        catalog: its name there.
        tables: what to copy.
        workers: how many at once.
        after_each: called when one is whole.

    Raises:
        PushError: a table has not as many rows as the manifest says.
    """

    def make(table: TargetTable) -> None:
        with connect(address) as own, source.cursor() as reader:
            _copy(own, reader, catalog, table)
        after_each()

    with connect(address) as connection:
        for schema in sorted({table.schema for table in tables}):
            connection.execute(f"create schema {building(schema)}")
    with ThreadPoolExecutor(workers) as pool:
        made = [pool.submit(make, table) for table in sorted(tables, key=lambda table: -table.rows)]
        try:
            for one in made:
                one.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _copy(connection: psycopg.Connection, source: duckdb.DuckDBPyConnection, catalog: str, table: TargetTable) -> None:
    """Create, fill and complete one table in a transaction.

    Its rows are frozen: seen by transactions that began before it was there, which would find it empty otherwise.
    """
    place = f"{building(table.schema)}.{quoted(table.name)}"
    with connection.transaction():
        connection.execute(table.creation(place))
        statement = f"copy {place} ({column_list(table.columns)}) from stdin with (format csv, freeze)"
        with connection.cursor() as cursor:
            with cursor.copy(statement) as copy:
                for text in _as_csv(source, f"{quoted(catalog)}.{table.place}"):
                    copy.write(text)
            if cursor.rowcount != table.rows:
                raise PushError(
                    f"{table.qualified}: has {cursor.rowcount} rows, the manifest says {table.rows}."
                    " Run `sanming release verify`."
                )
        connection.execute("; ".join([*table.completion(place), f"analyze {place}"]))


def _as_csv(source: duckdb.DuckDBPyConnection, relation: str) -> Iterator[bytes]:
    """The rows as PostgreSQL reads them: what is a text stands in quotes, so that an empty one is no null."""
    for batch in source.execute(f"select * from {relation}").to_arrow_reader(_ROWS_AT_ONCE):
        text = io.BytesIO()
        csv.write_csv(batch, text, _WITHOUT_HEADER)
        yield text.getvalue().replace(NUL.encode(), FOR_NUL.encode())
