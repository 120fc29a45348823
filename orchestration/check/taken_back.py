"""What a 全量 takes back without a word: corrections, deletions with a reason, another 全量 of the same day.

It stands as it was sent; whoever sent it may have used an older copy, and is asked. A reason on the cover answers
beforehand. What a return shrinks by is another question (``quarantine``).
"""

from __future__ import annotations

import duckdb

from expectations.model import Contract
from orchestration.check import tables
from orchestration.check.compared_rows import compared_rows

# Receipts are in UTC, and a day is Sanming's.
_DAY = "cast({}.received_at + interval 8 hour as date)"


def list_taken_back(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Add to ``taken_back`` what the 全量 of the revision do to what stood before them; one question for one return."""
    form = contract.form
    connection.execute(
        f"""
        insert into taken_back
        with wholes as (
            select h.* from valid_returns as h
            inner join current_revisions as a using (submitter_code, submission_id)
            where h.form = '{form}' and h.mode = 'full' and h.status = 'read' and h.explanation is null
                and a.revision > 1
        ),
        {compared_rows(contract, tables.PASSED.name_of(form), "wholes")},
        counted as ({_undone(form)} union all {_brought_back(contract)} union all {_same_day(form)})
        select submission_id, '{form}', rule_code, rows_counted
        from counted
        qualify row_number() over (partition by submission_id order by rule_code) = 1
        """
    )


def _undone(form: str) -> str:
    """Rows that a correction brought, and that are other rows now or none."""
    return f"""
            select w.submission_id, 'FL-38' as rule_code, count(*) as rows_counted
            from compared as c
            inner join wholes as w using (submitter_code)
            inner join valid_returns as h
                on h.submission_id = c.was_sent_in and h.form = '{form}' and h.mode = 'correction'
            where c.was is distinct from c.now
            group by w.submission_id
    """


def _brought_back(contract: Contract) -> str:
    """Keys that were withdrawn with a reason, and are there again."""
    keys = ", ".join(["submitter_code", *contract.key])
    return f"""
            select w.submission_id, 'FL-39' as rule_code, count(distinct ({keys})) as rows_counted
            from landed_{contract.form} as l
            inner join wholes as w using (submitter_code)
            inner join revisions as s on s.submission_id = l.submission_id and s.revision < w.revision
            inner join disposition as d on d.record_id = l.record_id and d.held_by_rule is null
            inner join compared as c using ({keys})
            where l.row_action = 'delete' and c.was is null
            group by w.submission_id
    """


def _same_day(form: str) -> str:
    """Rows that another 全量 of the same day told otherwise."""
    return f"""
            select w.submission_id, 'FL-40' as rule_code, count(*) as rows_counted
            from compared as c
            inner join wholes as w using (submitter_code)
            where c.was is distinct from c.now and exists (
                select 1 from valid_returns as h
                where h.submitter_code = w.submitter_code and h.form = '{form}' and h.mode = 'full'
                    and h.status = 'read' and h.revision < w.revision and {_DAY.format("h")} = {_DAY.format("w")}
            )
            group by w.submission_id
    """
