"""The revision report: every published figure that differs between two releases, old and new, and why.

Each figure is explained on both sides (`explain`), and the reasons are found from the rows (`reasons`). A figure of a
period that the earlier release did not have is published for the first time: that is no revision, it is only counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from orchestration.core.settings import Settings
from orchestration.explain.lineage.explain import Explainer, ExplainError, open_explainer
from orchestration.explain.lineage.explanation import Figure, SourceRow
from orchestration.explain.revisions.arrivals import Reason
from orchestration.explain.revisions.causes import Cause, Causes
from orchestration.explain.revisions.changed_definitions import DefinitionChange
from orchestration.explain.revisions.reasons import reasons_of
from orchestration.explain.revisions.sides import Sides, read_sides
from orchestration.release.diff import LEVELS, FigureChange, compare
from orchestration.release.manifest import Manifest, Release
from orchestration.release.renamed_columns import open_release

WIDE = ("city", "county")
LIMIT = 100  # figures that are looked into; each costs up to two seconds


@dataclass(frozen=True)
class Wanted:
    """Which figures a report looks into; empty means all."""

    levels: tuple[str, ...] = WIDE
    indicators: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    limit: int = LIMIT

    def takes(self, figure: FigureChange) -> bool:
        return (
            figure.division_level in self.levels
            and (not self.indicators or figure.indicator in self.indicators)
            and (not self.divisions or figure.division_code in self.divisions)
        )


@dataclass(frozen=True)
class FigureRevision:
    """One figure that was revised.

    Attributes:
        figure: old and new value, of the first of the maps.
        maps: the maps on which it was revised in the same way.
        causes: numbers of the report's causes, from 1.
    """

    figure: FigureChange
    maps: tuple[str, ...]
    causes: tuple[int, ...]


@dataclass(frozen=True)
class Names:
    """What the codes in a report are called: indicators with their units, divisions, submitters."""

    indicators: dict[str, str]
    units: dict[str, str]
    divisions: dict[str, str]
    submitters: dict[str, str]


@dataclass(frozen=True)
class Revisions:
    """A whole report.

    Attributes:
        submissions: how many came in between.
        first_published: period → figures published for the first time.
        left_out: revised figures beyond the limit, not looked into.
        elsewhere: revised figures that were not asked for.
    """

    before: Manifest
    after: Manifest
    submissions: int
    definitions: tuple[DefinitionChange, ...]
    causes: tuple[Cause, ...]
    figures: tuple[FigureRevision, ...]
    first_published: dict[str, int]
    left_out: int
    elsewhere: int
    names: Names


def report(
    settings: Settings,
    before: Release,
    after: Release,
    wanted: Wanted,
    on_figure: Callable[[int, int], None] = lambda _done, _all: None,
) -> Revisions:
    """Say which figures were revised from one release to the other, and why.

    Args:
        settings: the home.
        before: the earlier release.
        after: the later one.
        wanted: which figures to look into.
        on_figure: told how many figures of how many are done.

    Raises:
        ReleaseError: what one of them was made from is no longer kept.
    """
    # Opened before the work: what is no longer kept is refused there, not amid it.
    with open_explainer(settings, before) as was, open_explainer(settings, after) as now:
        moved = compare(before, after).figures
        old, first = _first_published(before, moved)
        asked = [figure for figure in old if wanted.takes(figure)]
        looking = _Looking(was, now, read_sides(settings, before, after), wanted.limit)
        lines = _on_all_maps(asked)
        figures = looking.into_all(lines, on_figure)
    return Revisions(
        before=before.manifest,
        after=after.manifest,
        submissions=_came(before, after),
        definitions=looking.sides.definitions,
        causes=looking.causes.in_order(),
        figures=figures,
        first_published=first,
        left_out=len(lines) - len(figures),
        elsewhere=len(old) - len(asked),
        names=_names(after),
    )


@dataclass
class _Looking:
    """Looks into one figure after the other, the widest first, and numbers the causes it comes upon."""

    before: Explainer
    after: Explainer
    sides: Sides
    left: int
    causes: Causes = field(default_factory=Causes)
    sole: dict[tuple[str, str, str, str], Reason] = field(default_factory=dict)

    def into_all(
        self, lines: Sequence[tuple[FigureChange, tuple[str, ...]]], on_figure: Callable[[int, int], None]
    ) -> tuple[FigureRevision, ...]:
        """The figures that have a cause, each with its maps."""
        found = []
        for done, (figure, maps) in enumerate(lines, start=1):
            if causes := self.into(figure):
                found.append(FigureRevision(figure, maps, causes))
            on_figure(done, len(lines))
        return tuple(found)

    def into(self, figure: FigureChange) -> tuple[int, ...]:
        """The numbers of a figure's causes; none where it is beyond the limit and nothing tells them without a look."""
        found = self._reasons(figure)
        if len(found) == 1 and found[0].submission_id is not None:
            self.sole[(*_key(figure), figure.division_code)] = found[0]
        return tuple(sorted({self.causes.number(reason) for reason in found}))

    def _reasons(self, figure: FigureChange) -> tuple[Reason, ...]:
        # Rows of a part are rows of the whole: where those that moved have one cause, the part has no other.
        city = self.sole.get((*_key(figure), f"{figure.division_code[:4]}00"))
        if city is not None:
            return (city,)
        if self.left == 0:
            return (self.sides.sole,) if self.sides.sole is not None else ()
        self.left -= 1
        with ThreadPoolExecutor(2) as pool:
            was, now = pool.map(lambda side: _rows(side, figure), (self.before, self.after))
        return reasons_of(self.sides, was, now)


def _key(figure: FigureChange) -> tuple[str, str, str]:
    return figure.indicator, figure.map_edition, figure.period


def _came(before: Release, after: Release) -> int:
    return len({i.submission_id for i in after.manifest.inputs} - {i.submission_id for i in before.manifest.inputs})


def _first_published(
    before: Release, figures: Iterable[FigureChange]
) -> tuple[tuple[FigureChange, ...], dict[str, int]]:
    """The figures of periods that the earlier release has, and how many there are of each period it has not."""
    with open_release(before.database) as connection:
        known = {period for (period,) in connection.execute("select distinct period from reports.indicator").fetchall()}
    first = Counter(figure.period for figure in figures if figure.period not in known)
    return tuple(figure for figure in figures if figure.period in known), dict(sorted(first.items()))


def _on_all_maps(figures: Iterable[FigureChange]) -> list[tuple[FigureChange, tuple[str, ...]]]:
    """The widest and latest first; what moved in the same way on both maps is told once."""
    together: dict[tuple[object, ...], list[FigureChange]] = {}
    for figure in figures:
        key = (figure.indicator, figure.division_code, figure.period, figure.before, figure.after)
        together.setdefault(key, []).append(figure)
    found = [(same[0], tuple(sorted(one.map_edition for one in same))) for same in together.values()]
    found.sort(key=lambda one: (one[0].division_code, one[0].indicator, one[1]))
    found.sort(key=lambda one: (-LEVELS.index(one[0].division_level), one[0].period), reverse=True)
    return found


def _rows(explainer: Explainer, figure: FigureChange) -> Collection[SourceRow]:
    """The rows behind a figure; none where the release does not have it."""
    asked = Figure(figure.indicator, figure.division_code, figure.period, figure.map_edition)
    try:
        return explainer.explain(asked).rows
    except ExplainError:
        return ()


def _names(release: Release) -> Names:
    with open_release(release.database) as connection:

        def pairs(query: str) -> dict[str, str]:
            return dict(connection.execute(query).fetchall())

        return Names(
            indicators=pairs("select distinct indicator, name from reports.indicator"),
            units=pairs("select distinct indicator, unit from reports.indicator"),
            divisions=pairs("select division_code, division_name from marts.dim_division order by map_edition desc"),
            submitters=pairs("select submitter_code, submitter_name from marts.dim_submitter"),
        )
