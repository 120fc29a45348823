"""The edition of a release that every reader may have: no person, no household, no village in it.

It is a file of its own beside the release's, made of its tables. What is not named here is for the office alone, so
that a new table is closed until somebody opens it (docs/decisions/0029).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from expectations.sql_text import literal, quoted
from orchestration.release.content import hash_relation, read_comments

OPEN_NAME = "open.duckdb"
# The whole release is its owner's and their group's; the open edition is everybody's.
CLOSED_FILE, CLOSED_FOLDER, OPEN_FILE, OPEN_FOLDER = 0o440, 0o750, 0o444, 0o755
_CLOSED_PARTS = ("sanming.duckdb", "parquet")
OPEN_TABLES = (
    "marts.dim_cause",
    "marts.dim_code",
    "marts.dim_code_column",
    "marts.dim_designation",
    "marts.dim_division",
    "marts.dim_division_crosswalk",
    "marts.dim_form",
    "marts.dim_indicator",
    "marts.dim_loan_product",
    "marts.dim_measure_type",
    "marts.dim_period",
    "marts.dim_place",
    "marts.dim_rule",
    "marts.dim_shortage",
    "marts.dim_submitter",
    "marts.dim_urban_category",
    "marts.dim_urban_measure_type",
    "marts.fct_obligation",
    "marts.fct_period_confirmation",
    "marts.fct_reform_mechanism",
    "marts.fct_submission",
    "marts.fct_survey",
    "quality.exit_standard_missed",
    "quality.release_info",
    "quality.rule_result",
    "quality.run_summary",
    "reports.article_2017",
    "reports.city_figure",
    "reports.correction",
    "reports.county_figure",
    "reports.coverage",
    "reports.figure",
    "reports.indicator",
    "reports.indicator_additive",
    "reports.loan_reconciliation_summary",
    "reports.need_measure",
    "reports.return_wide",
    "reports.stock_flow",
)
# Which rows of a table are open follows from its columns: one that tells villages from towns loses its villages.
OPEN_ROWS = {"division_level": "division_level <> 'village'", "is_public": "is_public"}


def rights_of(path: Path, folder: Path) -> int:
    """The rights of a file or folder of a release."""
    is_closed = path.relative_to(folder).parts[0] in _CLOSED_PARTS
    if path.is_dir():
        return CLOSED_FOLDER if is_closed else OPEN_FOLDER
    return CLOSED_FILE if is_closed else OPEN_FILE


def write_open_edition(connection: duckdb.DuckDBPyConnection, catalog: str, target: Path, storage: str) -> None:
    """Write the open tables of an attached release into a file of that format, with their comments."""
    connection.execute(f"attach {literal(str(target))} as opened (storage_version {literal(storage)})")
    present, comments = _tables(connection, catalog), read_comments(connection, catalog)
    connection.execute("begin")  # one for all: a comment by itself is synced to disk
    for table in (table for table in OPEN_TABLES if table in present):
        schema, name = table.split(".")
        connection.execute(f"create schema if not exists opened.{quoted(schema)}")
        place = f"opened.{quoted(schema)}.{quoted(name)}"
        connection.execute(f"create table {place} as {_open_select(connection, catalog, table)}")
        _comment_on(connection, place, comments.get((schema, name), {}))
    connection.execute("commit")
    connection.execute("detach opened")  # checkpoints


def differing_tables(connection: duckdb.DuckDBPyConnection, catalog: str, opened: Path) -> list[str]:
    """The tables of an open edition that are not what the release's would give, and those that should not be there."""
    connection.execute(f"attach {literal(str(opened))} as opened (read_only)")
    try:
        wanted = set(OPEN_TABLES) & _tables(connection, catalog)
        found = _tables(connection, "opened")
        same = wanted & found
        return sorted(
            (wanted ^ found)
            | {
                table
                for table in same
                if hash_relation(connection, f"opened.{table}")
                != hash_relation(connection, f"({_open_select(connection, catalog, table)})")
            }
        )
    finally:
        connection.execute("detach opened")


def _tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> set[str]:
    rows = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables where table_catalog = ?", [catalog]
    ).fetchall()
    return {table for (table,) in rows}


def _open_select(connection: duckdb.DuckDBPyConnection, catalog: str, table: str) -> str:
    schema, name = table.split(".")
    relation = f"{quoted(catalog)}.{quoted(schema)}.{quoted(name)}"
    columns = {column for column, *_ in connection.execute(f"describe {relation}").fetchall()}
    conditions = [condition for column, condition in OPEN_ROWS.items() if column in columns]
    return f"select * from {relation} where {' and '.join(conditions) or 'true'}"


def _comment_on(connection: duckdb.DuckDBPyConnection, place: str, comments: Mapping[str, str]) -> None:
    """Write comments, column by column, the table's own under the empty name."""
    for column, comment in comments.items():
        subject = f"column {place}.{quoted(column)}" if column else f"table {place}"
        connection.execute(f"comment on {subject} is {literal(comment)}")
