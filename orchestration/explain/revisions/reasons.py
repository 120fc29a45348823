"""Why a figure differs between two releases, from the rows that stand behind it on either side.

A row that came or went leads to the submission that brought or replaced it, to the rule that held it, or to a
definition that changed; what leads nowhere is told apart and, at last, said to be unexplained. Which rows stand behind
a figure is `explain`'s business, which figures are looked into that of `report`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from orchestration.explain.lineage.explanation import SourceRow
from orchestration.explain.revisions.arrivals import ArrivalKind, Reason
from orchestration.explain.revisions.sides import Sides


def reasons_of(sides: Sides, before: Iterable[SourceRow], after: Iterable[SourceRow]) -> tuple[Reason, ...]:
    """The reasons why a figure differs, from the rows behind it before and after."""
    was, now = ({_address(row): row for row in rows} for rows in (before, after))
    added = [row for address, row in now.items() if address not in was or _parts(was[address]) != _parts(row)]
    went = [was[address] for address in was if address not in now]
    found = [reason for row in added for reason in _of_row_that_came(sides, row)]
    found += [reason for row in went for reason in _of_row_that_went(sides, row)]
    if not added and not went:
        found += [reason for row in now.values() for reason in _of_row_that_stayed(sides, row)]
    if sides.definitions:
        # Which part of the difference is theirs cannot be told from rows: they are named beside what came.
        found.append(Reason("changed definition"))
    return tuple(dict.fromkeys(found)) or (_without_cause(sides, moved=bool(added or went), counted=bool(was or now)),)


def _without_cause(sides: Sides, *, moved: bool, counted: bool) -> Reason:
    """The reason where no row has one of its own."""
    if sides.sole is not None:
        return sides.sole
    if moved and sides.arrived:
        return Reason("judged otherwise")
    return Reason("unexplained" if counted else "counts nothing")


def _address(row: SourceRow) -> tuple[str, str, int]:
    return row.submission_id, row.sheet, row.row_number


def _parts(row: SourceRow) -> tuple[bool, bool]:
    return row.in_numerator, row.in_denominator


def _form(row: SourceRow) -> str:
    return row.form or row.sheet  # a return as a whole stands under its form


def _of_row_that_came(sides: Sides, row: SourceRow) -> Iterator[Reason]:
    key = row.submission_id, _form(row)
    if key in sides.arrived:
        yield sides.arrived[key]
        return
    released = sides.released(key)
    if released:
        yield _held("no longer held by rule", sides, key, released)


def _of_row_that_went(sides: Sides, row: SourceRow) -> Iterator[Reason]:
    key = row.submission_id, _form(row)
    own = sides.blocked_rows[1].get(_address(row), frozenset()) - sides.blocked_rows[0].get(_address(row), frozenset())
    if own:
        yield _held("held by rule", sides, key, own)
        return
    submitter, period = sides.origins.get(row.submission_id, (None, None))
    newer = sides.replacing.get((submitter, _form(row)), [])
    # A return of the same period replaced it, or else one of a later period that it was carried into.
    same = [reason for reason in newer if reason.period == period]
    later = [reason for reason in newer if period is not None and reason.period is not None and reason.period > period]
    if same or later:
        yield from same or later
        return
    held = sides.newly_held(key)
    if held:
        yield _held("held by rule", sides, key, held)


def _of_row_that_stayed(sides: Sides, row: SourceRow) -> Iterator[Reason]:
    """A return stays the same and other rows of it are held."""
    key = row.submission_id, _form(row)
    held = sides.newly_held(key)
    released = sides.released(key)
    if held:
        yield _held("held by rule", sides, key, held)
    if released:
        yield _held("no longer held by rule", sides, key, released)


def _held(kind: ArrivalKind, sides: Sides, key: tuple[str, str], rules: frozenset[str]) -> Reason:
    submission, form = key
    submitter, period = sides.origins.get(submission, (None, None))
    return Reason(kind, submission, submitter, form, period, tuple(sorted(rules)))
