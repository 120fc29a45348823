"""The macro of the article's facts: the facts that a return tells, each with the last day of its period."""

from __future__ import annotations

import duckdb
import pytest

from tests.macros import rendered


@pytest.fixture
def facts() -> list[tuple[object, ...]]:
    statement = rendered(
        "facts_of_article",
        "{{ facts_of_article() }}",
        last_day_of_period=lambda period: f"last_day(cast({period} || '-01' as date))",
    )
    with duckdb.connect() as connection:
        connection.execute("""
            create table article_facts as
            from (values ('key_counties', '2017-06'), ('loan_example', '2016-02'), ('hopes', '2017-06'))
                as listed (fact, as_of)
        """)
        connection.execute("""
            create table article_reading as
            from (values ('key_counties', null), ('loan_example', 'DB-1')) as listed (fact, subject_key)
        """)
        return connection.execute(
            f"select fact, as_of, cast(last_day as varchar), subject_key from ({statement}) order by 1"
        ).fetchall()


def test_a_fact_that_no_return_tells_is_left_out(facts: list[tuple[object, ...]]) -> None:
    assert [fact[0] for fact in facts] == ["key_counties", "loan_example"]


def test_a_fact_comes_with_its_periods_last_day_and_its_subject(facts: list[tuple[object, ...]]) -> None:
    assert facts == [
        ("key_counties", "2017-06", "2017-06-30", None),
        ("loan_example", "2016-02", "2016-02-29", "DB-1"),
    ]
