"""What two releases hold and what came in between: all that may be a reason why a figure differs.

Which of it is the reason of one figure is `reasons`' business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from expectations.contract import load_contracts
from orchestration.core.settings import Settings
from orchestration.explain.revisions.arrivals import Reason, arrivals
from orchestration.explain.revisions.changed_definitions import DefinitionChange, changed_definitions
from orchestration.receive.archive import list_receipts
from orchestration.release.manifest import Release

_CORRECTING = {"correction", "withdrawal"}

_FORM, _ROW = ("submission_id", "form"), ("submission_id", "sheet", "row_number")
_FormRules = dict[tuple[str, str], frozenset[str]]
_RowRules = dict[tuple[str, str, int], frozenset[str]]


@dataclass(frozen=True)
class Sides:
    """What two releases hold, as far as it may be a reason.

    Attributes:
        arrived: (submission, form) → its reason, for what came in between.
        origins: submission → who sent it and for which period.
        blocked: before and after: (submission, form) → the codes of its blocking findings.
        blocked_rows: before and after: (submission, sheet, row) → those of the row itself.
        replacing: (submitter, form) → what came of them and stands; what was replaced in between moved nothing.
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
    latest = "" if before.manifest.latest_period == "none" else before.manifest.latest_period
    arrived = {
        (reason.submission_id or "", reason.form or ""): reason for reason in arrivals(settings, after, new, latest)
    }
    definitions = changed_definitions(settings, before.manifest, after.manifest)
    return Sides(
        arrived=arrived,
        origins={i: (receipt.submitter_code, receipt.period) for i, receipt in receipts.items()},
        blocked=(_blocking_rules(before, *_FORM), _blocking_rules(after, *_FORM)),
        blocked_rows=(_blocking_rules(before, *_ROW), _blocking_rules(after, *_ROW)),
        definitions=definitions,
        replacing=_replacing(arrived.values()),
        sole=_sole(new, list(arrived.values()), definitions),
    )


def _sole(new: list[str], arrived: list[Reason], definitions: tuple[DefinitionChange, ...]) -> Reason | None:
    """A release is made of submissions and definitions alone: where one thing changed, it is the reason of all."""
    if not new and definitions:
        return Reason("changed definition")
    if len(new) == 1 and arrived and not definitions:
        return arrived[0] if len(arrived) == 1 else replace(arrived[0], form=None, stated=_of_any_form(arrived))
    return None


def _of_any_form(arrived: list[Reason]) -> str | None:
    """What is said where nobody knows which form of a submission did it: one word for all, or each with its form."""
    if len({reason.stated for reason in arrived}) == 1:
        return arrived[0].stated
    titles = {form: contract.title for form, contract in load_contracts().items()}
    return "; ".join(f"{titles[reason.form or '']}: {reason.stated}" for reason in arrived if reason.stated)


def _replacing(arrived: Iterable[Reason]) -> dict[tuple[str | None, str], list[Reason]]:
    """(submitter, form) → what replaces rows: of a period the last whole or nil, and the corrections after it."""
    standing: dict[tuple[str | None, str, str | None], list[Reason]] = {}
    for reason in arrived:
        key = reason.submitter, reason.form or "", reason.period
        if reason.kind in _CORRECTING:
            standing.setdefault(key, []).append(reason)
        elif reason.kind != "refused return":
            standing[key] = [reason]
    replacing: dict[tuple[str | None, str], list[Reason]] = {}
    for (submitter, form, _), reasons in standing.items():
        replacing.setdefault((submitter, form), []).extend(reasons)
    return replacing


def _blocking_rules(release: Release, *about: str) -> dict[Any, frozenset[str]]:
    """The codes of a release's blocking findings by what they are about; those of nothing so narrow are left out."""
    columns = ", ".join(about)
    with duckdb.connect(str(release.database), read_only=True) as connection:
        rows = connection.execute(
            f"select {columns}, list(distinct rule_code) from marts.fct_finding"
            f" where severity = 'block' and {about[-1]} is not null group by all"
        ).fetchall()
    return {tuple(address): frozenset(codes) for *address, codes in rows}
