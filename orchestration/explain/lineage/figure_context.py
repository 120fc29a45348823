"""What stands beside a figure: its definition, which returns of its area came, and which are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.release.renamed_columns import relation_today

_TOWNSHIP = 9  # digits of its code


@dataclass(frozen=True)
class Coverage:
    """Returns of one form in an area and period: how many were owed, and what came of them.

    Attributes:
        nothing: how many said that there is nothing to report.
        missing: how many did not come or were refused.
        rejected: of them, those that were refused.
    """

    form: str
    owed: int
    received: int
    nothing: int
    missing: int
    rejected: int
    rows_held: int


@dataclass(frozen=True)
class FigureContext:
    """What a reader of a figure has to know.

    Attributes:
        name: the indicator's name.
        definition: how it is counted, in words.
        numerator_name: what its numerator is called.
        denominator_name: what its denominator is called; empty where it has none.
        is_verified: whether a public source holds the definition.
        form: the form whose held rows the published figure tells; empty where it is of all.
        area: the division that coverage and missing returns are told of; a village's returns are its township's.
        coverage: of the forms that the figure rests on.
        missing: (submitter, form) of every return that was owed and did not come, or was refused.
    """

    name: str
    definition: str
    numerator_name: str
    denominator_name: str
    is_verified: bool
    form: str
    area: str
    coverage: tuple[Coverage, ...]
    missing: tuple[tuple[str, str], ...]


_COVERAGE = (
    "select form, owed, received, nothing, missing, rejected, rows_held from {coverage}"
    " where map_edition = ? and division_code = ? and period = ? and form in (select unnest(?)) order by form"
)
_MISSING = (
    "select o.submitter_code, o.form from release.marts.fct_obligation as o"
    " inner join {rollup} as p on o.area_code = p.place_code"
    " where p.map_edition = ? and p.division_code = ? and o.period = ? and o.form in (select unnest(?))"
    " and o.is_due and o.state in ('missing', 'rejected') order by all"
)


def read_figure_context(
    connection: duckdb.DuckDBPyConnection, figure: dict[str, Any], forms: set[str]
) -> FigureContext:
    """Read it from a release and what it was made from.

    Args:
        connection: as `open_working` gives it.
        figure: the figure's row of ``reports.indicator``.
        forms: the forms whose rows stand behind it; those that it rests on are added.
    """
    name, form, definition, verified = connection.execute(
        "select name, form, definition, verified from build.seeds.indicator_definition where indicator = ?",
        [figure["indicator"]],
    ).fetchone() or ("", "", "", False)
    # Figures about returns are of every form.
    asked = sorted({*forms, *([form] if form else []), *_other_forms(connection, figure["indicator"])})
    is_village = figure["division_level"] == "village"
    area = figure["division_code"][:_TOWNSHIP] if is_village else figure["division_code"]
    place = [figure["map_edition"], area, figure["period"]]
    told = _COVERAGE.format(coverage=relation_today(connection, "release.reports.coverage"))
    owed = _MISSING.format(rollup=relation_today(connection, "build.intermediate.int_place_rollup"))
    coverage = connection.execute(told, [*place, asked]).fetchall()
    missing = connection.execute(owed, [*place, asked]).fetchall()
    return FigureContext(
        name=name,
        definition=definition,
        numerator_name=figure["numerator_name"] or "",
        denominator_name=figure["denominator_name"] or "",
        is_verified=bool(verified),
        form=form or "",
        area=area,
        coverage=tuple(Coverage(*row) for row in coverage),
        missing=tuple((submitter, sent) for submitter, sent in missing),
    )


def _other_forms(connection: duckdb.DuckDBPyConnection, indicator: str) -> set[str]:
    """The forms that a figure rests on beside its definition's; a release of before they were listed tells none."""
    seed = "select 1 from duckdb_tables() where schema_name = 'seeds' and table_name = 'indicator_form'"
    if connection.execute(seed).fetchone() is None:
        return set()
    found = connection.execute(
        "select form from build.seeds.indicator_form where indicator = ?", [indicator]
    ).fetchall()
    return {form for (form,) in found}
