"""What a 全量 takes back without a word: corrections, deletions with a reason, another 全量 of the same day.

It stands as it was sent; whoever sent it may have used an older copy, and is asked. A reason on the cover answers
beforehand. What a return shrinks by is another question (``quarantine``).
"""

from __future__ import annotations

import duckdb

from expectations.model import Contract
from expectations.relations import fact_columns
from expectations.sql_text import column_list

# Receipts are in UTC, and a day is Sanming's.
_DAY = "cast({}.received_at + interval 8 hour as date)"


def row_values(contract: Contract) -> str:
    """A row's values as one, without where they came from and since when they are known."""
    return f"row({column_list(fact_columns(contract))})"


def list_taken_back(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Add to ``taken_back`` what the 全量 of the revision do to what stood before them; one question for one return."""
    form, keys = contract.form, ", ".join(["submitter_code", *contract.key])
    connection.execute(
        f"""
        insert into taken_back
        with wholes as (
            select h.* from valid_returns as h
            inner join current_revisions as a using (submitter_code, submission_id)
            where h.form = '{form}' and h.mode = 'full' and h.status = 'read' and h.explanation is null
                and a.revision > 1
        ),
        before as (
            select {keys}, submission_id as told_by, {row_values(contract)} as told from version_{form}
            where known_to is null and submitter_code in (select submitter_code from wholes)
        ),
        after as (
            select {keys}, {row_values(contract)} as told from passed_{form}
            where submitter_code in (select submitter_code from wholes)
        ),
        compared as (
            select submitter_code, {", ".join(contract.key)}, b.told_by, b.told as was, a.told as now
            from before as b full join after as a using ({keys})
        ),
        undone as (
            select w.submission_id, 'FL-38' as rule_code, count(*) as rows_counted
            from compared as c
            inner join wholes as w using (submitter_code)
            inner join valid_returns as h on h.submission_id = c.told_by and h.form = '{form}' and h.mode = 'correction'
            where c.was is distinct from c.now
            group by all
        ),
        brought_back as (
            select w.submission_id, 'FL-39' as rule_code, count(distinct ({keys})) as rows_counted
            from landed_{form} as l
            inner join wholes as w using (submitter_code)
            inner join revisions as s on s.submission_id = l.submission_id and s.revision < w.revision
            inner join disposition as d on d.record_id = l.record_id and d.held_by_rule is null
            inner join compared as c using ({keys})
            where l.row_action = 'delete' and c.was is null
            group by all
        ),
        same_day as (
            select w.submission_id, 'FL-40' as rule_code, count(*) as rows_counted
            from compared as c
            inner join wholes as w using (submitter_code)
            where c.was is distinct from c.now and exists (
                select 1 from valid_returns as h
                where h.submitter_code = w.submitter_code and h.form = '{form}' and h.mode = 'full'
                    and h.status = 'read' and h.revision < w.revision and {_DAY.format("h")} = {_DAY.format("w")}
            )
            group by all
        )
        select submission_id, '{form}', rule_code, rows_counted
        from (from undone union all from brought_back union all from same_day)
        qualify row_number() over (partition by submission_id order by rule_code) = 1
        """
    )
