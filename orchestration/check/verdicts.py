"""Verdicts: what became of each form of each submission, and proof that no row was lost."""

from __future__ import annotations

import duckdb

from orchestration.check import row_counts, tables

_VERDICT = """
            case
                when f.status = 'duplicate' then 'duplicate'
                when f.status not in ('read', 'nothing') or refused.is_refused then 'rejected'
                when f.status = 'nothing' then 'nothing'
                when decided.rows_held > 0 then 'partly accepted'
                else 'accepted'
            end"""

# A duplicate is recorded, not read again. The words of an explanation are a clerk's and may name persons.
_COUNTS = """
            case when f.status = 'read' then f.rows_read else 0 end as rows_read,
            coalesce(decided.rows_accepted, 0) as rows_accepted,
            coalesce(decided.rows_held, 0) as rows_held,
            coalesce(standing.rows_carried, 0) as rows_carried,
            coalesce(standing.rows_standing, 0) as rows_standing,
            coalesce(decided.persons_held, 0) as persons_held,
            coalesce(held_at_last.rows_held_new, 0) as rows_held_new,
            case when f.form = 'members' then coalesce(held_at_last.rows_held_new, 0) else 0 end as persons_held_new,
            coalesce(held_at_last.rows_carried_for_held, 0) as rows_carried_for_held,
            case when f.form = 'members' then coalesce(held_at_last.rows_carried_for_held, 0) else 0 end
                as persons_carried_for_held,
            coalesce(form_change.rows_changed, 0) as rows_changed,
            coalesce(form_change.rows_added, 0) as rows_added,
            coalesce(form_change.rows_withdrawn, 0) as rows_withdrawn,
            f.explanation is not null or reasons.form is not null as is_explained,
            coalesce(in_force.rows_in_force, 0) as rows_in_force,
            coalesce(in_force.rows_held_in_force, 0) as rows_held_in_force"""


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
    """Create table ``submission``: one row per submission and form, with its verdict and the counts of its rows.

    Raises:
        RowsLost: accepted + held differs from read for some form of a submission.
    """
    parts = {
        "refused": "select distinct submission_id, form, true as is_refused from ever_refused",
        "decided": row_counts.accepted_and_held(),
        "standing": row_counts.standing(connection),
        "held_at_last": row_counts.held_at_last(connection),
        "in_force": row_counts.in_force(),
        "reasons": row_counts.with_reasons(connection),
    }
    connection.execute(
        f"""
        create or replace table submission as
        with {", ".join(f"{name} as ({select})" for name, select in parts.items())}
        select f.submission_id, f.submitter_code, f.period, f.form, f.mode, f.status, {_VERDICT} as verdict,
            f.received_at, f.original_name, f.control_rows, {_COUNTS}
        from submission_forms as f
        left join refused using (submission_id, form)
        left join decided using (submission_id, form)
        left join standing using (submission_id, form)
        left join held_at_last using (submission_id, form)
        left join form_change using (submission_id, form)
        left join in_force using (submission_id, form)
        left join reasons using (submission_id, form)
        """
    )
    _prove_no_row_lost(connection)


def _prove_no_row_lost(connection: duckdb.DuckDBPyConnection) -> None:
    lost = connection.execute(
        "select submission_id, form, rows_read, rows_accepted, rows_held from submission "
        "where status = 'read' and rows_read <> rows_accepted + rows_held order by all"
    ).fetchall()
    if lost:
        raise RowsLost(f"rows read, accepted and held do not add up: {lost[:5]} ({len(lost)} in all)")
