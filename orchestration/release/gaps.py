"""What a drafted release says against itself: identities that do not close, returns that are missing, doubtful figures.

Each function tells every gap in words, the gravest first. What a gap means for readers is decided by the checklist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import duckdb

from orchestration.receive.archive import FormNotice, Receipt

# A county's form that fewer of its households' submitters returned is named; the figures tell their coverage anyway.
COVERAGE_LIMIT = 0.95

_IDENTITIES = {
    "reports.reconciliation": """
        select period || ' ' || form || ' ' || coalesce(indicator || ' ' || division_code, submitter_code) || ': '
            || where_from || ', ours ' || ours || ', theirs ' || theirs, abs(difference)
        from {catalog}.reports.reconciliation where difference <> 0
    """,
    "reports.stock_flow_residual": """
        select period || ' ' || population || ' ' || coalesce(person_code, household_code) || ': ' || reason,
            abs(persons)
        from {catalog}.reports.stock_flow_residual
    """,
    "quality.fund_balance": """
        select period || ' ' || fund_code || ': ' || difference_yuan || ' yuan between ledger and balance',
            abs(difference_yuan)
        from {catalog}.quality.fund_balance where difference_yuan <> 0
    """,
    "quality.equity_gap": """
        select period || ' ' || subject_code || ' ' || identity_kind || ': ' || gap_yuan || ' yuan', abs(gap_yuan)
        from {catalog}.quality.equity_gap
    """,
    "quality.loan_ledger_gap": """
        select period || ' ' || contract_number || ': ' || coalesce(difference_yuan || ' yuan', 'no ledger entries'),
            abs(difference_yuan)
        from {catalog}.quality.loan_ledger_gap
    """,
}

_COVERAGE = """
    select division_code || ' ' || form || ': ' || missing + rejected || ' of ' || owed || ' missing or rejected,'
        || ' coverage ' || round(coverage, 3)
    from {catalog}.reports.coverage
    where
        map_edition = '2017'
        and division_level = 'county'
        and period = (select max(period) from {catalog}.reports.coverage)
        and owed > 0
        and coverage < ?
    order by coverage, 1
"""

_SUSPECTS = """
    select period || ' ' || division_code || ' ' || indicator || ': ' || published_value || ', without the row '
        || coalesce(value_without_row::varchar, 'none') || ' (' || rule_code || ', ' || form
        || coalesce(' ' || column_name, '') || ', ' || submitter_code || ', row ' || row_number || ')'
    from {catalog}.quality.suspect_row
    where moves_figure and division_level = 'county'
    order by influence desc, 1
"""

# A jump of an earlier period was looked at when that was the latest.
_JUMPS = """
    select period || ' ' || division_code || ' ' || indicator || ': ' || published_value || ', in '
        || period_before || ' ' || published_before || ', ' || round(factor, 1) || ' times'
    from {catalog}.quality.figure_jump
    where period = (select max(period) from {catalog}.reports.coverage)
    order by factor desc, 1
"""

_MOVED = """
    with explained as (
        select unnest(?::varchar[]) as area, unnest(?::varchar[]) as period
    ),

    came as (
        select unnest(?::varchar[]) as area, unnest(?::varchar[]) as period
    ),

    -- Of an indicator as a whole: a figure that vanished has no row that could tell.
    definitions as (
        select indicator, max(definition_version) as definition_version
        from {catalog}.reports.indicator
        group by indicator
    ),

    moved as (
        select
            before.indicator,
            before.division_code,
            before.division_level,
            before.period,
            before.status,
            before.value as old_value,
            after.value as new_value,
            coalesce(definitions.definition_version <> before.definition_version, false) as is_redefined,
            case when before.division_level = 'city' then left(before.division_code, 4) else before.division_code end
                as area
        from {seen}.reports.indicator as before
        left join {catalog}.reports.indicator as after
            using (indicator, map_edition, division_level, division_code, period)
        left join definitions using (indicator)
        where
            before.map_edition = '2017'
            and before.status in ('county-confirmed', 'final')
            and before.value is distinct from after.value
    )

    select
        period || ' ' || division_code || ' ' || indicator || ' (' || status || '): '
            || coalesce(old_value::varchar, 'none') || ' became ' || coalesce(new_value::varchar, 'none'),
        is_redefined or (? and not exists (
            from came
            where
                came.period <= moved.period
                and (starts_with(moved.area, came.area) or starts_with(came.area, moved.area))
        ))
    from moved
    where not exists (
        from explained
        where
            explained.period <= moved.period
            and (starts_with(moved.area, explained.area) or starts_with(explained.area, moved.area))
    )
    order by list_position(['city', 'county', 'township', 'village'], division_level), 1
"""


def open_identities(connection: duckdb.DuckDBPyConnection, catalog: str) -> tuple[str, ...]:
    """Differences to control totals and official figures, residuals of stocks and flows, gaps of funds and shares."""
    union = " union all ".join(f"({query})" for query in _IDENTITIES.values()).format(catalog=catalog)
    return _lines(connection, f"with gaps(gap, size) as ({union}) select gap from gaps order by size desc, gap")


def missing_returns(connection: duckdb.DuckDBPyConnection, catalog: str) -> tuple[str, ...]:
    """Forms of the latest period that too little of a county returned."""
    return _lines(connection, _COVERAGE.format(catalog=catalog), COVERAGE_LIMIT)


def influential_rows(connection: duckdb.DuckDBPyConnection, catalog: str) -> tuple[str, ...]:
    """County figures that one row moves by more than the limit, about which a question is open."""
    return _lines(connection, _SUSPECTS.format(catalog=catalog))


def jumped_figures(connection: duckdb.DuckDBPyConnection, catalog: str) -> tuple[str, ...]:
    """Figures of the latest period that are many times what they were the period before, or a small part of it."""
    return _lines(connection, _JUMPS.format(catalog=catalog))


def _lines(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> tuple[str, ...]:
    return tuple(line for (line,) in connection.execute(query, list(values)).fetchall())


def unexplained_revisions(
    connection: duckdb.DuckDBPyConnection, catalog: str, seen: str, arrived: Sequence[Receipt], defined_anew: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Figures that were confirmed or final, have moved or vanished, and no accepted return that says why covers.

    First those that returns moved; then those that a definition moved: the indicator has another version by now, or no
    return came of the area while something that decides outcomes (program, rules, models) is another.

    A return says why by being a correction or by an explanation on its cover. It covers the figures of its area, and of
    what its area is a part of, for its period and later ones, which carry it on.

    Args:
        connection: has both releases attached.
        catalog: the draft.
        seen: the release that readers see.
        arrived: receipts of submissions that the draft knows and readers do not.
        defined_anew: whether the definitions behind the two releases differ.
    """
    explained = _bearing(connection, catalog, arrived, lambda notice: notice.mode == "correction" or notice.explanation)
    anything = _bearing(connection, catalog, arrived, lambda _: True)
    rows = connection.execute(
        _MOVED.format(catalog=catalog, seen=seen), [*explained, *anything, defined_anew]
    ).fetchall()
    return (
        tuple(figure for figure, is_redefined in rows if not is_redefined),
        tuple(figure for figure, is_redefined in rows if is_redefined),
    )


def _bearing(
    connection: duckdb.DuckDBPyConnection,
    catalog: str,
    arrived: Iterable[Receipt],
    counts: Callable[[FormNotice], object],
) -> tuple[Sequence[str], Sequence[str]]:
    """Areas and periods of the accepted forms that count, as prefixes of codes: the city's own is 3504."""
    forms = [(receipt.submission_id, notice.form) for receipt in arrived for notice in receipt.forms if counts(notice)]
    rows = connection.execute(
        "with bearing as (select unnest(?::varchar[]) as submission_id, unnest(?::varchar[]) as form)"
        " select distinct regexp_replace(submitters.area_code, '^(.{4})00$', '\\1'), returns.period"
        f" from bearing inner join {catalog}.marts.fct_submission as returns using (submission_id, form)"
        f" inner join {catalog}.marts.dim_submitter as submitters using (submitter_code)"
        " where returns.verdict in ('accepted', 'partly accepted')",
        [[submission for submission, _ in forms], [form for _, form in forms]],
    ).fetchall()
    return [area for area, _ in rows], [period for _, period in rows]
