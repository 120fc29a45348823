"""What came between two releases, form by form: as what, and what its sender wrote about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import duckdb

from expectations.sql_text import literal
from orchestration.core.settings import Settings
from orchestration.release.manifest import Release
from orchestration.workbook.stated import rows_with_reasons

ArrivalKind = Literal[
    "first return",
    "late return",
    "correction",
    "replacement",
    "withdrawal",
    "nothing to report",
    "refused return",
    "held by rule",
    "no longer held by rule",
    "changed definition",
    "judged otherwise",
    "counts nothing",
    "unexplained",
]
# Forms that record what an office decided, not what a submitter observed.
DECISIONS = "_decisions"


@dataclass(frozen=True)
class Reason:
    """One cause, told once however many figures it moved.

    Attributes:
        submission_id: the submission that did it; none for rules and definitions.
        rules: codes of the rules that hold, or held, rows.
        stated: what the sender wrote about it; none where nothing was written.
    """

    kind: ArrivalKind
    submission_id: str | None = None
    submitter: str | None = None
    form: str | None = None
    period: str | None = None
    rules: tuple[str, ...] = ()
    stated: str | None = None

    @property
    def is_decision(self) -> bool:
        return self.form is not None and self.form.endswith(DECISIONS)


# The forms of new submissions: how each was returned, whether a return of it stood before, whether it is late.
_NEW_RETURNS = """
with returned as (
    select *, max(
        case when verdict <> 'rejected' and submission_id not in (select unnest(?)) then submission_id end
    ) over (
        partition by submitter_code, period, form order by received_at, submission_id
        rows between unbounded preceding and 1 preceding
    ) as earlier
    from marts.fct_submission
    where verdict <> 'duplicate' and form is not null
),
late as (
    select distinct submitter_code, period, form from marts.fct_obligation where is_late
)
select t.submission_id, t.submitter_code, t.form, t.period,
    case when t.verdict = 'rejected' then t.verdict else t.return_mode end, t.earlier is not null,
    l.form is not null or t.period < ?
from returned as t
left join late as l using (submitter_code, period, form)
where t.submission_id in (select unnest(?))
order by t.received_at, t.submission_id, t.form
"""


def arrivals(settings: Settings, after: Release, new: list[str], latest: str) -> Iterator[Reason]:
    """What came in between, form by form, in the order of receipt.

    What came of a form before it in between as well is no earlier return: no release shows it.

    Args:
        settings: the home.
        after: the later release.
        new: the submissions that came in between.
        latest: latest period of the earlier release; what comes for one before it is late. Empty where it had none.
    """
    with duckdb.connect(str(after.database), read_only=True) as connection:
        rows = connection.execute(_NEW_RETURNS, [new, latest, new]).fetchall()
        landed = _Landed(connection, settings.landing)
        for submission, submitter, form, period, mode, has_earlier, is_late in rows:
            withdraws_all, reasons = landed.rows(form, period).get(submission, (False, ()))
            kind = _kind(mode, has_earlier=has_earlier, is_late=is_late, withdraws_all=withdraws_all)
            cover = landed.covers(period).get((submission, form))
            stated = "; ".join(text for text in (cover, *reasons) if text)
            yield Reason(kind, submission, submitter, form, period, stated=stated or None)


def _kind(mode: str, *, has_earlier: bool, is_late: bool, withdraws_all: bool) -> ArrivalKind:
    if mode == "rejected":
        return "refused return"
    if mode == "correction":
        return "withdrawal" if withdraws_all else "correction"
    if mode == "nothing":
        return "nothing to report"
    if has_earlier:
        return "replacement"
    return "late return" if is_late else "first return"


@dataclass
class _Landed:
    """What was read of returns; of a form and period once, however many sent it."""

    connection: duckdb.DuckDBPyConnection
    landing: Path
    _rows: dict[tuple[str, str], dict[str, tuple[bool, Sequence[str]]]] = field(default_factory=dict)
    _covers: dict[str, dict[tuple[str, str], str]] = field(default_factory=dict)

    def rows(self, form: str, period: str) -> dict[str, tuple[bool, Sequence[str]]]:
        """Submission → whether every row of it withdraws, and the reasons beside those that do."""
        if (form, period) not in self._rows:
            rows = self._source(form, period)
            found = (
                rows
                and self.connection.execute(
                    "select submission_id, bool_and(coalesce(row_action, '') = 'delete'), any_value(reasons)"
                    f" from {rows} left join ({rows_with_reasons(rows)}) using (submission_id) group by submission_id"
                ).fetchall()
            )
            self._rows[form, period] = {submission: (goes, reasons or ()) for submission, goes, reasons in found or ()}
        return self._rows[form, period]

    def covers(self, period: str) -> dict[tuple[str, str], str]:
        """(submission, form) → what the cover says about it, where it says anything."""
        if period not in self._covers:
            covers = self._source("submission_forms", period)
            found = (
                covers
                and self.connection.execute(
                    f"select submission_id, form, explanation from {covers} where explanation is not null"
                ).fetchall()
            )
            self._covers[period] = {(submission, form): text for submission, form, text in found or ()}
        return self._covers[period]

    def _source(self, relation: str, period: str) -> str | None:
        """What was landed of a form or table for the period, as it stands in a from clause."""
        files = self.landing / relation / f"period={period}" / "*.parquet"
        return f"read_parquet({literal(str(files))})" if any(files.parent.glob(files.name)) else None
