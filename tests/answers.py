"""The example queries of the subjects' pages and their answers: read from the pages, written anew, compared.

``python -m tests.answers HOME`` writes the answers of a home with the full city's finished night into the pages.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

PAGES = Path(__file__).resolve().parents[1] / "docs" / "subjects"
_EXAMPLE = re.compile(r"```sql\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
LONGEST = 20


def pages() -> list[Path]:
    """The subjects' pages."""
    return sorted(PAGES.glob("*.md"))


def examples() -> Iterator[tuple[str, str, str]]:
    """Page, query and the answer that stands below it."""
    for page in pages():
        for query, answer in _EXAMPLE.findall(page.read_text(encoding="utf-8")):
            yield page.stem, query, answer


def answer_of(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """What the query answers, as a table of text; at most the first rows."""
    result = connection.execute(query.strip().rstrip(";"))
    header = [column[0] for column in result.description]
    rows = [["" if value is None else str(value) for value in row] for row in result.fetchall()]
    shown = [header, *rows[:LONGEST]]
    widths = [max(len(row[i]) for row in shown) for i in range(len(header))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in shown]
    if len(rows) > LONGEST:
        lines.append(f"… {len(rows)} rows")
    return "\n".join(lines) + "\n"


def write_answers(database: Path) -> None:
    """Write the answers into the pages."""
    with duckdb.connect(str(database), read_only=True) as connection:
        for page in pages():
            text = page.read_text(encoding="utf-8")
            page.write_text(
                _EXAMPLE.sub(lambda m: f"```sql\n{m[1]}```\n\n```text\n{answer_of(connection, m[1])}```", text),
                encoding="utf-8",
            )


if __name__ == "__main__":
    write_answers(Path(sys.argv[1]) / "warehouse" / "current" / "sanming.duckdb")
