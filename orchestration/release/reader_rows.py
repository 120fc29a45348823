"""The rows and columns of a release that a role of readers sees, as queries, and a file of what they give.

``expectations.reader_roles`` says which; here it becomes SQL, for every role by the same few kinds of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from expectations.reader_roles import sight_of
from expectations.sql_text import literal, quoted
from orchestration.release.content import columns_of, read_comments
from orchestration.release.manifest import ReleaseError

# Which rows of a table are open follows from its columns: one that tells villages from towns loses its villages.
_OPEN_ROWS = {"division_level": "division_level <> 'village'", "is_public": "is_public"}
_OWN_CONTRACTS = (
    "enterprise_code in (select enterprise_code from {catalog}.marts.fct_base_fostering where county_code = {county})"
)
# The codes of 2023 that belong to a county of 2017 alone: where two were merged, the whole is not one's own area.
_OWN_OF_2023 = (
    "(map_edition = '2023' and {code} in (select code_2023 from {catalog}.marts.dim_division_crosswalk"
    " group by code_2023 having min(county_code) = {county} and max(county_code) = {county}))"
)


def role_queries(
    connection: duckdb.DuckDBPyConnection, catalog: str, role: str, county: str | None = None
) -> dict[str, str]:
    """Table → the query for what a role sees of it, for every table of an attached release that is the role's.

    Args:
        connection: to which the release is attached.
        catalog: its name there.
        role: whose rows.
        county: code of 2017, for the role of a county.

    Raises:
        ReleaseError: a table has no county, and no line says which of its rows a county sees.
    """
    found = {}
    for table in present_tables(connection, catalog):
        sight = sight_of(role, table)
        if sight is None or sight.rows == "told":  # what is told is chosen, not read (``orchestration.areas``)
            continue
        relation = relation_of(catalog, table)
        columns = [name for name, _ in columns_of(connection, relation)]
        condition = _condition(sight.rows, table, columns, catalog, county)
        found[table] = f"select {hiding(columns, sight.hidden_columns)} from {relation} where {condition}"
    return found


def hiding(columns: list[str], hidden: tuple[str, ...]) -> str:
    """The columns for a select, those that are hidden without a value but of their type."""
    nulls = ", ".join(
        f"case when false then {quoted(name)} end as {quoted(name)}" for name in hidden if name in columns
    )
    return f"* replace ({nulls})" if nulls else "*"


def _condition(rows: str, table: str, columns: list[str], catalog: str, county: str | None) -> str:
    if rows == "all":
        return "true"
    if rows == "none":
        return "false"
    if rows == "open":
        return open_condition(columns)
    place = literal(county or "")
    if rows == "own contracts":
        return _OWN_CONTRACTS.format(catalog=quoted(catalog), county=place)
    if "county_code" not in columns:
        raise ReleaseError(f"{table}: has no county; say in reader_role.csv which of its rows a county sees.")
    if "map_edition" not in columns:
        return f"county_code = {place}"
    own = _OWN_OF_2023.format(code="division_code", catalog=quoted(catalog), county=place)
    return f"((map_edition = '2017' and county_code = {place}) or {own})"


def open_condition(columns: Iterable[str]) -> str:
    """The condition for the rows of an open table that everybody may see."""
    present = set(columns)
    return " and ".join(condition for column, condition in _OPEN_ROWS.items() if column in present) or "true"


def present_tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> tuple[str, ...]:
    """The tables of an attached file, ``schema.name``, in the order of their names."""
    rows = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables where table_catalog = ? order by 1",
        [catalog],
    ).fetchall()
    return tuple(table for (table,) in rows)


def relation_of(catalog: str, table: str) -> str:
    """A table ``schema.name`` of an attached file, as SQL names it."""
    return ".".join(quoted(part) for part in (catalog, *table.split(".", 1)))


def write_tables(
    connection: duckdb.DuckDBPyConnection, catalog: str, queries: Mapping[str, str], target: Path, storage: str
) -> None:
    """Write what queries give into a file of that format, each as its table, with the comments of the release's."""
    connection.execute(f"attach {literal(str(target))} as written (storage_version {literal(storage)})")
    comments = read_comments(connection, catalog)
    connection.execute("begin")  # one for all: a comment by itself is synced to disk
    for table, query in queries.items():
        schema, name = table.split(".")
        connection.execute(f"create schema if not exists written.{quoted(schema)}")
        place = relation_of("written", table)
        connection.execute(f"create table {place} as {query}")
        _comment_on(connection, place, comments.get((schema, name), {}))
    connection.execute("commit")
    connection.execute("detach written")  # checkpoints


def _comment_on(connection: duckdb.DuckDBPyConnection, place: str, comments: Mapping[str, str]) -> None:
    """Write comments, column by column, the table's own under the empty name."""
    for column, comment in comments.items():
        subject = f"column {place}.{quoted(column)}" if column else f"table {place}"
        connection.execute(f"comment on {subject} is {literal(comment)}")
