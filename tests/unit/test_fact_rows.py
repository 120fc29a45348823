"""The rows of facts behind named rows, and what of them an earlier return stands for."""

from __future__ import annotations

import duckdb
from sqlglot import parse_one

from orchestration.explain.lineage.addresses import counted
from orchestration.explain.lineage.built_model import Model
from orchestration.explain.lineage.fact_rows import FactRows, read_fact_rows


def test_rows_of_the_period_are_counted_and_those_that_are_carried_in_either_way() -> None:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as release")
        connection.execute("create schema release.marts")
        connection.execute(
            "create table release.marts.fct_fund as select * from (values"
            " ('s1', '表', 4, '2017-06', null, false), ('s1', '表', 5, '2017-06', null, true),"
            " ('s0', '表', 4, '2017-06', '2016-12', false), ('s0', '表', 4, '2016-12', null, false),"
            " ('s9', '表', 4, '2017-06', null, false))"
            " as t(submission_id, sheet, row_number, period, carried_from, is_carried)"
        )
        connection.execute(
            "create table named as select * from (values ('s1', '表', 4), ('s1', '表', 5), ('s0', '表', 4))"
            " as t(submission_id, sheet, row_number)"
        )
        columns = ("submission_id", "sheet", "row_number", "period", "carried_from", "is_carried")
        models = [
            Model("release.marts.fct_fund", columns),
            Model("release.marts.dim_period", ("period",)),
            Model("build.intermediate.int_fund", columns),
        ]
        assert list(read_fact_rows(connection, models, "named", "2017-06")) == [FactRows("marts.fct_fund", 3, 2)]


def test_a_row_adds_to_texts_joined_in_an_order_where_it_has_a_text() -> None:
    joined = parse_one("select string_agg(name, '、' order by sort_order) from codes", dialect="duckdb").selects[0]
    condition = counted(joined)
    assert condition is not None
    assert condition.sql(dialect="duckdb") == "NOT name IS NULL"
