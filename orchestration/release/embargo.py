"""Keep what is known of a period from readers until a minute: nights seal it meanwhile, and it is shown at that minute.

That a release waits, and who may open it before its readers, is for ``gate`` and ``access``.
"""

from __future__ import annotations

from datetime import datetime

from orchestration.core import clock
from orchestration.core.lock import home_lock
from orchestration.core.settings import Settings
from orchestration.decisions.log import append_decisions, decide, take
from orchestration.release.gate import admit_waiting, refuse_unsigned
from orchestration.release.manifest import Release, ReleaseError, current_id, read_release, read_state, waiting_id
from orchestration.release.views import write_views


def set_embargo(settings: Settings, period: str, until: datetime, by: str, reason: str) -> None:
    """Keep every release that holds a period, or a later one, from readers until a moment; the log says who and why.

    It takes the place of an earlier one on the same period.

    Raises:
        HomeBusyError: a night is at work.
        ReleaseError: readers see the period already, the moment has passed, or no name or reason is given.
    """
    refuse_unsigned(period, "an embargo", by, reason)
    if until <= clock.now():
        raise ReleaseError(
            f"{clock.minute_of(until)}: has passed; an embargo needs a moment to come, such as 2017-07-20T09:00."
        )
    with home_lock(settings, "an embargo"):
        seen = read_release(settings).manifest.latest_period if current_id(settings) else "none"
        if period <= seen != "none":
            raise ReleaseError(
                f"{period}: readers see figures up to {seen} already; an embargo is for a period that they do not know."
                " `sanming release withdraw` takes a release from them."
            )
        append_decisions(settings, take("embargo_set", period, by.strip(), reason, until_moment=until))


def lift_embargo(settings: Settings, period: str, by: str, reason: str) -> Release | None:
    """End an embargo before its moment; what waited for nothing else is shown.

    Raises:
        HomeBusyError: a night is at work.
        ReleaseError: there is no embargo on the period, or no name or reason is given.
    """
    refuse_unsigned(period, "an embargo", by, reason)
    with home_lock(settings, "the end of an embargo"):
        standing = read_state(settings).embargoes
        if period not in standing:
            raise ReleaseError(f"{period}: under no embargo; there are {sorted(standing) or 'none'}.")
        decide(settings, "embargo_lifted", period, by.strip(), reason)
        return show_waiting(settings)


def show_waiting(settings: Settings) -> Release | None:
    """Show readers the release that waits, if nothing keeps it from them any more; that release, where they now do."""
    waited = admit_waiting(settings)
    if waited is None or not waited.is_current:
        return None
    write_views(settings)
    return waited


def embargo_has_ended(settings: Settings) -> str | None:
    """The release that waits though the embargo that kept it has passed: who looks each minute shows it then."""
    waiting, state = waiting_id(settings), read_state(settings)
    moments = [one.until_moment for one in state.embargoes.values() if one.until_moment is not None]
    if waiting is None or state.waiting is None or not any(state.waiting.at < one <= clock.now() for one in moments):
        return None
    return waiting
