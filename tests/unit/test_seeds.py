"""Seeds have one type each: that of their yml, for the checks as for dbt."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from expectations.seeds import SeedError, load_seeds, seed_types
from tests.rule_examples import SEEDS, open_bench


def test_the_checks_load_every_column_as_dbt_does() -> None:
    with open_bench() as connection:
        for seed, columns in seed_types(SEEDS).items():
            loaded = {name: kind for name, kind, *_ in connection.execute(f'describe "{seed}"').fetchall()}
            told = connection.execute(
                "describe select " + ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in columns.items())
            ).fetchall()
            assert loaded == {name: kind for name, kind, *_ in told}, seed


def test_a_column_without_a_type_is_named(tmp_path: Path) -> None:
    (tmp_path / "limits.csv").write_text("code,limit\na,1\n", encoding="utf-8")
    (tmp_path / "limits.yml").write_text(
        "seeds:\n  - name: limits\n    config: {column_types: {code: string}}\n", encoding="utf-8"
    )
    with duckdb.connect() as connection, pytest.raises(SeedError, match=r"limits\.csv: no type for \['limit'\]"):
        load_seeds(connection, tmp_path)
