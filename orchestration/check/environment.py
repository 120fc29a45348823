"""The database in which one period is checked: seeds, landed rows, earlier accepted rows, revisions.

A *revision* is one submission of a submitter for the period, in the order of receipt: the first return is
revision 1, a correction after it revision 2. Which rows are effective at a revision is told in ``effective``;
nothing is judged here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from expectations.contract import load_contracts
from expectations.model import Contract
from expectations.relations import SUBMISSION_COLUMNS, accepted_columns, chosen, landing_columns
from expectations.rule_ground import prepare_ground, set_period
from expectations.sql_text import column_list, parquet_select
from orchestration.check import tables
from orchestration.check.tables import FormTable
from orchestration.core.settings import Settings
from orchestration.receive.unreadable import create_read_again

_Item = TypeVar("_Item")

_NIL_COLUMNS = chosen(SUBMISSION_COLUMNS, "submitter_code form period verdict")


@cache
def _same_as_sqlalchemy() -> dict[str, str | bool | int | float | list[str]]:
    """The configuration duckdb-engine opens with: one in-memory database is shared only between equals.

    Told once: a version is looked up in a file, and every connection asks.
    """
    return {"custom_user_agent": f"duckdb_engine/{version('duckdb_engine')}(sqlalchemy/{version('sqlalchemy')})"}


@contextmanager
def checking_database(period: str) -> Iterator[str]:
    """A named in-memory database that lives as long as this context; gives the name to open it by.

    In memory, because writing the effective rows to a file and syncing it cost more than all the rules. A query
    is worked on by the thread that asks it: sharing out a form's few row groups cost more than it gained, while
    several forms side by side (``side_by_side``) gain.
    """
    name = f":memory:check_{period}_{uuid.uuid4().hex[:8]}"
    with duckdb.connect(name, config=_same_as_sqlalchemy()) as connection:
        connection.execute("set threads to 1")
        yield name


@contextmanager
def work_on(database: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """One transaction on the checking database."""
    with duckdb.connect(database, config=_same_as_sqlalchemy()) as connection:
        connection.begin()
        yield connection
        connection.commit()


def side_by_side(
    database: str, work: Callable[[duckdb.DuckDBPyConnection, _Item], None], items: Iterable[_Item], workers: int
) -> None:
    """Work on every item in a transaction of its own, several at a time; the first error of any is raised.

    Each has a cursor of one connection: to connect takes ten times as long, longer than most items do.
    """

    def one(item: _Item) -> None:
        with shared.cursor() as connection:
            connection.begin()
            work(connection, item)
            connection.commit()

    with duckdb.connect(database, config=_same_as_sqlalchemy()) as shared, ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(one, item) for item in items]:
            done.result()


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """Append rows to a table by column name; through Arrow, since row-wise inserts cost milliseconds each."""
    if rows:
        names = column_list(dict.fromkeys(rows[0], ""))
        connection.register("rows_to_insert", pa.Table.from_pylist(rows))
        connection.execute(f"insert into {table} ({names}) select {names} from rows_to_insert")
        connection.unregister("rows_to_insert")


def filled_forms(connection: duckdb.DuckDBPyConnection, table: FormTable) -> set[str]:
    """The forms whose own table holds a row: most forms are not due in most periods."""
    asked = " union all ".join(f"(select '{form}' from {table.name_of(form)} limit 1)" for form in load_contracts())
    return {form for (form,) in connection.execute(asked).fetchall()}


def landed_files(settings: Settings, relation: str, period: str) -> list[Path]:
    """The landing Parquet files of a form or table of submissions for one period."""
    return sorted((settings.landing / relation / f"period={period}").glob("batch-*.parquet"))


def prepare(connection: duckdb.DuckDBPyConnection, settings: Settings, period: str) -> None:
    """Load everything the period's rules look at, before any revision is judged."""
    prepare_ground(connection, settings.seeds)
    set_period(connection, period)
    load_returns(connection, settings, period)
    _load_earlier_nil(connection, settings, period)
    for contract in load_contracts().values():
        _load_form(connection, settings, contract, period)
    _number_revisions(connection, settings)


def load_returns(connection: duckdb.DuckDBPyConnection, settings: Settings, period: str) -> None:
    """Load what was sent for the period, where its columns stood, and what its files were found to be."""
    for table in (tables.SUBMISSION_FORMS, tables.LAYOUT, tables.FILE_FINDINGS):
        table.create(connection, parquet_select(landed_files(settings, table.name, period), table.columns))


def _load_earlier_nil(connection: duckdb.DuckDBPyConnection, settings: Settings, period: str) -> None:
    """Create ``earlier_nil``: who said for which earlier period that there is nothing to report; no row tells it."""
    verdicts = parquet_select(earlier_files(settings.findings / "submissions", period), _NIL_COLUMNS)
    tables.EARLIER_NIL.create(
        connection, f"select distinct submitter_code, form, period from ({verdicts}) where verdict = 'nothing'"
    )


def earlier_files(relation: Path, period: str) -> list[Path]:
    """The files of a checked relation for the periods before one, in their order."""
    return sorted(path for path in relation.glob("period=*/rows.parquet") if path.parent.name < f"period={period}")


def _load_form(connection: duckdb.DuckDBPyConnection, settings: Settings, contract: Contract, period: str) -> None:
    form = contract.form
    landed = parquet_select(landed_files(settings, form, period), landing_columns(contract))
    connection.execute(f"create or replace view landed_{form} as {landed}")
    accepted = parquet_select(earlier_files(settings.accepted / form, period), accepted_columns(contract))
    # What is of another year says nothing of a list by year.
    of_year = f"and left(period, 4) = '{period[:4]}'" if contract.is_by_year else ""
    # The last earlier period of each submitter, not of the city: a late township compares with its own.
    connection.execute(
        f"""
        create or replace table earlier_{form} as
        select submitter_code, max(period) as period from (
            select submitter_code, period from ({accepted}) where known_to is null
            union all
            select submitter_code, period from earlier_nil where form = '{form}' {of_year}
        ) group by submitter_code
        """
    )
    connection.execute(
        f"""
        create or replace table previous_{form} as
        select known.* from ({accepted}) as known
        inner join earlier_{form} using (submitter_code, period)
        where known.known_to is null
        """
    )
    # Read only when a rule asks what ever was: few do, of few forms.
    connection.execute(f"create or replace view past_{form} as {accepted}")


def _number_revisions(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Steps are in the order of receipt; what could only be read later is known from then on."""
    create_read_again(connection, settings)
    connection.execute(
        """
        create or replace table revisions as
        select sent.submitter_code, sent.submission_id, coalesce(again.known_at, sent.received_at) as received_at,
            row_number() over (partition by sent.submitter_code order by sent.received_at, sent.submission_id)
                as revision
        from (
            select distinct submitter_code, submission_id, received_at
            from submission_forms
            where status in ('read', 'nothing') and form is not null
        ) as sent
        left join read_again as again using (submission_id)
        """
    )
    connection.execute(
        """
        create or replace table returns as
        select f.submitter_code, f.submission_id, f.form, f.mode, f.status, f.received_at, f.explanation, f.rows_read,
            s.revision
        from submission_forms as f
        inner join revisions as s using (submitter_code, submission_id)
        where f.status in ('read', 'nothing') and f.form is not null
        """
    )
