"""Tables as BI tools take them: names that need no quotes, dates for periods, numbers that are computed with."""

from __future__ import annotations

import pytest
import sqlglot

from expectations.published_tables import PublishedTable, published_tables

# What a person opens: tables with names beside codes.
NAMED = [
    table for table in published_tables() if table.name.endswith(("figure", "_wide")) and table.schema == "reports"
]


@pytest.mark.parametrize("table", published_tables(), ids=lambda table: table.qualified)
def test_a_table_is_asked_for_its_columns_without_quotes(table: PublishedTable) -> None:
    query = sqlglot.parse_one(f"select {', '.join(table.types)} from {table.qualified} as t", dialect="duckdb")
    assert [one.sql() for one in query.expressions] == list(table.types)


def test_a_word_of_the_language_is_noticed() -> None:
    with pytest.raises(sqlglot.errors.ParseError):
        sqlglot.parse_one("select map from reports.indicator", dialect="duckdb")


def test_eleven_tables_have_names_beside_their_codes() -> None:
    assert len(NAMED) == 11


@pytest.mark.parametrize("table", NAMED, ids=lambda table: table.qualified)
def test_a_period_has_a_last_day_and_a_name_beside_it(table: PublishedTable) -> None:
    assert [table.types[name] for name in ("period", "period_end", "period_name")] == ["string", "date", "string"]


@pytest.mark.parametrize(
    "table", [table for table in NAMED if "value" in table.types], ids=lambda table: table.qualified
)
def test_a_figure_is_no_decimal_and_stands_there_as_it_is_printed(table: PublishedTable) -> None:
    assert not any(kind.startswith("decimal") for kind in table.types.values())
    assert (table.types["value"], table.types["display"]) == ("double", "string")
