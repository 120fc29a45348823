"""Rows can be shown by county: every table that readers see carries ``county_code``, or is of no county."""

from __future__ import annotations

import pytest

from expectations.published_tables import PublishedTable, published_tables

# Tables without the county: why no row of theirs is of one.
OF_NO_COUNTY = {
    "marts.dim_cause": "a list of codes",
    "marts.dim_code": "the lists of codes",
    "marts.dim_code_column": "which column has which list",
    "marts.dim_enterprise": "works in several counties; its contracts (fct_base_fostering) carry theirs",
    "marts.dim_form": "the city's list of forms",
    "marts.dim_indicator": "the list of indicators",
    "marts.dim_loan_product": "the city's list of products",
    "marts.dim_measure_type": "a list of codes",
    "marts.dim_period": "the calendar",
    "marts.dim_rule": "the list of rules",
    "marts.dim_shortage": "a list of codes",
    "marts.dim_urban_category": "a list of codes",
    "marts.dim_urban_measure_type": "a list of codes",
    "reports.article_2017": "figures of the city as the newspaper printed them",
    "reports.city_figure": "figures of the city alone",
    "quality.rule_result": "a rule judges a form of the whole city",
    "quality.run_summary": "a form of the whole city",
}


@pytest.mark.parametrize("table", published_tables(), ids=lambda table: table.qualified)
def test_a_table_carries_its_county_or_is_of_none(table: PublishedTable) -> None:
    assert ("county_code" in table.types) != (table.qualified in OF_NO_COUNTY)


def test_only_tables_that_are_there_are_of_no_county() -> None:
    assert set(OF_NO_COUNTY) <= {table.qualified for table in published_tables()}
