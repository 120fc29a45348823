"""Close a period, or reopen it until a day: refused with a reason, or recorded as the decision of a named person.

What a closed period means is told elsewhere: returns are refused (`receive.envelope`), figures are final (dbt).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from orchestration.core import clock
from orchestration.core.clock import midnight_after
from orchestration.core.lock import home_lock
from orchestration.core.settings import Settings
from orchestration.decisions.decision import Decision
from orchestration.decisions.log import append_decisions
from orchestration.decisions.period_state import PeriodState, period_decisions, period_state_at
from orchestration.receive.archive import list_receipts
from orchestration.receive.inbox import receive
from orchestration.receive.known_moments import next_moment
from orchestration.release.manifest import Release, latest_id, read_release
from orchestration.release.renamed_columns import open_release

_UNCONFIRMED = """
    select distinct figures.division_code || ' ' || coalesce(divisions.division_name, '')
    from reports.indicator as figures
    left join marts.dim_division as divisions
        on figures.division_code = divisions.division_code and divisions.map_edition = figures.map_edition
    where
        figures.map_edition = '2017'
        and figures.division_level = 'county'
        and figures.period = ?
        and figures.status in ('provisional', 'not returned')
    order by all
"""


class PeriodError(RuntimeError):
    """A period that cannot be closed or reopened: says which, what was expected and what to do."""


@dataclass(frozen=True)
class Closed:
    """A period that was closed.

    Attributes:
        unconfirmed: the counties, by code and name, that had not confirmed all of their figures.
        open_before: earlier periods that are open: their returns can still move figures that rest on them.
    """

    decision: Decision
    unconfirmed: tuple[str, ...]
    open_before: tuple[str, ...]


def list_period_states(settings: Settings, at: datetime) -> tuple[PeriodState, ...]:
    """The state of every period that something was received or decided for, ascending."""
    decisions = period_decisions(settings)
    periods = {receipt.period for receipt in list_receipts(settings) if receipt.period}
    periods |= {decision.subject for decision in decisions}
    return tuple(period_state_at(decisions, period, at) for period in sorted(periods))


def close(settings: Settings, period: str, by: str, reason: str, *, despite_unconfirmed: bool = False) -> Closed:
    """Close a period, after what lies in the inbox was received: who delivered in time is not refused.

    Raises:
        PeriodError: the period is unknown or closed, a return of it is in no release yet, or a county has not
            confirmed it.
        HomeBusyError: a night is at work.
    """
    with home_lock(settings, "the closing of a period"):
        receive(settings)
        now = next_moment(settings)
        state = _known(settings, period, now)
        if state.is_closed:
            raise PeriodError(f"{period}: closed already, since {_since(state.since)}; nothing was changed.")
        unconfirmed = () if despite_unconfirmed and latest_id(settings) is None else _unconfirmed(settings, state)
        if unconfirmed and not despite_unconfirmed:
            raise PeriodError(
                f"{period}: not confirmed by {len(unconfirmed)} counties: {', '.join(unconfirmed)}. Ask them for their"
                " confirmation (数据确认表) and run `sanming night`, or close with --despite-unconfirmed."
            )
        noted = f"{reason} (not confirmed by {', '.join(unconfirmed)})" if unconfirmed else reason
        decision = _record(settings, Decision(kind="period_closed", subject=period, at=now, by=by, reason=noted))
        earlier = [
            other for other in list_period_states(settings, now) if other.period < period and not other.is_closed
        ]
        return Closed(decision, unconfirmed, tuple(other.period for other in earlier))


def reopen(settings: Settings, period: str, by: str, reason: str, until: date) -> Decision:
    """Open a closed period again, to the end of a day in Sanming.

    Raises:
        PeriodError: the period is unknown or open, or the day is over.
        HomeBusyError: a night is at work.
    """
    with home_lock(settings, "the reopening of a period"):
        now = next_moment(settings)
        state = _known(settings, period, now)
        if not state.is_closed:
            raise PeriodError(f"{period}: {state.state}, not closed; a closed period is expected.")
        if midnight_after(until) <= now:
            raise PeriodError(f"{until}: over already; --until expects today or a later day, in Sanming's time.")
        return _record(
            settings, Decision(kind="period_reopened", subject=period, at=now, by=by, reason=reason, until=until)
        )


def _record(settings: Settings, decision: Decision) -> Decision:
    append_decisions(settings, decision)
    return decision


def _known(settings: Settings, period: str, now: datetime) -> PeriodState:
    states = {state.period: state for state in list_period_states(settings, now)}
    if period not in states:
        raise PeriodError(f"{period!r}: no return of this period was ever received; known are {sorted(states)}.")
    return states[period]


def _unconfirmed(settings: Settings, state: PeriodState) -> tuple[str, ...]:
    """The counties some of whose figures are provisional, by a release that knows all of the period."""
    release = read_release(settings, latest_id(settings))
    _refuse_stale(settings, release, state)
    with open_release(release.database) as connection:
        return tuple(county for (county,) in connection.execute(_UNCONFIRMED, [state.period]).fetchall())


def _refuse_stale(settings: Settings, release: Release, state: PeriodState) -> None:
    released = {given.submission_id for given in release.manifest.inputs}
    missing = _missing(settings, state.period, released)
    if missing or (state.since is not None and release.manifest.known_on < state.since):
        raise PeriodError(
            f"{state.period}: {release.release_id} does not know all of it ({len(missing)} returns were received since,"
            " or it was reopened since). Run `sanming night`, then close."
        )


def _missing(settings: Settings, period: str, released: set[str]) -> Sequence[str]:
    receipts = list_receipts(settings)
    return [r.submission_id for r in receipts if r.period == period and r.submission_id not in released]


def _since(moment: datetime | None) -> str:
    return "" if moment is None else clock.minute_of(moment)
