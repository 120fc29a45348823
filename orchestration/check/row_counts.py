"""How many rows of a form of a submission were accepted, held, stand or are carried, and who gave reasons beside them.

Each function gives a select of one row a form of a submission, for the table of verdicts; what verdict follows is
``verdicts``'s to say.
"""

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


def accepted_and_held() -> str:
    """The rows read, by what the last pass in which they were effective made of them."""
    return """
            select submission_id, form,
                count(*) filter (where held_by_rule is null) as rows_accepted,
                count(*) filter (where held_by_rule is not null) as rows_held,
                count(*) filter (where held_by_rule is not null and form = 'members') as persons_held
            from disposition
            group by submission_id, form
    """


def in_force() -> str:
    """The rows that no later return took the place of, and those of them that are held.

    A row that was withdrawn is not there any more, nor is the word that withdrew it.
    """
    return """
            select submission_id, form,
                count(*) filter (where held_by_rule is not null or not is_deletion) as rows_in_force,
                count(*) filter (where held_by_rule is not null) as rows_held_in_force
            from row_in_force inner join disposition using (form, record_id, submission_id)
            group by submission_id, form
    """


def standing(connection: duckdb.DuckDBPyConnection) -> str:
    """The accepted rows that stand in the end, and those of them that are carried."""
    counted = [
        f"select '{form}' as form, submission_id, count(*) as rows_standing,"
        f" count(*) filter (where is_carried) as rows_carried"
        f" from version_{form} where known_to is null group by submission_id"
        for form in sorted(filled_forms(connection, tables.VERSION))
    ]
    return " union all ".join([empty_select(_STANDING_COLUMNS), *counted])


def with_reasons(connection: duckdb.DuckDBPyConnection) -> str:
    """The submissions that give a reason beside a row of the form; the words stay in the receipt."""
    sent = connection.execute("select distinct form from disposition order by form").fetchall()
    given = [
        f"select submission_id, '{form}' from ({rows_with_reasons(tables.LANDED.name_of(form))})" for (form,) in sent
    ]
    return " union all ".join([empty_select(_REASON_COLUMNS), *given])


def held_at_last(connection: duckdb.DuckDBPyConnection) -> str:
    """What is held in the end: rows whose key was never accepted, and rows that stand for others.

    Told at the last submission of each submitter that was read: a row is held in the end, or it is not.
    """
    counted = " union all ".join([empty_select(_CARRIED_COLUMNS), *_carried(connection), *_held_new(connection)])
    return f"""
            with last_read as (
                select submitter_code, form, max_by(submission_id, (received_at, submission_id)) as submission_id
                from submission_forms where status = 'read' group by submitter_code, form
            )
            select submission_id, form, cast(sum(rows_held_new) as bigint) as rows_held_new,
                cast(sum(rows_carried_for_held) as bigint) as rows_carried_for_held
            from ({counted}) inner join last_read using (submitter_code, form)
            group by submission_id, form
    """


def _carried(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Selects of the rows that stand for what is held, by submitter and form."""
    return [
        f"select submitter_code, '{form}', 0, count(*) from version_{form}"
        " where known_to is null and is_carried group by submitter_code"
        for form in sorted(filled_forms(connection, tables.VERSION))
    ]


def _held_new(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Selects of the rows that are held and whose key was never accepted, by submitter and form."""
    held = connection.execute("select distinct form from held_at_end order by form").fetchall()
    counted = []
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
