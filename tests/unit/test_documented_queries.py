"""Every SQL query that a page shows is one for the parser by which Superset takes a query apart, as it stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def queries(page: Path) -> Iterator[str]:
    """The blocks of SQL of a page; placeholders in angle brackets stand for a name."""
    for block in re.findall(r"```sql\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        yield re.sub(r"<\w+>", "placeholder", block)


def test_pages_show_queries() -> None:
    assert sum(len(list(queries(page))) for page in PAGES) > 40


@pytest.mark.parametrize("page", [page for page in PAGES if list(queries(page))], ids=lambda page: page.stem)
def test_the_queries_of_a_page_can_be_parsed(page: Path) -> None:
    for query in queries(page):
        parsed = sqlglot.parse(query, dialect="duckdb")
        assert any(parsed), query
        assert not any(isinstance(one, sqlglot.exp.Command) for one in parsed), query
