"""Every code that a reader of a release meets has its words in the release itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from expectations.sql_text import literal, quoted

# What looks like a code: a column of few values, all short and in ASCII.
FEW, SHORT = 60, 40
# Columns that look so and hold no code of a list, by the reason.
NO_CODES = {
    "a place, an office or a period, which have tables of their own": """
        area_code as_of bank_code baseline_period carried_from city_code cohort_period community_code
        counterpart_township_code county_code county_code_2023 division_code figure_period first_period flow_period
        id_county_code last_listed_period last_period latest_period lead_township_code period period_before
        period_confirmed pilot_place_code place_code previous_period returned_for rural_submitter_code submitter_code
        township_code urban_submitter_code village_code
    """,
    "the key of an indicator, a rule or a fact of the article, which have tables of their own": """
        indicator measure rule_code fact
    """,
    "the key of a person, household or thing, or of a file": """
        agreement_code claim_number claimant_token component_code contract_number cooperative_code
        corrected_submission_id distribution_code enterprise_code entry_number entry_set finding_id fund_code group_code
        household_code measure_code mechanism_code member_code person_code policy_number project_code record_key
        release_id second_entry_number subject_code submission_id survey_code urban_household_code
    """,
    "the names of tables and columns": "code_list column_name table_name table_schema table_code",
    "numbers": "definition_version months_due",
    "words written for people to read": "detail",
}
NAMED = {name for names in NO_CODES.values() for name in names.split()}


@pytest.fixture(scope="module")
def release(small_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    database = small_home / "warehouse" / "current" / "sanming.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def coded(release: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str, str]]:
    return release.execute("select * from marts.dim_code_column order by all").fetchall()


def looking_like_codes(release: duckdb.DuckDBPyConnection) -> set[tuple[str, str, str]]:
    """The text columns of published tables that have few values, all short and in ASCII."""
    found = set()
    for schema, table, column in release.execute(
        "select table_schema, table_name, column_name from information_schema.columns where data_type = 'VARCHAR'"
    ).fetchall():
        values, longest, ascii_only = release.execute(
            f"select count(distinct {quoted(column)}), max(length({quoted(column)})),"
            f" coalesce(bool_and(regexp_full_match({quoted(column)}, '[ -~]*')), true)"
            f" from {quoted(schema)}.{quoted(table)}"
        ).fetchall()[0]
        if 0 < values <= FEW and longest <= SHORT and ascii_only:
            found.add((schema, table, column))
    return found


def without_words(release: duckdb.DuckDBPyConnection, schema: str, table: str, column: str, code_list: str) -> set[str]:
    """The values of a column, those of a cell of several taken apart, that are no codes of the list."""
    rows = release.execute(
        f"select distinct trim(unnest(string_split({quoted(column)}, ','))) from {quoted(schema)}.{quoted(table)}"
        f" except select code from marts.dim_code where code_list = {literal(code_list)}"
    ).fetchall()
    return {value for (value,) in rows if value}


def test_every_column_of_codes_is_named_or_says_why_not(release: duckdb.DuckDBPyConnection) -> None:
    named = {place[:3] for place in coded(release)}
    found = looking_like_codes(release)
    assert len(found & named) > 150
    unnamed = {(schema, table, column) for schema, table, column in found - named if column not in NAMED}
    # The release writes it about itself, after the models.
    assert unnamed - {("quality", "release_info", "data_origin")} == set()


def test_no_reason_is_kept_that_nothing_needs(release: duckdb.DuckDBPyConnection) -> None:
    columns = {name for (name,) in release.execute("select column_name from information_schema.columns").fetchall()}
    assert columns >= NAMED
    assert not NAMED & {column for _, _, column, _ in coded(release)}


def test_every_value_of_such_a_column_has_its_words(release: duckdb.DuckDBPyConnection) -> None:
    missing = {place: without_words(release, *place) for place in coded(release)}
    assert {place: values for place, values in missing.items() if values} == {}


def test_a_code_that_no_list_has_is_noticed(release: duckdb.DuckDBPyConnection) -> None:
    assert without_words(release, "marts", "dim_person", "sex", "verdict") == {"1", "2"}
    assert without_words(release, "marts", "fct_poverty_status", "other_causes", "verdict") > {"05", "07"}


def test_every_form_and_rule_of_the_facts_is_described(release: duckdb.DuckDBPyConnection) -> None:
    for fact, key, dimension in (
        ("fct_obligation", "form", "dim_form"),
        ("fct_finding", "rule_code", "dim_rule"),
    ):
        unknown = release.execute(
            f"select {key} from marts.{fact} except select {key} from marts.{dimension}"
        ).fetchall()
        assert unknown == []
