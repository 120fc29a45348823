"""A published figure → the rows and cells it came from, and the same figure again from nothing but those rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import duckdb

from orchestration.release.addresses import DIALECT, Carrier
from orchestration.release.beside import Beside, read_beside
from orchestration.release.content import literal
from orchestration.release.manifest import Release, ReleaseError
from orchestration.release.provenance import Model, Rewriter
from orchestration.release.working import open_working
from orchestration.settings import Settings

FIGURE = ("indicator", "map", "division_code", "period")
# Figures about the returns themselves: they count submissions, not rows.
_OF_RETURNS = {"int_indicator_rows", "int_indicator_returns"}


class ExplainError(ReleaseError):
    """A figure that cannot be explained: says which, what was expected and what to do."""


@dataclass(frozen=True)
class SourceRow:
    """A row of a return that stands behind a figure.

    Attributes:
        in_numerator: whether the numerator came from it.
        in_denominator: whether the denominator did.
        cells: the cells of the row that the figure's models read, like ``D12``.
    """

    submission_id: str
    form: str
    sheet: str
    row_number: int
    in_numerator: bool
    in_denominator: bool
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """A figure as released, and what it came from.

    Attributes:
        figure: the figure's row of ``reports.indicator``.
        beside: what a reader has to know of it.
        rows: none for a figure that counts nothing.
    """

    release_id: str
    figure: dict[str, Any]
    beside: Beside
    rows: tuple[SourceRow, ...]


@dataclass(frozen=True)
class Figure:
    """What names one figure of a release."""

    indicator: str
    division: str
    period: str
    map: str = "2017"

    @property
    def key(self) -> list[str]:
        return [self.indicator, self.map, self.division, self.period]


def explain(settings: Settings, release: Release, figure: Figure) -> Explanation:
    """Name the rows and cells a figure came from.

    Raises:
        ExplainError: there is no such figure.
        ReleaseError: what the release was made from is no longer kept.
    """
    with open_working(settings, release) as (connection, models):
        published = _published(connection, figure)
        found, used = _sources(connection, models, figure)
        cells = _cells(settings, connection, found, used)
        rows = [
            SourceRow(submission, form, sheet, row, above, below, tuple(f"{column}{row}" for column in columns))
            for (submission, sheet, row), (above, below) in sorted(found.items())
            for form, columns in [cells.get((submission, sheet), (sheet, []))]
        ]
        beside = read_beside(connection, published, {row.form for row in rows})
    return Explanation(release.release_id, published, beside, tuple(rows))


def recompute(settings: Settings, release: Release, explanation: Explanation) -> tuple[Decimal | None, Decimal | None]:
    """Numerator and denominator by the same models, as if the named rows were all that was ever returned."""
    told = explanation.figure
    figure = Figure(told["indicator"], told["division_code"], told["period"], told["map"])
    with open_working(settings, release) as (connection, models):
        named = [(row.submission_id, row.sheet, row.row_number) for row in explanation.rows]
        connection.execute("create temp table named (submission_id varchar, sheet varchar, row_number bigint)")
        if named:
            connection.executemany("insert into named values (?, ?, ?)", named)
        for subject in subjects(models, figure.indicator):
            query, _, _ = rewritten(models, subject, only="temp.main.named")
            found = _ask(connection, query, "numerator, denominator", figure)
            if found:
                return found[0][0], found[0][1]
    return None, None


def _published(connection: duckdb.DuckDBPyConnection, figure: Figure) -> dict[str, Any]:
    condition = " and ".join(f"{name} = ?" for name in FIGURE)
    answer = connection.execute(f"select * from release.reports.indicator where {condition}", figure.key)
    names = [column[0] for column in answer.description or []]
    row = answer.fetchone()
    if row is None:
        raise ExplainError(f"{' '.join(figure.key)}: no such figure in this release; {_nearest(connection, figure)}")
    return dict(zip(names, row, strict=True))


def _nearest(connection: duckdb.DuckDBPyConnection, figure: Figure) -> str:
    """What of the question does not exist."""
    for name, value in zip(FIGURE, figure.key, strict=True):
        query = f"select distinct {name} from release.reports.indicator order by 1"
        known = [str(found) for (found,) in connection.execute(query).fetchall()]
        if value not in known:
            near = get_close_matches(value, known, 8, 0.3) or known[:8]
            return f"{name} {value!r} is unknown; did you mean one of {', '.join(near)}?"
    return "this division has no such figure for this period."


def subjects(models: tuple[Model, ...], indicator: str | None = None) -> tuple[Model, ...]:
    """The models that give figures, or the one that gives those of an indicator."""
    return tuple(m for m in models if m.indicators and (indicator is None or indicator in m.indicators))


def leaves_of(subject: Model) -> str:
    """What stands behind a subject's figures: "rows" of returns or whole "returns"."""
    return "returns" if subject.relation.rsplit(".", 1)[1] in _OF_RETURNS else "rows"


@lru_cache(maxsize=64)
def rewritten(
    models: tuple[Model, ...], subject: Model, only: str | None = None, marked: str | None = None
) -> tuple[str, Carrier, frozenset[str]]:
    """A subject's figures with the addresses of what they came from, and the columns that its models read."""
    rewriter = Rewriter(models, leaves_of(subject), only, marked)
    query, carrier = rewriter.rewrite(subject.relation)
    return query, carrier, frozenset(rewriter.used)


def _sources(
    connection: duckdb.DuckDBPyConnection, models: tuple[Model, ...], figure: Figure
) -> tuple[dict[tuple[str, str, int], tuple[bool, bool]], frozenset[str]]:
    """Address → whether numerator and denominator came from it, and the columns that the models name."""
    for subject in subjects(models, figure.indicator):
        query, carrier, used = rewritten(models, subject)
        if not carrier.carries:
            continue
        found = _ask(connection, query, address_lists(carrier), figure)
        if found:
            above, below = (
                {(a["submission_id"], a["sheet"], a["row_number"]) for a in part or ()} for part in found[0]
            )
            return {address: (address in above, address in below) for address in above | below}, used
    return {}, frozenset()


def address_lists(carrier: Carrier) -> str:
    """SQL for ``above`` and ``below``: the rows behind numerator and denominator, where there is one."""
    above, below = carrier.addresses("q", "numerator"), carrier.addresses("q", "denominator")
    if above is None or below is None:
        raise ExplainError("the models do not say which rows a figure came from")
    return (
        f"list_distinct({above.sql(DIALECT)}) as above,"
        f" case when denominator is not null then list_distinct({below.sql(DIALECT)}) end as below"
    )


def _ask(connection: duckdb.DuckDBPyConnection, query: str, what: str, figure: Figure) -> list[tuple[Any, ...]]:
    condition = " and ".join(f"{name} = ?" for name in FIGURE)
    return connection.execute(f"select {what} from ({query}) as q where {condition}", figure.key).fetchall()


def _cells(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    found: dict[tuple[str, str, int], Any],
    used: frozenset[str],
) -> dict[tuple[str, str], tuple[str, list[str]]]:
    """(submission, sheet) → form and the Excel columns of what the models read, from where the reader found them."""
    wanted = sorted({submission for submission, _, _ in found})
    pattern = literal(str(settings.landing / "layout" / "period=*" / "batch-*.parquet"))
    rows = connection.execute(
        "select submission_id, sheet, any_value(form), list(excel_column order by len(excel_column), excel_column)"
        f" from read_parquet({pattern}) where submission_id in (select unnest(?)) and column_name in (select unnest(?))"
        " group by submission_id, sheet",
        [wanted, sorted(used)],
    ).fetchall()
    return {(submission, sheet): (form, columns) for submission, sheet, form, columns in rows}


def release_known_on(releases: tuple[Release, ...], known_on: datetime) -> Release:
    """The release that was the latest at a moment.

    Raises:
        ReleaseError: none on disk is as old.
    """
    earlier = [release for release in releases if release.manifest.known_on <= known_on]
    if not earlier:
        raise ReleaseError(
            f"nothing on disk was published by {known_on.isoformat()};"
            f" `sanming rebuild --known-on {known_on.isoformat()}` makes the release of that day anew."
        )
    return earlier[-1]
