"""Which rows are in play: what each submitter's returns amount to at one of its steps.

A 全量 puts all its rows in play and everything before it out; a 更正 replaces only the keys it names; a
"nothing to report" empties the form. What was refused as a whole puts nothing in play and nothing out. Rows in play
are rows *read*: whether they are accepted is not asked here.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from expectations.contract import load_contracts
from expectations.model import Contract, Rule
from expectations.relations import ROUNDING, VERSION_COLUMNS, accepted_columns, landing_columns
from expectations.rounding import rounding_query
from orchestration.check.environment import column_list, empty_select, side_by_side, work_on


def create_heard(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``heard``: what was returned, but for what was refused, which replaces nothing then and later."""
    connection.execute(
        "create or replace view heard as select * from returned anti join ever_refused using (submission_id, form)"
    )


def last_step(connection: duckdb.DuckDBPyConnection) -> int:
    """The largest number of submissions any submitter sent for the period."""
    row = connection.execute("select coalesce(max(step), 0) from steps").fetchone()
    assert row is not None  # an aggregate without grouping always gives a row
    return int(row[0])


def choose_step(connection: duckdb.DuckDBPyConnection, step: int, last: int) -> None:
    """Set table ``at``: at which step each submitter stands in this pass.

    Passes before the last hold only those who sent more later, so that what was accepted of an earlier
    return is known when the later one is judged; the last pass holds every submitter at its own last step.
    """
    chosen = "step = own_last" if step == last else "step < own_last and step = ?"
    connection.execute(
        f"""
        create or replace table at_step as
        select submitter_code, submission_id, received_at, step
        from (select *, max(step) over (partition by submitter_code) as own_last from steps)
        where {chosen}
        """,
        [] if step == last else [step],
    )


def put_in_play(database: str, workers: int, rules: Sequence[Rule]) -> None:
    """Create what the rules of the step look at.

    That is ``in_play_<form>``, ``<form>`` (without deletions), and what rules see beside it. How far numbers are
    rounded is told once for the rules of a form that ask.
    """
    wanted = {relation for rule in rules for relation in rule.needs}
    with work_on(database) as connection:
        returned = _returned_forms(connection)

    def one_form(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
        _in_play(connection, contract, is_returned=contract.form in returned)
        _latest(connection, contract)
        _ever(connection, contract)
        _answered(connection, contract)
        if f"{ROUNDING}{contract.form}" in wanted:
            rounding = rounding_query(contract, contract.form)
            connection.execute(f"create or replace table {ROUNDING}{contract.form} as {rounding}")

    side_by_side(database, one_form, load_contracts().values(), workers)


def _returned_forms(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The forms that those who stand at the chosen step have returned until it."""
    found = connection.execute(
        "select distinct r.form from heard as r"
        " inner join at_step as a on r.submitter_code = a.submitter_code and r.step <= a.step"
    ).fetchall()
    return {form for (form,) in found}


def _in_play(connection: duckdb.DuckDBPyConnection, contract: Contract, *, is_returned: bool) -> None:
    rows = standing_rows(contract) if is_returned else empty_select(landing_columns(contract))
    connection.execute(f"create or replace table in_play_{contract.form} as {rows}")
    connection.execute(
        f"create or replace view {contract.form} as"
        f" select * from in_play_{contract.form} where coalesce(row_action, '') <> 'delete'"
    )


def standing_rows(contract: Contract) -> str:
    """A select of the rows of the returns that count at the step, without those that a later correction names."""
    form, keys = contract.form, ", ".join(contract.key)
    keyless = " or ".join(f"{name} is null" for name in contract.key)
    return f"""
        with {_sent(form)},
        standing as (select submission_id, step from sent where step >= base_step and status = 'read'),
        numbered as (
            select l.*, s.step, max(s.step) over (partition by l.submitter_code, {keys}) as key_step
            from landed_{form} as l
            inner join standing as s using (submission_id)
        )
        select * exclude (step, key_step) from numbered where step = key_step or {keyless}
    """


def _sent(form: str) -> str:
    """``sent``: the returns of the form until the step, each with the step from which they count."""
    return f"""sent as (
            select r.*, max(case when r.mode in ('full', 'nothing') then r.step else 0 end)
                over (partition by r.submitter_code) as base_step
            from heard as r
            inner join at_step as a on r.submitter_code = a.submitter_code and r.step <= a.step
            where r.form = '{form}'
        )"""


def _latest(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    form, columns = contract.form, _unversioned(contract)
    from_play = ", ".join(
        f'({name.removesuffix("_given")}__text is not null) as "{name}"' if name.endswith("_given") else f'"{name}"'
        for name in columns
    )
    connection.execute(
        f"""
        create or replace table latest_{form} as
        select {from_play} from {form}
        union all
        select {column_list(columns)} from previous_{form}
        where submitter_code in (select submitter_code from at_step)
            and submitter_code not in (
                select r.submitter_code from heard as r
                inner join at_step as a on r.submitter_code = a.submitter_code and r.step <= a.step
                where r.form = '{form}'
            )
        """
    )


def _ever(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """All that is in ``latest_<form>``, and of each other key that was ever accepted the last version.

    What happened asks this: a household that left the register, or was withdrawn from it, was in it.
    """
    form, columns = contract.form, column_list(_unversioned(contract))
    keys = ", ".join(["submitter_code", *contract.key])
    connection.execute(
        f"""
        create or replace view ever_{form} as
        with gone as (
            select {columns}, known_from from past_{form} anti join latest_{form} using ({keys})
            union all
            select {columns}, known_from from version_{form} anti join latest_{form} using ({keys})
        )
        select {columns} from latest_{form}
        union all
        select {columns} from gone
        qualify row_number() over (partition by {keys} order by period desc, known_from desc, record_id) = 1
        """
    )


def _answered(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Who has returned the form, and for which period; "nothing to report" is an answer, an untouched template none.

    A rule asks this to tell an empty register from one that never came.
    """
    form = contract.form
    connection.execute(
        f"""
        create or replace view answered_{form} as
        with {_sent(form)}
        select distinct sent.submitter_code, t.period
        from sent
        cross join this_period as t
        where sent.step >= sent.base_step
            and (sent.mode = 'nothing' or sent.rows_read > 0 or sent.explanation is not null)
        union all
        select submitter_code, period from earlier_{form}
        where submitter_code in (select submitter_code from at_step)
            and submitter_code not in (select submitter_code from sent)
        """
    )


def _unversioned(contract: Contract) -> dict[str, str]:
    """The columns of an accepted row without those that say when it stood."""
    versioned = {name for name, _ in VERSION_COLUMNS}
    return {name: kind for name, kind in accepted_columns(contract).items() if name not in versioned}
