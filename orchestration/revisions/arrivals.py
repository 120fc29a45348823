"""What came between two releases, form by form: as what, and what its sender wrote about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from orchestration.release.content import literal
from orchestration.release.manifest import Release
from orchestration.settings import Settings
from orchestration.submissions.stated import rows_with_reasons

Kind = Literal[
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

    kind: Kind
    submission_id: str | None = None
    submitter: str | None = None
    form: str | None = None
    period: str | None = None
    rules: tuple[str, ...] = ()
    stated: str | None = None

    @property
    def is_decision(self) -> bool:
        return self.form is not None and self.form.endswith(DECISIONS)


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
        rows = connection.execute(
            """
            with told as (
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
            from told as t
            left join late as l using (submitter_code, period, form)
            where t.submission_id in (select unnest(?))
            order by t.received_at, t.submission_id, t.form
            """,
            [new, latest, new],
        ).fetchall()
        for submission, submitter, form, period, mode, has_earlier, is_late in rows:
            withdrawn = _withdraws_all(connection, settings.landing, submission, form, period)
            kind = _kind(mode, has_earlier=has_earlier, is_late=is_late, withdraws_all=withdrawn)
            stated = _stated(connection, settings.landing, submission, form, period)
            yield Reason(kind, submission, submitter, form, period, stated=stated)


def _kind(mode: str, *, has_earlier: bool, is_late: bool, withdraws_all: bool) -> Kind:
    if mode == "rejected":
        return "refused return"
    if mode == "correction":
        return "withdrawal" if withdraws_all else "correction"
    if mode == "nothing":
        return "nothing to report"
    if has_earlier:
        return "replacement"
    return "late return" if is_late else "first return"


def _withdraws_all(
    connection: duckdb.DuckDBPyConnection, landing: Path, submission: str, form: str, period: str
) -> bool:
    """Whether every row of a return withdraws."""
    rows = _landed(landing, form, period)
    row = (
        rows
        and connection.execute(
            f"select bool_and(coalesce(row_action, '') = 'delete') from {rows} where submission_id = ?", [submission]
        ).fetchone()
    )
    return bool(row and row[0])


def _stated(
    connection: duckdb.DuckDBPyConnection, landing: Path, submission: str, form: str, period: str
) -> str | None:
    """What the sender wrote about a form: on the cover, and beside the rows it withdraws."""
    told: list[str] = []
    if covers := _landed(landing, "submission_forms", period):
        found = connection.execute(
            f"select explanation from {covers} where submission_id = ? and form = ? and explanation is not null",
            [submission, form],
        ).fetchone()
        told += found or ()
    if rows := _landed(landing, form, period):
        asked = f"select reasons from ({rows_with_reasons(rows)}) where submission_id = ?"
        found = connection.execute(asked, [submission]).fetchone()
        told += found[0] if found else ()
    return "; ".join(told) or None


def _landed(landing: Path, relation: str, period: str) -> str | None:
    """What was read of a form or table of the period's submissions, as it stands in a from clause."""
    files = landing / relation / f"period={period}" / "*.parquet"
    return f"read_parquet({literal(str(files))})" if any(files.parent.glob(files.name)) else None
