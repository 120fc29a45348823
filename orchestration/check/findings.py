"""Hits → findings: the cell, the value as sent, and the message a clerk can act on.

Findings of a record are those of the last pass in which it was effective: a correction that mends a
household also ends what was found about it. Values and messages are restricted; what readers get is
chosen in dbt.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from expectations.contract import load_contracts, load_file_rules
from expectations.model import Contract
from expectations.relations import typed
from expectations.rule_model import FileRule, Rule
from expectations.sql_text import empty_select, literal
from expectations.wording import load_wording
from orchestration.check import tables
from orchestration.check.environment import insert_rows
from orchestration.check.slip_findings import slip_findings
from orchestration.check.tables import Table
from orchestration.check.unit_slips import CODE as UNIT_SLIP
from orchestration.check.unread_cells import explain_unread

_FORM_FINDING = typed("submission_id form rule_code sheet row_number:BIGINT column_name header cell value expected")


def create_findings(connection: duckdb.DuckDBPyConnection, rules: Iterable[Rule] = ()) -> None:
    """Start the period with the findings of its files; the texts of the given rules stand ready for the others."""
    tables.FINDING.create(connection)
    _list_rules(connection, rules)
    connection.execute(
        """
        insert into finding
        select md5(concat_ws('|', f.submission_id, f.code, f.form, f.sheet, f.cell, f.row_number, f.message)),
            f.submission_id, f.submitter_code, f.period, f.form, f.code, f.severity, r.holds,
            null, f.sheet, f.row_number, null, null, f.cell, f.value, f.message, f.fix
        from file_findings as f
        left join rule_text as r on f.code = r.rule_code
        """
    )


def _list_rules(connection: duckdb.DuckDBPyConnection, rules: Iterable[Rule]) -> None:
    for table in (tables.RULE_TEXT, tables.COLUMN_TEXT, tables.FORM_TEXT):
        table.create(connection)
    contracts = load_contracts().values()
    told: list[Rule | FileRule] = [*rules, *load_file_rules().values()]
    insert_rows(
        connection,
        "rule_text",
        [
            {"rule_code": r.code, "severity": r.severity, "holds": r.holds, "message": r.message, "fix": r.fix}
            for r in told
        ],
    )
    insert_rows(connection, "form_text", [{"form": c.form, "title": c.title} for c in contracts])
    insert_rows(
        connection,
        "column_text",
        [
            {"form": contract.form, "column_name": column.name, "header": column.header}
            for contract in contracts
            for column in contract.columns
        ],
    )


def record_findings(connection: duckdb.DuckDBPyConnection) -> None:
    """Replace the findings of the effective records by this pass's, and add those of refused returns."""
    connection.execute("delete from finding where record_id in (select record_id from effective_rows)")
    blamed = connection.execute(
        "select form, list(distinct column_name order by column_name) from hits group by form order by form"
    ).fetchall()
    for form, columns in blamed:
        _add_findings(connection, load_contracts()[form], columns)
    explain_unread(connection)
    _add_refusals(connection)
    tell_returns(connection, tables.NIL_RETURNS)
    _add_unit_slips(connection)


def _add_findings(connection: duckdb.DuckDBPyConnection, contract: Contract, blamed: list[str]) -> None:
    # A query that blames a column the form lacks is named by ``column``, not by a SQL error.
    texts = " ".join(f"when '{contract.column(name).name}' then p.\"{name}__text\"" for name in blamed)
    connection.execute(
        f"""
        insert into finding
        with hit as (
            select h.*, p.submission_id, p.submitter_code, p.period, p.sheet, p.row_number,
                case h.column_name {texts} end as value
            from (select distinct * from hits where form = $form) as h
            inner join effective_{contract.form} as p using (record_id)
        )
        select md5(concat_ws('|', h.record_id, h.rule_code, h.column_name)),
            h.submission_id, h.submitter_code, h.period, h.form, h.rule_code, h.severity, h.holds,
            h.record_id, h.sheet, h.row_number, h.column_name, c.header,
            y.excel_column || cast(h.row_number as varchar),
            h.value,
            replace(replace(replace(replace(r.message, '{{header}}', c.header), '{{unit}}', coalesce(y.unit_told, '')),
                '“{{value}}”', coalesce('“' || h.value || '”', $blank)), '{{value}}', coalesce(h.value, $blank)),
            replace(r.fix, '{{header}}', c.header)
        from hit as h
        inner join rule_text as r on h.rule_code = r.rule_code
        inner join column_text as c on h.form = c.form and h.column_name = c.column_name
        left join layout as y
            on h.submission_id = y.submission_id and y.form = h.form
            and h.sheet = y.sheet and y.column_name = h.column_name
        """,
        {"form": contract.form, "blank": load_wording()["finding"]["blank"]},
    )


def _add_refusals(connection: duckdb.DuckDBPyConnection) -> None:
    """A refused return is told at its sheet, with the rows or the share that refused it."""
    _tell_forms(
        connection,
        f"""
        select f.submission_id, f.form, f.rule_code, y.sheet,
            cast(if(f.rule_code = 'FL-17', f.rows_passed * 100 // f.rows_sent, f.rows_sent) as varchar) as value,
            cast(
                if(f.rule_code = 'FL-17', cast(f.minimum_accepted_share * 100 as bigint), f.rows_standing) as varchar
            ) as expected
        from refused_returns as f
        left join (select submission_id, form, min(sheet) as sheet from layout group by all) as y
            on f.submission_id = y.submission_id and f.form = y.form
        where f.rule_code <> {literal(UNIT_SLIP)}
        """,
    )


def _add_unit_slips(connection: duckdb.DuckDBPyConnection) -> None:
    """A return refused for a unit is told at the header of the column, with the unit and where it was found."""
    tables.SLIP_FINDING.create(connection)
    insert_rows(connection, "slip_finding", slip_findings(connection))
    _tell_forms(connection, f"select *, {literal(UNIT_SLIP)} as rule_code from slip_finding")


def tell_returns(connection: duckdb.DuckDBPyConnection, listed: Table) -> None:
    """Add a finding of a whole form for each row of a table of submissions, forms, rules and counted rows."""
    _tell_forms(
        connection, f"select * exclude (rows_counted), cast(rows_counted as varchar) as value from {listed.name}"
    )


def _tell_forms(connection: duckdb.DuckDBPyConnection, select: str) -> None:
    """Add a finding of a whole form for each row of a select of some of ``_FORM_FINDING``, of the current revisions.

    A value may hold a clerk's words, so it comes last into the message.
    """
    connection.execute(
        f"""
        insert into finding
        with told as (select * from ({empty_select(_FORM_FINDING)}) union all by name ({select}))
        select md5(concat_ws('|', f.submission_id, f.form, f.rule_code)),
            f.submission_id, a.submitter_code, p.period, f.form, f.rule_code, r.severity, r.holds,
            null, f.sheet, f.row_number, f.column_name, f.header, f.cell, f.value,
            replace(replace(replace(replace(r.message, '{{sheet}}', coalesce(f.sheet, '')), '{{form_title}}', t.title),
                '{{expected}}', coalesce(f.expected, '')), '{{value}}', f.value),
            r.fix
        from told as f
        inner join form_text as t on f.form = t.form
        inner join current_revisions as a using (submission_id)
        inner join rule_text as r on f.rule_code = r.rule_code
        cross join this_period as p
        """
    )
