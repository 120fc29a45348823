"""A row of a return → the facts and the figures that it went into.

The other way of `explain`, by the same rewriting: addresses are carried through the models, but only those asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.core.settings import Settings
from orchestration.explain.lineage.addresses import ROWS
from orchestration.explain.lineage.built_model import Model
from orchestration.explain.lineage.explain import address_lists, leaves_of, subjects
from orchestration.explain.lineage.explanation import FIGURE, PUBLISHED
from orchestration.explain.lineage.lineage_build import fill_addresses, open_working
from orchestration.explain.lineage.provenance import Rewriter, Rewritten
from orchestration.explain.lineage.row_status import Address, RowStatus, RowStatuses
from orchestration.release.manifest import Release
from orchestration.release.renamed_columns import relation_today, star

_ASKED = "temp.main.asked"
_ASKED_RETURNS = "temp.main.asked_returns"
_RELEASED = "release."
_FOLLOWED = ("release.marts.", "release.reports.")  # lists of differences (quality) are no facts
# What holds the figures, which are followed one by one.
_OF_FIGURES = {"release.reports.indicator", "release.reports.indicator_additive"}


@dataclass(frozen=True, order=True)
class TableRows:
    """How many rows of a released table a returned row went into."""

    table: str
    rows: int


@dataclass(frozen=True, order=True)
class FigureUse:
    """A figure that a returned row went into.

    Attributes:
        is_of_return: the figure counts returns, and the row only as part of one.
        reads: names of the columns that the figure's models read.
    """

    indicator: str
    map_edition: str
    division_code: str
    period: str
    in_numerator: bool
    in_denominator: bool
    is_of_return: bool
    reads: frozenset[str]


@dataclass(frozen=True)
class Traced:
    """What became of a row, and what it went into; nothing where it was not accepted.

    Attributes:
        instead: the later return that counts instead, where an accepted row went into nothing.
    """

    row_status: RowStatus
    instead: str = ""
    tables: tuple[TableRows, ...] = ()
    figures: tuple[FigureUse, ...] = ()


def trace(settings: Settings, release: Release, addresses: Collection[Address]) -> tuple[Traced, ...]:
    """Follow rows forward, all of them in one pass.

    Raises:
        TraceError: one of the rows was never sent.
        ReleaseError: what the release was made from is no longer kept.
    """
    with open_working(settings, release) as (connection, models):
        statuses = RowStatuses(settings, release, settings.working / release.release_id / "accepted")
        found = [statuses.of(address) for address in dict.fromkeys(addresses)]
        used = [row_status for row_status in found if row_status.kind == "accepted"]
        _ask_for(connection, used)
        rewriter, forms = Rewriter(models, marked=_ASKED), {row_status.form for row_status in used}
        tables: dict[Address, list[TableRows]] = {}
        for address, found_in in _tables(connection, models, rewriter, forms) if used else ():
            tables.setdefault(address, []).append(found_in)
        figures: dict[Address, list[FigureUse]] = {}
        for address, figure in _figures(connection, models, rewriter, used) if used else ():
            figures.setdefault(address, []).append(figure)
        return tuple(
            _traced(statuses, row_status, tables.get(row_status.address, []), figures.get(row_status.address, []))
            for row_status in found
        )


def _traced(statuses: RowStatuses, row_status: RowStatus, tables: list[TableRows], figures: list[FigureUse]) -> Traced:
    is_used = tables or any(not use.is_of_return for use in figures)
    instead = statuses.later_return(row_status) if row_status.kind == "accepted" and not is_used else ""
    return Traced(row_status, instead, tuple(sorted(tables)), tuple(_sorted(figures)))


def _sorted(figures: Collection[FigureUse]) -> list[FigureUse]:
    return sorted(
        figures, key=lambda use: (use.indicator, use.map_edition, use.period, len(use.division_code), use.division_code)
    )


def _ask_for(connection: duckdb.DuckDBPyConnection, statuses: list[RowStatus]) -> None:
    rows = [
        (row_status.address.submission_id, row_status.address.sheet, row_status.address.row_number)
        for row_status in statuses
    ]
    fill_addresses(connection, _ASKED, rows)
    fill_addresses(
        connection,
        _ASKED_RETURNS,
        sorted({(row_status.address.submission_id, row_status.form, 0) for row_status in statuses}),
    )


def _tables(
    connection: duckdb.DuckDBPyConnection, models: tuple[Model, ...], rewriter: Rewriter, forms: set[str]
) -> Iterator[tuple[Address, TableRows]]:
    for model in models:
        if not model.relation.startswith(_FOLLOWED) or model.relation in _OF_FIGURES or forms.isdisjoint(model.forms):
            continue
        query = rewriter.rewrite(model.relation)
        if query.carrier.carries:
            rows = connection.execute(
                f"with hit as (select unnest(list_distinct({ROWS})) as address from ({query.sql}))"
                " select address.submission_id, address.sheet, address.row_number, count(*) from hit group by all"
            ).fetchall()
            for submission, sheet, row, count in rows:
                yield Address(submission, sheet, row), TableRows(model.relation.removeprefix(_RELEASED), count)


def _figures(
    connection: duckdb.DuckDBPyConnection, models: tuple[Model, ...], of_rows: Rewriter, used: list[RowStatus]
) -> Iterator[tuple[Address, FigureUse]]:
    named = f"select {', '.join(FIGURE)} from {relation_today(connection, PUBLISHED)}"
    published = set(connection.execute(named).fetchall())
    whole: dict[Address, list[Address]] = {}
    for row_status in used:
        whole.setdefault(Address(row_status.address.submission_id, row_status.form, 0), []).append(row_status.address)
    forms = {row_status.form for row_status in used}
    rewriters = {
        "rows": of_rows,
        "returns": Rewriter(models, "returns", marked=_ASKED_RETURNS),
    }
    for subject in subjects(models):
        is_of_returns = leaves_of(subject) == "returns"
        if not is_of_returns and forms.isdisjoint(subject.forms):
            continue
        query = rewriters[leaves_of(subject)].rewrite(subject.relation)
        if not query.carrier.carries:
            continue
        for *key, above, below in connection.execute(_naming(query, subject)).fetchall():
            if tuple(key) not in published:
                continue
            counted, divided = _addresses(above), _addresses(below)
            for address in counted | divided:
                indicator, map_edition, division, period = key
                use = FigureUse(
                    indicator,
                    map_edition,
                    division,
                    period,
                    address in counted,
                    address in divided,
                    is_of_returns,
                    query.columns,
                )
                for row in whole[address] if is_of_returns else (address,):
                    yield row, use


def _naming(query: Rewritten, subject: Model) -> str:
    """The figures that any asked row went into, with those rows."""
    figures = f"(select {star(subject.columns)} from ({query.sql}))"
    named = f"select {', '.join(FIGURE)}, {address_lists(query.carrier)} from {figures} as q"
    return f"select * from ({named}) where len(above) > 0 or len(below) > 0"


def _addresses(found: list[dict[str, Any]] | None) -> set[Address]:
    return {Address(**one) for one in found or ()}
