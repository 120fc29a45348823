"""Which rows are in force at the end of a period: those of the last valid 全量 of a form, as corrections left them.

What a later return took the place of counts no more, and its findings say so; a return that was refused takes the
place of nothing. Told after the last revision, of every submitter.
"""

from __future__ import annotations

import duckdb

from expectations.contract import load_contracts
from orchestration.check import tables
from orchestration.check.effective import standing_rows


def list_in_force(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``row_in_force``: the rows of the returns that are in force, without those that a correction replaced."""
    sent = connection.execute("select distinct form from disposition order by form").fetchall()
    tables.ROW_IN_FORCE.create(
        connection,
        *(
            f"select '{form}', record_id, submission_id, coalesce(row_action, '') = 'delete'"
            f" from ({standing_rows(load_contracts()[form])})"
            for (form,) in sent
        ),
    )


def mark_replaced(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``final_finding``: the findings, each with whether something later took the place of what it is about.

    That is a valid 全量 or 无数据 of the form, of a row also a correction of it, and of a whole file one of each form
    that it named.
    """
    connection.execute(
        """
        create or replace table final_finding as
        with sent as (
            select f.submission_id, f.form, bool_or(h.submission_id is not null) as is_heard,
                count(w.submission_id) > 0 as is_replaced
            from submission_forms as f
            left join valid_returns as h on f.submission_id = h.submission_id and f.form = h.form
            left join valid_returns as w
                on f.submitter_code = w.submitter_code and f.form = w.form and w.mode in ('full', 'nothing')
                and (w.received_at, w.submission_id) > (f.received_at, f.submission_id)
            where f.form is not null
            group by f.submission_id, f.form
        ),
        files as (select submission_id, bool_and(is_replaced) as is_replaced from sent group by submission_id)
        select f.*,
            case
                when f.form is null then coalesce(i.is_replaced, false)
                when f.record_id is not null and s.is_heard then r.record_id is null
                else coalesce(s.is_replaced, false)
            end as is_replaced
        from finding as f
        left join sent as s on f.submission_id = s.submission_id and f.form = s.form
        left join files as i on f.submission_id = i.submission_id
        left join row_in_force as r on f.form = r.form and f.record_id = r.record_id
        """
    )


def nothing_in_force(connection: duckdb.DuckDBPyConnection) -> None:
    """The same of files that brought no rows and that nothing can replace, since nobody knows what they are about."""
    tables.ROW_IN_FORCE.create(connection)
    connection.execute("create or replace table final_finding as select *, false as is_replaced from finding")
