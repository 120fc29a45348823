"""The accepted rows after a revision: what passed, and what stood before and is carried for what was held.

Held is not gone: a row that is held leaves the last accepted version of its key standing, of this period or of an
earlier one. What stood before is the state of the period so far or, for a submitter of whom nothing came for it yet,
its last accepted rows of an earlier period. Where nothing is returned at all, nothing is done here: the models carry
the state of the last return.
"""

from __future__ import annotations

import duckdb

from expectations.contract import load_contracts
from expectations.model import Contract
from expectations.relations import accepted_columns
from expectations.sql_text import column_list, empty_select
from orchestration.check import tables
from orchestration.check.effective import as_accepted
from orchestration.check.left_out import held, left_out, stays, unaccounted


def create_accepted_forms(connection: duckdb.DuckDBPyConnection) -> None:
    """Start the period: nothing was accepted yet, no household passed or is carried."""
    for table in (tables.ACCEPTED_FORMS, tables.CARRIED_HOUSEHOLDS, tables.PASSED.of(load_contracts()["households"])):
        table.create(connection)


def next_state(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Create ``passed_<form>`` and ``next_<form>`` for those who stand at a revision of this pass."""
    form = contract.form
    columns = column_list(accepted_columns(contract))
    connection.execute(f"create or replace table passed_{form} as {_passed(contract)}")
    if not _may_carry(connection, contract):
        connection.execute(f"create or replace table next_{form} as select {columns} from passed_{form}")
        return
    connection.execute(f"create or replace table before_{form} as {_before(contract)}")
    connection.execute(
        f"""
        create or replace table next_{form} as
        with {_whole_returns(contract)}, {held(contract)}, {left_out(contract)},
        carried as (
            -- A return that could only be read later was not known when the one after it came.
            select l.* exclude (is_household_carried, is_key_held, scope, place)
                replace (greatest(a.received_at, l.known_from) as known_from, true as is_carried)
            from left_out as l
            inner join current_revisions as a using (submitter_code)
            left join kept_whole as w using (submitter_code)
            where case when w.submitter_code is not null
                then l.submitter_code in (select submitter_code from accepted_forms where form = '{form}')
                else l.is_key_held or l.is_household_carried or l.place <= ({unaccounted(contract)})
                    or {stays(contract)} end
        )
        select {columns} from passed_{form}
        union all
        select {columns} from carried
        """
    )


def _may_carry(connection: duckdb.DuckDBPyConnection, contract: Contract) -> bool:
    """Whether a return of the form is refused, or a row held or carried, or one of a household that is carried."""
    found = connection.execute(
        f"""
        select exists (select 1 from effective_rows inner join held_now using (record_id) where form = ?)
            or exists (select 1 from refused_returns where form = ?)
            or (? and exists (select 1 from carried_households))
            or exists (select 1 from version_{contract.form} where known_to is null and is_carried)
        """,
        [contract.form, contract.form, contract.subject == "household"],
    ).fetchone()
    return bool(found and found[0])


def list_carried_households(connection: duckdb.DuckDBPyConnection) -> None:
    """Set ``carried_households``: those whose last accepted version stands, so that all that belongs to them does.

    Not those of a return that was refused whole: what came of its other forms stands for itself.
    """
    connection.execute(
        """
        create or replace table carried_households as
        select submitter_code, household_code from held_households
        union
        select submitter_code, household_code from version_households
        where known_to is null and is_carried
            and submitter_code in (select submitter_code from current_revisions)
            and submitter_code not in (
                select r.submitter_code from refused_returns as f
                inner join returns as r using (submission_id, form)
                where f.form = 'households'
            )
        """
    )


def note_accepted_forms(connection: duckdb.DuckDBPyConnection, forms: set[str]) -> None:
    """Add to ``accepted_forms`` what the revision brought: with a row that passed, without any row, or as nil."""
    passed = [f"select submitter_code, '{form}' as form from passed_{form}" for form in sorted(forms)]
    connection.execute(
        f"""
        insert into accepted_forms
        {" union ".join([empty_select(tables.ACCEPTED_FORMS.columns), *passed])}
        union
        select r.submitter_code, r.form from returns as r
        inner join current_revisions as a using (submitter_code, submission_id)
        where r.mode in ('full', 'nothing')
            and (r.submission_id, r.form) not in (select (submission_id, form) from ever_refused)
            and (r.submission_id, r.form) not in (select (submission_id, form) from effective_rows)
        """
    )


def _passed(contract: Contract) -> str:
    """The effective rows that are not held, as accepted rows."""
    return f"""
        select {as_accepted(contract)}, a.received_at as known_from, cast(null as timestamp) as known_to,
            {_is_refused_since(contract)} as is_carried, cast(null as varchar) as carried_from
        from {contract.form} as p
        inner join current_revisions as a using (submitter_code)
        where p.record_id not in (select record_id from held_now)
    """


def _is_refused_since(contract: Contract) -> str:
    """Whether a later return of the row's form was refused: the row stands, and may have changed."""
    return f"""(
                select count(*) > 0 from returns as late
                semi join ever_refused using (submission_id, form)
                inner join revisions as own on own.submission_id = p.submission_id
                where late.submitter_code = p.submitter_code and late.form = '{contract.form}'
                    and late.revision > own.revision and late.revision <= a.revision
            )"""


def _before(contract: Contract) -> str:
    """What stood before the revision: of the period or, of whose returns the first that counts came now, of the last.

    A return that was refused brings nothing: the models carry that period.
    """
    form = contract.form
    # The rows of another year are another list.
    same_list = "and substr(p.period, 1, 4) = substr(t.period, 1, 4)" if contract.is_by_year else ""
    columns = column_list(accepted_columns(contract))
    return f"""
        with senders as (select submitter_code from returns_so_far where form = '{form}'),
        arrived as (select submitter_code from accepted_forms where form = '{form}')
        select {columns} from version_{form}
        where known_to is null and submitter_code in (select submitter_code from current_revisions)
        union all
        select {columns} from (
            select p.* replace (t.period as period, coalesce(p.carried_from, p.period) as carried_from)
            from previous_{form} as p
            inner join this_period as t on true
            where p.submitter_code in (select submitter_code from senders)
                and p.submitter_code not in (select submitter_code from arrived)
                {same_list}
        )
    """


def _whole_returns(contract: Contract) -> str:
    """``wholes``: the 全量 of the revision; ``kept_whole``: who keeps what stood, refused or without a row passed."""
    form = contract.form
    return f"""
        wholes as (
            select r.submitter_code, r.submission_id from returns as r
            inner join current_revisions as a using (submitter_code, submission_id)
            where r.form = '{form}' and r.mode = 'full' and r.status = 'read'
        ),
        kept_whole as (
            select r.submitter_code from refused_returns as f
            inner join returns as r using (submission_id, form)
            where f.form = '{form}'
            union
            select submitter_code from effective_{form}
            where submitter_code not in (select submitter_code from passed_{form})
        )
    """
