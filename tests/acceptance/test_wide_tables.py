"""The tables of one subject each: a row of its fact with the words beside codes, which adds up to what is published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

# Table → the fact that has its rows, or a condition on them.
ROWS_OF = {
    "household_wide": "marts.fct_poverty_status",
    "person_wide": "marts.fct_person_status",
    "loan_wide": "marts.fct_loan_balance",
    "fund_wide": "marts.fct_guarantee_fund",
    "village_wide": "(select period, village_code from marts.fct_village_status"
    " union select period, village_code from marts.fct_village_profile)",
    "return_wide": "marts.fct_obligation",
    "policy_wide": "(select * from marts.dim_period as periods inner join marts.fct_insurance_policy as policies"
    " on periods.last_day between policies.started_on and policies.ended_on"
    " and periods.period between policies.first_period and policies.last_period)",
    "measure_wide": "marts.fct_assistance_measure",
}
# Columns of several codes, and those whose words have a name of their own.
SEVERAL = {"health": "health_names", "other_causes": "other_cause_names", "designations": "designation_names"}
WORDS = {"form": "form_title"}
# What is the same on every row.
NO_WORDS = {"data_origin"}
# Indicator → table, what is added up of a period, and of which rows.
ADDING_UP = {
    "registered_households": ("household_wide", "count(*)", "true"),
    "poor_households": ("household_wide", "count(*)", "is_poor"),
    "registered_persons": ("person_wide", "count(*)", "is_counted"),
    "loan_balance": ("loan_wide", "sum(balance_yuan)", "is_guarantee_product and household_registered"),
    "fund_amount": ("fund_wide", "sum(fund_amount_yuan)", "true"),
    "leverage": ("fund_wide", "round(sum(guaranteed_outstanding_yuan) / sum(fund_amount_yuan), 6)", "true"),
    "shell_villages": ("village_wide", "count(*)", "is_shell"),
    "rural_registered_population": ("village_wide", "sum(rural_registered_population)", "true"),
}


@pytest.fixture(scope="module")
def release(small_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    database = small_home / "warehouse" / "current" / "sanming.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set search_path = 'reports'")
        yield connection


def coded(release: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    return release.execute(
        "select table_name, column_name, code_list from marts.dim_code_column"
        " where table_schema = 'reports' and table_name like '%\\_wide' escape '\\' order by all"
    ).fetchall()


def counted(release: duckdb.DuckDBPyConnection, relation: str) -> int:
    return release.execute(f"select count(*) from {relation}").fetchall()[0][0]


@pytest.mark.parametrize("table", ROWS_OF)
def test_no_row_is_lost_or_doubled_beside_the_names(table: str, release: duckdb.DuckDBPyConnection) -> None:
    assert counted(release, table) == counted(release, ROWS_OF[table]) > 0


@pytest.mark.parametrize("table", ROWS_OF)
def test_yes_or_no_is_always_said(table: str, release: duckdb.DuckDBPyConnection) -> None:
    answers = [name for name, kind, *_ in release.execute(f"describe {table}").fetchall() if kind == "BOOLEAN"]
    unanswered = [name for name in answers if counted(release, f"{table} where {name} is null")]
    assert unanswered == []


def test_every_table_of_a_subject_is_looked_at(release: duckdb.DuckDBPyConnection) -> None:
    tables = release.execute("select table_name from duckdb_tables() where table_name like '%\\_wide' escape '\\'")
    assert {table for (table,) in tables.fetchall()} == set(ROWS_OF)
    assert len(coded(release)) > 30


def test_beside_every_code_stand_the_words_of_its_list(release: duckdb.DuckDBPyConnection) -> None:
    for table, column, code_list in coded(release):
        if column in NO_WORDS | SEVERAL.keys():
            continue
        words = WORDS.get(column, f"{column}_name")
        differing = counted(
            release,
            f"{table} as told left join marts.dim_code as codes on told.{column} = codes.code"
            f" and codes.code_list = '{code_list}' where told.{words} is distinct from codes.code_name",
        )
        assert differing == 0, f"{table}.{column}"


def test_beside_several_codes_stand_the_words_of_each(release: duckdb.DuckDBPyConnection) -> None:
    seen = set()
    for table, column, code_list in coded(release):
        if column not in SEVERAL:
            continue
        lists = dict(
            release.execute(f"select code, code_name from marts.dim_code where code_list = '{code_list}'").fetchall()
        )
        for codes, words in release.execute(f"select distinct {column}, {SEVERAL[column]} from {table}").fetchall():
            expected = [lists[code] for code in (codes or "").split(",") if code]
            assert sorted(words.split("、") if words else []) == sorted(expected)
            seen |= {column} if codes and "," in codes else set()
    assert seen == SEVERAL.keys()


@pytest.mark.parametrize("indicator", ADDING_UP)
def test_a_table_adds_up_to_the_published_figure(indicator: str, release: duckdb.DuckDBPyConnection) -> None:
    table, added, condition = ADDING_UP[indicator]
    figures = dict(
        release.execute(
            "select period, value from city_figure where indicator = ? and value is not null", [indicator]
        ).fetchall()
    )
    found = dict(
        release.execute(f"select period, {added}::double from {table} where {condition} group by period").fetchall()
    )
    assert figures
    assert {period: found[period] for period in figures} == pytest.approx(figures)


def test_income_beside_a_december_is_that_of_its_year(release: duckdb.DuckDBPyConnection) -> None:
    told = release.execute(
        "select period, income_year, sum(net_income_yuan) / sum(income_person_count) from household_wide"
        " where net_income_yuan is not null group by all order by all"
    ).fetchall()
    figures = dict(
        release.execute(
            "select period, value from city_figure where indicator = 'net_income_per_head' and value is not null"
        ).fetchall()
    )
    of_decembers = {period: per_head for period, year, per_head in told if period == f"{year}-12"}
    # Income of a household that is not in the register of the period stands beside nothing.
    assert of_decembers == pytest.approx(figures, rel=0.001)
    assert {year for period, year, _ in told if period == "2017-06"} == {2016}


def test_returns_that_are_missing_are_those_of_the_coverage(small_late_home: tuple[Path, Path, Path]) -> None:
    with duckdb.connect(str(small_late_home[2] / "sanming.duckdb"), read_only=True) as connection:
        missing = connection.execute(
            "select period, form, count(*) from reports.return_wide where is_missing group by all order by all"
        ).fetchall()
        coverage = connection.execute(
            "select period, form, missing from reports.coverage where division_level = 'city'"
            " and map_edition = '2017' and missing > 0 order by all"
        ).fetchall()
        nameless = connection.execute(
            "select count(*) from reports.return_wide where is_missing and (form_title is null or area_name is null)"
        ).fetchall()
    assert missing == coverage != []
    assert nameless == [(0,)]
