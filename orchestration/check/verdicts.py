"""Verdicts: what became of each form of each submission, and proof that no row was lost."""

from __future__ import annotations

import duckdb

from expectations.contract import load_contracts
from expectations.relations import typed
from expectations.sql_text import empty_select
from orchestration.check import tables
from orchestration.check.environment import filled_forms
from orchestration.workbook.stated import rows_with_reasons

_CARRIED_COLUMNS = typed("submitter_code form rows_held_new:BIGINT rows_carried_for_held:BIGINT")
_REASON_COLUMNS = typed("submission_id form")
_STANDING_COLUMNS = typed("form submission_id rows_standing:BIGINT rows_carried:BIGINT")


class RowsLost(RuntimeError):
    """Accepted and held do not add up to the rows read: a fault of ours, never of a clerk."""


def create_dispositions(connection: duckdb.DuckDBPyConnection) -> None:
    """Start the period: no row has been disposed of yet, no return refused."""
    for table in (tables.DISPOSITION, tables.EVER_REFUSED, tables.HELD_AT_END):
        table.create(connection)


def record_dispositions(connection: duckdb.DuckDBPyConnection) -> None:
    """Each effective row is accepted or held by this pass; its last pass is the one that counts."""
    connection.execute("delete from disposition where record_id in (select record_id from effective_rows)")
    connection.execute(
        """
        insert into disposition
        select r.form, r.record_id, r.submission_id, h.held_by_rule, h.held_cause, h.cause_record_id
        from effective_rows as r
        left join held_now as h using (record_id)
        """
    )
    connection.execute("insert into ever_refused select submission_id, form from refused_returns")
    tables.HELD_AT_END.create(
        connection, "select form, record_id from effective_rows semi join held_now using (record_id)"
    )


def summarise(connection: duckdb.DuckDBPyConnection) -> None:
    """Create table ``submission``: one row per submission and form, with its verdict.

    Raises:
        RowsLost: accepted + held differs from read for some form of a submission.
    """
    counted = [
        f"select '{form}' as form, submission_id, count(*) as rows_standing,"
        f" count(*) filter (where is_carried) as rows_carried"
        f" from version_{form} where known_to is null group by submission_id"
        for form in sorted(filled_forms(connection, tables.VERSION))
    ]
    standing = " union all ".join([empty_select(_STANDING_COLUMNS), *counted])
    carried = " union all ".join([empty_select(_CARRIED_COLUMNS), *_carried_for_held(connection)])
    reasons = " union all ".join([empty_select(_REASON_COLUMNS), *_reasons_of_rows(connection)])
    connection.execute(
        f"""
        create or replace table submission as
        with counted as (
            select submission_id, form,
                count(*) filter (where held_by_rule is null) as rows_accepted,
                count(*) filter (where held_by_rule is not null) as rows_held,
                count(*) filter (where held_by_rule is not null and form = 'members') as persons_held
            from disposition
            group by submission_id, form
        ),
        standing as ({standing}),
        carried as (
            select submitter_code, form, sum(rows_held_new) as rows_held_new,
                sum(rows_carried_for_held) as rows_carried_for_held
            from ({carried}) group by submitter_code, form
        ),
        reasons as ({reasons}),
        in_force as (
            -- A row that was withdrawn is not there any more, nor is the word that withdrew it.
            select submission_id, form,
                count(*) filter (where held_by_rule is not null or not is_deletion) as rows_in_force,
                count(*) filter (where held_by_rule is not null) as rows_held_in_force
            from row_in_force inner join disposition using (form, record_id, submission_id)
            group by submission_id, form
        ),
        last_read as (
            select submitter_code, form, max_by(submission_id, (received_at, submission_id)) as submission_id
            from submission_forms where status = 'read' group by submitter_code, form
        )
        select f.submission_id, f.submitter_code, f.period, f.form, f.mode, f.status,
            case
                when f.status = 'duplicate' then 'duplicate'
                when f.status not in ('read', 'nothing') or e.submission_id is not null then 'rejected'
                when f.status = 'nothing' then 'nothing'
                when coalesce(c.rows_held, 0) > 0 then 'partly accepted'
                else 'accepted'
            end as verdict,
            f.received_at, f.original_name, f.control_rows,
            -- A duplicate is recorded, not read again.
            case when f.status = 'read' then f.rows_read else 0 end as rows_read,
            coalesce(c.rows_accepted, 0) as rows_accepted,
            coalesce(c.rows_held, 0) as rows_held,
            coalesce(k.rows_carried, 0) as rows_carried,
            coalesce(k.rows_standing, 0) as rows_standing,
            coalesce(c.persons_held, 0) as persons_held,
            cast(coalesce(o.rows_held_new, 0) as bigint) as rows_held_new,
            cast(case when f.form = 'members' then coalesce(o.rows_held_new, 0) else 0 end as bigint)
                as persons_held_new,
            cast(coalesce(o.rows_carried_for_held, 0) as bigint) as rows_carried_for_held,
            cast(case when f.form = 'members' then coalesce(o.rows_carried_for_held, 0) else 0 end as bigint)
                as persons_carried_for_held,
            coalesce(v.rows_changed, 0) as rows_changed,
            coalesce(v.rows_added, 0) as rows_added,
            coalesce(v.rows_withdrawn, 0) as rows_withdrawn,
            -- The words are a clerk's and may name persons: they stay in the receipt.
            f.explanation is not null or w.form is not null as is_explained,
            coalesce(b.rows_in_force, 0) as rows_in_force,
            coalesce(b.rows_held_in_force, 0) as rows_held_in_force
        from submission_forms as f
        left join counted as c using (submission_id, form)
        left join standing as k using (submission_id, form)
        left join form_change as v using (submission_id, form)
        left join in_force as b using (submission_id, form)
        left join reasons as w using (submission_id, form)
        left join last_read as r using (submission_id, form)
        left join carried as o on r.submitter_code = o.submitter_code and f.form = o.form
        left join (select distinct submission_id, form from ever_refused) as e using (submission_id, form)
        """
    )
    lost = connection.execute(
        "select submission_id, form, rows_read, rows_accepted, rows_held from submission "
        "where status = 'read' and rows_read <> rows_accepted + rows_held order by all"
    ).fetchall()
    if lost:
        raise RowsLost(f"rows read, accepted and held do not add up: {lost[:5]} ({len(lost)} in all)")


def _reasons_of_rows(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Selects of the submissions that give a reason beside a row, by form."""
    sent = connection.execute("select distinct form from disposition order by form").fetchall()
    return [
        f"select submission_id, '{form}' from ({rows_with_reasons(tables.LANDED.name_of(form))})" for (form,) in sent
    ]


def _carried_for_held(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Selects of what is held and was never accepted, and of what stands for the rest, by submitter and form.

    Told of the last revision of each submitter: a row is held in the end, or it is not.
    """
    held = connection.execute("select distinct form from held_at_end order by form").fetchall()
    counted = [
        f"select submitter_code, '{form}', 0, count(*) from version_{form}"
        " where known_to is null and is_carried group by submitter_code"
        for form in sorted(filled_forms(connection, tables.VERSION))
    ]
    for (form,) in held:
        keys = ", ".join(load_contracts()[form].key)
        counted.append(
            f"select p.submitter_code, '{form}', count(*), 0 from effective_{form} as p"
            " semi join held_at_end as h using (record_id)"
            f" anti join (select submitter_code, {keys} from version_{form} where known_to is null"
            f" union all select submitter_code, {keys} from previous_{form}"
            f" where submitter_code not in (select submitter_code from accepted_forms where form = '{form}')"
            f") as v using (submitter_code, {keys})"
            " group by p.submitter_code"
        )
    return counted
