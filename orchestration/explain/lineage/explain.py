"""A published figure → the rows and cells it came from, and the same figure again from nothing but those rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

import duckdb

from expectations.sql_text import literal
from orchestration.core.settings import Settings
from orchestration.explain.lineage.addresses import DIALECT, ProvenanceSchema
from orchestration.explain.lineage.built_model import Model
from orchestration.explain.lineage.explanation import FIGURE, PUBLISHED, Conversion, Explanation, Figure, SourceRow
from orchestration.explain.lineage.fact_rows import read_fact_rows
from orchestration.explain.lineage.figure_context import read_figure_context
from orchestration.explain.lineage.indexed_cells import locate_columns, returned_columns
from orchestration.explain.lineage.lineage_build import fill_addresses, open_working
from orchestration.explain.lineage.provenance import Rewriter, Rewritten
from orchestration.release.manifest import Release, ReleaseError
from orchestration.release.renamed_columns import relation_today, star

# Figures about the returns themselves: they count submissions, not rows.
_OF_RETURNS = {"int_indicator_rows", "int_indicator_returns"}
_VALUES = "numerator, denominator"
_PLACES = f"${len(FIGURE) + 1}::varchar[]"
_FEW = 40  # places of a division
_NAMED = "temp.main.named"  # the rows that a figure is computed from again


class ExplainError(ReleaseError):
    """A figure that cannot be explained: says which, what was expected and what to do."""


@dataclass(frozen=True)
class _Plan:
    """A query that the connection has prepared under a name, and the forms' columns that its models read."""

    name: str
    rewritten: Rewritten
    columns: frozenset[str]


class Explainer:
    """Explains figures of one release over one connection; what is planned for one figure serves the next."""

    def __init__(
        self, settings: Settings, connection: duckdb.DuckDBPyConnection, models: tuple[Model, ...], release_id: str
    ) -> None:
        """Take what `open_working` gives of a release."""
        self._settings, self._connection, self._models, self._release_id = settings, connection, models, release_id
        self._rewriters: dict[tuple[str, str | None], Rewriter] = {}
        self._plans: dict[tuple[str, str | None], _Plan] = {}
        self._rollup = relation_today(connection, next(model.relation for model in models if model.rolls_up))
        self._name(())

    def explain(self, figure: Figure) -> Explanation:
        """Name the rows and cells a figure came from.

        Raises:
            ExplainError: there is no such figure.
        """
        published = _published(self._connection, figure)
        found, plan = self._sources(figure, published)
        columns = plan.columns if plan else frozenset()
        cells = locate_columns(self._settings, self._connection, {submission for submission, _, _ in found}, columns)
        rows = [
            SourceRow(submission, form, sheet, row, above, below, tuple(f"{column}{row}" for column in letters))
            for (submission, sheet, row), (above, below) in sorted(found.items())
            for form, letters, _ in [cells.get((submission, sheet), (sheet, [], []))]
        ]
        self._name(rows)
        behind = [model for model in self._models if plan and model.relation in plan.rewritten.behind]
        facts = read_fact_rows(self._connection, behind, _NAMED, figure.period)
        beside = read_figure_context(self._connection, published, {row.form for row in rows})
        conversions = tuple(
            Conversion(*place, letter, factor)
            for place, (_, letters, factors) in sorted(cells.items())
            for letter, factor in zip(letters, factors, strict=True)
            if factor is not None and factor != 1
        )
        return Explanation(self._release_id, published, beside, tuple(facts), columns, conversions, tuple(rows))

    def recompute(self, explanation: Explanation) -> tuple[Decimal | None, Decimal | None]:
        """Numerator and denominator by the same models, as if the named rows were all that was ever returned."""
        published = explanation.figure
        figure = Figure(
            published["indicator"], published["division_code"], published["period"], published["map_edition"]
        )
        self._name(explanation.rows)
        for subject in subjects(self._models, figure.indicator):
            found = self._ask(self._plan(subject, _NAMED), figure)
            if found:
                return found[0], found[1]
        return None, None

    def _name(self, rows: Sequence[SourceRow]) -> None:
        """Fill the table of named rows."""
        fill_addresses(self._connection, _NAMED, ((row.submission_id, row.sheet, row.row_number) for row in rows))

    def _sources(
        self, figure: Figure, published: dict[str, Any]
    ) -> tuple[dict[tuple[str, str, int], tuple[bool, bool]], _Plan | None]:
        """Address → whether numerator and denominator came from it, and the plan that found it; none where none did.

        Tries the division's own places first, and all places where those do not reproduce the published figure.
        """
        value = (published["numerator"], published["denominator"])
        few = self._few_places(figure)
        attempts = (None,) if few is None else (few, None)
        for subject in subjects(self._models, figure.indicator):
            plan = self._plan(subject)
            for places in attempts if plan.rewritten.carrier.carries else ():
                found = self._ask(plan, figure, places)
                if found and (places is None or found[2:] == value):
                    above, below = (
                        {(a["submission_id"], a["sheet"], a["row_number"]) for a in part or ()} for part in found[:2]
                    )
                    sources = {address: (address in above, address in below) for address in above | below}
                    return sources, plan
        return {}, None

    def _few_places(self, figure: Figure) -> list[str] | None:
        """The places of a division; none where they are so many that looking for each costs more than it saves."""
        query = f"select place_code from {self._rollup} where map_edition = ? and division_code = ? limit {_FEW + 1}"
        found = self._connection.execute(query, [figure.map_edition, figure.division]).fetchall()
        return [code for (code,) in found] if len(found) <= _FEW else None

    def _plan(self, subject: Model, only: str | None = None) -> _Plan:
        """Prepare a subject's figures: the rows behind them, or their values from the rows in table ``only``."""
        if (subject.relation, only) not in self._plans:
            leaves = leaves_of(subject)
            if (leaves, only) not in self._rewriters:
                self._rewriters[leaves, only] = Rewriter(self._models, leaves, only, places=_PLACES)
            rewritten = self._rewriters[leaves, only].rewrite(subject.relation)
            is_asked = only is None and rewritten.carrier.carries
            selected = f"{address_lists(rewritten.carrier)}, {_VALUES}" if is_asked else _VALUES
            plan = _Plan(f"figures_{len(self._plans)}", rewritten, returned_columns(rewritten.columns))
            condition = " and ".join(f"{name} = ${place}" for place, name in enumerate(FIGURE, start=1))
            # Named once more, since the models of a subject need not lead places to divisions.
            self._connection.execute(
                f"prepare {plan.name} as"
                f" select {selected} from (select {star(subject.columns)} from ({rewritten.sql})) as q"
                f" where {condition} and ({_PLACES} is null or len({_PLACES}) >= 0)"
            )
            self._plans[subject.relation, only] = plan
        return self._plans[subject.relation, only]

    def _ask(self, plan: _Plan, figure: Figure, places: list[str] | None = None) -> tuple[Any, ...] | None:
        within = "null" if places is None else f"[{', '.join(map(literal, places))}]"
        values = ", ".join([*map(literal, figure.key), within])
        return self._connection.execute(f"execute {plan.name}({values})").fetchone()


@contextmanager
def open_explainer(settings: Settings, release: Release) -> Iterator[Explainer]:
    """An explainer of a release.

    Raises:
        ReleaseError: what the release was made from is no longer kept.
    """
    with open_working(settings, release) as (connection, models):
        yield Explainer(settings, connection, models, release.release_id)


def explain(settings: Settings, release: Release, figure: Figure) -> Explanation:
    """Name the rows and cells that one figure came from.

    Raises:
        ExplainError: there is no such figure.
        ReleaseError: what the release was made from is no longer kept.
    """
    with open_explainer(settings, release) as explainer:
        return explainer.explain(figure)


def _published(connection: duckdb.DuckDBPyConnection, figure: Figure) -> dict[str, Any]:
    condition = " and ".join(f"{name} = ?" for name in FIGURE)
    published = relation_today(connection, PUBLISHED)
    answer = connection.execute(f"select * from {published} where {condition}", figure.key)
    names = [column[0] for column in answer.description or []]
    row = answer.fetchone()
    if row is None:
        raise ExplainError(f"{' '.join(figure.key)}: no such figure in this release; {_nearest(connection, figure)}")
    return dict(zip(names, row, strict=True))


def _nearest(connection: duckdb.DuckDBPyConnection, figure: Figure) -> str:
    """What of the question does not exist."""
    for name, value in zip(FIGURE, figure.key, strict=True):
        query = f"select distinct {name} from {relation_today(connection, PUBLISHED)} order by 1"
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


def address_lists(carrier: ProvenanceSchema) -> str:
    """SQL for ``above`` and ``below``: the rows behind numerator and denominator, where there is one."""
    above, below = carrier.addresses("q", "numerator"), carrier.addresses("q", "denominator")
    if above is None or below is None:
        raise ExplainError("the models do not say which rows a figure came from")
    return (
        f"case when numerator is not null then list_distinct({above.sql(DIALECT)}) end as above,"
        f" case when denominator is not null then list_distinct({below.sql(DIALECT)}) end as below"
    )
