"""What is held: failing rows, everything of a held household, and whole returns that are refused.

Reads ``hits`` and the effective rows of the forms; leaves ``effective_rows`` of all, ``refused_returns`` (with the
corrections that came before what they correct), ``nil_returns`` and ``held_now``.
"""

from __future__ import annotations

import duckdb

from expectations.contract import load_contracts
from expectations.relations import typed
from expectations.sql_text import empty_select
from orchestration.check import tables
from orchestration.check.environment import filled_forms
from orchestration.check.unit_slips import find_unit_slips, hold_unit_slips, list_unit_rules

_STANDING_COLUMNS = typed("form submitter_code rows_standing:BIGINT is_earlier:BOOLEAN is_kept:BOOLEAN")


def decide_held(connection: duckdb.DuckDBPyConnection) -> None:
    """Set ``held_now``: one row per held record with the rule, the cause and the causing record.

    A blocking finding on a row of ``households`` holds the household, as does one that says so: facts
    must not have members, loans or measures of a household that is not there. Returns are refused as a
    whole (FL-26, FL-16, FL-17) beside that, the last after it, since the accepted share counts what households take
    with them.
    """
    _list_rows(connection)
    tables.REFUSED_RETURNS.create(connection)
    list_unit_rules(connection)
    find_unit_slips(connection)
    hold_unit_slips(connection)
    _collect_held(connection)
    _refuse_returns(connection)
    _refuse_early_corrections(connection)
    _collect_held(connection)


def refuse_nil(connection: duckdb.DuckDBPyConnection) -> None:
    """无数据 that takes back rows of its period without a word why empties nothing, as a 全量 that shrinks does not.

    So it is with rows of the period before where a form lists everything since the beginning. Told before the
    effective rows are made, so that what depends on the form is judged by what stands.
    """
    connection.execute(
        f"""
        create or replace table nil_returns as
        with standing as ({_standing_rows(connection)})
        select r.submission_id, r.form, 'FL-37' as rule_code, s.rows_standing as rows_counted
        from returns as r
        inner join current_revisions as a using (submitter_code, submission_id)
        inner join standing as s
            on r.submitter_code = s.submitter_code and r.form = s.form and (s.is_kept or not s.is_earlier)
        where r.mode = 'nothing' and r.explanation is null
        """
    )
    connection.execute("insert into ever_refused select submission_id, form from nil_returns")


def _list_rows(connection: duckdb.DuckDBPyConnection) -> None:
    effective = filled_forms(connection, tables.EFFECTIVE)
    parts = []
    for contract in (contract for form, contract in load_contracts().items() if form in effective):
        household = "household_code" if contract.subject == "household" else "cast(null as varchar)"
        parts.append(
            f"select '{contract.form}' as form, record_id, submission_id, submitter_code, "
            f"{household} as household_code, coalesce(row_action, '') = 'delete' as is_deletion "
            f"from effective_{contract.form}"
        )
    tables.EFFECTIVE_ROWS.create(connection, *parts)


def _collect_held(connection: duckdb.DuckDBPyConnection) -> None:
    """Set ``held_now`` by what fails so far: the rows themselves, whole returns, and what goes with a household."""
    _list_failing(connection)
    _list_held_households(connection)
    _list_held(connection)


def _list_failing(connection: duckdb.DuckDBPyConnection) -> None:
    """Set ``failing_now``: rows that break a blocking rule, and the rows of refused returns."""
    connection.execute(
        """
        create or replace table failing_now as
        select r.form, r.record_id, r.submitter_code, r.household_code, h.rule_code,
            h.holds = 'household' or r.form = 'households' as takes_household,
            'row' as cause
        from hits as h
        inner join effective_rows as r using (record_id)
        where h.severity = 'block'
        union all
        select r.form, r.record_id, r.submitter_code, r.household_code, f.rule_code,
            r.form = 'households' as takes_household,
            'form' as cause
        from refused_returns as f
        inner join effective_rows as r using (submission_id, form)
        """
    )


def _list_held_households(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        """
        create or replace table held_households as
        select distinct submitter_code, household_code from failing_now
        where takes_household and cause = 'row' and household_code is not null
        """
    )


def _list_held(connection: duckdb.DuckDBPyConnection) -> None:
    """Each record once, with its nearest cause: its own cell, its return, its household."""
    connection.execute(
        """
        create or replace table held_now as
        with households as (
            select submitter_code, household_code,
                min({'rule_code': rule_code, 'record_id': record_id}) as first_cause
            from failing_now
            where takes_household and household_code is not null
            group by submitter_code, household_code
        ),
        candidates as (
            select record_id, rule_code, cause, record_id as cause_record_id,
                case cause when 'row' then 1 else 2 end as nearness
            from failing_now
            union all
            select r.record_id, h.first_cause.rule_code, 'household', h.first_cause.record_id, 3
            from households as h
            inner join effective_rows as r using (submitter_code, household_code)
        ),
        nearest as (
            select *, row_number() over (partition by record_id order by nearness, rule_code, cause_record_id) as place
            from candidates
        )
        select record_id, rule_code as held_by_rule, cause as held_cause, cause_record_id
        from nearest
        where place = 1
        """
    )


def _refuse_returns(connection: duckdb.DuckDBPyConnection) -> None:
    """A 全量 that lost too much, or of which too little got through, does not replace what stands.

    One without any row is measured against the period before, too: an untouched template says nothing, while
    "nothing to report" says that there is nothing. So is the first of a period where a form lists everything since the
    beginning: what happened stays.
    """
    connection.execute(
        f"""
        insert into refused_returns
        with standing as ({_standing_rows(connection)}),
        counted as (
            select b.submission_id, b.submitter_code, b.form, b.explanation, count(r.record_id) as rows_sent,
                count(r.record_id) - count(h.record_id) as rows_passed
            from returns as b
            inner join current_revisions as a using (submitter_code, submission_id)
            left join effective_rows as r on b.submission_id = r.submission_id and b.form = r.form
            left join held_now as h on r.record_id = h.record_id
            where b.mode = 'full' and b.status = 'read'
                and (b.submission_id, b.form) not in (select (submission_id, form) from refused_returns)
            group by b.submission_id, b.submitter_code, b.form, b.explanation
        ),
        judged as (
            select c.*, s.rows_standing, l.minimum_accepted_share, l.maximum_fall_share,
                c.rows_passed < l.minimum_accepted_share * c.rows_sent and not s.is_kept as is_mostly_held
            from counted as c
            inner join standing as s
                on c.submitter_code = s.submitter_code and c.form = s.form
                    and (c.rows_sent = 0 or s.is_kept or not s.is_earlier)
            inner join this_period as p on true
            inner join supersession_limit as l
                on l.valid_from <= p.first_day and (l.valid_to is null or p.first_day <= l.valid_to)
        )
        select submission_id, form,
            case when is_mostly_held then 'FL-17' else 'FL-16' end,
            rows_passed, rows_sent, rows_standing, minimum_accepted_share
        from judged
        where is_mostly_held
            or (rows_sent < (1 - maximum_fall_share) * rows_standing and explanation is null)
        qualify row_number() over (partition by submission_id, form order by rows_standing desc) = 1
        """
    )


def _refuse_early_corrections(connection: duckdb.DuckDBPyConnection) -> None:
    """A 更正 before the period's 全量 has nothing to correct: its rows alone would be taken for the whole form.

    It is refused in every pass, since its rows stay effective until a 全量 (or 无数据) replaces them.
    """
    connection.execute(
        """
        insert into refused_returns
        select r.submission_id, r.form, 'FL-36', 0, count(p.record_id), 0, null
        from returns_so_far as r
        left join effective_rows as p on r.submission_id = p.submission_id and r.form = p.form
        where r.mode = 'correction' and r.status = 'read'
            and not exists (
                select 1 from valid_returns as b
                where b.submitter_code = r.submitter_code and b.form = r.form
                    and b.mode in ('full', 'nothing') and b.revision <= r.revision
            )
        group by r.submission_id, r.form
        """
    )


def _standing_rows(connection: duckdb.DuckDBPyConnection) -> str:
    """What stands of each form of a submitter: in this period, and in the last one that was returned before.

    ``is_kept`` marks rows of before that the first return of the period lists again, as it does all of them.
    """
    contracts = load_contracts()
    counted = [
        f"select '{form}' as form, submitter_code, count(*) as rows_standing, {is_earlier} as is_earlier,"
        f" {is_earlier and contracts[form].is_since_beginning}"
        f" and submitter_code not in (select submitter_code from accepted_forms where form = '{form}') as is_kept"
        f" from {table.name_of(form)} where known_to is null group by submitter_code"
        for table, is_earlier in ((tables.VERSION, False), (tables.PREVIOUS, True))
        for form in sorted(filled_forms(connection, table))
    ]
    return " union all ".join([empty_select(_STANDING_COLUMNS), *counted])
