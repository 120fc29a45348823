"""The effective rows: what each submitter's returns amount to at one of its revisions.

A 全量 takes the place of everything before it; a 更正 replaces only the keys it names; a "nothing to report" empties
the form. What was refused as a whole replaces nothing. Effective rows are rows *read*: whether they are accepted is
not asked here.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from expectations.contract import load_contracts
from expectations.model import Contract
from expectations.relations import ROUNDING, landing_columns, unversioned_columns
from expectations.rounding import rounding_query
from expectations.rule_model import Rule
from expectations.sql_text import column_list, empty_select
from orchestration.check import tables
from orchestration.check.environment import side_by_side, work_on


def create_valid_returns(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``valid_returns``: what was returned, but for what was refused, which replaces nothing then and later.

    Beside it ``returns_so_far``, those of them that a pass knows of.
    """
    tables.CURRENT_REVISIONS.create(connection)
    connection.execute(
        "create or replace view valid_returns as"
        " select * from returns anti join ever_refused using (submission_id, form)"
    )
    connection.execute(
        "create or replace view returns_so_far as"
        " select r.* from valid_returns as r"
        " inner join current_revisions as a on r.submitter_code = a.submitter_code and r.revision <= a.revision"
    )


def last_revision(connection: duckdb.DuckDBPyConnection) -> int:
    """The largest number of submissions any submitter sent for the period."""
    row = connection.execute("select coalesce(max(revision), 0) from revisions").fetchone()
    assert row is not None  # an aggregate without grouping always gives a row
    return int(row[0])


def select_revision(connection: duckdb.DuckDBPyConnection, revision: int, last: int) -> None:
    """Set ``current_revisions``: at which revision each submitter stands in this pass.

    Passes before the last hold only those who sent more later, so that what was accepted of an earlier
    return is known when the later one is judged; the last pass holds every submitter at its own last revision.
    """
    chosen = "revision = last_revision" if revision == last else "revision < last_revision and revision = ?"
    connection.execute(
        f"""
        create or replace table current_revisions as
        select submitter_code, submission_id, received_at, revision
        from (select *, max(revision) over (partition by submitter_code) as last_revision from revisions)
        where {chosen}
        """,
        [] if revision == last else [revision],
    )


def apply_returns(database: str, workers: int, rules: Sequence[Rule]) -> None:
    """Create what the rules look at: ``effective_<form>``, ``<form>`` (without deletions), and what they see beside it.

    How far numbers are rounded is told once for the rules of a form that ask.
    """
    wanted = {relation for rule in rules for relation in rule.needs}
    with work_on(database) as connection:
        returned = returned_forms(connection)

    def one_form(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
        _effective(connection, contract, is_returned=contract.form in returned)
        _latest(connection, contract)
        _ever(connection, contract)
        _answered(connection, contract)
        if f"{ROUNDING}{contract.form}" in wanted:
            tables.ROUNDING.of(contract).create(connection, rounding_query(contract, contract.form))

    side_by_side(database, one_form, load_contracts().values(), workers)


def returned_forms(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The forms that submitters have validly returned until their current revision."""
    found = connection.execute("select distinct form from returns_so_far").fetchall()
    return {form for (form,) in found}


def _effective(connection: duckdb.DuckDBPyConnection, contract: Contract, *, is_returned: bool) -> None:
    rows = standing_rows(contract) if is_returned else empty_select(landing_columns(contract))
    connection.execute(f"create or replace table effective_{contract.form} as {rows}")
    connection.execute(
        f"create or replace view {contract.form} as"
        f" select * from effective_{contract.form} where coalesce(row_action, '') <> 'delete'"
    )


def standing_rows(contract: Contract) -> str:
    """A select of the rows of the returns that count at the revision, without those that a later correction names."""
    form, keys = contract.form, ", ".join(contract.key)
    keyless = " or ".join(f"{name} is null" for name in contract.key)
    return f"""
        with {_sent(form)},
        standing as (select submission_id, revision from sent where revision >= base_revision and status = 'read'),
        numbered as (
            select l.*, s.revision, max(s.revision) over (partition by l.submitter_code, {keys}) as key_revision
            from landed_{form} as l
            inner join standing as s using (submission_id)
        )
        select * exclude (revision, key_revision) from numbered where revision = key_revision or {keyless}
    """


def _sent(form: str) -> str:
    """``sent``: the returns of the form until the revision, each with the revision from which they count."""
    return f"""sent as (
            select *, max(case when mode in ('full', 'nothing') then revision else 0 end)
                over (partition by submitter_code) as base_revision
            from returns_so_far
            where form = '{form}'
        )"""


def _latest(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    form = contract.form
    connection.execute(
        f"""
        create or replace table latest_{form} as
        select {as_accepted(contract)} from {form} as p
        union all
        select {column_list(unversioned_columns(contract))} from previous_{form}
        where submitter_code in (select submitter_code from current_revisions)
            and submitter_code not in (select submitter_code from returns_so_far where form = '{form}')
        """
    )


def as_accepted(contract: Contract) -> str:
    """What acceptance keeps of a read row ``p``, as a select list: of some columns only that they were filled in."""

    def kept(name: str) -> str:
        given = name.removesuffix("_given")
        return f'p."{name}"' if given == name else f'(p."{given}__text" is not null) as "{name}"'

    return ", ".join(map(kept, unversioned_columns(contract)))


def _ever(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """All that is in ``latest_<form>``, and of each other key that was ever accepted the last version.

    What happened asks this: a household that left the register, or was withdrawn from it, was in it.
    """
    form, columns = contract.form, column_list(unversioned_columns(contract))
    keys = ", ".join(["submitter_code", *contract.key])
    connection.execute(
        f"""
        create or replace view ever_{form} as
        with gone as (
            select {columns}, known_from from past_{form} anti join latest_{form} using ({keys})
            union all
            select {columns}, known_from from version_{form} anti join latest_{form} using ({keys})
        )
        select {columns} from latest_{form}
        union all
        select {columns} from gone
        qualify row_number() over (partition by {keys} order by period desc, known_from desc, record_id) = 1
        """
    )


def _answered(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Who has returned the form, and for which period; "nothing to report" is an answer, an untouched template none.

    A rule asks this to tell an empty register from one that never came.
    """
    form = contract.form
    connection.execute(
        f"""
        create or replace view answered_{form} as
        with {_sent(form)}
        select distinct sent.submitter_code, t.period
        from sent
        cross join this_period as t
        where sent.revision >= sent.base_revision
            and (sent.mode = 'nothing' or sent.rows_read > 0 or sent.explanation is not null)
        union all
        select submitter_code, period from earlier_{form}
        where submitter_code in (select submitter_code from current_revisions)
            and submitter_code not in (select submitter_code from sent)
        """
    )
