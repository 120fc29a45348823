"""What in a release looks like a person: columns that only restricted areas have, ID numbers, phones, stray tokens.

A look, not a proof: it has no list of the persons, and must cost a night less than a second. The proof by value is
`tests/acceptance/test_privacy.py`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import duckdb

from expectations.contract import load_contracts
from expectations.id_number import check_digit
from expectations.sql_text import quoted
from orchestration.release.content import SCHEMAS

# Rows of each table that are searched for numbers inside longer texts; whole values are looked at in every row.
SEARCHED_ROWS = 1000
_ID = "[1-9][0-9]{5}(19[0-9]{2}|20[0-2][0-9])(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
_PHONE = "1[3-9][0-9]{9}"
_HEX = "[0-9a-f]{32}"
_ID_LENGTH, _PHONE_LENGTH, _TOKEN_LENGTH = 18, 11, 32
# Where tokens belong, and what is made of a file's name and hash.
_TOKEN_ENDINGS = ("_token", "_key", "finding_id")
# Codes have no room for a number beside something else.
_CODE_ENDINGS = (*_TOKEN_ENDINGS, "_code", "_number")
_NEVER_PERSONAL = frozenset({"submission_id", "release_id", "content_hash"})
# A code of digits may pass for an ID number by chance; a column of ID numbers does not hold half of something else.
_CODE_SHARE = 0.5


@dataclass(frozen=True)
class SearchedColumn:
    """A text column of a release and how long its longest value is, in bytes."""

    relation: str
    name: str
    longest: int

    @property
    def telling_lengths(self) -> tuple[int, ...]:
        """Lengths of what must not be here: tokens have columns of their own."""
        lengths = (_ID_LENGTH, _PHONE_LENGTH)
        return lengths if self.name.endswith(_TOKEN_ENDINGS) else (*lengths, _TOKEN_LENGTH)

    @property
    def place(self) -> str:
        return f"{self.relation}.{self.name}"


def look_for_persons(connection: duckdb.DuckDBPyConnection, catalog: str) -> tuple[str, ...]:
    """Places (table and column) that look personal, each with what was seen and how often; values are never told."""
    columns = [column for column in _text_columns(connection, catalog) if column.name not in _NEVER_PERSONAL]
    suspected = [column for column in columns if column.longest >= _PHONE_LENGTH]
    telling = _with_telling_lengths(connection, catalog, suspected)
    return (
        *_restricted_columns(connection, catalog),
        *(message for column in telling for message in _whole(connection, catalog, column)),
        *_inside(connection, catalog, suspected),
    )


def _restricted_columns(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[str]:
    """Columns with the name of one that a contract calls personal; `name`, `content` and `basis` mean other things."""
    personal = {
        column.name
        for contract in load_contracts().values()
        for column in contract.columns
        if column.classification == "personal" and "_" in column.name
    } | {"phone", "remark"}
    rows = connection.execute(
        "select schema_name || '.' || table_name || '.' || column_name from duckdb_columns()"
        " where database_name = ? and schema_name in (select unnest(?)) and column_name in (select unnest(?))"
        " order by 1",
        [catalog, list(SCHEMAS), sorted(personal)],
    ).fetchall()
    return [f"{place}: a column that is restricted" for (place,) in rows]


def _text_columns(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[SearchedColumn]:
    rows = connection.execute(
        "select schema_name || '.' || table_name, list(column_name order by column_index) from duckdb_columns()"
        " where database_name = ? and schema_name in (select unnest(?)) and data_type = 'VARCHAR'"
        " group by 1 order by 1",
        [catalog, list(SCHEMAS)],
    ).fetchall()
    found = []
    for relation, names in rows:
        longest = _row(
            connection, _place(catalog, relation), [f"coalesce(max(strlen({quoted(name)})), 0)" for name in names]
        )
        found += [SearchedColumn(relation, name, int(length)) for name, length in zip(names, longest, strict=True)]
    return found


def _place(catalog: str, relation: str) -> str:
    return ".".join(quoted(part) for part in (catalog, *relation.split(".", 1)))


def _row(connection: duckdb.DuckDBPyConnection, source: str, values: list[str]) -> tuple[int, ...]:
    return connection.execute(f"select {', '.join(values)} from {source}").fetchone() or ()


def _with_telling_lengths(
    connection: duckdb.DuckDBPyConnection, catalog: str, columns: list[SearchedColumn]
) -> list[SearchedColumn]:
    """The columns some value of which is as long as an ID number, a phone or a token: few are."""
    found = []
    for relation in dict.fromkeys(column.relation for column in columns):
        inside = [column for column in columns if column.relation == relation]
        counts = [f"count(*) filter (where strlen({quoted(c.name)}) in {c.telling_lengths})" for c in inside]
        row = _row(connection, _place(catalog, relation), counts)
        found += [column for column, count in zip(inside, row, strict=True) if count]
    return found


def _whole(connection: duckdb.DuckDBPyConnection, catalog: str, column: SearchedColumn) -> list[str]:
    """Values that are nothing but such a number."""
    name, place = quoted(column.name), _place(catalog, column.relation)
    values = connection.execute(
        f"select distinct {name} from {place} where strlen({name}) in {column.telling_lengths}"
        f" and regexp_full_match({name}, '{_ID}|{_PHONE}|{_HEX}')"
    ).fetchall()
    kinds = Counter(_kind(value) for (value,) in values)
    least = 1
    if kinds and column.name.endswith("_code"):
        (codes,) = _row(connection, place, [f"count(distinct {name})"])
        least = max(1, round(codes * _CODE_SHARE))
    return [f"{column.place}: {n} values that look like {kind}" for kind, n in kinds.items() if kind and n >= least]


def _kind(value: str) -> str | None:
    """What a value looks like; the last digit of an ID number follows from the others (GB 11643)."""
    if len(value) != _ID_LENGTH:
        return "phones" if len(value) == _PHONE_LENGTH else "tokens"
    return "ID numbers" if check_digit(value[:-1]) == value[-1].upper() else None


def _inside(connection: duckdb.DuckDBPyConnection, catalog: str, columns: list[SearchedColumn]) -> list[str]:
    """ID numbers and phones within longer texts of the first rows of each table."""
    pattern = f"(^|[^0-9A-Za-z])({_ID}|{_PHONE})([^0-9A-Za-z]|$)"
    found = []
    for relation in dict.fromkeys(column.relation for column in columns):
        inside = [c for c in columns if c.relation == relation and not c.name.endswith(_CODE_ENDINGS)]
        counts = [
            f"count(*) filter (where strlen({quoted(c.name)}) > {_PHONE_LENGTH}"
            f" and strlen({quoted(c.name)}) <> {_ID_LENGTH} and regexp_matches({quoted(c.name)}, '{pattern}'))"
            for c in inside
        ]
        if not inside:
            continue
        row = _row(connection, f"(from {_place(catalog, relation)} limit {SEARCHED_ROWS})", counts)
        found += [
            f"{column.place}: {count} texts with a number like an ID number or phone"
            for column, count in zip(inside, row, strict=True)
            if count
        ]
    return found
