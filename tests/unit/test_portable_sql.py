"""The allow-list holds the project's models and refuses what only one engine knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.portable_sql import check_models, check_sql

PROJECT = Path(__file__).parents[2] / "dbt_project"


def test_every_model_is_written_in_sql_that_both_engines_read_alike() -> None:
    assert check_models(PROJECT) == []


@pytest.mark.parametrize(
    ("statement", "refused"),
    [
        ("select a::int as b from t", "::"),
        ("select a, count(*) as n from t group by all", "group by all"),
        ("select a from t qualify row_number() over (order by a) = 1", "construct qualify"),
        ("select list(a) as b from t", "function list"),
        ("select strftime(d, '%Y') as b from t", "function strftime"),
        ("select median(a) as b from t", "function median"),
        ('select "a" from t', "identifiers are not quoted"),
        ("select * exclude (a) from t", "exclude"),
        ("from t select a", "from before select"),
        ("select a from t semi join u on t.a = u.a", "join semi"),
        ("select a from t, u", "join comma"),
        ("select a / b as c from t", "division by a column"),
        ("select a // 2 as c from t", "integer division"),
        ("select a from t union by name select a from u", "union by name"),
        ("select [1, 2] as a", "lists differ"),
        ("select try_cast(a as int) as b from t", "function try_cast"),
        ("select cast(a as hugeint) as b from t", "type int128"),
        ("select current_date as today", "no clock"),
        ("select a from read_parquet('f.parquet')", "function read_parquet"),
    ],
)
def test_what_only_one_engine_knows_is_refused(statement: str, refused: str) -> None:
    assert any(refused in line for line in check_sql(statement))


def test_text_in_quotes_and_comments_is_not_taken_for_sql() -> None:
    assert check_sql("select 'a::b [x] list(y)' as note -- group by all\nfrom t") == []


def test_a_refusal_names_the_model(tmp_path: Path) -> None:
    for folder in ("macros/rules", "macros/portable", "models"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "models" / "dim_x.sql").write_text("select list(a) as b from {{ ref('y') }}", encoding="utf-8")
    assert check_models(tmp_path) == ["models/dim_x.sql: function list"]


@pytest.mark.parametrize("path", sorted((PROJECT / "macros" / "portable").glob("*.sql")), ids=lambda path: path.stem)
def test_a_portable_macro_knows_both_engines_and_refuses_a_third(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert all(f"macro {engine}__{path.stem}(" in text for engine in ("default", "duckdb", "spark"))
    assert "raise_compiler_error" in text
