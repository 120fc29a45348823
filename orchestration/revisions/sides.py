"""What two releases hold and what came in between: all that may be a reason why a figure differs.

Which of it is the reason of one figure is `reasons`' business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import duckdb

from orchestration.release.content import literal
from orchestration.release.manifest import Release
from orchestration.revisions.definitions import DefinitionChange, changed_definitions
from orchestration.settings import Settings
from orchestration.submissions.archive import list_receipts

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


_FormRules = dict[tuple[str, str], frozenset[str]]
_RowRules = dict[tuple[str, str, int], frozenset[str]]


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


@dataclass(frozen=True)
class Sides:
    """What two releases hold, as far as it may be a reason.

    Attributes:
        arrived: (submission, form) → its reason, for what came in between.
        origins: submission → who sent it and for which period.
        blocked: before and after: (submission, form) → the codes of its blocking findings.
        blocked_rows: before and after: (submission, sheet, row) → those of the row itself.
        replacing: (submitter, form) → what came of them and stands.
        sole: the reason of every difference, where nothing else came or changed.
    """

    arrived: dict[tuple[str, str], Reason]
    origins: dict[str, tuple[str | None, str | None]]
    blocked: tuple[_FormRules, _FormRules]
    definitions: tuple[DefinitionChange, ...]
    blocked_rows: tuple[_RowRules, _RowRules] = field(default_factory=lambda: ({}, {}))
    replacing: dict[tuple[str | None, str], list[Reason]] = field(default_factory=dict)
    sole: Reason | None = None

    def newly_held(self, key: tuple[str, str]) -> frozenset[str]:
        """The rules that hold rows of a form of a submission now and did not before."""
        return self.blocked[1].get(key, frozenset()) - self.blocked[0].get(key, frozenset())

    def released(self, key: tuple[str, str]) -> frozenset[str]:
        """The rules that held some before and hold none now."""
        return self.blocked[0].get(key, frozenset()) - self.blocked[1].get(key, frozenset())


def read_sides(settings: Settings, before: Release, after: Release) -> Sides:
    """Read what came between two releases and what each of them held."""
    known = {given.submission_id for given in before.manifest.inputs}
    new = [given.submission_id for given in after.manifest.inputs if given.submission_id not in known]
    receipts = {receipt.submission_id: receipt for receipt in list_receipts(settings)}
    stated = {(i, notice.form): notice.explanation for i in new if i in receipts for notice in receipts[i].forms}
    latest = "" if before.manifest.latest_period == "none" else before.manifest.latest_period
    arrived = {
        (reason.submission_id or "", reason.form or ""): reason
        for reason in _arrivals(settings, after, new, latest, stated)
    }
    replacing: dict[tuple[str | None, str], list[Reason]] = {}
    for reason in arrived.values():
        if reason.kind != "refused return":
            replacing.setdefault((reason.submitter, reason.form or ""), []).append(reason)
    definitions = changed_definitions(settings, before.manifest, after.manifest)
    return Sides(
        arrived=arrived,
        origins={i: (receipt.submitter_code, receipt.period) for i, receipt in receipts.items()},
        blocked=(_blocked(before), _blocked(after)),
        blocked_rows=(_blocked_rows(before), _blocked_rows(after)),
        definitions=definitions,
        replacing=replacing,
        sole=_sole(new, list(arrived.values()), definitions),
    )


def _sole(new: list[str], arrived: list[Reason], definitions: tuple[DefinitionChange, ...]) -> Reason | None:
    """A release is made of submissions and definitions alone: where one thing changed, it is the reason of all."""
    if not new and definitions:
        return Reason("changed definition")
    if len(new) == 1 and arrived and not definitions:
        return arrived[0] if len(arrived) == 1 else replace(arrived[0], form=None, stated=None)
    return None


def _arrivals(
    settings: Settings, after: Release, new: list[str], latest: str, stated: dict[tuple[str, str], str | None]
) -> Iterator[Reason]:
    """What came in between, form by form.

    Args:
        settings: the home.
        after: the later release.
        new: the submissions that came in between.
        latest: latest period of the earlier release; what comes for one before it is late. Empty where it had none.
        stated: (submission, form) → what the cover says about it.
    """
    with duckdb.connect(str(after.database), read_only=True) as connection:
        rows = connection.execute(
            """
            with told as (
                select *, max(case when verdict <> 'rejected' then submission_id end) over (
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
            [latest, new],
        ).fetchall()
        for submission, submitter, form, period, mode, has_earlier, is_late in rows:
            text = stated.get((submission, form))
            withdrawn, why = _withdrawn(connection, settings.landing, submission, form, period)
            kind = _kind(mode, has_earlier=has_earlier, is_late=is_late, withdraws_all=withdrawn)
            told = "; ".join(part for part in (text, *why) if part)
            yield Reason(kind, submission, submitter, form, period, stated=told or None)


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


def _withdrawn(
    connection: duckdb.DuckDBPyConnection, landing: Path, submission: str, form: str, period: str
) -> tuple[bool, list[str]]:
    """Whether every row of a return withdraws, and the reasons its withdrawing rows give."""
    files = landing / form / f"period={period}"
    if not any(files.glob("*.parquet")):
        return False, []
    row = connection.execute(
        "select coalesce(bool_and(coalesce(row_action, '') = 'delete'), false),"
        " list(distinct deletion_reason order by deletion_reason) filter (where row_action = 'delete')"
        f" from read_parquet({literal(str(files / '*.parquet'))}) where submission_id = ?",
        [submission],
    ).fetchone()
    return (False, []) if row is None else (bool(row[0]), [text for text in row[1] or () if text])


def _blocked(release: Release) -> _FormRules:
    with duckdb.connect(str(release.database), read_only=True) as connection:
        rows = connection.execute(
            "select submission_id, form, list(distinct rule_code) from marts.fct_finding"
            " where severity = 'block' and form is not null group by all"
        ).fetchall()
    return {(submission, form): frozenset(codes) for submission, form, codes in rows}


def _blocked_rows(release: Release) -> _RowRules:
    with duckdb.connect(str(release.database), read_only=True) as connection:
        rows = connection.execute(
            "select submission_id, sheet, row_number, list(distinct rule_code) from marts.fct_finding"
            " where severity = 'block' and row_number is not null group by all"
        ).fetchall()
    return {(submission, sheet, row): frozenset(codes) for submission, sheet, row, codes in rows}
