"""What stands between quotes in SQL is ours, or is quoted by `sql_text`: a path may hold a quote itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from expectations.sql_text import literal, quoted

ROOT = Path(__file__).parents[2]
PACKAGES = ("orchestration", "expectations", "twin")
# Names of forms, columns, rules, seeds and types, and constants of the code itself.
OURS = {
    "CODE", "FIRST_DAY", "OWN_SCHEMA", "UNSEEN", "_CITY", "_HEX", "_ID", "_NUMBER", "_SIGNS", "_WIDE_SIGNS",
    "_naive(one.manifest.known_on)", "column.name", "column.unit", "contract.column(name).name", "contract.form",
    "first", "form", "glob", "keys[0].name", "moment", "name", "number", "pattern", "period[:4]", "rule.code",
    "rule.columns[0]", "text", "typed[name]", "weekday", "word", "words['codes_sheet']",
}  # fmt: skip


def between_quotes(source: str) -> Iterator[str]:
    """Every expression that an f-string of a source puts directly between single quotes."""
    for node in ast.walk(ast.parse(source)):
        parts = node.values if isinstance(node, ast.JoinedStr) else []
        for before, part, after in zip([None, *parts], parts, [*parts[1:], None], strict=False):
            texts = [str(side.value) if isinstance(side, ast.Constant) else "" for side in (before, after)]
            if isinstance(part, ast.FormattedValue) and (texts[0].endswith("'") or texts[1].startswith("'")):
                yield ast.unparse(part.value)


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_that_may_hold_a_quote_stands_raw_between_quotes(package: str) -> None:
    found = {
        f"{path.relative_to(ROOT)}: {expression}"
        for path in (ROOT / package).rglob("*.py")
        for expression in between_quotes(path.read_text(encoding="utf-8"))
        if expression not in OURS
    }
    assert not found


def test_a_raw_path_is_noticed() -> None:
    assert list(between_quotes("f\"select * from read_parquet('{folder / name}/*.parquet')\"")) == ["folder / name"]


@pytest.mark.parametrize("text", ["O'Brien", "''", "三明\n'", ""])
def test_what_is_quoted_comes_back(text: str) -> None:
    assert duckdb.sql(f"select {literal(text)}").fetchone() == (text,)
    name = text.replace("'", '"') or "x"
    assert duckdb.sql(f"select 1 as {quoted(name)}").columns == [name]
