"""Accepted versions: which rows stand, and since when.

One table ``version_<form>`` holds the period's accepted rows with the span (by receipt) in which each was
the known one. A pass over one revision closes what that superseded and adds what it brought.
"""

from __future__ import annotations

import duckdb

from expectations.contract import load_contracts
from expectations.model import Contract
from expectations.relations import accepted_columns
from expectations.sql_text import column_list
from orchestration.check import tables
from orchestration.check.compared_rows import compared_rows
from orchestration.check.effective import returned_forms
from orchestration.check.environment import filled_forms, side_by_side, work_on
from orchestration.check.next_state import (
    create_accepted_forms,
    list_carried_households,
    next_state,
    note_accepted_forms,
)
from orchestration.check.taken_back import list_taken_back


def create_versions(connection: duckdb.DuckDBPyConnection) -> None:
    """Start the period without any accepted row, and without any change to one."""
    for contract in load_contracts().values():
        tables.VERSION.of(contract).create(connection)
    tables.FORM_CHANGE.create(connection)
    create_accepted_forms(connection)


def advance(database: str, workers: int) -> None:
    """Move every form from the state before the chosen revision to the state after it, households before the others.

    A form has no row after it where none is effective, none stands and, of those who returned it, none stood before.
    """
    with work_on(database) as connection:
        standing = filled_forms(connection, tables.VERSION)
        tables.TAKEN_BACK.create(connection)
        returned_before = returned_forms(connection) & filled_forms(connection, tables.PREVIOUS)
        moving = filled_forms(connection, tables.EFFECTIVE) | standing | returned_before

    def one_form(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
        next_state(connection, contract)
        if contract.form in standing:
            _count_changes(connection, contract)
            list_taken_back(connection, contract)
        _close_superseded(connection, contract.form)
        _add_new(connection, contract)

    contracts = [contract for form, contract in load_contracts().items() if form in moving]
    for together in (
        [contract for contract in contracts if contract.form == "households"],
        [contract for contract in contracts if contract.form != "households"],
    ):
        side_by_side(database, one_form, together, workers)
        with work_on(database) as connection:
            list_carried_households(connection)
    with work_on(database) as connection:
        note_accepted_forms(connection, moving)


def _count_changes(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """What the returns of the revision do to the rows that stand, key by key; where a row came from is no value."""
    form = contract.form
    connection.execute(
        f"""
        insert into form_change
        with later as (select submitter_code, submission_id from current_revisions where revision > 1),
        {compared_rows(contract, tables.NEXT.name_of(form), "later")}
        select r.submission_id, '{form}',
            count(*) filter (where was is not null and now is not null and was is distinct from now),
            count(*) filter (where was is null), count(*) filter (where now is null)
        from compared
        inner join later as s using (submitter_code)
        inner join returns as r using (submission_id)
        where r.form = '{form}'
        group by r.submission_id
        """
    )


def _close_superseded(connection: duckdb.DuckDBPyConnection, form: str) -> None:
    connection.execute(
        f"""
        update version_{form} as v set known_to = greatest(a.received_at, v.known_from)
        from current_revisions as a
        where v.submitter_code = a.submitter_code and v.known_to is null
            and not exists (
                select 1 from next_{form} as n
                where n.record_id = v.record_id and n.is_carried = v.is_carried
            )
        """
    )


def _add_new(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    form = contract.form
    connection.execute(
        f"""
        insert into version_{form}
        select {column_list(accepted_columns(contract))} from next_{form} as n
        where not exists (
            select 1 from version_{form} as v where v.record_id = n.record_id and v.known_to is null
        )
        """
    )
