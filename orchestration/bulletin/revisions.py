"""What was revised since the release before as published, and by what: read from the open editions of both.

What a sender wrote about a correction is not for everybody, and so in neither of them: here stands whether anything was
written. Which row moved a figure is told by ``sanming revisions``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from expectations.sql_text import literal
from orchestration.core.settings import Settings
from orchestration.release.history import known_releases
from orchestration.release.manifest import Manifest, Release
from orchestration.release.open_edition import OPEN_NAME
from orchestration.release.renamed_columns import attach_release

_MAP = "2017"


@dataclass(frozen=True)
class Correction:
    """Forms of one kind that corrected or replaced something, from one office or, of the city, from one county."""

    county_code: str | None
    submitter_name: str | None
    form: str
    form_title: str
    period: str
    kind: str
    kind_name: str
    is_refused: bool
    verdict_name: str
    count: int
    explained: int
    rows_changed: int
    rows_added: int
    rows_withdrawn: int


@dataclass(frozen=True)
class Late:
    """Forms of an earlier period that came first since then."""

    county_code: str | None
    form: str
    period: str
    count: int


@dataclass(frozen=True)
class RevisedFigure:
    """A figure of a period that the release before had, with its old and its new value."""

    indicator: str
    form: str | None
    division_code: str
    period: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class RevisionsSince:
    """What became otherwise since a release.

    Attributes:
        before: the release; none where this is the first.
        is_kept: whether it is on disk, so that its figures can be compared.
        definitions_changed: whether what makes figures of returns changed.
    """

    before: Manifest | None
    is_kept: bool = False
    definitions_changed: bool = False
    corrections: tuple[Correction, ...] = ()
    late: tuple[Late, ...] = ()
    figures: tuple[RevisedFigure, ...] = ()


def revisions_since(settings: Settings, release: Release) -> RevisionsSince:
    """What became otherwise since the release that readers knew before this one."""
    known = known_releases(settings)
    ids = [one.manifest.release_id for one in known]
    place = ids.index(release.release_id) if release.release_id in ids else len(ids)
    earlier = [one for one in known[:place] if one.manifest.known_on <= release.manifest.known_on]
    if not earlier:
        return RevisionsSince(None)
    before = earlier[-1]
    path = settings.releases / before.manifest.release_id / OPEN_NAME
    is_kept = before.is_kept and path.is_file()
    with duckdb.connect() as connection:
        attach_release(connection, release.path / OPEN_NAME, "later")
        if is_kept:
            attach_release(connection, path, "earlier")
        tables = _tables(connection)
        since = before.manifest.known_on.astimezone(UTC).replace(tzinfo=None)
        return RevisionsSince(
            before=before.manifest,
            is_kept=is_kept and ("earlier", "figure") in tables,
            definitions_changed=before.manifest.definitions_hash != release.manifest.definitions_hash,
            corrections=_corrections(connection, since) if ("later", "correction") in tables else (),
            late=_late(connection, since, before.manifest.latest_period),
            figures=_figures(connection) if ("earlier", "figure") in tables else (),
        )


def _tables(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    return set(connection.execute("select table_catalog, table_name from information_schema.tables").fetchall())


def _corrections(connection: duckdb.DuckDBPyConnection, since: datetime) -> tuple[Correction, ...]:
    rows = connection.execute(
        """
        select c.county_code, any_value(s.submitter_name), c.form, any_value(f.form_title), c.period,
            c.correction_kind, any_value(coalesce(k.code_name, c.correction_kind)), c.verdict = 'rejected',
            any_value(coalesce(v.code_name, c.verdict)), count(*), count(*) filter (c.is_explained),
            sum(c.rows_changed), sum(c.rows_added), sum(c.rows_withdrawn)
        from later.reports.correction as c
        inner join later.marts.dim_form as f using (form)
        left join (
            select submitter_code, any_value(submitter_name) as submitter_name
            from later.marts.dim_submitter group by submitter_code
        ) as s using (submitter_code)
        left join later.marts.dim_code as k on k.code_list = 'correction_kind' and k.code = c.correction_kind
        left join later.marts.dim_code as v on v.code_list = 'verdict' and v.code = c.verdict
        where c.received_at > ? and c.verdict <> 'duplicate'
        group by c.county_code, c.submitter_code, c.form, c.period, c.correction_kind, c.verdict
        order by c.county_code nulls first, c.submitter_code, c.period desc, any_value(f.sort_order), c.correction_kind
        """,
        [since],
    ).fetchall()
    return tuple(Correction(*row) for row in rows)


def _late(connection: duckdb.DuckDBPyConnection, since: datetime, latest: str) -> tuple[Late, ...]:
    rows = connection.execute(
        "select county_code, form, period, count(*) from later.marts.fct_obligation"
        " where is_due and state in ('received', 'nothing') and first_received_at > ? and period <= ?"
        " group by all order by all",
        [since, latest],
    ).fetchall()
    return tuple(Late(*row) for row in rows)


def _figures(connection: duckdb.DuckDBPyConnection) -> tuple[RevisedFigure, ...]:
    """What differs of city and counties in the periods that both have."""
    told = (
        "select indicator, division_code, period, value from {}.reports.figure"
        f" where map_edition = {literal(_MAP)} and division_level in ('city', 'county')"
    )
    rows = connection.execute(
        f"with was as ({told.format('earlier')}), now as ({told.format('later')})"
        " select n.indicator, i.form, n.division_code, n.period, w.value, n.value"
        " from now as n inner join was as w using (indicator, division_code, period)"
        " left join later.marts.dim_indicator as i on n.indicator = i.indicator"
        " where n.value is distinct from w.value order by n.period desc, i.sort_order, n.division_code"
    ).fetchall()
    return tuple(RevisedFigure(*row) for row in rows)


def of_place(since: RevisionsSince, code: str, period: str, *, is_city: bool) -> RevisionsSince:
    """What of it concerns a county up to a period; of the city everything but the counties' own figures."""

    def kept(one: Correction | Late) -> bool:
        return one.period <= period and (is_city or one.county_code == code)

    return RevisionsSince(
        before=since.before,
        is_kept=since.is_kept,
        definitions_changed=since.definitions_changed,
        corrections=tuple(one for one in since.corrections if kept(one)),
        late=tuple(one for one in since.late if kept(one)),
        figures=tuple(one for one in since.figures if one.division_code == code and one.period <= period),
    )


def count_of(ones: Iterable[Correction | Late]) -> int:
    """How many forms there are in some lines."""
    return sum(one.count for one in ones)
