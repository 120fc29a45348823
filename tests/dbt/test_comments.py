"""Comments as dbt writes them into the build: Chinese name, key and reference before the English description."""

from __future__ import annotations

from pathlib import Path

from tests.dbt.accepted import AcceptedArea, open_build, run_dbt

ONE_MODEL = ("build", "--empty", "--select", "+fct_guarantee_fund", "--exclude-resource-type", "unit_test", "test")


def test_a_built_table_is_told_in_chinese_with_its_key_and_references(tmp_path: Path) -> None:
    AcceptedArea(tmp_path).write()
    assert run_dbt(tmp_path, *ONE_MODEL) == []
    with open_build(tmp_path) as connection:
        tables = dict(connection.execute("select table_name, comment from duckdb_tables()").fetchall())
        rows = connection.execute(
            "select column_name, comment from duckdb_columns() where table_name = 'fct_guarantee_fund'"
        ).fetchall()
    columns = dict(rows)
    assert tables["fct_guarantee_fund"] == (
        "担保基金各期情况：One guarantee fund at one period. Stocks and cumulative figures as the fund reports them."
    )
    assert columns["period"] == "报送期【主键；见 marts.dim_period.period】：reported month, YYYY-MM"
    assert columns["fund_code"] == (
        "基金编号【主键；见 marts.dim_fund.fund_code】：code of the fund: place and two digits"
    )
    assert columns["compensated_yuan"] == "累计代偿额：compensated since the beginning"
    assert None not in columns.values()
