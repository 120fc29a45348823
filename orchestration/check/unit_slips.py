"""Columns written in another unit than they are read in: in every row off by the same power of ten (FL-26).

That is a misreading, not a value: it holds the form, as ``quarantine`` does with what is found here. A single
odd value is a rule's matter. Values are compared with the same keys of the submitter's last accepted period;
where there is none, a rule that looks for slips of the unit (``wrongUnit`` of the contract) must break in all rows.
What a clerk is told of it stands in ``slip_findings``.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from expectations.contract import load_contracts
from expectations.model import Column, Contract
from expectations.relations import typed
from expectations.sql_text import empty_select
from orchestration.check import tables
from orchestration.check.environment import filled_forms, insert_rows
from orchestration.workbook.words import load_words

CODE = "FL-26"
_LEAST_ROWS = 3
_SHARE = 0.9
_LEAST_EXPONENT = 2
_SPREAD = 0.7  # of the decimal logarithm: a fifth to five times of the power of ten
# Amounts grow a hundredfold by themselves when a project begins to pay; ten-thousandfold they do not.
_SURE_EXPONENT = 4
_MANY_ROWS = 8
_NARROW = 0.3  # half to twice


def find_unit_slips(connection: duckdb.DuckDBPyConnection) -> None:
    """Set ``unit_slip``: the columns of returns that look written in another unit, unless the cover says why."""
    effective, previous = filled_forms(connection, tables.EFFECTIVE), filled_forms(connection, tables.PREVIOUS)
    parts = [empty_select(tables.UNIT_SLIP.columns)]
    for form, contract in load_contracts().items():
        columns = [column for column in contract.columns if _may_slip(column)]
        if form in effective and columns:
            parts.append(_slips(contract, columns, has_previous=form in previous))
    connection.execute(
        f"""
        create or replace table unit_slip as
        select s.* from ({" union all ".join(f"({part})" for part in parts)}) as s
        inner join returns as r using (submission_id, form)
        where r.explanation is null or not {_explained("r.explanation")}
        """
    )


def _explained(explanation: str) -> str:
    """Whether an explanation is about the unit: one of fewer rows says nothing of it."""
    words = ", ".join(f"'{word}'" for word in load_words().unit_explained_words)
    return f"list_bool_or([contains({explanation}, word) for word in [{words}]])"


def _may_slip(column: Column) -> bool:
    words = load_words()
    return column.privacy == "keep" and column.unit in {*words.magnified_units, *words.percent_units}


def _values(columns: Iterable[Column], relation: str) -> str:
    """The columns as rows: name and value, of those that are not zero."""
    listed = ", ".join(
        f"{{'column_name': '{column.name}', 'value': cast({relation}.\"{column.name}\" as double)}}"
        for column in columns
    )
    return f"unnest([{listed}])"


def _slips(contract: Contract, columns: list[Column], *, has_previous: bool) -> str:
    """The slips of one form: against the last period, by the rules, and percentages written as fractions."""
    form = contract.form
    names = _percent_names(columns)
    return f"""
        with {_filled(contract, columns)},
        compared as ({_compared(contract, columns) if has_previous else empty_select(_COMPARED)}),
        blamed as (
            select s.submission_id, s.column_name, count(distinct s.record_id) as rows_hit
            from sent as s
            inner join hits as h on s.record_id = h.record_id and s.column_name = h.column_name
            inner join unit_rule as r on h.rule_code = r.rule_code
            group by all
        )
        select f.submission_id, '{form}' as form, f.column_name,
            case
                when c.exponent <> 0 then 'compared'
                when f.column_name in ({names}) and f.largest < 1 then 'fraction'
                else 'alone'
            end as kind,
            case when c.exponent <> 0 then c.rows_compared else f.rows_filled end,
            coalesce(b.rows_hit, 0), coalesce(if(c.exponent <> 0, c.median_now, null), f.median_now),
            c.median_before, c.exponent
        from filled as f
        left join compared as c using (submission_id, column_name)
        left join blamed as b using (submission_id, column_name)
        where c.exponent <> 0
            or (c.exponent is null and (
                (f.column_name in ({names}) and f.largest < 1)
                or (b.rows_hit >= {_LEAST_ROWS} and b.rows_hit >= {_SHARE} * f.rows_filled)
            ))
    """


def _filled(contract: Contract, columns: list[Column]) -> str:
    """``sent``: the values of the columns; ``filled``: each column of a return, with how large its values are."""
    return f"""
        sent as (
            select submission_id, record_id, cell.column_name, cell.value
            from (
                select submission_id, record_id, {_values(columns, "b")} as cell
                from effective_{contract.form} as b where coalesce(row_action, '') <> 'delete'
            )
            where cell.value <> 0
        ),
        filled as (
            select submission_id, column_name, count(*) as rows_filled, median(value) as median_now,
                max(abs(value)) as largest
            from sent group by all
        )
    """


def _percent_names(columns: list[Column]) -> str:
    percent = [column.name for column in columns if column.unit in load_words().percent_units]
    return ", ".join(f"'{name}'" for name in percent) or "''"


_COMPARED = typed(
    "submission_id column_name rows_compared:BIGINT median_now:DOUBLE median_before:DOUBLE exponent:DOUBLE"
)


def _compared(contract: Contract, columns: list[Column]) -> str:
    """Each column beside the same keys of the last period: by which power of ten all rows differ, 0 if they do not."""
    percent = _percent_names(columns)
    return f"""
            with {_pairs(contract, columns)},
            centred as (
                select *, round(median(magnitude) over (partition by submission_id, column_name)) as exponent
                from pairs
            )
            select submission_id, column_name, count(*) as rows_compared,
                median(now) as median_now, median(earlier) as median_before,
                case
                    when abs(any_value(exponent)) >= if(column_name in ({percent}), {_LEAST_EXPONENT}, {_SURE_EXPONENT})
                        and count(*) filter (where abs(magnitude - exponent) <= {_SPREAD}) >= {_SHARE} * count(*)
                        then any_value(exponent)
                    when abs(any_value(exponent)) >= {_LEAST_EXPONENT} and count(*) >= {_MANY_ROWS}
                        and count(*) filter (where abs(magnitude - exponent) <= {_NARROW}) >= {_SHARE} * count(*)
                        then any_value(exponent)
                    else 0
                end as exponent
            from centred
            group by submission_id, column_name
            having count(*) >= {_LEAST_ROWS}
    """


def _pairs(contract: Contract, columns: list[Column]) -> str:
    """``pairs``: each value beside that of the same key in the last period, with the power of ten between them.

    A key's year is left out: this year's income is compared with last year's.
    """
    years = set(load_words().time_units)
    keys = [column.name for column in contract.columns if column.key and column.unit not in years]
    same = " and ".join(f'b."{key}" = p."{key}"' for key in ["submitter_code", *keys])
    cells = ", ".join(
        f"{{'column_name': '{column.name}', 'now': cast(b.\"{column.name}\" as double),"
        f" 'earlier': cast(p.\"{column.name}\" as double)}}"
        for column in columns
    )
    return f"""
            pairs as (
                select submission_id, pair.column_name, pair.now, pair.earlier,
                    log10(abs(pair.now / pair.earlier)) as magnitude
                from (
                    select b.submission_id, unnest([{cells}]) as pair
                    from effective_{contract.form} as b
                    inner join previous_{contract.form} as p on {same}
                    where coalesce(b.row_action, '') <> 'delete'
                )
                where pair.now <> 0 and pair.earlier <> 0
            )
    """


def hold_unit_slips(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse the returns with a slip, and take back what the rules about slips said of their rows: it is told once."""
    connection.execute(
        f"""
        insert into refused_returns (submission_id, form, rule_code)
        select distinct submission_id, form, '{CODE}' from unit_slip
        """
    )
    connection.execute(
        """
        delete from hits
        where rule_code in (select rule_code from unit_rule)
            and record_id in (
                select r.record_id from effective_rows as r
                inner join unit_slip as s on r.submission_id = s.submission_id and r.form = s.form
            )
        """
    )


def list_unit_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """Set ``unit_rule``: the rules whose break in every row is a slip of the unit."""
    tables.UNIT_RULE.create(connection)
    codes = [rule.code for contract in load_contracts().values() for rule in contract.rules if rule.wrong_unit]
    insert_rows(connection, "unit_rule", [{"rule_code": code} for code in codes])
