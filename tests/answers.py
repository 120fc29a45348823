"""The example queries of pages and their answers: read from the pages, written anew, compared.

``python -m tests.answers HOME`` writes into the subjects' pages what a home answers in which the full city came in one
night; ``python -m tests.answers HOME --arriving`` into the page of the city that arrives over time, from one in which
its four nights were played.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import duckdb

DOCS = Path(__file__).resolve().parents[1] / "docs"
# Of the city that arrives over time, asked of all kept releases at once.
ARRIVING = DOCS / "late_and_silent.md"
_EXAMPLE = re.compile(r"```sql\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
LONGEST = 20


def pages() -> list[Path]:
    """The subjects' pages."""
    return sorted((DOCS / "subjects").glob("*.md"))


def database(home: Path, page: Path) -> Path:
    """What a page's queries are asked of."""
    return home / "warehouse" / ("releases.duckdb" if page == ARRIVING else "current/sanming.duckdb")


def examples(*asked: Path) -> Iterator[tuple[str, str, str]]:
    """Page, query and the answer that stands below it."""
    for page in asked or pages():
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


@click.command()
@click.argument("home", type=click.Path(exists=True, path_type=Path))
@click.option("--arriving", is_flag=True, help="The page of the city that arrives over time.")
def write_answers(home: Path, arriving: bool) -> None:
    """Write what HOME answers into the pages."""
    for page in [ARRIVING] if arriving else pages():
        with duckdb.connect(str(database(home, page)), read_only=True) as connection:
            written = _with_answers(connection, page.read_text(encoding="utf-8"))
        page.write_text(written, encoding="utf-8")


def _with_answers(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    return _EXAMPLE.sub(lambda found: f"```sql\n{found[1]}```\n\n```text\n{answer_of(connection, found[1])}```", text)


if __name__ == "__main__":
    write_answers()
