"""Accepted versions: which rows stand, since when, and which are carried for a held newer one.

One table ``version_<form>`` holds the period's accepted rows with the span (by receipt) in which each was
the known one. A pass over one step closes what the step superseded and adds what it brought.
"""

from __future__ import annotations

import duckdb

from expectations.contract import load_contracts
from expectations.model import Contract
from expectations.relations import ADDRESS_COLUMNS, VERSION_COLUMNS, accepted_columns
from orchestration.checking.environment import column_list, empty_select, filled_forms, side_by_side, work_on

# What a return did to the rows that stood before it.
_CHANGE_COLUMNS = {
    "submission_id": "VARCHAR",
    "form": "VARCHAR",
    "rows_changed": "BIGINT",
    "rows_added": "BIGINT",
    "rows_withdrawn": "BIGINT",
}


def create_versions(connection: duckdb.DuckDBPyConnection) -> None:
    """Start the period without any accepted row, and without any change to one."""
    for contract in load_contracts().values():
        connection.execute(
            f"create or replace table version_{contract.form} as {empty_select(accepted_columns(contract))}"
        )
    connection.execute(f"create or replace table form_change as {empty_select(_CHANGE_COLUMNS)}")


def advance(database: str, workers: int) -> None:
    """Move every form from the state before the chosen step to the state after it, households before the others.

    A form without a row before and a row in play has none after.
    """
    with work_on(database) as connection:
        standing = filled_forms(connection, "version")
        moving = filled_forms(connection, "in_play") | standing

    def one_form(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
        _next_state(connection, contract)
        if contract.form in standing:
            _count_changes(connection, contract)
        _close_superseded(connection, contract.form)
        _add_new(connection, contract)

    contracts = [contract for form, contract in load_contracts().items() if form in moving]
    for together in (
        [contract for contract in contracts if contract.form == "households"],
        [contract for contract in contracts if contract.form != "households"],
    ):
        side_by_side(database, one_form, together, workers)


def _selected(contract: Contract) -> str:
    """The accepted columns as read from a row in play, without the version columns."""
    versioned = {name for name, _ in VERSION_COLUMNS}
    parts = []
    for name in accepted_columns(contract):
        if name in versioned:
            continue
        given = name.removesuffix("_given")
        parts.append(f'(p."{given}__text" is not null) as "{name}"' if name.endswith("_given") else f'p."{name}"')
    return ", ".join(parts)


def _next_state(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    form = contract.form
    same_key = " and ".join(f"v.{name} = k.{name}" for name in contract.key)
    keys = ", ".join(contract.key)
    connection.execute(
        f"""
        create or replace table next_{form} as
        with passed as (
            select {_selected(contract)}, a.received_at as known_from,
                cast(null as timestamp) as known_to, false as is_carried
            from {form} as p
            inner join at_step as a using (submitter_code)
            where p.record_id not in (select record_id from held_now)
        ),
        held_keys as (
            select distinct submitter_code, {keys} from in_play_{form}
            where record_id in (select record_id from held_now)
            except
            select submitter_code, {keys} from passed
        ),
        refused as (
            select distinct b.submitter_code from refused_returns as r
            inner join returned as b using (submission_id, form)
            where r.form = '{form}'
        ),
        kept as (
            -- A return that could only be read later was not known when the one after it came.
            select v.* replace (greatest(a.received_at, v.known_from) as known_from, true as is_carried)
            from version_{form} as v
            inner join at_step as a using (submitter_code)
            where v.known_to is null
                and v.record_id not in (select record_id from passed)
                and {_household_stands(contract)}
                and (
                    v.submitter_code in (select submitter_code from refused)
                    or exists (
                        select 1 from held_keys as k
                        where v.submitter_code = k.submitter_code and {same_key}
                    )
                )
        )
        select {column_list(accepted_columns(contract))} from passed
        union all
        select {column_list(accepted_columns(contract))} from kept
        """
    )


def _household_stands(contract: Contract) -> str:
    """What keeps a version from being carried: its household has gone from the facts by now.

    Households move before the others, so their new state is known here.
    """
    if contract.subject != "household" or contract.form == "households":
        return "true"
    return """(v.submitter_code, v.household_code) in (
                    select (submitter_code, household_code) from version_households where known_to is null
                    union all
                    select (submitter_code, household_code) from previous_households
                    where submitter_code not in (select submitter_code from returned where form = 'households')
                )"""


def _count_changes(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """What the returns of the step do to the rows that stand, key by key; where a row came from is no value."""
    form, keys = contract.form, ", ".join(["submitter_code", *contract.key])
    sources = {name for name, _ in (*ADDRESS_COLUMNS, *VERSION_COLUMNS)}
    values = ", ".join(f'"{name}"' for name in accepted_columns(contract) if name not in sources)
    connection.execute(
        f"""
        insert into form_change
        with later as (select submitter_code, submission_id from at_step where step > 1),
        before as (
            select {keys}, row({values}) as told from version_{form}
            where known_to is null and submitter_code in (select submitter_code from later)
        ),
        after as (
            select {keys}, row({values}) as told from next_{form}
            where submitter_code in (select submitter_code from later)
        ),
        compared as (
            select submitter_code, b.told as was, a.told as now
            from before as b full join after as a using ({keys})
        )
        select r.submission_id, '{form}',
            count(*) filter (where was is not null and now is not null and was is distinct from now),
            count(*) filter (where was is null), count(*) filter (where now is null)
        from compared
        inner join later as s using (submitter_code)
        inner join returned as r using (submission_id)
        where r.form = '{form}'
        group by r.submission_id
        """
    )


def _close_superseded(connection: duckdb.DuckDBPyConnection, form: str) -> None:
    connection.execute(
        f"""
        update version_{form} as v set known_to = greatest(a.received_at, v.known_from)
        from at_step as a
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
